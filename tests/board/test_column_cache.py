from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from board.store import Batch, SeriesMetadata, Source, Store
from board.store.column_cache import ColumnCache
from board.store.columns import Columns
from writer.format import plugins
from writer.format.messages import DataClass

ROW = 24  # bytes: a step, a wall time, a value


def columns(count):
    return Columns(np.arange(count), np.zeros(count), np.ones(count))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12)), max_size=40), st.integers(0, 30))
def test_the_columns_used_last_are_kept_within_the_limit(puts, rows):
    cache = ColumnCache(rows * ROW)
    for key, count in puts:
        cache.put(key, columns(count))
        kept = [found for other in range(6) if (found := cache.get(other)) is not None]
        assert sum(len(found.steps) for found in kept) * ROW == cache.nbytes <= rows * ROW
        assert (cache.get(key) is not None) == (count <= rows)


def test_what_has_not_been_used_for_longest_goes_first():
    cache = ColumnCache(2 * ROW)
    cache.put("a", columns(1))
    cache.put("b", columns(1))
    cache.get("a")
    cache.put("c", columns(1))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    cache.discard("a")
    cache.discard("a")
    assert cache.nbytes == ROW


def test_no_limit_keeps_a_series_from_being_read_nor_an_old_answer_alive():
    for limit in (0, 1 << 20):
        store = Store(lambda reference: np.empty(0), memory_limit=limit)
        source = Source("/logs/a", "a", ".")
        store.open(source)
        for end in (1, 2, 3):
            batch = Batch(source)
            batch.metadata["loss"] = SeriesMetadata(plugins.SCALARS, DataClass["DATA_CLASS_SCALAR"])
            batch.saw(end, 0.0)
            batch.add_scalar("loss", end, end, 0.0, 0.5)
            store.commit(batch)
            assert store.scalars(".", "loss").steps.tolist() == list(range(1, end + 1))
        store.forget(source)
        assert store.scalars(".", "loss") is None
