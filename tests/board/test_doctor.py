"""``board doctor`` finds what is wrong, and copies what is not."""

from __future__ import annotations

import json
import re
import time

import pytest

import board
from board.cli import main
from board.commands.doctor import examine
from writer.format import plugins
from writer.format.messages import Event
from writer.format.record import frame


@pytest.fixture
def doctor(log, capsys):
    """Runs the command on the log; its exit code and findings."""

    def run(*arguments):
        code = main(["doctor", str(log.directory), "--json", *map(str, arguments)])
        said = capsys.readouterr()
        return code, json.loads(said.out)["findings"] if said.out else said.err

    return run


def test_a_healthy_log_has_no_findings(log, doctor, capsys):
    log.write(log.version() + log.scalars(0, 100))
    assert doctor() == (0, [])
    assert main(["doctor", str(log.directory)]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"


def test_the_logs_of_other_programs_are_undamaged(foreign_logs, capsys):
    main(["doctor", str(foreign_logs), "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["kind"] for finding in findings} <= {"restart", "clock"}


def test_damage_is_named_by_file_and_offset(log, doctor):
    log.write(log.version() + b"\xff" * 20 + log.scalars(0, 5))
    code, (finding,) = doctor()
    assert code == 1
    assert (finding["kind"], finding["where"]) == ("damage", "run/events.out.tfevents.1")
    assert finding["what"].startswith(f"byte {len(log.version())}, 20 bytes: ")
    assert finding["repairable"]


@pytest.mark.parametrize(
    ("records", "kind", "what"),
    [
        (lambda log: b"", "empty run", "no values"),
        (lambda log: log.scalars(0, 9) + log.scalars(5, 12), "restart", "steps go back in tag 'loss'"),
        (lambda log: log.scalar(0, wall_time=9000.0) + log.scalar(1, wall_time=2000.0), "clock", "back by 7000 s"),
        (lambda log: log.scalar(0, wall_time=4e9), "clock", "still to come"),
    ],
)
def test_oddities_of_a_run_are_told(records, kind, what, log, doctor):
    log.write(log.version() + records(log))
    code, (finding,) = doctor()
    assert (code, finding["kind"], finding["where"]) == (1, kind, "run")
    assert what in finding["what"]


HOUR = 3600.0


def stalled(log, silence):
    """What is told of runs so many seconds after the wall time 1099, at which the logs of these tests end."""
    found = list(examine(board.open(log.directory, cache=False), now=1099.0 + silence))
    return [(finding.where, finding.what) for finding in found if finding.kind == "stalled run"]


def test_a_run_that_has_fallen_silent_is_told_with_its_habit(log):
    log.write(log.version() + b"".join(log.scalar(step, wall_time=999.0 + 2 * step) for step in range(51)))
    log.write(log.version() + log.scalar(0, tag="eval", wall_time=1000.0), run="evaluated once")
    assert stalled(log, 3 * HOUR) == [("run", "no event for 3 h; before that one every 2 s")]
    assert stalled(log, 59) == []
    assert stalled(log, 61) == [("run", "no event for 1 min 1 s; before that one every 2 s")]
    assert stalled(log, 25 * HOUR) == []  # over, and nobody waits for it


def test_a_slow_run_is_given_ten_of_its_intervals(log):
    log.write(log.version() + b"".join(log.scalar(step, wall_time=499.0 + 200 * step) for step in range(4)))
    assert stalled(log, 1990) == []
    assert stalled(log, 2010) == [("run", "no event for 33 min 30 s; before that one every 3 min 20 s")]


def test_values_of_any_kind_are_a_sign_of_life(log):
    picture = Event(wall_time=1099.0 + HOUR, step=100)
    picture.summary.value.add(tag="view").image.encoded_image_string = b"picture"
    log.write(log.version() + log.scalars(0, 100) + frame(picture.SerializeToString()))
    assert stalled(log, HOUR + 30) == []
    assert [what for _, what in stalled(log, 3 * HOUR)] == ["no event for 2 h; before that one every 1 s"]


def test_a_run_that_said_it_has_ended_is_not_stalled(log):
    end = Event(wall_time=1099.0)
    value = end.summary.value.add(tag=plugins.HPARAMS_SESSION_END_TAG)
    value.metadata.plugin_data.plugin_name = plugins.HPARAMS
    log.write(log.version() + log.scalars(0, 100))
    assert len(stalled(log, HOUR)) == 1
    log.append(frame(end.SerializeToString()))
    assert stalled(log, HOUR) == []


def test_a_stalled_run_is_listed_and_no_fault_of_the_log(log, doctor):
    begin = time.time() - HOUR
    log.write(log.version() + b"".join(log.scalar(step, wall_time=begin + step) for step in range(9)))
    code, (finding,) = doctor()
    assert (code, finding["kind"], finding["repairable"]) == (0, "stalled run", False)
    assert re.fullmatch(r"no event for 59 min \d+ s; before that one every 1 s", finding["what"])


def test_a_repaired_copy_holds_every_readable_record_and_nothing_else(log, doctor, tmp_path, aged):
    pieces = [log.version(), log.scalars(0, 50), log.scalars(50, 60)]
    torn = log.scalar(99)[:-7]
    path = log.write(pieces[0] + pieces[1] + b"\xff" * 20 + pieces[2] + torn)
    aged(path)
    before = path.read_bytes()
    out = tmp_path / "out"
    assert doctor("--repair", out)[0] == 1
    assert (out / "run" / path.name).read_bytes() == b"".join(pieces)
    assert path.read_bytes() == before
    assert main(["doctor", str(out)]) == 0
    assert board.open(out).scalars("run", "loss").steps.tolist() == list(range(60))


def test_records_behind_a_torn_one_are_copied(log, doctor, tmp_path):
    torn = log.event(file_version="x" * 5000)[:40]
    path = log.write(log.version() + torn + log.scalars(0, 3))
    doctor("--repair", tmp_path / "out")
    assert (tmp_path / "out" / "run" / path.name).read_bytes() == log.version() + log.scalars(0, 3)


@pytest.mark.parametrize("out", ["logs/out", "logs", "."])
def test_a_copy_within_the_original_or_around_it_is_refused(out, log, doctor, tmp_path):
    log.write(log.version() + log.scalars(0, 3))
    code, said = doctor("--repair", tmp_path / out)
    assert code == 2
    assert "must lie outside" in said
    assert [path.name for path in tmp_path.rglob("*")] == ["logs", "run", "events.out.tfevents.1"]


def test_a_directory_that_is_not_there_is_an_error(log, doctor):
    code, said = doctor()
    assert code == 2
    assert "no such directory" in said
