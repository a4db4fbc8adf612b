from __future__ import annotations

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from board.logs import blobs
from board.logs.loader import Loader
from board.query.history import history
from board.store import Store, cache_directory


def start(log, step):
    return log.event(wall_time=1000.0, step=step, session_log={"status": 1})


def test_a_session_that_begins_again_is_marked_before_its_first_row_in_every_tag(log):
    log.write(log.version() + start(log, 0) + log.scalars(0, 20) + log.scalar(3, tag="late"))
    log.append(start(log, 10) + log.scalars(10, 15))
    log.poll()
    assert log.store.restarts("run", "loss") == [(0, 0), (20, 10)]
    assert log.store.restarts("run", "late") == [(0, 0), (1, 10)]


def test_restarts_are_the_same_however_the_file_was_read(log):
    records = [log.version(), log.scalars(0, 8), start(log, 5), log.scalar(1, tag="other"), log.scalars(5, 9)]
    records += [start(log, 2), log.scalar(2, tag="new"), log.scalars(2, 4)]
    for record in records:
        log.append(record)
        log.poll()
    log.write(b"".join(records), run="at once")
    log.poll()
    assert log.store.restarts("run", "loss") == [(8, 5), (12, 2)]
    for tag in ("loss", "other", "new"):
        assert log.store.restarts("run", tag) == log.store.restarts("at once", tag)


def test_a_restart_in_a_later_file_lies_before_that_files_rows(log):
    log.write(log.version() + log.scalars(0, 10), name="events.out.tfevents.1")
    log.write(log.version() + start(log, 5) + log.scalars(5, 7), name="events.out.tfevents.2")
    log.poll()
    cursor = log.store.cursor
    assert log.store.restarts("run", "loss") == [(10, 5)]
    log.path(name="events.out.tfevents.2").unlink()
    log.poll(2)
    assert log.store.restarts("run", "loss") == []
    assert ("run", "loss") in log.store.changes(cursor).series


def test_only_a_start_is_a_restart_and_images_have_them_too(log):
    log.write(log.version() + log.event(wall_time=1.0, step=4, session_log={"status": 2}) + log.scalar(0))
    image = {"value": [{"tag": "picture", "image": {"height": 1, "width": 1, "encoded_image_string": b"x"}}]}
    log.append(log.event(wall_time=1.0, step=1, summary=image) + start(log, 1))
    log.append(log.event(wall_time=1.0, step=1, summary=image))
    log.poll()
    assert log.store.restarts("run", "picture") == [(1, 1)]
    assert log.store.restarts("run", "loss") == [(1, 1)]
    assert log.store.restarts("run", "nothing") == []


GOING_BACK = [*range(9), 4, 5, 20, 6, 3, 12]


@pytest.mark.parametrize("version", ["brain.Event:1", "brain.Event:0.5"])
def test_in_files_of_before_version_2_steps_that_go_back_supersede_as_in_tensorboard(log, version):
    begin = log.event(wall_time=1000.0, file_version=version)
    log.write(begin + b"".join(log.scalar(step, float(row)) for row, step in enumerate(GOING_BACK)))
    log.poll()
    peer = EventAccumulator(str(log.path()), size_guidance={"scalars": 0}).Reload()
    survivors = history(*log.store.points("run", "loss"))
    assert survivors.values.tolist() == [row.value for row in peer.Scalars("loss")]
    assert len(survivors.steps) < len(GOING_BACK) == len(log.steps())


@pytest.mark.parametrize("version", ["brain.Event:2", None])
def test_in_other_files_such_steps_come_from_several_writers(log, version):
    begin = log.event(wall_time=1000.0, file_version=version) if version else b""
    log.write(begin + b"".join(log.scalar(step) for step in GOING_BACK))
    log.poll()
    assert history(*log.store.points("run", "loss")).steps.tolist() == GOING_BACK


def test_the_version_of_a_file_is_kept_in_the_index_and_holds_for_its_rows_alone(log, tmp_path):
    newer = log.version() + log.scalar(30) + log.scalar(29)
    older = log.event(wall_time=1000.0, file_version="brain.Event:1") + log.scalar(27) + log.scalar(31)
    log.write(newer, name="events.out.tfevents.1")
    log.write(older, name="events.out.tfevents.2")
    for _ in range(2):
        store = Store(blobs.read)
        index = cache_directory.open_index(str(log.directory), str(tmp_path / "cache"))
        loader = Loader(str(log.directory), store, index=index)
        loader.poll()
        assert store.points("run", "loss").restarts == [(2, 27)]
        loader.stop()


def test_the_versions_of_many_small_files_are_read_together(log):
    for number in range(20):
        version = log.event(wall_time=1000.0, file_version=f"brain.Event:{1 + number % 2}")
        log.write(version + log.scalar(5) + log.scalar(3), run=f"run{number}")
    log.poll()
    told = [log.store.points(f"run{number}", "loss").restarts for number in range(20)]
    assert told == [[(1, 3)], []] * 10
