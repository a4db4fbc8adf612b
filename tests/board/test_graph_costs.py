"""What a traced step took, over the graph that ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.graph_costs import Cost, Costs, covered
from board.query.graph_operations import read_operations
from board.query.graph_paint import paint_costs
from board.query.graph_source import decode_graph
from board.query.graph_timeline import lanes, trace
from board.query.graph_view import view_of
from writer.format.messages import GraphDef, RunMetadata

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def hierarchy_of(*names):
    graph = GraphDef(node=[{"name": name, "op": "X"} for name in names])
    return view_of(read_operations(graph)).hierarchy


def step(*nodes, device="/device:CPU:0"):
    """A RunMetadata of (name, start, end, *bytes of allocators), times in microseconds."""
    metadata = RunMetadata()
    stats = metadata.step_stats.dev_stats.add(device=device)
    for name, start, end, *memory in nodes:
        node = stats.node_stats.add(node_name=name, all_start_micros=start, all_end_rel_micros=end - start)
        for total in memory:
            node.memory.add(allocator_name="cpu", total_bytes=total)
    return metadata


class TestTensorFlow:
    """A step that TensorFlow traced: two layers and their gradients."""

    hierarchy = view_of(read_operations(*decode_graph((GRAPHS / "tf1_mlp.pb").read_bytes()))).hierarchy
    costs = Costs(RunMetadata.FromString((GRAPHS / "tf1_mlp.run_metadata.pb").read_bytes()), hierarchy)

    def test_operations_and_scopes(self):
        assert self.costs.cost(self.hierarchy.item("hidden/Relu")) == Cost(107_439, 131_072, 1)
        assert self.costs.cost(self.hierarchy.item("hidden")) == Cost(109_673, 131_072, 5)
        assert self.costs.cost(self.hierarchy.item("x")) is None
        assert self.costs.outputs(self.hierarchy.item("hidden/Relu")) == ("128×256",)

    def test_what_took_most(self):
        by_time = [item.name for item, _ in self.costs.costliest("time")[:2]]
        assert by_time == ["hidden/Relu", "gradients/out/MatMul_grad/MatMul"]
        _, most = self.costs.costliest("bytes")[0]
        assert most.bytes == 131_072

    def test_nodes_of_the_runtime_count_for_the_scope_of_their_name(self):
        assert self.costs.elsewhere == 4
        inside = sum(
            cost.executions
            for item in self.hierarchy.items
            if item.name.startswith("gradients/") and not item.is_scope and (cost := self.costs.cost(item))
        )
        assert self.costs.cost(self.hierarchy.item("gradients")).executions == inside + 2

    def test_the_timeline_is_a_trace_of_every_kernel(self):
        events = json.loads(json.dumps(trace(self.costs)))["traceEvents"]
        kernels = [event for event in events if event["ph"] == "X"]
        assert len(kernels) == 42
        relu = next(event for event in kernels if event["name"] == "hidden/Relu")
        assert (relu["dur"], relu["args"]) == (107.439, {"bytes": 131_072, "outputs": ["128×256"]})
        assert min(event["ts"] for event in kernels) == 0
        assert events[0]["args"]["name"].endswith("device:CPU:0")


def test_an_operation_that_runs_again_takes_the_sum_of_times_and_the_most_memory():
    hierarchy = hierarchy_of("loop/body", "loop/other")
    costs = Costs(step(("loop/body", 10, 14, 100, 20), ("loop/body", 20, 21, 80), ("loop/other", 12, 30, 1)), hierarchy)
    assert costs.cost(hierarchy.item("loop/body")) == Cost(5000, 120, 2)
    assert costs.cost(hierarchy.item("loop")) == Cost(20_000, 121, 3)


def test_kernels_of_streams_are_told_by_the_name_before_the_colon():
    hierarchy = hierarchy_of("a/product")
    costs = Costs(step(("a/product:MatMul", 0, 3)), hierarchy)
    assert costs.cost(hierarchy.item("a/product")) == Cost(3000, 0, 1)


def test_a_node_of_its_scope_s_name_has_the_cost_and_so_has_the_scope():
    hierarchy = hierarchy_of("w", "w/read")
    costs = Costs(step(("w", 0, 2, 8)), hierarchy)
    assert costs.cost(hierarchy.item("w/(w)")) == costs.cost(hierarchy.item("w")) == Cost(2000, 8, 1)


def test_colours_end_at_the_greatest_of_the_top():
    hierarchy = hierarchy_of("a/x", "a/y", "b", "c")
    costs = Costs(step(("a/x", 0, 6), ("a/y", 6, 8), ("b", 8, 9, 77)), hierarchy)
    assert paint_costs(costs, hierarchy, "time", hierarchy.item("")) == {"amounts": [8000, 1000, None], "most": 8000}
    assert paint_costs(costs, hierarchy, "time", hierarchy.item("a")) == {"amounts": [6000, 2000], "most": 8000}
    assert paint_costs(costs, hierarchy, "memory", hierarchy.item(""))["most"] == 77


@pytest.mark.parametrize(
    "metadata", [RunMetadata(), step(("", 5, 5)), step(("a", 9, 3)), step(("gone/for/ever", -4, 2))]
)
def test_odd_steps_do_no_harm(metadata):
    hierarchy = hierarchy_of("a")
    costs = Costs(metadata, hierarchy)
    trace(costs)
    assert all(execution.start >= 0 and execution.end >= execution.start for execution in costs.executions)


_INTERVALS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair))))


@given(_INTERVALS)
def test_the_length_of_a_union_is_the_number_of_units_that_are_covered(intervals):
    assert covered(intervals) == len({unit for start, end in intervals for unit in range(start, end)})


@given(_INTERVALS)
def test_kernels_in_one_row_of_the_timeline_do_not_overlap(intervals):
    executions = Costs(step(*(("a", start, end) for start, end in intervals)), hierarchy_of("a")).executions
    ends = {}
    for execution, row in zip(executions, lanes(executions)):
        assert execution.start >= ends.get(row, 0)
        ends[row] = execution.end
