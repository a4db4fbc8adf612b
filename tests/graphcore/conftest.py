from __future__ import annotations

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
