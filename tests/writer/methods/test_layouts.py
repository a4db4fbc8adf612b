"""Layouts as TensorBoard's custom-scalars dashboard reads them."""

from __future__ import annotations

import pytest
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.plugins.custom_scalar import layout_pb2

import board
from writer import SummaryWriter

TAG = "custom_scalars__config__"


def tensorboard_reads(directory):
    accumulator = EventAccumulator(str(directory)).Reload()
    assert accumulator.SummaryMetadata(TAG).plugin_data.plugin_name == "custom_scalars"
    (text,) = accumulator.Tensors(TAG)[-1].tensor_proto.string_val
    return layout_pb2.Layout.FromString(text)


def test_a_layout_is_read_as_it_was_asked_for(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_custom_scalars(
            {
                "Taiwan": {"twse": ["Multiline", ["twse/0050", "twse/.*"]]},
                "USA": {
                    "dow": ["Margin", ["dow/mean", "dow/low", "dow/high"]],
                    "both": ["Margin", [["a", "b", "c"], ["d", "e", "f"]]],
                },
            }
        )
    layout = tensorboard_reads(tmp_path)
    assert [category.title for category in layout.category] == ["Taiwan", "USA"]
    assert list(layout.category[0].chart[0].multiline.tag) == ["twse/0050", "twse/.*"]
    dow, both = layout.category[1].chart
    (series,) = dow.margin.series
    assert (series.value, series.lower, series.upper) == ("dow/mean", "dow/low", "dow/high")
    assert [series.value for series in both.margin.series] == ["a", "d"]
    assert [info.metadata.plugin for info in board.open(tmp_path).series()] == ["custom_scalars"]


def test_calls_add_up_and_a_chart_of_the_same_name_is_replaced(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_custom_scalars_multilinechart(["a"], "first", "chart")
        log.add_custom_scalars_marginchart(["v", "l", "u"], title="band")
        log.add_custom_scalars_multilinechart(["b"], "first", "other")
        log.add_custom_scalars_multilinechart(["c"], "first", "chart")
    layout = tensorboard_reads(tmp_path)
    charts = {(category.title, chart.title): chart for category in layout.category for chart in category.chart}
    assert list(charts) == [("first", "chart"), ("first", "other"), ("default", "band")]
    assert list(charts["first", "chart"].multiline.tag) == ["c"]
    assert charts["default", "band"].margin.series[0].upper == "u"


def test_a_layout_message_of_another_library_is_taken(tmp_path):
    wanted = layout_pb2.Layout(category=[layout_pb2.Category(title="c", closed=True)])
    with SummaryWriter(tmp_path) as log:
        log.add_custom_scalars(wanted)
    assert tensorboard_reads(tmp_path) == wanted


@pytest.mark.parametrize(
    ("layout", "error", "message"),
    [
        (["x"], TypeError, r"the layout is a dict, but got \['x'\] of type list"),
        ({"c": ["Multiline"]}, TypeError, "category 'c' is a dict"),
        ({"c": {3: ["Multiline", ["a"]]}}, TypeError, "titles in category 'c' are strings, but got 3"),
        ({"c": {"t": "Multiline"}}, TypeError, r"chart 't' of category 'c' wants \[kind, tags\], but got 'Multiline'"),
        ({"c": {"t": ["Multiline", "a"]}}, TypeError, "wants a list of tags, but got 'a'"),
        ({"c": {"t": ["Pie", ["a"]]}}, ValueError, "wants the kind 'Multiline' or 'Margin', but got 'Pie'"),
        ({"c": {"t": ["Margin", ["a", "b"]]}}, ValueError, "value, lower and upper bound, but got"),
    ],
)
def test_what_is_wrong_with_a_layout_is_said(tmp_path, layout, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_custom_scalars(layout)
    assert board.open(tmp_path).runs == []
