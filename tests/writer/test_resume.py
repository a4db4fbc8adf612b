import os
import random

import pytest

from writer import EventFileWriter, SummaryWriter, resume
from writer.format.messages import SessionLog
from writer.rank import rank_of_process


def log_steps(directory, steps, **options):
    with SummaryWriter(directory, **options) as log:
        for step in steps:
            log.add_scalar("t", 0.0, step)
        return log.last_step


def starts(events):
    return [event.step for event in events if event.session_log.status == SessionLog.START]


def test_a_run_is_gone_on_with_behind_its_last_step(tmp_path, read_events):
    assert log_steps(tmp_path, range(100), resume=True) is None
    assert starts(read_events(tmp_path)) == []
    assert log_steps(tmp_path, range(100, 150), resume=True) == 99
    assert log_steps(tmp_path, range(150, 160), resume=True) == 149
    assert starts(read_events(tmp_path)) == [100, 150]


def test_an_earlier_step_may_be_named_and_supersedes_what_is_behind_it(tmp_path, read_events):
    log_steps(tmp_path, range(1000))
    assert log_steps(tmp_path, range(500, 600), resume=True, purge_step=500) == 999
    assert starts(read_events(tmp_path)) == [500]
    assert log_steps(tmp_path, [], resume=True) == 599
    # The last session died before it logged anything.
    assert log_steps(tmp_path, [], purge_step=300) is None
    assert log_steps(tmp_path, [], resume=True) == 299


def test_a_session_that_resumed_beyond_all_that_was_logged_hides_nothing(tmp_path):
    log_steps(tmp_path, range(10))
    log_steps(tmp_path, [20, 21], purge_step=20)
    assert resume.last_step(tmp_path) == 21


def test_only_the_ends_of_long_files_are_read_and_damage_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(resume, "_FIRST_LOOK", 500)
    log_steps(tmp_path, range(1000))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole) // 2) + whole[len(whole) // 2 :])
    assert resume.last_step(tmp_path) == 999
    path.write_bytes(whole + b"torn" + whole[:7])
    assert resume.last_step(tmp_path) == 999
    path.write_bytes(whole[:-10])
    assert resume.last_step(tmp_path) == 998
    path.write_bytes(random.randbytes(5000))
    assert resume.last_step(tmp_path) is None
    with SummaryWriter(tmp_path) as log:
        log.add_scalar("t", 0.0, 7)
        log.add_tensor("large", [0.0] * 20_000, 8)
        log.add_session_log(SessionLog(status=SessionLog.CHECKPOINT), 9)
    assert resume.last_step(tmp_path) == 8


def test_nothing_is_resumed_where_nothing_is(tmp_path):
    assert resume.last_step(tmp_path / "no such run") is None


@pytest.mark.parametrize(
    ("environment", "rank"),
    [
        ({}, None),
        ({"RANK": "3", "SLURM_PROCID": "0"}, 3),
        ({"SLURM_PROCID": "12"}, 12),
        ({"OMPI_COMM_WORLD_RANK": "0"}, 0),
    ],
)
def test_the_rank_is_what_the_launcher_says(environment, rank):
    assert rank_of_process(environment) == rank


def test_a_rank_that_is_no_integer_is_refused():
    with pytest.raises(ValueError, match="integer, but RANK is 'first'"):
        rank_of_process({"RANK": "first"})


def test_ranks_log_to_files_of_their_own_in_one_run(tmp_path, monkeypatch, read_events):
    for rank in range(3):
        monkeypatch.setenv("RANK", str(rank))
        log_steps(tmp_path, [rank], filename_suffix=".x")
    assert sorted(path.name.partition(".rank")[2] for path in tmp_path.iterdir()) == ["0.x", "1.x", "2.x"]
    assert sorted(event.step for event in read_events(tmp_path) if event.HasField("summary")) == [0, 1, 2]


@pytest.mark.parametrize("options", [{"rank": 1, "rank_policy": "first_only"}, {"write_to_disk": False}])
def test_a_silent_writer_leaves_no_trace_but_refuses_mistakes(options, tmp_path):
    with SummaryWriter(tmp_path / "run", purge_step=3, resume=True, **options) as log:
        log.add_scalar("t", 1.0, 1)
        log.add_scalar_series("t", [1, 2], [1.0, 2.0])
        log.add_scalars("t", {"a": 1.0}, own_runs=True)
        assert log.flush()
        with pytest.raises(TypeError, match="wants a number"):
            log.add_scalar("t", "x")
    assert os.listdir(tmp_path) == []
    with SummaryWriter(tmp_path / "run", rank=0, rank_policy="first_only") as log:
        log.add_scalar("t", 1.0)
    assert len(os.listdir(tmp_path / "run")) == 1


def test_options_of_the_file_reach_it_and_others_are_refused(tmp_path):
    log = SummaryWriter(tmp_path, sync="fsync", max_file_bytes=1000, on_full="drop")
    assert isinstance(log._file, EventFileWriter)
    assert log._file._options.sync == "fsync"
    with pytest.raises(TypeError, match="max_files"):
        SummaryWriter(tmp_path, max_files=3)
    with pytest.raises(ValueError, match="rank_policy is 'own_file' or 'first_only', but got 'all'"):
        SummaryWriter(tmp_path, rank_policy="all")  # type: ignore[arg-type]
