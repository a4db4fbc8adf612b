"""A store in, what a table of runs can say of each of them out; worked out anew only for what has changed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from board.annotations import NOTHING, Annotation
from board.query.history import surviving
from board.query.natural_order import natural_key
from board.query.run_status import Pulse, Status, status
from board.query.sessions import HParam, Session, readable_session
from board.store import Columns, IndexDamagedError, Run, Statistics, Store
from board.store.statistics import of_rows
from writer.format import plugins

Answer = TypeVar("Answer")

# For so many seconds the present stays the same: questions come in flocks, and status does not change that fast.
_MOMENT = 1.0

_NO_SESSION = Session({}, "", None, None, None)


def history_statistics(store: Store, run: str, tag: str) -> Statistics | None:
    """A scalar series in numbers: all points that no resumed run has written anew. None if there is no such series.

    Points are read only where steps go back or a restart is told; the store has the numbers of all points at hand.
    """
    known = store.statistics(run, tag)
    if known is None or (known.ascending and not store.restarts(run, tag)):
        return known
    points = store.points(run, tag)
    if points is None or not len(points.columns.steps):
        return None
    kept = surviving(*points)
    columns = points.columns if kept is None else Columns(*(column[kept] for column in points.columns))
    return of_rows(*columns) if len(columns.steps) else None


@dataclass
class RunFacts:
    """One run.

    Attributes:
        order: its place among all runs by the natural order of their names.
        tags: of its scalars, the one with most points first.
    """

    name: str
    order: int
    tags: list[str]
    span: Run
    session: Session
    now: float
    annotations: Callable[[], Mapping[str, Annotation]]
    ask: Callable[[str, str], Statistics | None]
    pulse: Callable[[str, str], Pulse]
    _status: Status | None = field(default=None, init=False)

    @property
    def annotation(self) -> Annotation:
        """What people say of it."""
        return self.annotations().get(self.name, NOTHING)

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called: by its path, and by people."""
        title = self.annotation.title
        return (self.name, title) if title else (self.name,)

    @property
    def hparams(self) -> dict[str, HParam]:
        return self.session.hparams

    def statistics(self, tag: str) -> Statistics | None:
        """Of a metric (see `history_statistics`)."""
        return self.ask(self.name, tag)

    @property
    def longest(self) -> Statistics | None:
        """Of the scalars with most points: how far and how fast a run has come is read off them."""
        return self.statistics(self.tags[0]) if self.tags else None

    @property
    def start(self) -> float | None:
        """Wall time of the first scalar; without scalars, of the first event. Seconds since the epoch."""
        found = self.longest
        return self.span.first_wall_time if found is None else found.first_wall_time

    @property
    def updated(self) -> float | None:
        """Wall time of the last scalar; without scalars, of the last event."""
        found = self.longest
        return self.span.last_wall_time if found is None else found.last_wall_time

    @property
    def status(self) -> Status:
        if self._status is None:
            known = [time for time in (self.span.last_wall_time, self.updated) if time is not None]
            self._status = status(self.session.status, self.now - max(known, default=self.now), self._own_pulse)
        return self._status

    def _own_pulse(self) -> Pulse:
        return self.pulse(self.name, self.tags[0]) if self.tags else Pulse(0, 0.0)


