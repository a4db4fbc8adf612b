"""Labels and predictions to precision and recall at many thresholds, and these to the bytes of a Summary."""

from __future__ import annotations

import numpy as np

from writer.format.messages import PrCurvePluginData
from writer.format.plugins import PR_CURVES
from writer.summary.metadata import metadata_of, tensor_summary

_LEAST_COUNT = 1e-7  # keeps 0 / 0 at 0


def pr_curve(tag: str, rows: np.ndarray, *, display_name: str | None = None, description: str | None = None) -> bytes:
    """A Summary that holds a curve: rows of true positives, false positives, true negatives, false negatives,
    precision and recall, [6, n], at n thresholds that go up evenly from 0 to 1."""
    content = PrCurvePluginData(num_thresholds=rows.shape[1]).SerializeToString()
    metadata = metadata_of(tag, PR_CURVES, content, display_name, description)
    return tensor_summary(tag, rows.astype(np.float32), metadata)


def compute(labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray | None, thresholds: int) -> np.ndarray:
    """The rows of a curve, float64 [6, thresholds], as TensorBoard computes them.

    A prediction counts as positive at each threshold that is not above it, when both are taken in steps of
    1 / (thresholds - 1).

    Args:
        labels: bool [n].
        predictions: [n], in [0, 1].
        weights: [n], how much each counts; by default 1.
    """
    steps = np.floor(predictions * (thresholds - 1)).astype(np.intp)
    weighted = np.ones(len(labels)) if weights is None else weights.astype(np.float64)
    positives, negatives = (
        np.bincount(steps, np.where(of_kind, weighted, 0.0), minlength=thresholds)[::-1].cumsum()[::-1]
        for of_kind in (labels, ~labels)
    )
    true_negatives, false_negatives = negatives[0] - negatives, positives[0] - positives
    precision = positives / np.maximum(_LEAST_COUNT, positives + negatives)
    recall = positives / np.maximum(_LEAST_COUNT, positives + false_negatives)
    return np.stack([positives, negatives, true_negatives, false_negatives, precision, recall])
