"""The first runs of every example with a graph, repeated by TensorFlow: fetches of each run, then all variables.

Runs where TensorFlow is installed (`make conformance`). The graph is the one that the example has built, exported; the
variables begin with the same random numbers, so what the optimizers make of them is compared as well.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from tensorflow_peer import assert_equal, session_of

import graphcore as tf
from writer.format.messages import Summary

EXAMPLES = [
    path
    for path in sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))
    if "import graphcore as tf" in path.read_text()
]
# Rounding differs, and training carries it on.
CLOSE = {"rtol": 1e-3, "atol": 1e-4}
RUNS = 12


class Run(NamedTuple):
    """One call of `Session.run`, by name: what was fetched, fed and given back."""

    fetches: list[str]
    feeds: dict[str, Any]
    values: list[Any]


class EnoughError(Exception):
    """There are as many runs as are to be compared."""


def flat(fetches: Any) -> list[Any]:
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    return [item for fetch in fetches for item in flat(fetch)] if isinstance(fetches, (list, tuple)) else [fetches]


class Recorder:
    """The runs of an example's first session, the graph, and its variables after them."""

    def __init__(self) -> None:
        self.graph: tf.Graph | None = None
        self.runs: list[Run] = []
        self.variables: dict[str, Any] = {}

    def record(self, session: tf.Session, run: Any, fetches: Any, feed_dict: Any) -> Any:
        self.graph = session.graph
        element = session.graph.as_graph_element
        values = run(session, fetches, feed_dict)
        self.runs.append(
            Run(
                [element(fetch).name for fetch in flat(fetches)],
                # A copy: scripts may change an array that they have fed.
                {element(key).name: np.array(value) for key, value in (feed_dict or {}).items()},
                flat(values),
            )
        )
        if len(self.runs) == RUNS:
            with session.graph.as_default():
                variables = tf.all_variables()
            self.variables = {variable.name: run(session, variable) for variable in variables}
            raise EnoughError
        return values


def assert_same_summaries(ours: bytes, theirs: bytes, also_trains: bool) -> None:
    mine, other = (Summary.FromString(data).value for data in (ours, theirs))
    assert [value.tag for value in mine] == [value.tag for value in other]
    if also_trains:
        return  # whether they have read a variable before the step or after it is for TensorFlow's threads to decide
    for one, two in zip(mine, other):
        assert one.WhichOneof("value") == two.WhichOneof("value")
        if one.WhichOneof("value") == "simple_value":
            np.testing.assert_allclose(one.simple_value, two.simple_value, **CLOSE)
        elif one.WhichOneof("value") == "histo":
            assert one.histo.num == two.histo.num
            np.testing.assert_allclose(one.histo.sum, two.histo.sum, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_tensorflow_trains_the_same(path, tmp_path, monkeypatch):
    recorder, run = Recorder(), tf.Session.run
    monkeypatch.setattr(
        tf.Session,
        "run",
        lambda session, fetches, feed_dict=None, *more, **options: recorder.record(session, run, fetches, feed_dict),
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(path.parent)
    monkeypatch.setattr(sys, "argv", [str(path)])
    tf.reset_default_graph()
    with pytest.raises(EnoughError):
        runpy.run_path(str(path), run_name="__main__")
    assert recorder.graph is not None
    with session_of(recorder.graph) as session:
        for fetches, feeds, values in recorder.runs:
            for name, mine, other in zip(fetches, values, session.run(fetches, feeds), strict=True):
                if isinstance(mine, bytes):
                    assert_same_summaries(mine, other, also_trains=any(":" not in fetch for fetch in fetches))
                elif ":" in name:
                    assert_equal(mine, other, **CLOSE)
        theirs = session.run(list(recorder.variables))
    for mine, other in zip(recorder.variables.values(), theirs, strict=True):
        assert_equal(mine, other, **CLOSE)
