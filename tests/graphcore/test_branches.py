"""Branches: what is taken runs, what is not does not, and gradients go back the way the values came."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from graphcore.ops.flow import merge, switch


@pytest.fixture
def p():
    return tf.placeholder(tf.bool, [], name="p")


@pytest.fixture
def x():
    return tf.placeholder(tf.float64, [], name="x")


class TestCond:
    def test_one_of_two_runs(self, p, x, sess):
        y = tf.cond(p, lambda: x * 2.0, lambda: tf.exp(x))
        assert sess.run(y, {p: True, x: 3.0}) == 6.0
        assert sess.run(y, {p: False, x: 0.0}) == 1.0

    def test_and_only_one(self, p, sess):
        v = tf.Variable(0)
        y = tf.cond(p, lambda: v.assign_add(1), lambda: v.assign_add(10))
        sess.run(v.initializer)
        assert sess.run(y, {p: True}) == 1
        assert sess.run(y, {p: False}) == 11
        assert sess.run(v) == 11

    def test_what_is_made_outside_runs_in_any_case(self, p, sess):
        v = tf.Variable(0)
        outside = v.assign_add(1)
        y = tf.cond(p, lambda: tf.identity(outside), lambda: tf.constant(7))
        sess.run(v.initializer)
        assert sess.run(y, {p: False}) == 7
        assert sess.run(v) == 1

    def test_an_error_in_the_branch_not_taken_is_none(self, p, x, sess):
        y = tf.cond(p, lambda: tf.check_numerics(tf.log(x), "log"), lambda: x)
        assert sess.run(y, {p: False, x: -1.0}) == -1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="log : Tensor had NaN values"):
            sess.run(y, {p: True, x: -1.0})

    def test_several_results(self, p, x, sess):
        first, second = tf.cond(p, lambda: [x, x + 1.0], lambda: (x * 10.0, x * 20.0))
        assert sess.run([first, second], {p: True, x: 1.0}) == [1.0, 2.0]
        assert sess.run([first, second], {p: False, x: 1.0}) == [10.0, 20.0]

    def test_operations_as_results(self, p, sess):
        v = tf.Variable(0)
        step = tf.cond(p, lambda: v.assign(5).op, tf.no_op)
        sess.run(v.initializer)
        sess.run(step, {p: False})
        assert sess.run(v) == 0
        sess.run(step, {p: True})
        assert sess.run(v) == 5

    def test_branches_inside_branches(self, p, x, sess):
        q = tf.placeholder(tf.bool, [])
        y = tf.cond(p, lambda: tf.cond(q, lambda: x, lambda: -x), lambda: tf.cond(q, lambda: x * 2.0, lambda: x * 3.0))
        values = [sess.run(y, {p: a, q: b, x: 1.0}) for a in (True, False) for b in (True, False)]
        assert values == [1.0, -1.0, 2.0, 3.0]

    def test_what_is_known_already_is_no_matter(self, sess):
        y = tf.cond(tf.constant(True), lambda: tf.constant(1.0) + 1.0, lambda: tf.constant(5.0))
        assert sess.run(y) == 2.0

    def test_a_tensor_of_the_branch_not_taken_has_no_value(self, p, x, sess):
        inside = []
        tf.cond(p, lambda: inside.append(tf.mul(x, 2.0, name="twice")) or x, lambda: x)
        assert sess.run(inside[0], {p: True, x: 2.0}) == 4.0
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"Retval\[0\] does not have value: 'cond/twice:0'"):
            sess.run(inside[0], {p: False, x: 2.0})

    def test_variables_can_be_made_inside(self, p, sess):
        y = tf.cond(p, lambda: tf.Variable(3.0) * 2.0, lambda: tf.constant(0.0))
        sess.run(tf.initialize_all_variables())
        assert sess.run(y, {p: True}) == 6.0

    def test_rows_of_a_table(self, p, sess):
        table = tf.constant([[1.0], [2.0], [3.0]])
        rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), tf.constant([3, 1]))
        other = tf.IndexedSlices(tf.constant([[5.0]]), tf.constant([2]), tf.constant([3, 1]))
        y = tf.convert_to_tensor(tf.cond(p, lambda: rows, lambda: other)) + table
        assert sess.run(y, {p: True}).ravel().tolist() == [1.0, 3.0, 3.0]
        assert sess.run(y, {p: False}).ravel().tolist() == [1.0, 2.0, 8.0]

    def test_the_graph_is_that_of_tensorflow(self, p, x):
        tf.cond(p, lambda: tf.mul(x, 2.0), lambda: x)
        nodes = {op.name: (op.type, [t.name for t in op.inputs]) for op in tf.get_default_graph().get_operations()}
        assert nodes["cond/Switch"] == ("Switch", ["p:0", "p:0"])
        assert nodes["cond/switch_t"] == ("Identity", ["cond/Switch:1"])
        assert nodes["cond/switch_f"] == ("Identity", ["cond/Switch:0"])
        assert nodes["cond/pred_id"] == ("Identity", ["p:0"])
        assert nodes["cond/Mul/Switch"] == ("Switch", ["x:0", "cond/pred_id:0"])
        assert nodes["cond/Mul"] == ("Mul", ["cond/Mul/Switch:1", "cond/Mul/y:0"])
        assert nodes["cond/Merge"][0] == "Merge"
        constant = tf.get_default_graph().get_operation_by_name("cond/Mul/y")
        assert [op.name for op in constant.control_inputs] == ["cond/switch_t"]

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ((True, lambda: 1.0, lambda: 2.0), TypeError, "pred must not be a Python bool"),
            ((None, 1.0, lambda: 2.0), TypeError, "fn1 must be callable."),
            ((None, lambda: 2.0, 1.0), TypeError, "fn2 must be callable."),
            (
                (None, lambda: 2.0, lambda: [1.0, 2.0]),
                ValueError,
                "fn1 and fn2 must return the same number of tensors, not 1 and 2",
            ),
            (
                (None, lambda: 2.0, lambda: 1),
                ValueError,
                "Outputs of fn1 and fn2 must have the same type: float32, int32",
            ),
        ],
    )
    def test_what_is_refused(self, p, arguments, error, message, raises):
        pred, fn1, fn2 = arguments
        with raises(error, message):
            tf.cond(p if pred is None else pred, fn1, fn2)

    def test_one_condition_is_wanted(self):
        with pytest.raises(ValueError, match="not compatible"):
            tf.cond(tf.constant([True, False]), lambda: 1.0, lambda: 2.0)


class TestGradients:
    def test_they_go_through_the_branch_taken(self, p, x, sess):
        w = tf.placeholder(tf.float64, [])
        y = tf.cond(p, lambda: x * x * w, lambda: tf.exp(x))
        gradients = tf.gradients(y, [x, w])
        assert sess.run(gradients, {p: True, x: 3.0, w: 2.0}) == [12.0, 9.0]
        assert sess.run(gradients, {p: False, x: 0.0, w: 2.0}) == [1.0, 0.0]

    def test_training_is_conditional_then(self, p, sess):
        w = tf.Variable(1.0)
        loss = tf.cond(p, lambda: tf.square(w), lambda: tf.constant(0.0))
        step = tf.train.GradientDescentOptimizer(0.25).minimize(loss)
        sess.run(w.initializer)
        sess.run(step, {p: False})
        assert sess.run(w) == 1.0
        sess.run(step, {p: True})
        assert sess.run(w) == 0.5

    def test_through_branches_inside_branches(self, p, x, sess):
        q = tf.placeholder(tf.bool, [])
        y = tf.cond(p, lambda: tf.cond(q, lambda: x * x, lambda: -x) * 3.0, lambda: x)
        grad = tf.gradients(y, x)[0]
        values = [sess.run(grad, {p: a, q: b, x: 2.0}) for a in (True, False) for b in (True, False)]
        assert values == [12.0, -3.0, 1.0, 1.0]


class TestCase:
    def test_the_first_that_holds(self, x, sess):
        y = tf.case([(x < 0.0, lambda: -x), (x > 10.0, lambda: x * 0.0)], default=lambda: x + 1.0)
        assert [sess.run(y, {x: value}) for value in (-2.0, 20.0, 5.0)] == [2.0, 0.0, 6.0]

    def test_exactly_one_if_that_is_wanted(self, x, sess):
        y = tf.case({x > 1.0: lambda: x, x > 2.0: lambda: -x}, default=lambda: x * 0.0, exclusive=True)
        assert sess.run(y, {x: 1.5}) == 1.5
        with pytest.raises(tf.errors.InvalidArgumentError, match="More than one condition evaluated as True"):
            sess.run(y, {x: 3.0})

    def test_none_at_all(self, x, sess):
        assert sess.run(tf.case([], default=lambda: x), {x: 1.0}) == 1.0

    def test_what_is_refused(self, x):
        with pytest.raises(TypeError, match="must be a 2-tuple"):
            tf.case([(x > 0.0,)], default=lambda: x)
        with pytest.raises(TypeError, match="pred must be a Tensor, not True"):
            tf.case([(True, lambda: x)], default=lambda: x)
        with pytest.raises(TypeError, match="must be callable"):
            tf.case([(x > 0.0, x)], default=lambda: x)
        with pytest.raises(TypeError, match="default must be callable"):
            tf.case([], default=x)


def test_a_merge_that_no_condition_decides_is_refused(p, sess):
    q = tf.placeholder(tf.bool, [])
    x = tf.constant(1.0)
    odd = merge([switch(x, p)[1], switch(x, q)[0]])[0]
    with pytest.raises(tf.errors.UnimplementedError, match="joins others than the two sides of one condition"):
        sess.run(odd, {p: True, q: True})


def test_an_imported_branch_runs(p, x, sess):
    tf.cond(p, lambda: x * 2.0, lambda: x, name="choice")
    graph_def = tf.get_default_graph().as_graph_def()
    (y,) = tf.import_graph_def(graph_def, {"p": p, "x": x}, ["choice/Merge:0"])
    assert sess.run(y, {p: True, x: np.float64(3.0)}) == 6.0
