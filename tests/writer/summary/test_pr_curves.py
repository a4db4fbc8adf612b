from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.format.messages import Summary
from writer.format.tensors import to_ndarray
from writer.summary import pr_curves

TENSORBOARD = json.loads((Path(__file__).parents[2] / "data" / "summaries" / "tensorboard_pr_curves.json").read_text())


@pytest.mark.parametrize("case", sorted(TENSORBOARD))
def test_curves_are_those_of_tensorboard(case):
    expected = TENSORBOARD[case]
    weights = None if expected["weights"] is None else np.array(expected["weights"])
    rows = pr_curves.compute(
        np.array(expected["labels"]), np.array(expected["predictions"]), weights, expected["num_thresholds"]
    )
    (value,) = Summary.FromString(pr_curves.pr_curve("t", rows)).value
    np.testing.assert_array_equal(to_ndarray(value.tensor), np.array(expected["rows"], np.float32))
    assert value.metadata.plugin_data.content.hex() == expected["content"]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.floats(0, 10)), max_size=30), st.integers(2, 50))
def test_each_prediction_is_counted_once_at_each_threshold(cases, thresholds):
    labels, predictions, weights = (np.array([case[part] for case in cases]) for part in range(3))
    rows = pr_curves.compute(labels.astype(bool), predictions.astype(float), weights.astype(float), thresholds)
    assert rows.shape == (6, thresholds)
    np.testing.assert_allclose(rows[:4].sum(axis=0), weights.sum(), atol=1e-9)
    assert (np.diff(rows[0]) <= 1e-9).all()
    assert ((rows[4:] >= 0) & (rows[4:] <= 1 + 1e-9)).all()
