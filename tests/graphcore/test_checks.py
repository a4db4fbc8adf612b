"""Values looked at while a graph runs: printed, asserted, checked for NaNs."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


class TestPrint:
    def test_it_writes_to_standard_error_and_gives_its_input(self, sess, capsys):
        x = tf.constant([1.5, 2.5])
        y = tf.Print(x, [x, tf.shape(x), "text"], message="x and more: ")
        assert sess.run(y).tolist() == [1.5, 2.5]
        assert capsys.readouterr().err == "x and more: [1.5 2.5][2][text]\n"

    @pytest.mark.parametrize(
        ("value", "summarize", "shown"),
        [
            (np.arange(5), None, "[0 1 2...]"),
            (np.arange(5), -1, "[0 1 2 3 4]"),
            (np.arange(6).reshape(2, 3), 5, "[0 1 2 3 4...]"),
            (np.float32(1 / 3), None, "[0.33333334]"),
            (np.float32(0.1), None, "[0.1]"),
            (np.array([np.nan, np.inf, -np.inf]), None, "[nan inf -inf]"),
            (np.array([True, False]), None, "[1 0]"),
            (np.zeros(0), None, "[]"),
            (np.uint8(200), None, "[200]"),
        ],
    )
    def test_how_values_look(self, value, summarize, shown, sess, capsys):
        sess.run(tf.Print(0.0, [value], summarize=summarize))
        assert capsys.readouterr().err == f"{shown}\n"

    def test_only_the_first_times(self, sess, capsys):
        y = tf.Print(1.0, [7], first_n=2)
        for _ in range(5):
            sess.run(y)
        assert capsys.readouterr().err == "[7]\n[7]\n"

    def test_a_gradient_flows_through_it(self, sess):
        x = tf.constant(3.0)
        assert sess.run(tf.gradients(tf.Print(x * x, [x]), x)) == [6.0]

    def test_one_that_nobody_needs_is_silent(self, sess, capsys):
        x = tf.constant(1.0)
        tf.Print(x, [x])
        sess.run(x)
        assert capsys.readouterr().err == ""


class TestAssert:
    def test_it_holds_back_what_depends_on_it(self, sess):
        x = tf.placeholder(tf.float32)
        with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), ["not positive:", x], name="check")]):
            y = tf.identity(x)
        assert sess.run(y, {x: 2.0}) == 2.0
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            sess.run(y, {x: [1.0, -1.0]})
        assert raised.value.message.startswith("assertion failed: [not positive:] [1 -1]\n\t [[Node: check = Assert[")

    def test_one_condition_is_wanted(self):
        with pytest.raises(ValueError, match="must have rank 0"):
            tf.Assert([True, False], [])


class TestNumerics:
    @pytest.mark.parametrize(
        ("value", "found"), [([1.0, np.inf], "Inf"), ([np.nan], "NaN"), ([np.nan, -np.inf], "Inf and NaN")]
    )
    def test_infinities_and_nans_are_refused(self, value, found, sess):
        x = tf.placeholder(tf.float32)
        for checked in (tf.check_numerics(x, "x is bad"), tf.verify_tensor_all_finite(x, "x is bad")):
            assert sess.run(checked, {x: [1.0, 2.0]}).tolist() == [1.0, 2.0]
            with pytest.raises(tf.errors.InvalidArgumentError, match=f"^x is bad : Tensor had {found} values"):
                sess.run(checked, {x: value})

    def test_gradients_are_checked_too(self, sess):
        x = tf.placeholder(tf.float32)
        grad = tf.gradients(tf.sqrt(tf.check_numerics(x, "x")), x)[0]
        assert sess.run(grad, {x: 4.0}) == 0.25
        with pytest.raises(tf.errors.InvalidArgumentError, match="In the gradient of CheckNumerics : Tensor had Inf"):
            sess.run(grad, {x: 0.0})

    def test_a_whole_graph_is_checked_in_order(self, sess):
        x = tf.placeholder(tf.float32, name="x")
        y = tf.log(x, name="log")
        z = tf.mul(y, 0.0, name="product")
        check = tf.add_check_numerics_ops()
        assert sess.run([z, check], {x: 1.0}) == [0.0, None]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"^log:0 : Tensor had Inf values"):
            sess.run([z, check], {x: 0.0})
