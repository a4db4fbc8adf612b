import json

import pytest
from tensorboard.compat.proto import event_pb2, graph_pb2, summary_pb2

import board
from writer import SummaryWriter
from writer.file_writer import FileWriter


def summary(tag, value):
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])


def test_the_file_writer_logs_into_the_same_run(tmp_path, read_events):
    log = SummaryWriter(tmp_path)
    log.add_scalar("a", 1.0, 1)
    log.file_writer.add_summary(summary("b", 2.0), 2, walltime=7.0)
    log._get_file_writer().add_event(event_pb2.Event(summary=summary("c", 3.0), step=9), step=3)
    log.file_writer.event_writer.add_event(event_pb2.Event(summary=summary("d", 3.0), step=4, wall_time=5.0))
    log.file_writer.add_graph((graph_pb2.GraphDef(), None))
    assert list(log.all_writers) == [str(tmp_path)] == [log.file_writer.get_logdir()]
    log.file_writer.close()
    events = read_events(tmp_path)[1:]
    assert [event.step for event in events] == [1, 2, 3, 4, 0]
    assert events[1].wall_time == 7.0
    assert events[2].wall_time > 1e9
    assert events[3].wall_time == 5.0


def test_a_file_writer_stands_on_its_own(tmp_path, read_events):
    writer = FileWriter(tmp_path, 10, 120, ".x")
    writer.add_summary(summary("a", 1.0).SerializeToString(), 1)
    writer.flush()
    writer.reopen()
    writer.close()
    assert [event.step for event in read_events(tmp_path)[1:]] == [1]


def test_metadata_hold_within_their_block_for_calls_without_their_own(tmp_path, read_events):
    with SummaryWriter(tmp_path) as log:
        with log.use_metadata(global_step=5, walltime=9.0) as same:
            assert same is log
            log.add_scalar("a", 1.0)
            log.add_scalar("a", 1.0, 6)
            log.add_scalar("a", 1.0, global_step=0, walltime=10.0)
            log.add_histogram("h", [1, 2])
            with pytest.raises(ValueError, match="already"), log.use_metadata(global_step=1):
                pass
        log.add_scalar("a", 1.0, 7)
        with pytest.raises(ValueError, match="wants a global_step"), log.use_metadata():
            pass
    events = read_events(tmp_path)[1:]
    assert [event.step for event in events] == [5, 6, 0, 5, 7]
    assert [event.wall_time for event in events[:4]] == [9.0, 9.0, 10.0, 9.0]


def test_all_scalars_are_exported_to_json(tmp_path):
    log = SummaryWriter(tmp_path / "run")
    for step in range(3):
        log.add_scalar("loss", 1 / 2**step, step, walltime=step)
    log.add_scalar("nan", float("nan"), 1, walltime=1)
    log.add_scalar("new", 0.1, 1, walltime=1, double_precision=True)
    log.add_histogram("h", [1, 2])
    log.export_scalars_to_json(tmp_path / "all.json")
    assert json.loads((tmp_path / "all.json").read_text()) == {
        "loss": [[0.0, 0, 1.0], [1.0, 1, 0.5], [2.0, 2, 0.25]],
        "nan": [[1.0, 1, None]],
        "new": [[1.0, 1, 0.1]],
    }
    log.close()
    assert board.open(tmp_path).runs == ["run"]
