"""``board inspect`` tells what a log holds."""

from __future__ import annotations

import json
import re

import pytest
from tensorboard.backend.event_processing import event_accumulator as peer

from board.cli import main
from board.commands.terminal import duration, size, table


@pytest.fixture
def inspect(capsys):
    """Runs the command with --json; what it found."""

    def run(*arguments, code=0):
        assert main(["inspect", *map(str, arguments), "--json"]) == code
        return json.loads(capsys.readouterr().out)["runs"]

    return run


def test_every_series_is_listed_with_counts_steps_and_times(log, inspect):
    path = log.write(log.version() + log.scalars(3, 1000) + log.scalar(7, tag="acc", wall_time=5.0))
    (run,) = inspect(log.directory)
    assert (run["run"], run["files"], run["bytes"]) == ("run", 1, path.stat().st_size)
    loss = {
        "tag": "loss",
        "kind": "scalars",
        "count": 997,
        "first_step": 3,
        "last_step": 999,
        "first_wall_time": 1003.0,
        "last_wall_time": 1999.0,
    }
    assert [entry["tag"] for entry in run["tags"]] == ["acc", "loss"]
    assert run["tags"][1] == loss


def test_one_tag_can_be_asked_for(log, inspect, capsys):
    log.write(log.version() + log.scalars(0, 3) + log.scalars(0, 3, tag="acc"))
    (run,) = inspect(log.directory, "--tag=acc")
    assert [entry["tag"] for entry in run["tags"]] == ["acc"]
    assert main(["inspect", str(log.directory), "--tag=gone"]) == 1
    assert capsys.readouterr().out == "no values under tag 'gone' in the event files of 1 run\n"


def test_a_directory_with_nothing_to_list_says_so_and_fails(log, inspect, capsys):
    log.directory.mkdir()
    assert main(["inspect", str(log.directory)]) == 1
    assert capsys.readouterr().out == (
        f"no event files (their names contain 'tfevents') in {log.directory}, or below\n"
    )
    assert inspect(log.directory, code=1) == []
    log.write(log.version())
    path = log.write(log.version(), run="other")
    assert main(["inspect", str(log.directory)]) == 1
    assert capsys.readouterr().out == "no values in the event files of 2 runs\n"
    assert [run["tags"] for run in inspect(log.directory, code=1)] == [[], []]
    assert main(["inspect", f"--event_file={path}"]) == 1
    assert capsys.readouterr().out == "no values in the event file\n"


@pytest.mark.parametrize("run", ["torch", "tbx", "tf1", "tf2"])
def test_one_file_is_listed_as_tensorboards_reader_sees_it(run, foreign_logs, inspect):
    (path,) = (foreign_logs / run).glob("events*")
    theirs = peer.EventAccumulator(str(path), peer.STORE_EVERYTHING_SIZE_GUIDANCE).Reload()
    (found,) = inspect("--event_file", path)
    kinds = {kind: sorted(theirs.Tags()[kind]) for kind in ("scalars", "histograms", "images", "audio", "tensors")}
    assert [(entry["kind"], entry["tag"]) for entry in found["tags"]] == [
        (kind, tag) for kind, tags in kinds.items() for tag in tags
    ]
    counts = {entry["tag"]: entry["count"] for entry in found["tags"] if entry["kind"] == "scalars"}
    assert counts == {tag: len(theirs.Scalars(tag)) for tag in kinds["scalars"]}


def test_the_table_is_aligned_and_names_cannot_steer_the_terminal(log, capsys):
    log.write(log.version() + log.scalars(0, 1200) + log.scalars(0, 3, tag="\x1b[2Jmuch longer"))
    assert main(["inspect", str(log.directory)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    lines = said.splitlines()
    assert re.match(r"run  1 file  \d+\.\d kB$", lines[0])
    ends = {line.index("scalars") for line in lines[2:4]}
    assert len(ends) == 1
    assert "1,200" in said


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "is wanted"), (["a", "--event_file=b"], "not both"), (["a", "--colour"], "--colour")]
)
def test_a_command_line_that_makes_no_sense_is_explained(arguments, said, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["inspect", *arguments])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["{}/gone"], ["--event_file={}/gone"], ["--event_file={}"]])
def test_what_cannot_be_read_is_an_error(arguments, tmp_path, capsys):
    assert main(["inspect", *(part.format(tmp_path) for part in arguments)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_time_spans_have_the_two_units_that_matter():
    spans = (0, 0.25, 12.34, 59.96, 200, 3599.6, 18720, 86399.9, 183_900)
    assert [duration(seconds) for seconds in spans] == [
        "0 ms",
        "250 ms",
        "12.3 s",
        "1 min",
        "3 min 20 s",
        "1 h",
        "5 h 12 min",
        "1 d",
        "2 d 3 h",
    ]


def test_sizes_are_short():
    assert [size(count) for count in (0, 999, 1000, 123_456, 999_999, 5 * 10**12, 10**16)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "123.5 kB",
        "1.0 MB",
        "5.0 TB",
        "10000.0 TB",
    ]


def test_columns_are_as_wide_as_their_widest_cell():
    assert table(["a", "n"], [["long", "1"], ["b", "100"]], right=(1,)) == ["a       n", "long    1", "b     100"]
