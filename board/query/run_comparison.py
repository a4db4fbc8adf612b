"""A few runs in, where they differ out: in hyperparameters, and in the last and the best value of each metric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from board.query.natural_order import natural_key
from board.query.run_columns import ColumnsOfRuns
from board.query.run_facts import RunFacts
from board.query.run_table import Cell, cells

# So many metrics are compared at once; those beyond are counted.
MAX_METRICS = 300


class HParamRow(NamedTuple):
    """A hyperparameter of each run, None where it has none."""

    name: str
    values: list[Any]
    differs: bool


class MetricRow(NamedTuple):
    """A metric of each run."""

    tag: str
    goal: str  # "min" or "max": what is best
    last: list[Cell]
    best: list[Cell]


class Comparison(NamedTuple):
    hparams: list[HParamRow]
    metrics: list[MetricRow]
    more: int  # metrics beyond those that are listed


def compare(runs: Sequence[RunFacts], columns: ColumnsOfRuns, find: str = "") -> Comparison:
    """What is known of runs, side by side.

    Args:
        columns: of all runs; they know what is best of a metric.
        find: only metrics with this in their tags, in upper or lower case.
    """
    names = sorted({name for run in runs for name in run.hparams}, key=natural_key)
    hparams = [_hparam(name, [run.hparams.get(name) for run in runs]) for name in names]
    wanted = find.casefold()
    tags = sorted({tag for run in runs for tag in run.tags if wanted in tag.casefold()}, key=natural_key)
    metrics = [_metric(tag, runs, columns) for tag in tags[:MAX_METRICS]]
    return Comparison(hparams, metrics, max(0, len(tags) - MAX_METRICS))


def _hparam(name: str, values: list[Any]) -> HParamRow:
    # 1.0 equals True in Python, but they are different settings.
    return HParamRow(name, values, len({(type(value), value) for value in values}) > 1)


def _metric(tag: str, runs: Sequence[RunFacts], columns: ColumnsOfRuns) -> MetricRow:
    pair = [columns.metric(tag, "last"), columns.metric(tag, "best")]
    rows = [cells(run, pair) for run in runs]
    return MetricRow(tag, columns.goal(tag).value, [last for last, _ in rows], [best for _, best in rows])
