import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import config_pb2, event_pb2, graph_pb2, summary_pb2

from writer import SummaryWriter
from writer.format.messages import GraphDef, NodeDef, RunMetadata, SessionLog


class Graph:
    """The one thing a graph has to offer."""

    def as_graph_def(self, *, add_shapes):
        assert add_shapes
        return GraphDef(node=[NodeDef(name="n", op="NoOp")])


def tensorboard_reads(directory):
    accumulator = EventAccumulator(str(directory), size_guidance={"scalars": 0, "tensors": 0})
    return accumulator.Reload()


def test_tensorboards_reader_finds_every_scalar(tmp_path):
    with SummaryWriter(tmp_path) as log:
        for step in range(200):
            log.add_scalar("train/loss", np.float32(1 / (step + 1)), step, walltime=1000.5 + step)
            log.add_scalar("übung/äöü 🎈", step, -step)
            log.add_scalar("tensor", step * 0.1, step, new_style=True)
        log.add_scalar("nan", float("nan"), 2**40)
    events = tensorboard_reads(tmp_path)
    assert sorted(events.Tags()["scalars"]) == ["nan", "train/loss", "übung/äöü 🎈"]
    assert [(e.wall_time, e.step, e.value) for e in events.Scalars("train/loss")] == [
        (1000.5 + step, step, float(np.float32(1 / (step + 1)))) for step in range(200)
    ]
    assert [e.step for e in events.Scalars("übung/äöü 🎈")] == [-step for step in range(200)]
    assert events.Scalars("nan")[0].step == 2**40
    assert np.isnan(events.Scalars("nan")[0].value)
    tensors = events.Tensors("tensor")
    assert [e.tensor_proto.float_val[:] or list(np.frombuffer(e.tensor_proto.tensor_content, "<f4")) for e in tensors][
        7
    ] == [np.float32(0.7)]


def test_tensorboards_reader_finds_graph_session_log_and_run_metadata(tmp_path):
    with SummaryWriter(tmp_path, Graph()) as log:
        log.add_session_log(SessionLog(status=SessionLog.START), 5)
        metadata = RunMetadata()
        metadata.step_stats.dev_stats.add(device="/cpu:0")
        log.add_run_metadata(metadata, "step5", 5)
        with pytest.raises(ValueError, match="The provided tag was already used for this event type"):
            log.add_run_metadata(metadata, "step5", 6)
    events = tensorboard_reads(tmp_path)
    assert [node.name for node in events.Graph().node] == ["n"]
    assert events.RunMetadata("step5").step_stats.dev_stats[0].device == "/cpu:0"


def test_messages_of_other_libraries_classes_and_plain_bytes_are_taken(tmp_path, read_events):
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="a", simple_value=1.5)])
    graph = graph_pb2.GraphDef()
    graph.node.add(name="m")
    with SummaryWriter(tmp_path) as log:
        log.add_summary(summary, 1)
        log.add_summary(summary.SerializeToString(), 2)
        log.add_summary(np.array(summary.SerializeToString(), object), 3)
        log.add_event(event_pb2.Event(wall_time=7, step=4, summary=summary))
        log.add_graph(graph)
        log.add_graph(graph_def=graph.SerializeToString())
        log.add_run_metadata(config_pb2.RunMetadata(), "r")
    events = read_events(tmp_path)[1:]
    assert [event.step for event in events[:4]] == [1, 2, 3, 4]
    assert all(event.summary.value[0].simple_value == 1.5 for event in events[:4])
    assert events[3].wall_time == 7
    assert events[4].graph_def == events[5].graph_def == graph.SerializeToString()


@pytest.mark.parametrize(
    ("positional", "keywords", "expected"),
    [
        (("a comment", None, 5, 60, ".x"), {}, (5, 60, ".x")),
        (("a comment",), {"max_queue": 7}, (7, 2, "")),
        ((None, 5, 60), {}, (5, 60, "")),
        ((Graph(), 10, 120), {}, (10, 120, "")),
        ((), {"graph": Graph(), "filename_suffix": ".y"}, (1000, 2, ".y")),
    ],
)
def test_both_spellings_of_the_constructor_are_understood(tmp_path, positional, keywords, expected, read_events):
    log = SummaryWriter(tmp_path, *positional, **keywords)
    options = log._file._options
    assert (options.max_queue, options.flush_secs, options.filename_suffix) == expected
    log.close()
    wants_graph = "graph" in keywords or (positional and isinstance(positional[0], Graph))
    assert [event.WhichOneof("what") for event in read_events(tmp_path)] == (
        ["file_version", "graph_def"] if wants_graph else []
    )


