"""Meta graphs: a graph with its collections, away and back."""

from __future__ import annotations

import logging

import pytest

import graphcore as tf


@pytest.fixture
def model():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.Variable([[1.0], [2.0]], name="w")
    hidden = tf.Variable(1.0, trainable=False, name="hidden")
    y = tf.add(tf.matmul(x, w), hidden, name="y")
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(y), name="step")
    tf.add_to_collection("inputs", x)
    tf.add_to_collection("steps", y.op)
    tf.add_to_collection("sizes", 3)
    tf.add_to_collection("rates", 0.5)
    tf.add_to_collection("texts", "déjà vu")


@pytest.mark.parametrize("as_text", [False, True])
def test_a_program_goes_on_with_what_another_has_built(model, tmp_path, as_text):
    tf.train.export_meta_graph(tmp_path / "model.meta", as_text=as_text)
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        assert tf.train.import_meta_graph(str(tmp_path / "model.meta")) is None
        assert [v.name for v in tf.all_variables()] == ["w:0", "hidden:0"]
        assert [v.name for v in tf.trainable_variables()] == ["w:0"]
        assert tf.get_collection("inputs") == [graph.get_tensor_by_name("x:0")]
        assert tf.get_collection("steps") == [graph.get_operation_by_name("y")]
        assert tf.get_collection("sizes") == [3]
        assert tf.get_collection("rates") == [0.5]
        assert tf.get_collection("texts") == ["déjà vu".encode()]
        sess.run(tf.initialize_all_variables())
        (x,) = tf.get_collection("inputs")
        assert sess.run("y:0", {x: [[1.0, 1.0]]}).tolist() == [[4.0]]
        sess.run("step", {x: [[1.0, 1.0]]})
        w, _ = tf.all_variables()
        assert sess.run(w).ravel().tolist() == pytest.approx([0.9, 1.9])
        assert w.get_shape().as_list() == [2, 1]
        assert sess.run(w.initialized_value()).tolist() == [[1.0], [2.0]]


def test_exported_again_it_is_the_same(model):
    before = tf.train.export_meta_graph()
    with tf.Graph().as_default():
        tf.train.import_meta_graph(before)
        assert tf.train.export_meta_graph() == before


def test_only_some_collections_can_be_asked_for(model):
    meta_graph = tf.train.export_meta_graph(collection_list=["sizes", "variables"])
    assert set(meta_graph.collection_def) == {"sizes", "variables"}
    assert meta_graph.collection_def["sizes"].int64_list.value == [3]


def test_the_op_types_are_listed_with_their_defaults(model):
    """Readers whose op types have fewer attrs can then tell which they may pass over."""
    ops = {op.name: op for op in tf.train.export_meta_graph().meta_info_def.stripped_op_list.op}
    attrs = {attr.name: attr.default_value for attr in ops["MatMul"].attr}
    assert attrs["transpose_a"].b is False
    assert attrs["transpose_a"].WhichOneof("value") == "b"
    assert attrs["T"].WhichOneof("value") is None


def test_a_collection_that_cannot_travel_is_left_out_with_a_word(caplog):
    tf.constant(1.0)
    tf.add_to_collection("functions", len)
    with caplog.at_level(logging.WARNING):
        meta_graph = tf.train.export_meta_graph()
    assert "functions" not in meta_graph.collection_def
    assert "Collection 'functions' is not exported" in caplog.text


def test_files_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        tf.train.import_meta_graph(str(tmp_path / "none.meta"))
    (tmp_path / "wrong.meta").write_text("graph_def { colour: 3 }")
    with pytest.raises(ValueError, match="it is no MetaGraphDef"):
        tf.train.import_meta_graph(str(tmp_path / "wrong.meta"))
