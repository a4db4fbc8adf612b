"""The rows that one file adds to a series: those written to the index, and those in memory behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from board.store import columns, places, statistics
from board.store.columns import Columns
from board.store.packed import Packed
from board.store.places import Places
from board.store.statistics import Statistics

Table = TypeVar("Table", Columns, Places)

# Rows are packed in pieces of at least so many; fewer take more memory packed than they save.
_PIECE = 256
# Pieces of so many rows, in memory or in the index, are large enough: they are not joined with what comes behind them.
_LARGE = 1 << 13


@dataclass(frozen=True)
class Kind(Generic[Table]):
    """What rows consist of, and how they are kept."""

    joined: Callable[[Sequence[Table]], Table]
    pack: Callable[[Table], Any]  # to something with the number of its rows in `count`
    unpack: Callable[[Any], Table]
    encode: Callable[[Table], bytes]
    decode: Callable[[bytes], Table]
    statistics: Callable[[Table], Statistics]


POINTS = Kind[Columns](
    joined=columns.joined,
    pack=Packed,
    unpack=Packed.columns,
    encode=Packed.encoded,
    decode=Packed.decoded,
    statistics=lambda rows: statistics.of_rows(*rows),
)
PLACES = Kind[Places](
    joined=places.joined,
    pack=places.Piece,
    unpack=lambda piece: piece.places,
    encode=places.encoded,
    decode=places.decoded,
    statistics=lambda rows: statistics.of_rows(rows.steps, rows.wall_times),
)


class Chunk(NamedTuple):
    """Rows that are in the index."""

    id: int
    rows: int


ReadChunk = Callable[[Chunk], bytes]


class Saving(NamedTuple):
    """What is to be written, and how the rows stand when it is."""

    chunks: list[Chunk]  # all of them, old and new
    statistics: Statistics | None
    new: list[tuple[Chunk, bytes]]
    replaced: list[Chunk]  # of no use any more, once the rows have been told


class Rows(Generic[Table]):
    """A table that grows at the end. Views given out before stay valid: rows are never rewritten.

    Attributes:
        count: of all rows.
        restart_rows: rows before each restart of the file; short of those since the last append.
        chunks: the rows that are in the index.
        number: of the series among those of its file that are in the index; None if it is not.
    """

    # There are many of these: one for each tag of each file. So there are no lists in them without need, either.
    __slots__ = (
        "_kind",
        "_of_chunks",
        "_packed",
        "_recent",
        "_recent_count",
        "_restarts_saved",
        "chunks",
        "count",
        "number",
        "restart_rows",
    )

    def __init__(self, kind: Kind[Table]) -> None:
        self.count = 0
        self.chunks: tuple[Chunk, ...] = ()
        self.restart_rows: tuple[int, ...] = ()
        self.number: int | None = None
        self._kind: Kind[Table] = kind
        self._of_chunks: Statistics | None = None
        self._restarts_saved = 0
        self._packed: tuple[Any, ...] = ()
        self._recent: list[Table] = []
        self._recent_count = 0

    def restore(
        self, number: int, chunks: Sequence[Chunk], restart_rows: Sequence[int], of_chunks: Statistics | None
    ) -> None:
        """Takes over rows that an earlier process has written to the index."""
        self.number = number
        self.chunks = tuple(chunks)
        self.restart_rows = tuple(restart_rows)
        self._of_chunks = of_chunks
        self._restarts_saved = len(restart_rows)
        self.count = sum(chunk.rows for chunk in chunks)

    def append(self, rows: Table) -> None:
        """Adds one row or more, in arrays that nobody changes any more."""
        self._recent.append(rows)
        self._recent_count += len(rows.steps)
        self.count += len(rows.steps)
        if self._recent_count >= _PIECE:
            self._pack()

    def _pack(self) -> None:
        kind = self._kind
        piece = kind.pack(kind.joined(self._recent))
        before: tuple[Any, ...] = self._packed
        # Merging pieces of like size leaves few of them, and copies each row only a few times.
        while before and before[-1].count <= min(2 * piece.count, _LARGE):
            piece = kind.pack(kind.joined([kind.unpack(before[-1]), kind.unpack(piece)]))
            before = before[:-1]
        self._packed = (*before, piece)
        self._recent, self._recent_count = [], 0

    def parts(self, read: ReadChunk) -> list[Table]:
        """All rows, in pieces."""
        stored = [self._kind.decode(read(chunk)) for chunk in self.chunks]
        return stored + self._in_memory()

    def _in_memory(self) -> list[Table]:
        if len(self._recent) > 1:
            self._recent = [self._kind.joined(self._recent)]
        packed = [self._kind.unpack(piece) for piece in self._packed]
        return packed + self._recent

    @property
    def statistics(self) -> Statistics | None:
        """None while there are no rows. Reads nothing from the index."""
        found = self._of_chunks
        for rows in self._in_memory():
            found = statistics.joined(found, self._kind.statistics(rows))
        return found

    def saving(self, read: ReadChunk, next_id: Callable[[], int]) -> Saving | None:
        """What has to be written for all rows to be in the index; None if they are."""
        waiting = self._in_memory()
        if not waiting:
            known = self._restarts_saved == len(self.restart_rows)
            return None if known else Saving(list(self.chunks), self._of_chunks, [], [])
        behind = self._kind.joined(waiting)
        of_all = statistics.joined(self._of_chunks, self._kind.statistics(behind))
        chunks: list[Chunk] = list(self.chunks)
        replaced: list[Chunk] = []
        # As in memory: few chunks, and each row written only a few times.
        while chunks and chunks[-1].rows <= min(2 * len(behind.steps), _LARGE):
            replaced.append(chunks.pop())
            behind = self._kind.joined([self._kind.decode(read(replaced[-1])), behind])
        chunk = Chunk(next_id(), len(behind.steps))
        return Saving([*chunks, chunk], of_all, [(chunk, self._kind.encode(behind))], replaced)

    def saved(self, saving: Saving) -> None:
        """Lets go of the rows in memory: they are in the index now."""
        self.chunks = tuple(saving.chunks)
        self._of_chunks = saving.statistics
        self._restarts_saved = len(self.restart_rows)
        self._packed, self._recent, self._recent_count = (), [], 0
