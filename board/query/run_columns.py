"""The name of a column in, what it holds for each run out. Table, filter and suggestions read the columns off here."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from board.query.filter import Field, Kind, Value
from board.query.goals import Goal, goal
from board.query.run_facts import RunFacts
from board.query.run_status import Status
from board.store import Statistics

HPARAM = "hparam."
_STEP = ".step"
# So many names that are like one that does not exist are told.
_SIMILAR = 3


@dataclass(frozen=True)
class Column(Field[RunFacts]):
    """A column of the table of runs.

    Attributes:
        id: names it in addresses and requests.
        label: its heading.
        group: "run", "hparam" or "metric".
        help: one line on what it means; "" where the label says all.
        step: where a metric has its value; None for columns without one.
    """

    id: str
    label: str
    group: str
    help: str = ""
    step: Callable[[RunFacts], int | None] | None = None


def _column(id: str, label: str, kind: Kind, value: Callable[[RunFacts], Value], help: str) -> Column:
    return Column(kind, value, id, label, "run", help)


def _duration(run: RunFacts) -> float | None:
    return None if run.start is None or run.updated is None else run.updated - run.start


def _speed(run: RunFacts) -> float | None:
    found = run.longest
    if found is None or found.last_wall_time <= found.first_wall_time:
        return None
    return (found.last_step - found.first_step) / (found.last_wall_time - found.first_wall_time)


RUN_COLUMNS = (
    _column("name", "Name", Kind.TEXT, lambda run: run.name, "The path of the run below the log directory"),
    _column("status", "Status", Kind.TEXT, lambda run: run.status.value, ", ".join(each.value for each in Status)),
    _column("start", "Started", Kind.TIME, lambda run: run.start, "Time of the first point"),
    _column("updated", "Updated", Kind.TIME, lambda run: run.updated, "Time of the last point"),
    _column("duration", "Duration", Kind.DURATION, _duration, "From the first point to the last"),
    _column("steps", "Step", Kind.NUMBER, lambda run: run.longest and run.longest.last_step, "The step it has reached"),
    _column("starred", "Starred", Kind.MIXED, lambda run: run.annotation.starred, "Somebody has given it a star"),
    _column("tags", "Tags", Kind.TEXT, lambda run: run.annotation.tags or None, "What people have tagged it with"),
    _column("notes", "Notes", Kind.TEXT, lambda run: run.annotation.notes or None, "What people have written of it"),
    _column("hidden", "Hidden", Kind.MIXED, lambda run: run.annotation.hidden, "Neither listed nor drawn"),
    _column("speed", "Steps/s", Kind.NUMBER, _speed, "Steps a second, over the whole run"),
)
_BY_ID = {column.id: column for column in RUN_COLUMNS}


class Aggregate:
    """A number that stands for all values of a metric."""

    def __init__(
        self, label: str, value: Callable[[Statistics], float], step: Callable[[Statistics], int] | None
    ) -> None:
        self.label = label
        self.value = value
        self.step = step


AGGREGATES = {
    "last": Aggregate("last", lambda found: found.last, lambda found: found.last_step),
    "min": Aggregate("min", lambda found: found.minimum, lambda found: found.minimum_step),
    "max": Aggregate("max", lambda found: found.maximum, lambda found: found.maximum_step),
    "mean": Aggregate("mean", lambda found: found.mean, None),
}
BEST = "best"


class ColumnsOfRuns:
    """The columns that there are, given what runs have logged.

    Args:
        hparams: names of all hyperparameters.
        metrics: tags of all scalars.
        goals: of metrics whose goal was chosen; that of the others is guessed by `goal`.
    """

    def __init__(self, hparams: Iterable[str], metrics: Iterable[str], goals: Mapping[str, Goal] | None = None) -> None:
        self._hparams = dict.fromkeys(hparams)
        self._metrics = dict.fromkeys(metrics)
        self._goals = goals or {}

    def goal(self, tag: str) -> Goal:
        """What is best of a metric."""
        return self._goals.get(tag) or goal(tag)

    def named(self, name: str) -> Column:
        """The column that a name stands for.

        A column of every run comes before a hyperparameter, and that before a metric: ``hparam.status`` is a
        hyperparameter that is called as such a column is. A metric without an aggregate means its last value.

        Raises:
            LookupError: there is none; the message says so, with names that are like it.
        """
        known = _BY_ID.get(name.lower())
        if known is not None:
            return known
        if name.startswith(HPARAM) and name.removeprefix(HPARAM) in self._hparams:
            return _hparam(name.removeprefix(HPARAM))
        if name in self._hparams:
            return _hparam(name)
        if name in self._metrics:
            return self.metric(name, "last")
        tag, _, aggregate = name.rpartition(".")
        if tag in self._metrics and (aggregate in AGGREGATES or aggregate == BEST):
            return self.metric(tag, aggregate)
        if name.endswith(_STEP):
            column = self.named(name.removesuffix(_STEP))
            if column.step is not None:
                return Column(Kind.NUMBER, column.step, column.id + _STEP, f"{column.label}, step", "metric")
        raise LookupError(self._unknown(name))

    def metric(self, tag: str, aggregate: str) -> Column:
        """The column of a metric's aggregate: one of `AGGREGATES`, or `BEST`."""
        meant, direction = aggregate, ""
        if aggregate == BEST:
            meant = self.goal(tag).value
            direction = ": the least value" if meant == Goal.MIN.value else ": the greatest value"
        of = AGGREGATES[meant]

        def value(run: RunFacts) -> Value:
            found = run.statistics(tag)
            return None if found is None else of.value(found)

        def step(run: RunFacts) -> int | None:
            found = run.statistics(tag)
            nowhere = found is None or (meant != "last" and math.isnan(of.value(found)))
            return None if found is None or nowhere or of.step is None else of.step(found)

        return Column(
            Kind.NUMBER,
            value,
            f"{tag}.{aggregate}",
            f"{tag} {aggregate}",
            "metric",
            f"{aggregate} of {tag}{direction}, of all points",
            step if of.step else None,
        )

    def _unknown(self, name: str) -> str:
        names: Sequence[str] = [*_BY_ID, *self._hparams, *self._metrics]
        lowered = {known.lower(): known for known in names}
        like = [lowered[found] for found in difflib.get_close_matches(name.lower(), list(lowered)[:5000], _SIMILAR)]
        more = f"; there is {', '.join(like)}" if like else ""
        return f"no column {name!r}{more}"


def _hparam(name: str) -> Column:
    return Column(Kind.MIXED, lambda run: run.hparams.get(name), HPARAM + name, name, "hparam", "Hyperparameter")
