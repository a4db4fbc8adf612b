"""Bytes of graphs, whole and damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.graph_source import Encoding, decode_graph
from writer.format.messages import GraphDef, RunMetadata

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"
HELLO = (GRAPHS / "hello_tensorflow.pb").read_bytes()


def test_a_graph_def_is_read_as_it_is():
    graph, problems = decode_graph(HELLO)
    assert graph == GraphDef.FromString(HELLO)
    assert problems == []


def test_the_graph_of_a_meta_graph_is_the_graph_that_was_logged_beside_it():
    data = (GRAPHS / "tf1_neuron.meta_graph.pb").read_bytes()
    graph, problems = decode_graph(data, Encoding.META_GRAPH_DEF)
    beside = GraphDef.FromString((GRAPHS / "tf1_neuron.pb").read_bytes())
    assert [node.name for node in graph.node] == [node.name for node in beside.node]
    assert problems == []


def test_traced_functions_become_one_scope_each_with_their_inputs_inside():
    data = (GRAPHS / "tf2_function.run_metadata.pb").read_bytes()
    graph, problems = decode_graph(data, Encoding.RUN_METADATA)
    inputs = {node.name: list(node.input) for node in graph.node}
    assert inputs["graph_3/MatMul"] == ["graph_3/a", "graph_3/b"]
    assert {name.split("/")[0] for name in inputs} == {"graph_1", "graph_2", "graph_3"}
    assert problems == []


def test_a_control_input_of_a_traced_function_stays_a_control_input():
    trace = RunMetadata()
    for _ in range(2):
        graph = trace.function_graphs.add().pre_optimization_graph
        graph.node.add(name="a", op="NoOp")
        graph.node.add(name="b", op="NoOp", input=["^a"])
    graph, _ = decode_graph(trace.SerializeToString(), Encoding.RUN_METADATA)
    assert [list(node.input) for node in graph.node] == [[], ["^graph_1/a"], [], ["^graph_2/a"]]


def test_a_single_trace_keeps_its_names():
    trace = RunMetadata()
    trace.partition_graphs.add().node.add(name="a", op="NoOp")
    graph, _ = decode_graph(trace.SerializeToString(), Encoding.RUN_METADATA)
    assert [node.name for node in graph.node] == ["a"]


def test_a_torn_graph_gives_the_nodes_before_the_tear():
    whole = GraphDef.FromString(HELLO)
    graph, problems = decode_graph(HELLO[: len(HELLO) // 2])
    assert 10 < len(graph.node) < len(whole.node)
    assert list(graph.node) == list(whole.node)[: len(graph.node)]
    assert len(problems) == 1
    assert f"of {len(HELLO) // 2}" in problems[0]


def test_a_damaged_node_costs_only_itself():
    graph = GraphDef()
    for name in ("before", "damaged", "after"):
        graph.node.add(name=name, op="NoOp")
    data = bytearray(graph.SerializeToString())
    data[data.index(b"damaged") + 2] = 0xFF  # no longer UTF-8
    read, problems = decode_graph(bytes(data))
    assert [node.name for node in read.node] == ["before", "after"]
    assert problems == ["The GraphDef is damaged: 1 node could not be read"]


@pytest.mark.parametrize("encoding", [Encoding.META_GRAPH_DEF, Encoding.RUN_METADATA])
def test_a_damaged_message_around_a_graph_is_named(encoding):
    graph, problems = decode_graph(b"\x12\xff\xff", encoding)
    assert len(graph.node) == 0
    assert "damaged (3 bytes)" in problems[0]


@given(st.binary(max_size=200), st.sampled_from(Encoding))
def test_no_bytes_raise(data, encoding):
    decode_graph(data, encoding)


@given(st.integers(0, len(HELLO) - 1), st.integers(1, 255))
def test_a_flipped_byte_loses_what_follows_at_most(position, flip):
    data = bytearray(HELLO)
    data[position] ^= flip
    graph, _ = decode_graph(bytes(data))
    before, end = [], 0
    for node in GraphDef.FromString(HELLO).node:
        size = node.ByteSize()
        end += 1 + (1 if size < 128 else 2) + size  # key, length, node
        if end <= position:
            before.append(node)
    assert list(graph.node)[: len(before)] == before
