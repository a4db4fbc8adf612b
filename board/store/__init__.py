"""Points, kept: what was read out of the event files, and what has changed since when.

One thread writes (`Store.commit`, `Store.forget`); any number read, and see whole commits only.
"""

from __future__ import annotations

from board.store.answers import Points, Run, SeriesInfo, Totals
from board.store.batch import Batch
from board.store.changes import Changes
from board.store.columns import Columns
from board.store.damage import Damage, DamageLog
from board.store.index import FileEntry, Index, IndexBusyError, IndexDamagedError
from board.store.progress import Progress, Unreadable
from board.store.series import BlobReference, Restart, SeriesMetadata, Source
from board.store.statistics import Statistics
from board.store.store import DEFAULT_MEMORY_LIMIT, META_GRAPH_TAG, Store

__all__ = [
    "DEFAULT_MEMORY_LIMIT",
    "META_GRAPH_TAG",
    "Batch",
    "BlobReference",
    "Changes",
    "Columns",
    "Damage",
    "DamageLog",
    "FileEntry",
    "Index",
    "IndexBusyError",
    "IndexDamagedError",
    "Points",
    "Progress",
    "Restart",
    "Run",
    "SeriesInfo",
    "SeriesMetadata",
    "Source",
    "Statistics",
    "Store",
    "Totals",
    "Unreadable",
]
