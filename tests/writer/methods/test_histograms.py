from __future__ import annotations

import logging

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.histogram.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter
from writer.summary import histograms

VALUES = np.random.default_rng(0).normal(size=(10, 20))


def test_both_readers_find_the_buckets(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_histogram("w", VALUES, 7, display_name="Weights", description="of *it*")
    expected = histograms.uniform(VALUES.ravel())
    tensor, metadata = tensorboard_reads("w")
    np.testing.assert_array_equal(tensor, expected)
    assert parse_plugin_metadata(metadata.plugin_data.content).version == 0
    assert (metadata.display_name, metadata.summary_description) == ("Weights", "of *it*")
    (histogram,) = board.open(tmp_path).histograms(".", "w")
    assert histogram.step == 7
    np.testing.assert_array_equal(np.stack(histogram[2:], axis=1), expected)


def test_the_old_encoding_is_read_by_both_readers(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_histogram("w", VALUES, 7, new_style=False)
        log.add_histogram("few", VALUES, 7, bins=4, new_style=False, description="d")
    (event,) = EventAccumulator(str(tmp_path), size_guidance={"histograms": 0}).Reload().Histograms("w")
    histo = event.histogram_value
    assert (histo.min, histo.max, histo.num) == (VALUES.min(), VALUES.max(), 200)
    assert (histo.sum, histo.sum_squares) == (VALUES.ravel().sum(), VALUES.ravel().dot(VALUES.ravel()))
    assert sum(histo.bucket) == 200
    logs = board.open(tmp_path)
    assert logs.histograms(".", "w")[0].counts.sum() == 200
    few = logs.histograms(".", "few")[0]
    expected = histograms.uniform(VALUES.ravel(), 4)
    np.testing.assert_array_equal(np.stack(few[2:], axis=1), expected)


def test_bins_may_be_named_counted_or_given_and_joined(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_histogram("t", VALUES, 0, bins="auto")
        log.add_histogram("t", VALUES, 1, bins=5)
        log.add_histogram("t", VALUES, 2, bins=np.array([-5.0, 0.0, 5.0]))
        log.add_histogram("t", VALUES, 3, bins=[-5, 0, 5])
        log.add_histogram("t", VALUES, 4, bins=np.int64(6), max_bins=3)
        log.add_histogram("t", VALUES, 5, bins="exponential")
    found = board.open(tmp_path).histograms(".", "t")
    assert [len(one.counts) for one in found[:5]] == [len(np.histogram(VALUES, "auto")[0]), 5, 2, 2, 3]
    assert [one.counts.sum() for one in found] == [200] * 6


def test_how_many_values_are_not_finite_is_a_scalar_from_the_first_such_step_on(tmp_path, read_events):
    with SummaryWriter(tmp_path) as log:
        for step, value in enumerate([1.0, 2.0, float("nan"), float("-inf"), 3.0]):
            log.add_histogram("w", np.float32([value, value, 1.0]), step)
            log.add_histogram("fine", np.arange(3), step, new_style=False)
    logs = board.open(tmp_path)
    series = logs.scalars(".", "w/non_finite")
    assert (series.steps.tolist(), series.values.tolist()) == ([2, 3, 4], [2, 2, 0])
    assert [one.counts.sum() for one in logs.histograms(".", "w")] == [3, 3, 1, 1, 3]
    assert sorted(one.tag for one in logs.series(".")) == ["fine", "w", "w/non_finite"]
    assert len(read_events(tmp_path)) == 11  # in the histogram's own event


def test_values_that_are_not_finite_are_left_out_and_told_once(tmp_path, caplog):
    with SummaryWriter(tmp_path) as log, caplog.at_level(logging.WARNING, "writer"):
        for step in range(3):
            log.add_histogram("g", [1.0, float("nan"), 2.0, float("inf")], step)
        log.add_histogram("all", [float("nan")], 0)
    assert [record.getMessage() for record in caplog.records] == [
        "add_histogram: tag 'g': 1 NaN and 1 infinite of 4 values are left out; not told again for this tag",
        "add_histogram: tag 'all': 1 NaN and 0 infinite of 1 values are left out; not told again for this tag",
    ]
    logs = board.open(tmp_path)
    assert [one.counts.sum() for one in logs.histograms(".", "g")] == [2, 2, 2]
    assert logs.histograms(".", "all")[0].counts.sum() == 0


def test_raw_buckets_are_stored_as_tensorboard_would_read_them(tmp_path, tensorboard_reads):
    counts, limits = np.histogram(VALUES, 8)
    raw = {
        "min": VALUES.min(),
        "max": VALUES.max(),
        "num": VALUES.size,
        "sum": VALUES.sum(),
        "sum_squares": (VALUES**2).sum(),
        "bucket_limits": limits[1:].tolist(),
        "bucket_counts": counts.tolist(),
    }
    with SummaryWriter(tmp_path) as log:
        log.add_histogram_raw("new", **raw, global_step=1)
        log.add_histogram_raw("old", **raw, global_step=1, new_style=False)
    tensor, _ = tensorboard_reads("new")
    np.testing.assert_array_equal(tensor[:, 2], counts)
    np.testing.assert_allclose(np.append(tensor[:, 0], tensor[-1, 1]), limits)
    logs = board.open(tmp_path)
    for new, old in zip(logs.histograms(".", "new")[0][2:], logs.histograms(".", "old")[0][2:]):
        np.testing.assert_array_equal(new, old)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"bucket_counts": [1]}, ValueError, r"'r' wants as many bucket_limits as bucket_counts.*\[2\] and \[1\]"),
        ({"bucket_limits": [2, 1]}, ValueError, "'r' wants bucket_limits that increase"),
        ({"bucket_counts": [1, -1]}, ValueError, "'r' wants bucket_counts that are 0 or more"),
        ({"sum": "much"}, TypeError, "'r' wants sum= a number, but got 'much' of type str"),
        ({"min": [1, 2]}, ValueError, r"'r' wants min= a number, but got shape \[2\]"),
    ],
)
def test_raw_buckets_that_make_no_histogram_are_refused(tmp_path, changed, error, message):
    raw = {"min": 0, "max": 2, "num": 2, "sum": 2, "sum_squares": 2, "bucket_limits": [1, 2], "bucket_counts": [1, 1]}
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=f"add_histogram_raw: tag {message}"):
        log.add_histogram_raw("r", **(raw | changed))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("h", "text"), TypeError, "add_histogram: tag 'h' wants an array of numbers, but got 'text' of type str"),
        (("", [1]), ValueError, "add_histogram: the tag is empty"),
        (("h", [1], 0, "best"), ValueError, "add_histogram: tag 'h': bins='best'"),
        (("h", [1], 0, 0), ValueError, "add_histogram: tag 'h': bins is a number of buckets, but got 0"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, arguments, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_histogram(*arguments)
