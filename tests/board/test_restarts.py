from __future__ import annotations


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
