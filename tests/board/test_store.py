from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.store import Batch, BlobReference, SeriesMetadata, Source, Store
from board.store.changes import MAX_LISTED
from writer.format import plugins
from writer.format.messages import DataClass

SCALARS = SeriesMetadata(plugins.SCALARS, DataClass["DATA_CLASS_SCALAR"])


def source(name, run="run"):
    return Source(f"/logs/{run}/{name}", f"{run}/{name}", run)


def commit(store, source, points, tag="loss"):
    batch = Batch(source)
    batch.metadata[tag] = SCALARS
    for step, value in points:
        batch.saw(step, float(step))
        batch.add_scalar(tag, step, step, float(step), value)
    store.open(source)
    store.commit(batch)


@pytest.fixture
def store():
    def read(reference):
        raise LookupError("no files here")

    return Store(read)


@given(
    commits=st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(st.tuples(st.integers(-9, 9), st.floats(-1, 1)), max_size=5))
    )
)
def test_a_series_is_its_files_one_after_another_whatever_the_order_of_commits(commits):
    store = Store(lambda reference: np.empty(0))
    held = {}
    for name, points in commits:
        commit(store, source(name), points)
        held.setdefault(name, []).extend(points)
    wanted = [point for name in sorted(held) for point in held[name]]
    columns = store.scalars("run", "loss")
    found = [] if columns is None else list(zip(columns.steps.tolist(), columns.values.tolist()))
    assert found == wanted
    assert store.totals.points == len(wanted)
    for name in held:
        store.forget(source(name))
    assert store.totals == (0, 0, 0)


def test_changes_name_what_came_after_a_cursor(store):
    commit(store, source("a"), [(0, 1.0)])
    commit(store, source("a"), [(0, 1.0)], tag="accuracy")
    cursor = store.cursor
    assert store.changes(cursor) == (cursor, False, [], False)
    commit(store, source("a"), [(1, 2.0)])
    assert store.changes(cursor) == (store.cursor, False, [("run", "loss")], False)
    commit(store, source("a"), [(1, 2.0)], tag="new")
    assert store.changes(cursor).catalog_changed
    assert store.changes(cursor).series == [("run", "new"), ("run", "loss")]


def test_cursors_of_others_mean_that_everything_changed(store):
    commit(store, source("a"), [(0, 1.0)])
    for cursor in (-1, store.cursor + 1, 10**30):
        assert store.changes(cursor)[1:] == (True, [], True)


def test_very_many_changes_are_not_listed(store):
    batch = Batch(source("a"))
    batch.saw(0, 0.0)
    for number in range(MAX_LISTED + 1):
        batch.metadata[str(number)] = SCALARS
        batch.add_scalar(str(number), 0, 0, 0.0, 0.0)
    store.open(source("a"))
    store.commit(batch)
    assert store.changes(0) == (store.cursor, True, [], True)


def test_a_vanished_series_changes_the_catalogue(store):
    commit(store, source("a"), [(0, 1.0)])
    commit(store, source("b"), [(0, 1.0)])
    cursor = store.cursor
    store.forget(source("b"))
    assert store.changes(cursor) == (store.cursor, False, [("run", "loss")], False)
    cursor = store.cursor
    store.forget(source("a"))
    assert store.changes(cursor).catalog_changed
    assert store.scalars("run", "loss") is None
    assert store.runs() == []


def test_a_run_lasts_from_the_first_event_of_its_files_to_the_last(store):
    commit(store, source("b"), [(5, 0.0), (9, 0.0)])
    commit(store, source("a"), [(2, 0.0), (7, 0.0)])
    assert store.runs() == [("run", 2.0, 9.0)]


def test_the_first_metadata_of_a_tag_stay(store):
    commit(store, source("a"), [(0, 1.0)])
    batch = Batch(source("a"))
    batch.metadata["loss"] = SCALARS._replace(display_name="another")
    batch.saw(0, 1.0)
    batch.add_scalar("loss", 0, 1, 1.0, 1.0)
    store.commit(batch)
    assert store.metadata("run", "loss") == SCALARS


def test_blobs_are_referred_to_in_the_order_of_their_files(store):
    for name in "ba":
        place = BlobReference(source(name), 0, 10, 0, 0, 0.0)
        batch = Batch(source(name))
        batch.metadata["w"] = SeriesMetadata(plugins.HISTOGRAMS, DataClass["DATA_CLASS_TENSOR"])
        batch.saw(0, 0.0)
        batch.add_blob("w", place)
        store.open(source(name))
        store.commit(batch)
    assert [place.source.path for place in store.blobs("run", "w")] == ["/logs/run/a", "/logs/run/b"]
    assert store.scalars("run", "w") is None
    assert store.plugins() == {"histograms": 1}
    with pytest.raises(LookupError):
        store.read(store.blobs("run", "w")[0])