class FactsOfRuns:
    """What is known of all runs of a store. Safe to ask from several threads.

    Args:
        annotations: tells what people say of runs, as it stands.
    """

    def __init__(self, store: Store, annotations: Callable[[], Mapping[str, Annotation]]) -> None:
        self._store = store
        self._annotations = annotations
        self._lock = threading.Lock()
        self._cursor = -1
        self._order: dict[str, int] = {}
        self._tags: dict[str, list[str]] = {}
        self._sessions: dict[str, tuple[object, Session]] = {}
        self._marks: dict[str, object] = {}
        self._statistics: dict[tuple[str, str], Statistics | None] = {}
        self._pulses: dict[tuple[str, str], Pulse | None] = {}
        self._runs: list[RunFacts] = []
        self._moment = -math.inf
        self._hparams: list[str] = []
        self._metrics: list[str] = []

    def now(self, moment: float) -> list[RunFacts]:
        """All runs as they stand, in the natural order of their names.

        Args:
            moment: the present, seconds since the epoch.
        """
        with self._lock:
            stood_at = self._cursor
            self._follow()
            if self._cursor == stood_at and 0 <= moment - self._moment < _MOMENT:
                return self._runs
            self._moment = moment
            runs = sorted(
                (run for run in self._store.runs() if run.name in self._order), key=lambda run: self._order[run.name]
            )
            self._runs = [
                RunFacts(
                    run.name,
                    self._order[run.name],
                    self._tags.get(run.name, []),
                    run,
                    self._session(run.name),
                    moment,
                    self._annotations,
                    self._statistics_of,
                    self._pulse_of,
                )
                for run in runs
            ]
            return self._runs

    def names(self) -> tuple[list[str], list[str]]:
        """The names of all hyperparameters, and the tags of all scalars, in natural order."""
        with self._lock:
            self._follow()
            return self._hparams, self._metrics

    def _follow(self) -> None:
        """Lets go of what no longer holds."""
        changes = self._store.changes(self._cursor)
        if self._cursor < 0 or changes.catalog_changed or changes.all_series:
            self._list()
        if changes.all_series:
            self._statistics.clear()
            self._pulses.clear()
        for key in changes.series:
            self._statistics.pop(key, None)
            self._pulses.pop(key, None)
        self._cursor = changes.cursor

    def _list(self) -> None:
        names = {run.name for run in self._store.runs()}
        if names != self._order.keys():
            self._order = {name: place for place, name in enumerate(sorted(names, key=natural_key))}
        counts: dict[str, dict[str, int]] = {}
        marks: dict[str, object] = {}
        for info in self._store.series({plugins.SCALARS, plugins.HPARAMS}):
            if info.metadata.plugin == plugins.SCALARS:
                counts.setdefault(info.run, {})[info.tag] = info.count
            else:  # what is said of a session is read again only when there is more of it
                marks[info.run] = (marks.get(info.run), info.tag, info.count, info.metadata.content)
        self._marks = marks
        self._tags = {run: sorted(of_run, key=lambda tag: -of_run[tag]) for run, of_run in counts.items()}
        tags = {tag for of_run in counts.values() for tag in of_run}
        if tags != set(self._metrics):
            self._metrics = sorted(tags, key=natural_key)
        self._sessions = {run: self._sessions[run] for run in marks if run in self._sessions}
        hparams = {name for run in marks for name in self._session(run).hparams}
        if hparams != set(self._hparams):
            self._hparams = sorted(hparams, key=natural_key)
        for run, tag in list(self._statistics):
            if tag not in counts.get(run, {}):
                del self._statistics[run, tag]

    def _session(self, run: str) -> Session:
        mark = self._marks.get(run)
        if mark is None:
            return _NO_SESSION
        known = self._sessions.get(run)
        if known is None or known[0] != mark:
            known = self._sessions[run] = (mark, readable_session(self._store, run) or _NO_SESSION)
        return known[1]

    def _statistics_of(self, run: str, tag: str) -> Statistics | None:
        return self._remembered(self._statistics, (run, tag), lambda: history_statistics(self._store, run, tag))

    def _pulse_of(self, run: str, tag: str) -> Pulse:
        def pulse() -> Pulse | None:
            columns = self._store.scalars(run, tag)
            return None if columns is None else Pulse.of(columns.wall_times)

        return self._remembered(self._pulses, (run, tag), pulse) or Pulse(0, 0.0)

    def _remembered(
        self, known: dict[tuple[str, str], Answer | None], key: tuple[str, str], compute: Callable[[], Answer | None]
    ) -> Answer | None:
        with self._lock:
            if key in known:
                return known[key]
            cursor = self._cursor
        try:
            found = compute()
        except IndexDamagedError:  # it is about to be read anew
            return None
        with self._lock:
            if self._cursor == cursor:  # else it may be older than the change that was just followed
                known[key] = found
        return found
