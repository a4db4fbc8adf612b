"""The tutorial's graphs are those of TensorFlow 0.8, byte for byte."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pytest

import graphcore as tf
from writer.format import record
from writer.format.messages import Event, GraphDef

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "hello_tensorflow.py"


def serialised(graph_def) -> bytes:
    return graph_def.SerializeToString(deterministic=True)


def assert_same_graph(actual, expected: bytes) -> None:
    wanted = GraphDef.FromString(expected)
    assert [node.name for node in actual.node] == [node.name for node in wanted.node]
    for node, other in zip(actual.node, wanted.node):
        assert node == other
    assert serialised(actual) == expected


def tutorial() -> tuple[bytes, bytes]:
    """The lines of the tutorial that add to the graph; the graph after the first part, with shapes, and at the end."""
    tf.constant(1.0)
    weight = tf.Variable(0.8)
    _ = weight * tf.get_default_graph().get_tensor_by_name("Const:0")
    tf.initialize_all_variables()
    x = tf.constant(1.0, name="input")
    w = tf.Variable(0.8, name="weight")
    y = tf.mul(w, x, name="output")
    simple = tf.get_default_graph().as_graph_def(add_shapes=True)
    y_ = tf.constant(0.0)
    loss = (y - y_) ** 2
    optim = tf.train.GradientDescentOptimizer(learning_rate=0.025)
    grads_and_vars = optim.compute_gradients(loss)
    tf.initialize_all_variables()
    optim.apply_gradients(grads_and_vars)
    tf.train.GradientDescentOptimizer(0.025).minimize(loss)
    tf.initialize_all_variables()
    tf.scalar_summary("output", y)
    tf.initialize_all_variables()
    return simple, tf.get_default_graph().as_graph_def()


def test_the_tutorials_graphs(data):
    simple, whole = tutorial()

    assert_same_graph(simple, (data / "log_simple_graph_eventgraph.pb").read_bytes())
    assert_same_graph(whole, (data / "article_graph.pb").read_bytes())
    assert len(whole.node) == 116
    digest = hashlib.sha256(serialised(whole)).hexdigest()
    assert digest == "f2ada2147361958d6104d6365e704046362c33fb2176e0c1f9e978087505b131"


def test_exports_say_which_version_of_the_ops_they_use():
    tf.constant(1.0)
    graph_def = tf.get_default_graph().as_graph_def()
    assert graph_def.versions.producer == 9
    assert serialised(graph_def).endswith(bytes.fromhex("22020809"))


@pytest.fixture(scope="module")
def final_program(tmp_path_factory):
    """The example's names, and the directory it ran in."""
    directory = tmp_path_factory.mktemp("final")
    with pytest.MonkeyPatch.context() as patch, tf.Graph().as_default():
        patch.chdir(directory)
        names = runpy.run_path(str(EXAMPLE))
        names["summary_writer"].flush()
    return names, directory


def test_the_final_programs_graph(final_program, data):
    names, _ = final_program
    graph_def = names["sess"].graph.as_graph_def()
    assert len(graph_def.node) == 69
    assert_same_graph(graph_def, (data / "final_graph.pb").read_bytes())


def test_the_final_programs_event_file(final_program, data):
    _, directory = final_program
    (path,) = (directory / "log_simple_stats").iterdir()
    events = list(read_events(path))

    assert len(events) == 102
    assert events[0].file_version == "brain.Event:2"
    assert_same_graph(GraphDef.FromString(events[1].graph_def), (data / "log_final_eventgraph.pb").read_bytes())
    assert [event.step for event in events[2:]] == list(range(100))
    tags = ["input", "weight", "output", "correct_value", "loss"]
    assert all([value.tag for value in event.summary.value] == tags for event in events[2:])
    first, last = ([value.simple_value for value in events[i].summary.value] for i in (2, 101))
    assert first == [1.0, 0.800000011920929, 0.800000011920929, 0.0, 0.64000004529953]
    assert last == [1.0, 0.004985707812011242, 0.004985707812011242, 0.0, 2.4857283278834075e-05]


def read_events(path: Path):
    data, offset = path.read_bytes(), 0
    while offset < len(data):
        found = record.next_record(data, offset)
        assert isinstance(found, record.Record), found
        yield Event.FromString(found.data)
        offset = found.end
