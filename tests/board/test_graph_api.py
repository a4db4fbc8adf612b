"""The routes of the graphs page, over logs on disk."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from google.protobuf import text_format

from board.query import graph_cache
from board.query.graph_cache import GraphCache
from writer.format import plugins, tensors
from writer.format.messages import Event, GraphDef, MetaGraphDef
from writer.format.record import frame

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"
HELLO = (GRAPHS / "hello_tensorflow.pb").read_bytes()


def graph_event(data, wall_time=1001.0):
    return frame(Event(wall_time=wall_time, graph_def=data).SerializeToString())


def graph_of(*names):
    return GraphDef(node=[{"name": name, "op": "NoOp"} for name in names]).SerializeToString()


def trace_event(data, tag="fn"):
    event = Event(wall_time=1001.0)
    value = event.summary.value.add(tag=tag)
    value.metadata.plugin_data.plugin_name = plugins.GRAPH_RUN_METADATA_GRAPH
    value.metadata.plugin_data.content = b"1"
    value.tensor.CopyFrom(tensors.to_proto([data]))
    return frame(event.SerializeToString())


@pytest.fixture
def hello(log):
    log.write(log.version() + graph_event(HELLO))
    return log.poll()


def get(log, route, **arguments):
    return log.client().get(f"/api/graph/{route}", query_string={"run": "run", **arguments})


def paths(response):
    return [child["path"] for child in response.json["children"]]


def test_the_top_of_a_graph(hello):
    top = get(hello, "scope").json
    assert len(top["children"]) == 15
    assert top["problems"] == {"count": 0, "texts": []}
    gradients = next(child for child in top["children"] if child["path"] == "gradients")
    assert gradients == {
        "path": "gradients",
        "name": "gradients",
        "label": "gradients",
        "kind": "scope",
        "op": None,
        "operations": 44,
        "repeats": 0,
    }


def test_a_scope_a_card_and_a_search(hello):
    assert paths(get(hello, "scope", scope="weight"))[-1] == "weight/(weight)"
    card = get(hello, "node", name="weight").json
    assert {"name": "dtype", "value": "float32"} in card["operation"]["attributes"]
    found = get(hello, "search", q="ReShape").json
    assert found["count"] == 6


@pytest.mark.parametrize(
    ("route", "arguments", "status", "text"),
    [
        ("scope", {"run": "other"}, 404, "run='other'"),
        ("scope", {"tag": "other"}, 404, "tag='other'"),
        ("scope", {"scope": "nowhere"}, 404, "no node or scope 'nowhere'"),
        ("scope", {"scope": "output"}, 404, "scope 'output': that is an operation"),
        ("node", {"name": "nowhere"}, 404, "no node or scope 'nowhere'"),
        ("node", {}, 400, "'name'"),
        ("search", {}, 400, "'q'"),
    ],
)
def test_what_is_not_there_is_named(hello, route, arguments, status, text):
    response = get(hello, route, **arguments)
    assert response.status_code == status
    assert text in response.json["error"]


def test_asking_again_costs_nothing_until_another_graph_is_logged(hello):
    first = get(hello, "scope")
    headers = {"If-None-Match": first.headers["ETag"]}
    client = hello.client()
    assert client.get("/api/graph/scope?run=run", headers=headers).status_code == 304
    hello.append(graph_event(graph_of("a", "b"), wall_time=1002.0))
    hello.poll()
    second = client.get("/api/graph/scope?run=run", headers=headers)
    assert second.status_code == 200
    assert second.json["graph"] != first.json["graph"]
    assert paths(second) == ["a", "b"]


def test_a_run_without_a_graph_def_shows_that_of_its_meta_graph(log):
    meta = MetaGraphDef(graph_def=GraphDef.FromString(graph_of("only"))).SerializeToString()
    log.write(log.version() + frame(Event(wall_time=1001.0, meta_graph_def=meta).SerializeToString()))
    assert paths(get(log.poll(), "scope")) == ["only"]


def test_a_traced_function_is_found_by_its_tag(log):
    log.write(log.version() + trace_event((GRAPHS / "tf2_function.run_metadata.pb").read_bytes()))
    assert paths(get(log.poll(), "scope", tag="fn")) == ["graph_1", "graph_2", "graph_3"]


def test_a_damaged_graph_is_shown_as_far_as_it_goes(log):
    log.write(log.version() + graph_event(HELLO[:3000]))
    top = get(log.poll(), "scope").json
    assert "gradients" in [child["path"] for child in top["children"]]
    assert "damaged at byte" in top["problems"]["texts"][0]


def test_names_come_as_they_are(log):
    name = "<img src=x onerror=alert(1)>"
    log.write(log.version() + graph_event(graph_of(name)))
    assert paths(get(log.poll(), "scope")) == [name]


def test_constants_do_not_travel(log):
    graph = GraphDef(node=[{"name": "big", "op": "Const"}])
    graph.node[0].attr["value"].tensor.CopyFrom(tensors.to_proto([0.5] * 100_000))
    log.write(log.version() + graph_event(graph.SerializeToString()))
    response = get(log.poll(), "node", name="big")
    assert response.json["operation"]["attributes"] == [{"name": "value", "value": "tensor float64 [100000], 800 kB"}]


def test_parsed_graphs_are_kept_within_a_budget(log, monkeypatch):
    for run in range(4):
        log.write(log.version() + graph_event(graph_of(f"n{run}" * 100)), run=str(run))
    log.poll()
    cache = GraphCache(log.store)
    loaded = [cache.graph(str(run), None) for run in range(4)]
    assert cache.graph("0", None) is loaded[0]
    monkeypatch.setattr(graph_cache, "CACHED_BYTES", loaded[0].size + loaded[3].size)
    assert cache.graph("3", None) is loaded[3]
    assert cache.graph("0", None) is loaded[0]
    assert cache.graph("1", None) is not loaded[1]


# Seconds after which a thread that waits in vain gives up, so that a fault fails a test and does not hang it.
IN_VAIN = 30


@pytest.fixture
def parsing(monkeypatch):
    """Lets a test hold up the parsing of graphs: its list has what is parsed, ``gates`` what to wait for."""

    class Parsing(list):
        def __init__(self):
            self.gates = {}

    seen = Parsing()
    decode = graph_cache.decode_graph

    def held_up(data, encoding):
        seen.append(data)
        if data in seen.gates:
            assert seen.gates[data].wait(IN_VAIN)
        return decode(data, encoding)

    monkeypatch.setattr(graph_cache, "decode_graph", held_up)
    return seen


def test_graphs_do_not_wait_for_one_another(log, parsing):
    slow, fast = graph_of("slow"), graph_of("fast")
    log.write(log.version() + graph_event(slow), run="slow")
    log.write(log.version() + graph_event(fast), run="fast")
    cache = GraphCache(log.poll().store)
    parsing.gates = {slow: threading.Event()}
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(cache.graph, "slow", None)
        assert cache.graph("fast", None).view().hierarchy.item("fast")
        assert not waiting.done()
        parsing.gates[slow].set()
        assert waiting.result(IN_VAIN).view().hierarchy.item("slow")


def test_a_graph_that_many_ask_for_at_a_time_is_parsed_once(log, parsing):
    data = graph_of("one")
    log.write(log.version() + graph_event(data))
    cache = GraphCache(log.poll().store)
    parsing.gates = {data: threading.Event()}
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(cache.graph, "run", None) for _ in range(8)]
        parsing.gates[data].set()
        graphs = {id(future.result(IN_VAIN)) for future in asked}
    assert len(graphs) == 1
    assert parsing == [data]


def test_a_graph_that_could_not_be_parsed_is_tried_anew(log, monkeypatch):
    log.write(log.version() + graph_event(graph_of("one")))
    cache = GraphCache(log.poll().store)
    content = graph_cache.logged_graph.content
    answers = iter([LookupError("gone for a moment"), MemoryError()])

    def fails_twice(store, reference):
        error = next(answers, None)
        if error is not None:
            raise error
        return content(store, reference)

    monkeypatch.setattr(graph_cache.logged_graph, "content", fails_twice)
    with pytest.raises(LookupError, match="gone for a moment"):
        cache.graph("run", None)
    with pytest.raises(MemoryError):
        cache.graph("run", None)
    assert cache.graph("run", None).view().hierarchy.item("one")


def profile_event(data, tag="step_7"):
    event = Event(wall_time=1002.0, step=7)
    event.tagged_run_metadata.tag = tag
    event.tagged_run_metadata.run_metadata = data
    return frame(event.SerializeToString())


def test_the_costs_of_a_traced_step(log):
    mlp, step = ((GRAPHS / f"tf1_mlp{end}.pb").read_bytes() for end in ("", ".run_metadata"))
    log.write(log.version() + graph_event(mlp) + profile_event(step))
    log.poll()
    assert get(log, "paint", by="time", profile="step_7").json["most"] == 193_817
    assert get(log, "node", name="hidden/Relu", profile="step_7").json["cost"]["time"] == 107_439
    assert get(log, "node", name="x", profile="step_7").json["cost"] is None
    costs = get(log, "costs", profile="step_7").json
    assert (costs["total"]["executions"], costs["elsewhere"]) == (42, 4)
    assert costs["items"][0]["name"] == "hidden/Relu"
    assert get(log, "costs", profile="step_7", by="memory").json["items"][0]["bytes"] == 131_072
    trace = get(log, "trace", profile="step_7")
    assert trace.headers["Content-Disposition"] == "attachment; filename=trace.json"
    assert len(trace.json["traceEvents"]) == 43


def test_costs_without_a_profile_and_colours_by_nothing_known_are_told(log):
    log.write(log.version() + graph_event(HELLO))
    log.poll()
    assert get(log, "costs", profile="gone").status_code == 404
    assert get(log, "paint", by="time").status_code == 400
    wrong = get(log, "paint", by="taste")
    assert wrong.status_code == 400
    assert "by='taste': one of structure, device, op, time, memory is wanted" in wrong.text


def test_what_is_alike_is_painted_alike(hello):
    paint = get(hello, "paint").json
    assert paint["legend"][0]["count"] == 5
    assert len(paint["paints"]) == 15
    assert get(hello, "paint", scope="gradients", by="op").json["legend"][0]["label"] == "Const"


def test_a_keras_model_is_a_graph(log):
    event = Event(wall_time=1001.0)
    value = event.summary.value.add(tag="keras")
    value.metadata.plugin_data.plugin_name = plugins.GRAPH_KERAS_MODEL
    value.tensor.CopyFrom(tensors.to_proto((GRAPHS / "keras3_two_towers.json").read_bytes()))
    log.write(log.version() + frame(event.SerializeToString()))
    log.poll()
    top = get(log, "scope", tag="keras").json
    assert {"block", "head", "join"} <= {child["path"] for child in top["children"]}
    edge = next(edge for edge in top["edges"] if top["children"][edge["from"]]["path"] == "conv")
    assert edge["shape"] == "?×6×6×4"


def test_a_scope_as_text_is_a_graph_def_of_its_nodes(hello):
    whole = text_format.Parse(get(hello, "text").text, GraphDef())
    assert sorted(node.name for node in whole.node) == sorted(node.name for node in GraphDef.FromString(HELLO).node)
    answer = get(hello, "text", scope="gradients/loss_grad")
    part = text_format.Parse(answer.text, GraphDef())
    inside = [node.name for node in whole.node if node.name.startswith("gradients/loss_grad/")]
    assert len(inside) > 10
    assert sorted(node.name for node in part.node) == sorted(inside)
    assert answer.headers["Content-Disposition"] == "attachment"


def test_what_a_node_needs_is_told_for_each_open_scope(hello):
    answer = get(hello, "reach", name="loss", towards="inputs", scope=["", "weight", "gone"]).json
    top, weight = answer["levels"]
    assert {"weight", "input", "output", "sub", "correct_value", "loss"} == set(top["children"])
    assert ["weight", "output"] in top["edges"]
    assert ["weight/read", "out", "output"] in weight["ports"]
    assert "weight/Assign" not in weight["children"]
    assert get(hello, "reach", name="loss", towards="nowhere").status_code == 400


def test_the_difference_of_two_runs(log):
    log.write(log.version() + graph_event(HELLO), run="old")
    changed = GraphDef.FromString(HELLO)
    changed.node[0].attr["dtype"].type = 2
    changed.node.add(name="more/x", op="NoOp")
    log.write(log.version() + graph_event(changed.SerializeToString()), run="new")
    log.poll()
    ask = {"run": "new", "against": "old"}
    assert get(log, "difference", **ask).json["counts"] == {"added": 1, "removed": 0, "changed": 1}
    top = get(log, "scope", **ask).json
    paints = get(log, "paint", by="difference", **ask).json["paints"]
    painted = {child["path"]: paint for child, paint in zip(top["children"], paints) if paint}
    assert painted == {changed.node[0].name: [[2, 1.0]], "more": [[0, 1.0]]}
    card = get(log, "node", name=changed.node[0].name, **ask).json["difference"]
    assert (card["status"], card["changes"][0]["what"]) == ("changed", "dtype")
    assert get(log, "difference", run="new").status_code == 400
    assert get(log, "difference", run="new", against="gone").status_code == 404


def test_a_profile_is_parsed_once_for_all_that_is_asked_of_it(log, monkeypatch):
    mlp, step = ((GRAPHS / f"tf1_mlp{end}.pb").read_bytes() for end in ("", ".run_metadata"))
    log.write(log.version() + graph_event(mlp) + profile_event(step))
    cache = GraphCache(log.poll().store)
    view = cache.graph("run", None).view()
    costs = cache.costs(view, "run", "step_7")
    monkeypatch.setattr(graph_cache.logged_graph, "profile", None)
    assert cache.costs(view, "run", "step_7") is costs
