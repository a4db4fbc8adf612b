"""TensorBoard's routes, held against TensorBoard itself: its own application over the same logs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re

import pytest
from google.protobuf import text_format
from tensorboard.backend import application
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins.core import core_plugin
from tensorboard.plugins.graph import graphs_plugin
from tensorboard.plugins.scalar import scalars_plugin
from werkzeug.test import Client

from writer.format.messages import GraphDef, NodeDef, RunMetadata


class Flags:
    """What TensorBoard's command line would say."""

    def __init__(self, logdir):
        self.logdir = logdir
        self.path_prefix = self.window_title = ""
        self.generic_data = "true"
        self.samples_per_plugin = {}

    def __getattr__(self, name):
        return None


@pytest.fixture(scope="module")
def theirs(foreign_logs):
    """A client of TensorBoard's application."""
    from tensorboard.plugins import base_plugin

    sizes = {"scalars": 0, "tensors": 0}
    multiplexer = plugin_event_multiplexer.EventMultiplexer(
        tensor_size_guidance={"scalars": 0}, size_guidance={**sizes}
    )
    multiplexer.AddRunsFromDirectory(str(foreign_logs))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(foreign_logs))
    context = base_plugin.TBContext(
        data_provider=provider, flags=Flags(str(foreign_logs)), logdir=str(foreign_logs), multiplexer=multiplexer
    )
    context.assets_zip_provider = None
    plugins = [kind(context) for kind in (scalars_plugin.ScalarsPlugin, graphs_plugin.GraphsPlugin)]
    return Client(application.TensorBoardWSGI([core_plugin.CorePlugin(context), *plugins], data_provider=provider))


@pytest.fixture
def ours(foreign_logs, open_log):
    return open_log(foreign_logs).client()


@pytest.mark.parametrize(
    "path",
    [
        "/data/runs",
        "/data/plugin/graphs/info",
        "/data/plugin/scalars/scalars?run=tbx&tag=odd%2Fnan_inf",
        "/data/plugin/scalars/scalars?run=torch&tag=loss",
        "/data/plugin/scalars/scalars?run=tf2&tag=acc%2Ftop1",
        "/data/plugin/scalars/scalars?run=tf1&tag=weight_1",
        "/experiment/any/data/plugin/scalars/scalars?run=tf2&tag=odd%2Fnan_inf",
        "/data/runs/",
    ],
)
def test_answers_are_tensorboards(path, ours, theirs):
    wanted = theirs.get(path)
    assert wanted.status_code == 200
    assert ours.get(path).get_json() == wanted.get_json()


def test_the_tags_of_scalars_are_tensorboards(ours, theirs):
    path = "/data/plugin/scalars/tags"
    found, wanted = ours.get(path).get_json(), theirs.get(path).get_json()
    # TensorBoard renders descriptions as Markdown; here they come as they were written, escaped.
    written = {"description": "<p>the *loss*</p>"}
    assert found["tf2"]["loss"] == {**wanted["tf2"]["loss"], **written}
    for run in wanted:
        for tag in wanted[run]:
            assert found[run][tag]["displayName"] == wanted[run][tag]["displayName"]
    assert {run: set(tags) for run, tags in found.items()} == {run: set(tags) for run, tags in wanted.items()}


def test_csv_is_tensorboards(ours, theirs):
    path = "/data/plugin/scalars/scalars?run=torch&tag=odd%2Fnan_inf&format=csv"
    found, wanted = ours.get(path), theirs.get(path)
    assert found.text == wanted.text
    assert found.content_type.startswith("text/csv")
    assert list(csv.reader(io.StringIO(found.text)))[2][2] == "nan"


def test_many_runs_at_once_are_tensorboards(ours, theirs):
    form = {"tag": "loss", "runs": ["torch", "tf2", "nowhere"]}
    path = "/data/plugin/scalars/scalars_multirun"
    found = ours.post(path, data=form).get_json()
    assert set(found) == {"torch", "tf2"}
    assert found == theirs.post(path, data=form).get_json()


