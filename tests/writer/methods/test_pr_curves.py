from __future__ import annotations

import numpy as np
import pytest
from tensorboard.plugins.pr_curve.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter
from writer.summary import pr_curves

LABELS = np.array([[True, False, True], [True, False, False]])
PREDICTIONS = np.array([[0.9, 0.2, 0.6], [0.3, 0.7, 0.1]])
ROWS = pr_curves.compute(LABELS.ravel(), PREDICTIONS.ravel(), None, 9)


def test_both_readers_find_the_curve(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_pr_curve("p", LABELS, PREDICTIONS, 7, num_thresholds=9, display_name="Cats", description="of *it*")
    tensor, metadata = tensorboard_reads("p")
    np.testing.assert_array_equal(tensor, ROWS.astype(np.float32))
    assert parse_plugin_metadata(metadata.plugin_data.content).num_thresholds == 9
    assert (metadata.display_name, metadata.summary_description) == ("Cats", "of *it*")
    np.testing.assert_array_equal(board.open(tmp_path).tensors(".", "p")[0].value, ROWS.astype(np.float32))


def test_more_thresholds_than_127_are_kept(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_pr_curve("p", LABELS, PREDICTIONS, num_thresholds=500)
    tensor, metadata = tensorboard_reads("p")
    assert tensor.shape == (6, 500)
    assert parse_plugin_metadata(metadata.plugin_data.content).num_thresholds == 500


def test_weights_count(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_pr_curve("p", LABELS, PREDICTIONS, num_thresholds=9, weights=2.0)
    np.testing.assert_array_equal(tensorboard_reads("p")[0][:4], 2 * ROWS[:4].astype(np.float32))


def test_a_curve_that_is_computed_already_is_stored_as_it_is(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_pr_curve_raw("p", *ROWS.tolist())
    tensor, metadata = tensorboard_reads("p")
    np.testing.assert_array_equal(tensor, ROWS.astype(np.float32))
    assert parse_plugin_metadata(metadata.plugin_data.content).num_thresholds == 9


@pytest.mark.parametrize(
    ("labels", "predictions", "options", "error", "message"),
    [
        ([1], [0.5, 0.5], {}, ValueError, "wants as many predictions as labels, but got 2 and 1"),
        ([2], [0.5], {}, ValueError, "wants labels of 0 and 1, but some are neither"),
        ([1], [1.5], {}, ValueError, "wants predictions from 0 to 1, but got 1.5 to 1.5"),
        ([1], [np.nan], {}, ValueError, "wants predictions from 0 to 1, but got nan to nan"),
        ([1], [0.5], {"num_thresholds": 1}, ValueError, "wants at least 2 thresholds, but got 1"),
        ([1], [0.5], {"num_thresholds": 2.5}, TypeError, "wants a number of thresholds, but got 2.5"),
        ([1, 0], [0.5, 0.5], {"weights": [1, 2, 3]}, ValueError, "wants a weight for each of 2 labels, but got 3"),
        ([1], [0.5], {"weights": -1}, ValueError, "wants finite weights of 0 or more"),
        ("x", [0.5], {}, TypeError, "wants labels of 0 and 1, but got 'x' of type str"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, labels, predictions, options, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=f"add_pr_curve: tag 'p' {message}"):
        log.add_pr_curve("p", labels, predictions, **options)


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([[1, 2]] * 5 + [[1]], {}, "wants equally many values of each, but got .*'recall': 1"),
        ([[1, 2]] * 6, {"num_thresholds": 3}, "wants num_thresholds=3 values of each, but got 2"),
        ([[1]] * 6, {}, "wants at least 2 thresholds, but got 1"),
    ],
)
def test_raw_rows_that_make_no_curve_are_refused(tmp_path, rows, options, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(ValueError, match=f"add_pr_curve_raw: tag 'p' {message}"):
        log.add_pr_curve_raw("p", *rows, **options)
