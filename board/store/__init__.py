"""Points, kept: what was read out of the event files, and what has changed since when.

One thread writes (`Store.commit`, `Store.forget`); any number read, and see whole commits only.
"""

from __future__ import annotations

from board.store.batch import Batch
from board.store.changes import Changes
from board.store.columns import Columns
from board.store.damage import Damage, DamageLog
from board.store.progress import Progress, Unreadable
from board.store.series import BlobReference, Restart, SeriesMetadata, Source
from board.store.store import META_GRAPH_TAG, Points, Run, SeriesInfo, Store, Totals

__all__ = [
    "META_GRAPH_TAG",
    "Batch",
    "BlobReference",
    "Changes",
    "Columns",
    "Damage",
    "DamageLog",
    "Points",
    "Progress",
    "Restart",
    "Run",
    "SeriesInfo",
    "SeriesMetadata",
    "Source",
    "Store",
    "Totals",
    "Unreadable",
]
