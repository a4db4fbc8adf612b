from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

import graphcore as tf


@pytest.fixture(autouse=True)
def fresh_graph():
    """Each test has a default graph of its own."""
    tf.reset_default_graph()
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def sess(fresh_graph):
    with tf.Session(graph=fresh_graph) as session:
        yield session


@pytest.fixture(scope="session")
def data() -> Path:
    """Graphs and lists made by TensorFlow 0.8's own Python front end; its README says how."""
    return Path(__file__).resolve().parent.parent / "data" / "graphcore"


@pytest.fixture(scope="session")
def raises():
    """``with raises(error, message):`` like `pytest.raises`, for the whole of the message."""

    @contextlib.contextmanager
    def exactly(error: type[Exception], message: str):
        with pytest.raises(error) as raised:
            yield raised
        assert raised.value.args[0] == message

    return exactly
