import socket

import pytest

from writer.format import file_names


def test_names_made_are_recognised_sort_by_time_and_never_repeat():
    names = {file_names.make(1_700_000_000.9) for _ in range(1000)}
    assert len(names) == 1000
    assert all(file_names.is_event_file(name) for name in names)
    assert max(names) < file_names.make(1_700_000_001)
    assert file_names.make(5, ".v2").startswith("events.out.tfevents.0000000005.")
    assert file_names.make(5, ".v2").endswith(".v2")


def test_files_that_one_process_begins_within_a_second_sort_in_that_order():
    names = [file_names.make(1_700_000_000 + fraction / 1000) for fraction in range(1000)]
    assert names == sorted(names)


def test_a_host_name_with_anything_in_it_gives_a_plain_file_name(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "../Jürgens Rechner/" + "x" * 300)
    name = file_names.make(0)
    assert name.isascii()
    assert "/" not in name
    assert len(name) < 150


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("events.out.tfevents.1795394195.vm.5426.0", True),
        ("events.out.tfevents.1795394270.vm.5747.0.v2", True),
        ("my.tfevents", True),
        ("events.out.tfevents.1.profile-empty", False),
        ("checkpoint", False),
    ],
)
def test_event_files_are_told_from_others_by_name(name, expected):
    assert file_names.is_event_file(name) is expected