def test_default_directory_is_a_new_one_under_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = SummaryWriter(comment="_lr0.1")
    assert log.log_dir == log.get_logdir()
    (directory,) = (tmp_path / "runs").iterdir()
    assert directory.name.endswith("_lr0.1")
    assert SummaryWriter("", comment="_x").log_dir.startswith("runs")  # as PyTorch takes an empty name


def test_purge_step_writes_the_session_start_that_readers_look_for(tmp_path, read_events):
    SummaryWriter(tmp_path, purge_step=30).close()
    _, event = read_events(tmp_path)
    assert event.session_log.status == SessionLog.START
    assert event.step == 30


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda log: log.add_scalar("loss", "high"), TypeError, "'loss' wants a number, but got 'high'"),
        (lambda log: log.add_scalar("loss", 1.0, 1.5), ValueError, "global_step is an integer, but got 1.5"),
        (lambda log: log.add_summary(3.0), TypeError, "wanted a Summary or its bytes, but got float"),
        (lambda log: log.add_event("x"), TypeError, "wanted an Event or its bytes, but got str"),
        (lambda log: log.add_graph(), TypeError, "must be an instance of `Graph`"),
        (lambda log: log.add_graph("x"), TypeError, "must be an instance of `Graph`"),
        (lambda log: log.add_graph(Graph(), graph_def=b""), ValueError, "Please pass only graph, or graph_def"),
    ],
)
def test_a_wrong_argument_is_refused_and_costs_nothing_logged_before(tmp_path, call, error, message, read_events):
    log = SummaryWriter(tmp_path)
    log.add_scalar("loss", 1.0, 1)
    with pytest.raises(error, match=message):
        call(log)
    log.add_scalar("loss", 0.5, 2)
    log.close()
    assert [event.step for event in read_events(tmp_path)[1:]] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"flush_secs": "2"}, TypeError, "flush_secs is a number, but got '2' of type str"),
        ({"max_queue": None}, TypeError, "max_queue is a number, but got None"),
        ({"memory_limit": "64 MB"}, TypeError, "memory_limit is a number of bytes, but got '64 MB' of type str"),
        ({"memory_limit": None}, TypeError, "memory_limit is a number of bytes, but got None"),
        ({"filename_suffix": "/../x"}, ValueError, "filename_suffix is part of a file's name, but got '/../x'"),
        ({"filename_suffix": 7}, TypeError, "filename_suffix is a string, but got 7 of type int"),
        ({"rank": "1"}, TypeError, "rank is an integer, but got '1' of type str"),
        ({"on_full": "block"}, ValueError, "on_full is one of 'wait', 'drop', but got 'block'"),
        ({"queue": 1}, TypeError, "SummaryWriter.* unexpected keyword argument 'queue'"),
    ],
)
def test_a_wrong_argument_of_the_constructor_is_named(tmp_path, arguments, error, message):
    with pytest.raises(error, match=message):
        SummaryWriter(tmp_path / "run", **arguments)


def test_a_file_where_the_directory_should_be_is_named(tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(NotADirectoryError, match=r"a run is a directory, but this is a file: '.*run'"):
        SummaryWriter(tmp_path / "run")


def test_directories_may_be_named_by_strings_bytes_and_paths_and_the_writer_shows_its_own(tmp_path):
    for name in (str(tmp_path), bytes(tmp_path), tmp_path):
        assert repr(SummaryWriter(name)) == f"SummaryWriter({str(tmp_path)!r})"


def test_logging_after_close_goes_on_in_a_new_file_of_the_run(tmp_path, read_events):
    log = SummaryWriter(tmp_path)
    for step in range(3):
        log.add_scalar("loss", 1.0, step)
        log.add_histogram("weights", [1.0, 2.0], step)
        log.close()
        log.close()
        assert log.flush()
    assert len(list(tmp_path.iterdir())) == 3
    assert [event.step for event in read_events(tmp_path) if event.summary.value] == [0, 0, 1, 1, 2, 2]


def test_what_is_larger_than_readers_accept_is_refused_by_its_tag(tmp_path, monkeypatch, read_events):
    monkeypatch.setattr("writer.event_file.MAX_DATA_SIZE", 1000)
    with SummaryWriter(tmp_path) as log:
        log.add_scalar("loss", 1.0, 1)
        with pytest.raises(ValueError, match=r"tag 'all': it takes 4,\d\d\d bytes .*, but readers accept no more"):
            log.add_tensor("all", np.zeros(1000, np.float32), 1)
        log.add_scalar("loss", 0.5, 2)
    assert [event.step for event in read_events(tmp_path)[1:]] == [1, 2]
