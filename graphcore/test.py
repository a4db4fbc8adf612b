"""Tests of graphs: a `unittest.TestCase` that knows arrays, sessions and the errors of operations."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphcore.device import canonical_name
from graphcore.errors import OpError
from graphcore.gradient_checker import compute_gradient, compute_gradient_error
from graphcore.graph import Graph
from graphcore.random_seed import set_random_seed
from graphcore.scopes import reset_default_graph
from graphcore.session import Session, get_default_session

__all__ = [
    "TestCase",
    "compute_gradient",
    "compute_gradient_error",
    "get_temp_dir",
    "is_built_with_cuda",
    "main",
]

_SEED = 87654321


def main(*arguments: Any, **options: Any) -> None:
    """Runs the tests of the calling module, as `unittest.main` does."""
    unittest.main(*arguments, **options)


def is_built_with_cuda() -> bool:
    """False: everything runs on the CPU."""
    return False


def get_temp_dir() -> str:
    """A directory for the files of the tests of this process; it is there until somebody removes it."""
    global _temp_dir
    if _temp_dir is None:
        _temp_dir = os.environ.get("TEST_TMPDIR") or tempfile.mkdtemp(prefix="graphcore_test_")
    return _temp_dir


_temp_dir: str | None = None


class TestCase(unittest.TestCase):
    """A test case that begins with an empty default graph, and compares arrays."""

    def setUp(self) -> None:
        reset_default_graph()
        set_random_seed(_SEED)
        np.random.seed(_SEED % 2**32)

    def get_temp_dir(self) -> str:
        """A directory for the files of the tests."""
        return get_temp_dir()

    @contextlib.contextmanager
    def test_session(
        self, graph: Graph | None = None, config: Any = None, use_gpu: bool = False, force_gpu: bool = False
    ) -> Iterator[Session]:
        """A session that is the default in the block; ``use_gpu`` and ``force_gpu`` change nothing."""
        with Session("", graph, config) as session:
            yield session

    def evaluate(self, fetches: Any) -> Any:
        """The values of ``fetches`` in the default session, or in one of their own."""
        session = get_default_session()
        if session is not None:
            return session.run(fetches)
        with Session() as own:
            return own.run(fetches)

    def assertAllEqual(self, a: Any, b: Any) -> None:
        """Two arrays have one shape, and equal elements."""
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
        self.assertEqual(np.shape(a), np.shape(b))

    def assertAllClose(self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6) -> None:
        """Two arrays have one shape, and elements that differ by no more than ``atol + rtol * |b|``."""
        self.assertEqual(np.shape(a), np.shape(b))
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol, atol)

    def assertNear(self, f1: float, f2: float, err: float, msg: str | None = None) -> None:
        """Two numbers differ by no more than ``err``."""
        self.assertTrue(f1 == f2 or abs(f1 - f2) <= err, msg or f"{f1} and {f2} differ by more than {err}")

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float) -> None:
        """Two lists of numbers differ by no more than ``err`` in each place."""
        self.assertEqual(len(farray1), len(farray2))
        for f1, f2 in zip(farray1, farray2):
            self.assertNear(float(f1), float(f2), err)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float) -> None:
        """Two arrays are no farther than ``err`` apart, by the Euclidean norm of the difference."""
        distance = float(np.linalg.norm(np.ravel(np.asarray(ndarray1) - np.asarray(ndarray2))))
        self.assertLess(distance, err)

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any) -> None:
        """The static shape of a tensor is that of an array."""
        self.assertEqual(list(np_array.shape), tf_tensor.get_shape().as_list())

    def assertDeviceEqual(self, device1: Any, device2: Any) -> None:
        """Two names stand for one device."""
        self.assertEqual(canonical_name(device1), canonical_name(device2))

    def assertStartsWith(self, actual: str, expected_start: str, msg: str | None = None) -> None:
        """A text begins with another."""
        self.assertTrue(actual.startswith(expected_start), msg or f"{actual!r} does not start with {expected_start!r}")

    def assertProtoEquals(self, expected_message_maybe_ascii: Any, message: Any) -> None:
        """Two messages are equal; the first may be in the text format."""
        expected = expected_message_maybe_ascii
        if isinstance(expected, str):
            from google.protobuf import text_format

            expected = text_format.Parse(expected, type(message)())
        self.assertEqual(expected.SerializeToString(deterministic=True), message.SerializeToString(deterministic=True))

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: type[BaseException], expected_err_re_or_predicate: str | Callable[[Any], Any]
    ) -> Iterator[None]:
        """The block raises an error whose text matches a pattern, or of which a function is true."""
        matches = expected_err_re_or_predicate
        try:
            yield
        except exception_type as error:
            text = str(error)
            fits = re.search(matches, text) if isinstance(matches, str) else matches(error)
            self.assertTrue(fits, f"{text!r} is not what was expected: {matches!r}")
        else:
            self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: str | Callable[[Any], Any]) -> Any:
        """The block raises an `OpError`; see `assertRaisesWithPredicateMatch`."""
        return self.assertRaisesWithPredicateMatch(OpError, expected_err_re_or_predicate)

    def checkedThread(self, target: Callable[..., Any], args: Any = (), kwargs: Any = None) -> CheckedThread:
        """A thread whose failure is one of the test, when it is joined."""
        return CheckedThread(self, target, args, kwargs or {})


class CheckedThread:
    """A thread that remembers what its function raised."""

    def __init__(self, test: unittest.TestCase, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._test = test
        self._call = lambda: target(*args, **kwargs)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._call()
        except BaseException as error:
            self._error = error

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Waits for its end; fails the test if the function raised."""
        self._thread.join()
        if self._error is not None:
            self._test.fail(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        return self._thread.is_alive()
