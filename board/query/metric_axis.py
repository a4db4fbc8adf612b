"""Steps of a series and another series of the same run in, where the points lie on an axis of that metric out.

A run counts tokens, samples or epochs beside its losses, but seldom at the same steps. A point that lies between two
steps at which the metric was logged takes a value on the straight line between them. Before the first and after the
last of them the metric is not known, and made up for nobody: such points have no place.
"""

from __future__ import annotations

import numpy as np

from board.store import Columns


def positions(steps: np.ndarray, metric: Columns | None) -> np.ndarray:
    """The metric at each step, float64 [n]; NaN where it is not known.

    Args:
        steps: int64 [n], in any order.
        metric: the surviving history of the metric, in any order of steps. Values that are not finite are passed over;
            of several at one step the last counts. None: the run has not logged it.
    """
    if metric is None:
        return np.full(len(steps), np.nan)
    finite = np.isfinite(metric.values)
    at, value = metric.steps[finite], metric.values[finite]
    order = np.argsort(at, kind="stable")
    at, value = at[order], value[order]
    last = np.append(at[1:] != at[:-1], True)[: len(at)]
    if not last.any():
        return np.full(len(steps), np.nan)
    return np.interp(steps, at[last], value[last], left=np.nan, right=np.nan)
