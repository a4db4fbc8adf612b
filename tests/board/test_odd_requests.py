"""Requests that make no sense, to every route: each is answered, and none with a crash."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.query.smoothing import Method
from writer.format.messages import GraphDef, NodeDef

# What requests ask for: names and numbers that exist, and whatever else fits into an address.
NAMES = ["run", "loss", "graph", "picture", "damaged", "n", "a/b", "__run_graph__", "__meta_graph__"]
NUMBERS = ["0", "-1", "1e9", "9" * 5000, "١", "NaN", "0x10", " 1"]
texts = st.one_of(st.sampled_from(NAMES), st.sampled_from(NUMBERS), st.text(max_size=20))
parameters = ["run", "tag", "scope", "include", "name", "q", "since", "format", "limit_attr_size", "large_attrs_key"]
of_points = ["after", "segments", "values"]
pairs = st.tuples(st.sampled_from([*parameters, *of_points, "conceptual", "runs"]), st.one_of(texts, st.just("true")))
# What an earlier answer may have given to go on from, and what it has not.
marks = st.one_of(
    texts,
    st.builds("{}-{:024x}".format, st.one_of(st.integers(), st.integers(0, 60)), st.integers(0, 2**96 - 1)),
    st.from_regex(r"[0-9]{1,30}-[0-9a-f]{23,25}", fullmatch=True),
)

GET = [
    "api/status",
    "api/catalog",
    "api/changes",
    "api/points",
    "api/graph/scope",
    "api/graph/node",
    "api/graph/search",
    "data/environment",
    "data/logdir",
    "data/runs",
    "data/plugins_listing",
    "data/plugin/scalars/tags",
    "data/plugin/scalars/scalars",
    "data/plugin/graphs/info",
    "data/plugin/graphs/graph",
    "data/plugin/graphs/run_metadata",
    "index.html",
    "favicon.ico",
]
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
# Each field is odd or as it should be, so that what lies behind the checks is reached too.
bodies = st.fixed_dictionaries(
    {"series": st.one_of(json_values, st.lists(st.tuples(texts, texts), max_size=3), st.just([["run", "loss"]]))},
    optional={
        "x": st.one_of(json_values, st.sampled_from(["step", "relative", "wall", "metric"])),
        "x_tag": st.one_of(json_values, st.sampled_from(["loss", "picture"])),
        "at": st.one_of(json_values, st.floats()),
        "over": st.one_of(json_values, st.lists(st.floats(), min_size=2, max_size=2)),
        "log_x": st.one_of(json_values, st.booleans()),
        "range": st.one_of(json_values, st.lists(st.floats(), min_size=2, max_size=2)),
        "width": st.one_of(json_values, st.floats(16, 4096)),
        "smoothing": st.one_of(json_values, st.floats(0, 0.9999)),
        "smoothing_method": st.one_of(json_values, st.sampled_from([method.value for method in Method])),
        "segments": st.one_of(json_values, st.just("all")),
        "values": st.one_of(json_values, st.sampled_from(["float64", "float32", "shortest"])),
        "since": st.one_of(json_values, st.tuples(texts, st.integers())),
    },
)
fuzzed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def client(log):
    """Of a log that holds graphs, profiles, pictures and scalars, some of them damaged."""
    nodes = [NodeDef(name="n", op="NoOp"), NodeDef(name="a/b", op="Odd", input=["n", "^gone"])]
    nodes[1].attr["value"].s = b"x" * 100
    steps, tail = [], log.scalars(0, 20) + log.scalars(5, 30) + log.scalar(31, float("nan"))
    for tag, plugin, tensor in [
        ("graph", "graph_run_metadata_graph", {"dtype": 7, "string_val": [b"\xff\xff"]}),
        ("damaged", "graph_run_metadata", {"dtype": 1, "tensor_content": b"123"}),
        ("numbers", "graph_run_metadata", {"dtype": 1, "float_val": [1.0]}),
        ("empty", "graph_run_metadata", {"dtype": 7, "tensor_shape": {"dim": [{"size": 0}]}}),
        ("picture", "images", {"dtype": 99}),
    ]:
        metadata = {"plugin_data": {"plugin_name": plugin}}
        value = {"tag": tag, "metadata": metadata, "tensor": tensor}
        steps.append(log.event(wall_time=1.0, summary={"value": [value]}))
    graph = log.event(wall_time=1.0, graph_def=GraphDef(node=nodes).SerializeToString() + b"\xff")
    log.write(log.version() + graph + b"".join(steps) + tail)
    log.write(log.version(), run="a/b")
    return log.poll().client()


def answered(answer):
    assert answer.status_code < 500, answer.text
    answer.get_data()  # what is made piece by piece is made now


@pytest.mark.parametrize("route", GET)
@pytest.mark.parametrize("tag", ["graph", "damaged", "numbers", "empty", "picture", "loss", "no", ""])
def test_values_of_another_kind_or_damaged_are_no_crash(route, tag, client):
    limits = "&limit_attr_size=1&large_attrs_key=%FF", f"&limit_attr_size={5000 * chr(57)}"
    for rest in ("", "&name=n&q=n&scope=a&since=0", *limits):
        answered(client.get(f"/{route}?run=run&tag={tag}{rest}"))


@pytest.mark.parametrize("route", GET)
@fuzzed
@given(query=st.lists(pairs, max_size=5))
def test_odd_parameters_are_no_crash(route, query, client):
    answered(client.get(f"/{route}?" + "&".join(f"{name}={quote(value, errors='replace')}" for name, value in query)))


@fuzzed
@given(body=st.one_of(bodies, json_values))
def test_odd_questions_for_series_are_no_crash(body, client):
    answered(client.post("/api/series", json=body))
    answered(client.post("/api/marked", json=body))
    answered(client.post("/api/export", data={"question": json.dumps(body)}))


@fuzzed
@given(
    after=marks,
    segments=st.one_of(texts, st.sampled_from(["all", "surviving"])),
    values=st.one_of(texts, st.sampled_from(["float64", "float32", "shortest"])),
)
def test_odd_marks_and_types_of_points_are_no_crash(after, segments, values, client):
    known = {"run": "run", "tag": "loss"}
    answered(client.get("/api/points", query_string={**known, "after": after}))
    answered(client.get("/api/points", query_string={**known, "after": after, "segments": segments, "values": values}))


@fuzzed
@given(body=st.binary(max_size=50), kind=st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""]))
def test_odd_bodies_are_no_crash(body, kind, client):
    for route in ("/api/series", "/api/marked", "/api/export", "/data/plugin/scalars/scalars_multirun"):
        answered(client.post(route, data=body, content_type=kind))


@fuzzed
@given(form=st.lists(st.tuples(st.sampled_from(["tag", "runs", "run"]), texts), max_size=5))
def test_odd_forms_are_no_crash(form, client):
    fields = {name: [value for key, value in form if key == name] for name, _ in form}
    answered(client.post("/data/plugin/scalars/scalars_multirun", data=fields))


@fuzzed
@given(path=st.one_of(texts, st.lists(texts, max_size=4).map("/".join)))
def test_odd_paths_are_no_crash(path, client):
    for prefix in ("x", "static/", "experiment/", "api/", "data/"):
        for ask in (client.get, client.head, client.post):
            answered(ask("/" + prefix + quote(path, errors="replace")))
