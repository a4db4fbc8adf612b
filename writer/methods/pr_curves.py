"""Precision and recall."""

from __future__ import annotations

import operator
from typing import Any

from writer.methods.kinds import KindMethods

_DEFAULT_THRESHOLDS = 127  # as in torch


class PrCurveMethods(KindMethods):
    """Logs precision-recall curves."""

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: Any = None,
        num_thresholds: int = _DEFAULT_THRESHOLDS,
        weights: Any = None,
        walltime: float | None = None,
        *,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs how precise a binary classifier is, and how much it recalls, at thresholds from 0 to 1.

        Args:
            tag: name of the series.
            labels: the truth, booleans or 0 and 1, any shape.
            predictions: probabilities in [0, 1], as many.
            num_thresholds: how many thresholds, at least 2.
            weights: how much each prediction counts: as many, or one number for all. Default 1.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: something is no array of numbers.
            ValueError: shapes differ, labels are neither 0 nor 1, predictions are not in [0, 1], weights are
                negative or not finite, or there are fewer than 2 thresholds. The error names the tag.
        """
        import numpy as np

        from writer.summary import pr_curves
        from writer.summary.arrays import as_array

        told = f"add_pr_curve: tag {tag!r}"
        truth = as_array(tag, labels, "add_pr_curve", "labels of 0 and 1").ravel()
        chances = as_array(tag, predictions, "add_pr_curve", "predictions from 0 to 1").ravel().astype(np.float64)
        if len(truth) != len(chances):
            raise ValueError(f"{told} wants as many predictions as labels, but got {len(chances)} and {len(truth)}")
        if not ((truth == 0) | (truth == 1)).all():
            raise ValueError(f"{told} wants labels of 0 and 1, but some are neither")
        if not ((chances >= 0) & (chances <= 1)).all():
            raise ValueError(
                f"{told} wants predictions from 0 to 1, but got {chances.min():.6g} to {chances.max():.6g}"
            )
        counted = None
        if weights is not None:
            counted = as_array(tag, weights, "add_pr_curve", "weights as numbers").ravel().astype(np.float64)
            if len(counted) not in (1, len(truth)):
                raise ValueError(f"{told} wants a weight for each of {len(truth)} labels, but got {len(counted)}")
            if not ((counted >= 0) & np.isfinite(counted)).all():
                raise ValueError(f"{told} wants finite weights of 0 or more, but some are not")
            counted = np.broadcast_to(counted, truth.shape)
        rows = pr_curves.compute(truth.astype(bool), chances, counted, _thresholds(told, num_thresholds))
        summary = pr_curves.pr_curve(tag, rows, display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)

    def add_pr_curve_raw(
        self,
        tag: str,
        true_positive_counts: Any,
        false_positive_counts: Any,
        true_negative_counts: Any,
        false_negative_counts: Any,
        precision: Any,
        recall: Any,
        global_step: Any = None,
        num_thresholds: int = _DEFAULT_THRESHOLDS,
        weights: Any = None,
        walltime: float | None = None,
        *,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a curve that is computed already.

        Args:
            tag: name of the series.
            true_positive_counts, false_positive_counts, true_negative_counts, false_negative_counts, precision,
                recall: a value for each threshold, which go up evenly from 0 to 1.
            num_thresholds: if given, must be how many values there are.
            weights: not used, the counts hold them; here for callers of torch's method.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: something is no array of numbers.
            ValueError: there are not equally many of each, at least 2. The error names the tag.
        """
        import numpy as np

        from writer.summary import pr_curves
        from writer.summary.arrays import as_array

        told = f"add_pr_curve_raw: tag {tag!r}"
        named = {
            "true_positive_counts": true_positive_counts,
            "false_positive_counts": false_positive_counts,
            "true_negative_counts": true_negative_counts,
            "false_negative_counts": false_negative_counts,
            "precision": precision,
            "recall": recall,
        }
        rows = [as_array(tag, value, "add_pr_curve_raw", f"{name} as numbers").ravel() for name, value in named.items()]
        lengths = {name: len(row) for name, row in zip(named, rows)}
        count = len(rows[0])
        if set(lengths.values()) != {count}:
            raise ValueError(f"{told} wants equally many values of each, but got {lengths}")
        if num_thresholds not in (_DEFAULT_THRESHOLDS, count):
            raise ValueError(f"{told} wants num_thresholds={num_thresholds!r} values of each, but got {count}")
        _thresholds(told, count)
        summary = pr_curves.pr_curve(tag, np.stack(rows), display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)


def _thresholds(told: str, count: Any) -> int:
    try:
        whole = operator.index(count)
    except TypeError:
        raise TypeError(f"{told} wants a number of thresholds, but got {count!r} of {type(count).__name__}") from None
    if whole < 2:
        raise ValueError(f"{told} wants at least 2 thresholds, but got {whole}")
    return whole
