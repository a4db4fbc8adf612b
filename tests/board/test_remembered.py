"""What was worked out about columns is not worked out again while they are the same."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from board.query import history
from board.query.line import View, XAxis
from board.query.remembered import remembered
from board.query.series_query import answer
from board.query.smoothing import Smoothing
from board.store import Columns


def columns(*steps):
    return Columns(np.array(steps, np.int64), np.arange(len(steps), dtype=float), np.zeros(len(steps)))


@pytest.fixture
def asked():
    """What the function below was really called with, by the first step."""
    return []


@pytest.fixture
def last_step(asked):
    @remembered(2)
    def last_step(of):
        asked.append(int(of.steps[0]))
        return int(of.steps[-1])

    return last_step


def test_the_same_columns_are_looked_at_once(last_step, asked):
    one = columns(1, 5)
    assert [last_step(one), last_step(Columns(*one)), last_step(one)] == [5, 5, 5]
    assert asked == [1]


def test_equal_columns_are_not_the_same_columns(last_step, asked):
    one = columns(1, 5)
    assert [last_step(one), last_step(one._replace(wall_times=one.wall_times + 1)), last_step(columns(1, 5))] == [5] * 3
    assert asked == [1, 1, 1]


def test_those_not_asked_about_for_longest_are_forgotten(last_step, asked):
    first, second, third = columns(1), columns(2), columns(3)
    for of in (first, second, first, third, first, second):
        last_step(of)
    assert asked == [1, 2, 3, 2]


def test_no_columns_are_kept_in_memory_and_none_is_taken_for_one_that_is_gone(last_step):
    for step in range(1000):  # arrays of the same size, at the same few addresses
        of = columns(0, step)
        assert last_step(of) == step
    array = weakref.ref(of.steps)
    del of
    gc.collect()
    assert array() is None


def test_restarts_are_inferred_once_for_all_views_of_a_series(log, monkeypatch):
    def session(begin, start, stop):
        return b"".join(log.scalar(step, wall_time=begin + step) for step in range(start, stop))

    log.write(log.version() + session(1000, 0, 100) + session(2000, 50, 120))
    log.poll()
    looked = []
    resumes = history._resumes

    def counted(*question):
        looked.append(question)
        return resumes(*question)

    monkeypatch.setattr(history, "_resumes", counted)

    def superseded():
        looked.clear()
        points = log.store.points("run", "loss")
        views = [View(XAxis.STEP, None, 600, Smoothing(weight)) for weight in (0, 0.5, 0.9)]
        return {answer(points.columns, view, points.restarts).superseded for view in views}, len(looked)

    assert superseded() == ({50}, 1)
    assert superseded() == ({50}, 0)
    log.append(session(3000, 30, 130))
    log.poll()
    assert superseded() == ({70 + 70}, 2)
