"""What the library offers for the tests of its users."""

from __future__ import annotations

import unittest

import numpy as np
import pytest

import graphcore as tf


class TestGradientChecks:
    def test_both_jacobians(self, sess):
        x = tf.placeholder(tf.float64, [3])
        y = tf.square(x)[:2]
        derived, numeric = tf.test.compute_gradient(x, [3], y, [2], x_init_value=[1.0, 2.0, 3.0])
        np.testing.assert_allclose(derived, [[2, 0], [0, 4], [0, 0]])
        np.testing.assert_allclose(numeric, derived, atol=1e-6)

    def test_of_several_inputs(self, sess):
        a, b = tf.Variable([[1.0, 2.0]]), tf.Variable([[3.0], [4.0]])
        y = tf.matmul(a, b)
        arguments = ([a.value(), b.value()], [[1, 2], [2, 1]], y, [1, 1])
        pairs = tf.test.compute_gradient(*arguments, [np.ones((1, 2)), np.ones((2, 1))], init_targets=a.initializer)
        assert [pair[0].ravel().tolist() for pair in pairs] == [[1, 1], [1, 1]]
        assert tf.test.compute_gradient_error(*arguments) < 1e-2

    def test_of_rows_of_a_table(self, sess):
        table = tf.placeholder(tf.float64, [4, 2])
        rows = tf.gather(table, [1, 3, 1])
        assert tf.test.compute_gradient_error(table, [4, 2], rows, [3, 2]) < 1e-8

    def test_a_wrong_gradient_is_found(self, sess):
        tf.RegisterGradient("FarTooLarge")(lambda op, grad: 10.0 * grad)
        x = tf.placeholder(tf.float64, [2])
        with tf.get_default_graph().gradient_override_map({"Exp": "FarTooLarge"}):
            y = tf.exp(x)
        assert tf.test.compute_gradient_error(x, [2], y, [2]) > 1.0

    def test_what_is_refused(self, sess):
        x = tf.placeholder(tf.float64, [2])
        with pytest.raises(ValueError, match=r"x_init_value has shape \(3,\), but x_shape is \(2,\)"):
            tf.test.compute_gradient(x, [2], x * 1.0, [2], [1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="does not depend on"):
            tf.test.compute_gradient(x, [2], tf.constant(1.0), [])

    def test_a_session_is_needed(self):
        x = tf.placeholder(tf.float64, [2])
        with pytest.raises(ValueError, match="needs a default session"):
            tf.test.compute_gradient(x, [2], x * 1.0, [2])


def outcome(test) -> unittest.TestResult:
    """What a method of a test case comes to: ``test`` is given the case."""

    class Case(tf.test.TestCase):
        def runTest(self):  # noqa: N802 - unittest's name
            test(self)

    result = unittest.TestResult()
    Case().run(result)
    return result


PASS = [
    lambda case: case.assertAllEqual(np.ones(3), [1, 1, 1]),
    lambda case: case.assertAllClose([1.0], [1.0 + 1e-7]),
    lambda case: case.assertNear(1.0, 1.1, 0.2),
    lambda case: case.assertArrayNear([1, 2], [1.1, 2.1], 0.2),
    lambda case: case.assertNDArrayNear(np.zeros((2, 2)), np.full((2, 2), 0.1), 0.21),
    lambda case: case.assertShapeEqual(np.zeros((2, 3)), tf.zeros([2, 3])),
    lambda case: case.assertDeviceEqual("/cpu:0", "/device:CPU:0"),
    lambda case: case.assertStartsWith("text", "te"),
    lambda case: case.assertProtoEquals('name: "a" op: "NoOp"', tf.NodeDef(name="a", op="NoOp")),
    lambda case: case.assertEqual(case.evaluate(tf.constant(3)), 3),
]
FAIL = [
    lambda case: case.assertAllEqual(np.ones(3), 1),
    lambda case: case.assertAllClose([1.0], [1.1]),
    lambda case: case.assertNear(1.0, 1.3, 0.2),
    lambda case: case.assertArrayNear([1, 2], [1.1], 0.2),
    lambda case: case.assertNDArrayNear(np.zeros((2, 2)), np.full((2, 2), 0.1), 0.19),
    lambda case: case.assertShapeEqual(np.zeros((2, 3)), tf.zeros([3, 2])),
    lambda case: case.assertDeviceEqual("/cpu:0", "/device:GPU:0"),
    lambda case: case.assertStartsWith("text", "xt"),
    lambda case: case.assertProtoEquals('name: "a"', tf.NodeDef(name="b")),
]


@pytest.mark.parametrize("test", PASS)
def test_assertions_that_hold(test):
    assert outcome(test).wasSuccessful()


@pytest.mark.parametrize("test", FAIL)
def test_assertions_that_do_not(test):
    assert len(outcome(test).failures) == 1


def test_each_test_has_a_graph_and_a_session_of_its_own():
    def test(case):
        assert tf.get_default_graph().version == 0
        with case.test_session(use_gpu=True) as sess:
            assert tf.get_default_session() is sess
            assert tf.constant(2.0).eval() == 2.0

    assert outcome(test).wasSuccessful()
    assert outcome(test).wasSuccessful()


def test_errors_of_operations_are_asserted():
    def right(case):
        with case.test_session(), case.assertRaisesOpError("assertion failed"):
            tf.Assert(False, [1]).run()
        with case.assertRaisesWithPredicateMatch(KeyError, lambda error: error.args == (1,)):
            raise KeyError(1)

    def wrong(case):
        with case.assertRaisesOpError("assertion failed"):
            pass

    assert outcome(right).wasSuccessful()
    assert "OpError not raised" in outcome(wrong).failures[0][1]


def test_threads_of_a_test_fail_it():
    def test(case):
        thread = case.checkedThread(target=lambda: case.assertEqual(1, 2))
        thread.start()
        thread.join()

    assert "Error in checkedThread: 1 != 2" in outcome(test).failures[0][1]


def test_files_of_tests_have_a_place(tmp_path, monkeypatch):
    monkeypatch.setattr("graphcore.test._temp_dir", None)
    monkeypatch.setenv("TEST_TMPDIR", str(tmp_path))
    assert tf.test.get_temp_dir() == str(tmp_path)
    assert not tf.test.is_built_with_cuda()