@pytest.mark.parametrize("query", ["run=tf1", "run=torch", "run=tf2&tag=fn"])
def test_graphs_are_tensorboards(query, ours, theirs):
    found, wanted = (client.get(f"/data/plugin/graphs/graph?{query}") for client in (ours, theirs))
    assert wanted.status_code == 200
    assert found.content_type == "text/x-protobuf; charset=utf-8"
    ours_graph, their_graph = (text_format.Parse(answer.text, GraphDef()) for answer in (found, wanted))
    assert list(ours_graph.node) == list(their_graph.node)


def test_run_metadata_are_tensorboards(ours, theirs):
    path = "/data/plugin/graphs/run_metadata?run=tf1&tag=step50"
    # Times in nanoseconds repeat those in microseconds; the schema does without them.
    found, wanted = (
        text_format.Parse(client.get(path).text, RunMetadata(), allow_unknown_field=True) for client in (ours, theirs)
    )
    assert found == wanted
    assert len(found.step_stats.dev_stats) > 0


def test_large_attributes_are_left_out_and_named(ours, theirs):
    path = "/data/plugin/graphs/graph?run=tf1&limit_attr_size=20&large_attrs_key=_large"
    found, wanted = (text_format.Parse(client.get(path).text, GraphDef()) for client in (ours, theirs))
    large = {node.name for node in found.node if "_large" in node.attr}
    assert large
    for one, other in zip(found.node, wanted.node):
        assert set(one.attr) == set(other.attr)
        assert set(one.attr["_large"].list.s) == set(other.attr["_large"].list.s)


def test_attributes_up_to_the_limit_stay(log):
    node = NodeDef(name="n", op="Const")
    node.attr["small"].s = b"x" * 10
    node.attr["large"].s = b"x" * 11
    limit = node.attr["small"].ByteSize()
    log.write(log.version() + log.event(wall_time=1.0, graph_def=GraphDef(node=[node]).SerializeToString()))
    answer = log.poll().client().get(f"/data/plugin/graphs/graph?run=run&limit_attr_size={limit}")
    assert set(text_format.Parse(answer.text, GraphDef()).node[0].attr) == {"small"}


def test_a_run_with_a_meta_graph_alone_shows_its_graph(log):
    from writer.format.messages import MetaGraphDef

    meta = MetaGraphDef(graph_def=GraphDef(node=[NodeDef(name="n", op="NoOp")]))
    log.write(log.version() + log.event(wall_time=1.0, meta_graph_def=meta.SerializeToString()))
    client = log.poll().client()
    assert client.get("/data/plugin/graphs/info").get_json()["run"]["run_graph"] is True
    assert 'name: "n"' in client.get("/data/plugin/graphs/graph?run=run").text


def test_the_graph_logged_last_is_the_run_s(log):
    graphs = [GraphDef(node=[NodeDef(name=name, op="NoOp")]).SerializeToString() for name in ("old", "new")]
    log.write(log.version() + b"".join(log.event(wall_time=1.0, graph_def=graph) for graph in graphs))
    assert 'name: "new"' in log.poll().client().get("/data/plugin/graphs/graph?run=run").text


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/data/plugin/scalars/scalars", 400, "run"),
        ("/data/plugin/scalars/scalars?run=torch", 400, "tag"),
        ("/data/plugin/scalars/scalars?run=torch&tag=no", 404, "no"),
        ("/data/plugin/scalars/scalars?run=torch&tag=img", 404, "img"),
        ("/data/plugin/graphs/graph", 400, "run"),
        ("/data/plugin/graphs/graph?run=tbx", 404, "tbx"),
        ("/data/plugin/graphs/graph?run=tf2&tag=loss", 404, "loss"),
        ("/data/plugin/graphs/graph?run=tf1&conceptual=true", 404, "conceptual"),
        ("/data/plugin/graphs/graph?run=tf1&limit_attr_size=x", 400, "limit_attr_size"),
        ("/data/plugin/graphs/graph?run=tf1&limit_attr_size=0", 400, "limit_attr_size"),
        ("/data/plugin/graphs/run_metadata?run=tf1", 400, "tag"),
        ("/data/plugin/graphs/run_metadata?run=tf1&tag=loss_1", 404, "loss_1"),
        ("/data/plugin/nothing", 404, ""),
    ],
)
def test_errors_are_plain_text_that_names_the_thing(path, status, named, ours):
    answer = ours.get(path)
    assert answer.status_code == status
    assert answer.content_type == "text/plain; charset=utf-8"
    assert named in answer.text


