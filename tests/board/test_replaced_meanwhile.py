"""A file that is replaced while a request is answered: the answer is that of one moment."""

from __future__ import annotations

import pytest

from board.config import Config
from board.logs.loader import Loader
from board.store import Store
from board.web.app import create_app
from writer.format.messages import SessionLog


class Replacing(Store):
    """A store whose file is replaced as soon as points of it have been asked for."""

    replace = staticmethod(lambda: None)

    def scalars(self, run, tag):
        found = super().scalars(run, tag)
        if not self._lock._is_owned():
            self.replace()
        return found

    def points(self, run, tag):
        found = super().points(run, tag)
        self.replace()
        return found


@pytest.fixture
def client(log):
    """A client of an application under which ten points give way to two, which one of them supersedes."""
    begin = log.event(wall_time=1.0, step=0, session_log=SessionLog(status="START"))
    log.write(log.version() + log.scalars(0, 10))
    store = Replacing(lambda reference: None)
    loader = Loader(str(log.directory), store)
    loader.poll()

    def replace():
        log.path().unlink()
        log.write(log.version() + log.scalars(0, 1) + begin + log.scalars(0, 1) + 40 * log.scalar(0, tag="other"))
        loader.poll()

    store.replace = replace
    return create_app(Config(logdir=str(log.directory)), store).test_client()


def test_charts_show_the_points_of_one_moment(client, read_parts):
    answers = []
    for _ in range(2):
        _, (entry, _) = read_parts(client.post("/api/series", json={"series": [["run", "loss"]]}))
        answers.append((entry["count"], entry["superseded"]))
    assert answers == [(10, 0), (2, 1)]


def test_tensorboards_routes_answer_with_the_points_of_one_moment(client):
    path = "/data/plugin/scalars/scalars?run=run&tag=loss"
    assert [len(client.get(path).get_json()) for _ in range(2)] == [10, 1]
