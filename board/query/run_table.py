"""A question for runs in, those that meet it, in the order wanted, with the columns wanted, out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from board.query import filter
from board.query.goals import Goal
from board.query.natural_order import natural_key
from board.query.run_columns import RUN_COLUMNS, Column, ColumnsOfRuns
from board.query.run_facts import FactsOfRuns, RunFacts

# A column with no more distinct texts than this is completed with them.
_SUGGESTED_VALUES = 30


@dataclass(frozen=True)
class Question:
    """Which runs, and in which order.

    Attributes:
        filter: see `board.query.filter`.
        sort: name of a column; "" for the order of the names. Runs without a value come last, either way.
        goals: of metrics, where they are not what `board.query.goals` guesses.
        hidden: those that somebody has hidden, too. A filter that asks for `hidden` sees them anyway.
    """

    filter: str = ""
    sort: str = ""
    descending: bool = False
    goals: Mapping[str, Goal] = field(default_factory=dict)
    hidden: bool = False


class Cell(NamedTuple):
    value: filter.Value
    step: int | None  # where a metric has it


class Answer(NamedTuple):
    """Runs that meet a question, in order."""

    total: int  # of all runs
    hidden: int  # that meet the question and are left out, because somebody has hidden them
    runs: list[RunFacts]
    columns: ColumnsOfRuns


def ask(facts: FactsOfRuns, question: Question, moment: float) -> Answer:
    """The runs that meet a question.

    Args:
        moment: the present, seconds since the epoch.

    Raises:
        filter.FilterError: the filter means nothing.
    """
    columns = ColumnsOfRuns(*facts.names(), question.goals)
    tree = filter.parse(question.filter)
    meets = filter.compiled(tree, columns.named, lambda run: run.names)
    runs = facts.now(moment)
    met = [run for run in runs if meets(run)]
    seen = question.hidden or filter.mentions(tree, "hidden")
    found = met if seen else [run for run in met if not run.annotation.hidden]
    try:
        column = columns.named(question.sort or "name")
    except LookupError:  # of another log, or not logged yet
        column = RUN_COLUMNS[0]
    return Answer(len(runs), len(met) - len(found), in_order(found, column, question.descending), columns)


def cells(run: RunFacts, columns: Sequence[Column | None]) -> list[Cell]:
    """A row of the table; empty where there is no such column."""
    return [
        Cell(None, None) if column is None else Cell(column.value(run), column.step(run) if column.step else None)
        for column in columns
    ]


def in_order(runs: Sequence[RunFacts], column: Column, descending: bool) -> list[RunFacts]:
    """The runs by a column; those that tie by their names, those without a value last, NaN before these."""
    if column.id == "name":
        return sorted(runs, key=lambda run: run.order, reverse=descending)
    values = [(column.value(run), run) for run in sorted(runs, key=lambda run: run.order)]
    missing = [run for value, run in values if value is None]
    odd = [run for value, run in values if isinstance(value, float) and math.isnan(value)]
    keys: dict[filter.Value, Any] = {}

    def key(pair: tuple[filter.Value, RunFacts]) -> Any:
        value = pair[0]
        if value not in keys:
            text = ", ".join(value) if isinstance(value, tuple) else value
            keys[value] = (1, natural_key(text)) if isinstance(text, str) else (0, text)
        return keys[value]

    there = [pair for pair in values if pair[0] is not None and pair[0] == pair[0]]
    return [run for _, run in sorted(there, key=key, reverse=descending)] + odd + missing


def catalogue(facts: FactsOfRuns, moment: float) -> list[dict[str, Any]]:
    """All columns that can be asked for; metrics without their aggregates.

    ``values`` are the texts of a column, if they are few.
    """
    hparams, metrics = facts.names()
    columns = ColumnsOfRuns(hparams, metrics)
    runs = facts.now(moment)
    found = []
    for column in RUN_COLUMNS:
        values = _VALUES[column.id](runs) if column.id in _VALUES else []
        found.append(_described(column, column.kind, values))
    for name in hparams:
        column = columns.named(f"hparam.{name}")
        present = {run.hparams[name] for run in runs if run.hparams.get(name) is not None}
        texts = sorted(_text(value) for value in present) if len(present) <= _SUGGESTED_VALUES else []
        numeric = all(isinstance(value, float) and not isinstance(value, bool) for value in present)
        found.append(_described(column, filter.Kind.NUMBER if numeric else column.kind, texts))
    found += [
        {"id": tag, "label": tag, "group": "metric", "kind": "number", "help": "", "goal": columns.goal(tag).value}
        for tag in metrics
    ]
    return found


_VALUES: dict[str, Callable[[Sequence[RunFacts]], list[str]]] = {
    "status": lambda runs: sorted({run.status.value for run in runs}),
    "tags": lambda runs: sorted({tag for run in runs for tag in run.annotation.tags})[:_SUGGESTED_VALUES],
    "starred": lambda _: ["true", "false"],
    "hidden": lambda _: ["true", "false"],
}


def _described(column: Column, kind: filter.Kind, values: list[str]) -> dict[str, Any]:
    return {
        "id": column.id,
        "label": column.label,
        "group": column.group,
        "kind": kind.value,
        "help": column.help,
        "values": values,
    }


def _text(value: filter.Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)