@pytest.mark.parametrize("form", [{}, {"tag": ["a", "b"]}])
def test_many_runs_need_exactly_one_tag(form, ours):
    assert ours.post("/data/plugin/scalars/scalars_multirun", data=form).status_code == 400


def test_the_environment_names_the_log_directory(ours, foreign_logs):
    environment = ours.get("/data/environment").get_json()
    assert environment["data_location"] == str(foreign_logs)
    assert re.match(r"\d+\.\d+", environment["version"])
    assert ours.get("/data/logdir").get_json() == {"logdir": str(foreign_logs)}


def test_the_plugins_are_listed_as_tensorboard_lists_them(ours, theirs):
    found = ours.get("/data/plugins_listing").get_json()
    wanted = theirs.get("/data/plugins_listing").get_json()
    assert list(found) == ["scalars", "hparams", "graphs"]
    assert set(found["scalars"]) == set(wanted["scalars"])
    assert found["scalars"]["enabled"] is True


def test_a_description_cannot_run_as_html(log):
    text = "<script>alert(1)</script>"
    value = {"tag": "t", "simple_value": 1.0, "metadata": {"summary_description": text}}
    log.write(log.version() + log.event(wall_time=1.0, summary={"value": [value]}))
    tags = log.poll().client().get("/data/plugin/scalars/tags").get_json()
    assert tags["run"]["t"]["description"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_points_that_tensorboard_would_sample_are_all_there(log):
    log.write(log.version() + log.scalars(0, 3000))
    points = log.poll().client().get("/data/plugin/scalars/scalars?run=run&tag=loss").get_json()
    assert points == [[1000.0 + step, step, float(step)] for step in range(3000)]


POINTS = 25_000  # more than come in one piece


@pytest.fixture
def long_log(log):
    """A series of many points, not all of them finite, in two runs."""
    odd = b"".join(log.scalar(POINTS + step, value) for step, value in enumerate((float("nan"), float("inf"), 0.1)))
    for run in ("run", "other"):
        log.write(log.version() + log.scalars(0, POINTS) + odd, run=run)
    return log.poll()


def spelled_out(value):
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Infinity"


@pytest.mark.parametrize("format", ["json", "csv"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_long_series_come_in_pieces_with_the_bytes_of_the_whole(long_log, format, encoding):
    path = f"/data/plugin/scalars/scalars?run=run&tag=loss&format={format}"
    with long_log.client().get(path, headers={"Accept-Encoding": encoding}) as answer:
        assert answer.is_streamed
        pieces = list(answer.iter_encoded())
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    data = b"".join(pieces) if encoding == "identity" else gzip.decompress(b"".join(pieces))
    steps, wall_times, values = (column.tolist() for column in long_log.store.scalars("run", "loss"))
    if format == "csv":
        wanted = io.StringIO()
        csv.writer(wanted).writerows([("Wall time", "Step", "Value"), *zip(wall_times, steps, values)])
        assert data.decode() == wanted.getvalue()
    else:
        rows = list(zip(wall_times, steps, map(spelled_out, values)))
        assert data.decode() == json.dumps(rows, separators=(",", ":"))
    assert max(map(len, pieces)) < len(data) / 2


@pytest.mark.parametrize("format", ["json", "csv"])
def test_short_series_come_whole_so_that_connections_stay_open(log, format):
    log.write(log.version() + log.scalars(0, 100))
    answer = log.poll().client().get(f"/data/plugin/scalars/scalars?run=run&tag=loss&format={format}")
    assert answer.headers["Content-Length"] == str(len(answer.data))


def test_many_runs_come_in_pieces_too(long_log):
    form = {"tag": "loss", "runs": ["run", "no", "other", "run"]}
    client = long_log.client()
    with client.post("/data/plugin/scalars/scalars_multirun", data=form) as answer:
        assert answer.is_streamed
        found = answer.get_json()
    assert list(found) == ["run", "other"]
    one = client.get("/data/plugin/scalars/scalars?run=run&tag=loss").get_json()
    assert found == {"run": one, "other": one}
    assert client.post("/data/plugin/scalars/scalars_multirun", data={"tag": "no", "runs": "run"}).text == "{}"
