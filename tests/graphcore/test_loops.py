"""Loops: as many turns as the condition says, alone and inside each other, and their gradients."""

from __future__ import annotations

import collections

import numpy as np
import pytest
from loop_samples import COMPUTATIONS

import graphcore as tf
from graphcore.executor import ExecutionPlan
from graphcore.state import SessionState


@pytest.fixture
def x():
    return tf.placeholder(tf.float64, [], name="x")


@pytest.fixture
def w():
    return tf.placeholder(tf.float64, [], name="w")


class TestTurns:
    def test_a_sum(self, sess):
        i, total = tf.while_loop(lambda i, total: i < 10, lambda i, total: [i + 1, total + i], [0, 0])
        assert sess.run([i, total]) == [10, 45]

    def test_none_at_all(self, sess):
        assert sess.run(tf.while_loop(lambda i: i < 0, lambda i: i + 1, [5])) == 5

    def test_the_number_of_turns_is_told_by_the_run(self, x, sess):
        n = tf.placeholder(tf.int32, [])
        _, y = tf.while_loop(lambda i, y: i < n, lambda i, y: [i + 1, y * x], [0, tf.constant(1.0, tf.float64)])
        assert [sess.run(y, {n: k, x: 3.0}) for k in range(4)] == [1.0, 3.0, 9.0, 27.0]

    def test_variables_take_each_others_places(self, sess):
        a, b, _ = tf.while_loop(lambda a, b, i: i < 5, lambda a, b, i: [b, a + b, i + 1], [0, 1, 0])
        assert sess.run([a, b]) == [5, 8]

    def test_arrays(self, sess):
        m = tf.constant([[1.0, 1.0], [1.0, 0.0]])
        _, power = tf.while_loop(lambda i, p: i < 4, lambda i, p: [i + 1, tf.matmul(p, m)], [0, m])
        assert sess.run(power).tolist() == [[8.0, 5.0], [5.0, 3.0]]

    def test_structures_keep_their_form(self, sess):
        State = collections.namedtuple("State", "c h")
        start = {"i": 0, "state": State(tf.constant(1.0), (tf.constant(2.0), tf.constant(3.0)))}

        def turn(values):
            c, (h, k) = values["state"]
            return {"i": values["i"] + 1, "state": State(c + h, (h * 2.0, k))}

        end = sess.run(tf.while_loop(lambda values: values["i"] < 3, turn, [start]))
        assert end == {"i": 3, "state": State(15.0, (16.0, 3.0))}

    def test_loops_inside_loops(self, sess):
        def row(i, total):
            _, total = tf.while_loop(lambda j, t: j <= i, lambda j, t: [j + 1, t + i * j], [0, total])
            return [i + 1, total]

        _, total = tf.while_loop(lambda i, t: i < 6, row, [0, 0])
        assert sess.run(total) == sum(i * j for i in range(6) for j in range(i + 1))

    def test_branches_inside_loops(self, sess):
        """Collatz: how often until 1."""
        n = tf.placeholder(tf.int64, [])
        half = lambda k: tf.cond(tf.equal(k % 2, 0), lambda: k // 2, lambda: 3 * k + 1)  # noqa: E731
        _, count = tf.while_loop(lambda k, c: k > 1, lambda k, c: [half(k), c + 1], [n, 0])
        assert [sess.run(count, {n: k}) for k in (1, 2, 6, 27)] == [0, 1, 8, 111]

    def test_loops_inside_branches(self, sess):
        p = tf.placeholder(tf.bool, [])
        y = tf.cond(p, lambda: tf.while_loop(lambda a: a < 100, lambda a: a * 3, [1]), lambda: tf.constant(0))
        assert [sess.run(y, {p: value}) for value in (True, False)] == [243, 0]

    def test_random_numbers_are_drawn_anew_in_each_turn(self, sess):
        drawn = tf.while_loop(
            lambda i, d: i < 3,
            lambda i, d: [i + 1, tf.concat(0, [d, tf.random_uniform([1], seed=1)])],
            [0, tf.zeros([0])],
            shape_invariants=[[], [None]],
        )[1]
        assert len(set(sess.run(drawn).tolist())) == 3

    def test_variables_of_the_graph_change_inside(self, sess):
        v = tf.Variable(0)

        def turn(i):
            with tf.control_dependencies([v.assign_add(i)]):
                return i + 1

        end = tf.while_loop(lambda i: i < 5, turn, [0])
        sess.run(v.initializer)
        assert sess.run(end) == 5
        assert sess.run(v) == 10

    def test_what_a_loop_depends_on_comes_first(self, sess):
        v = tf.Variable(1)
        with tf.control_dependencies([v.assign(7)]):
            end = tf.while_loop(lambda i: i < 10, lambda i: i + v, [0])
        sess.run(v.initializer)
        assert sess.run(end) == 14

    def test_errors_name_the_operation(self, x, sess):
        y = tf.while_loop(lambda a: a < 10.0, lambda a: tf.check_numerics(a / x, "quotient", name="check"), [x])
        with pytest.raises(tf.errors.InvalidArgumentError, match="quotient : Tensor had NaN values") as raised:
            sess.run(y, {x: 0.0})
        assert raised.value.op.name == "while/check"

    def test_time_runs_out(self, sess):
        forever = tf.while_loop(lambda i: i < 1, lambda i: i * 1, [0])
        with pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(forever, options=tf.RunOptions(timeout_in_ms=20))

    def test_an_imported_loop_runs(self, sess):
        tf.while_loop(lambda i: i < 10, lambda i: i + 3, [0], name="loop")
        (end,) = tf.import_graph_def(tf.get_default_graph().as_graph_def(), return_elements=["loop/Exit:0"])
        assert sess.run(end) == 12


class TestThePlan:
    def test_it_is_a_loop_of_python(self):
        n = tf.placeholder(tf.int32, [], name="n")
        end = tf.while_loop(lambda i: i < n, lambda i: i + tf.constant(2) * 3, [0])
        lines = [line.strip() for line in ExecutionPlan([end], [], [n], SessionState()).source.splitlines()]
        assert lines[2] == "while True:"
        assert lines[4].startswith("if not (less_")
        assert lines[4].endswith("): break")
        # What is the same in all turns is computed once, when the plan is made.
        assert len(lines) == 8
        assert not any("Mul" in line for line in lines)

    def test_memory_is_freed_in_each_turn_but_not_what_the_next_needs(self):
        a = tf.placeholder(tf.float32, [None])
        b = tf.exp(a)
        _, end = tf.while_loop(lambda i, v: i < 3, lambda i, v: [i + 1, tf.tanh(tf.exp(v)) + b], [0, b])
        source = ExecutionPlan([end], [], [a], SessionState()).source
        inside = source[source.index("while True") :]
        assert "; del exp_" in inside
        first = next(line.split(" = ")[0].strip() for line in source.splitlines() if " = Exp_" in line)
        assert f"del {first}" not in source


class TestRefusals:
    def test_functions_are_wanted(self):
        with pytest.raises(TypeError, match="cond must be callable"):
            tf.while_loop(1, lambda i: i, [0])
        with pytest.raises(TypeError, match="body must be callable"):
            tf.while_loop(lambda i: True, 1, [0])
        with pytest.raises(ValueError, match="No loop variables provided"):
            tf.while_loop(lambda: True, lambda: 0, [])

    def test_the_condition_is_a_bool(self):
        with pytest.raises(ValueError, match="cond must give a bool scalar, not Tensor"):
            tf.while_loop(lambda i: i, lambda i: i, [0])

    def test_types_and_numbers_stay(self):
        with pytest.raises(ValueError, match="The type of loop variable 0 is int32, but body gives float32 for it"):
            tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.float32), [0])
        with pytest.raises(ValueError, match=r"outputs of body \(1\) does not match that of the loop variables \(2\)"):
            tf.while_loop(lambda i, j: i < 3, lambda i, j: [i], [0, 0])

    def test_shapes_stay_unless_told(self, sess):
        grow = lambda v: tf.concat(0, [v, v])  # noqa: E731
        message = r"enters the loop with shape \(1,\), but has shape \(2,\) after one iteration"
        with pytest.raises(ValueError, match=message):
            tf.while_loop(lambda v: tf.size(v) < 5, grow, [tf.ones([1])])
        end = tf.while_loop(lambda v: tf.size(v) < 5, grow, [tf.ones([1])], shape_invariants=[tf.TensorShape([None])])
        assert end.get_shape().as_list() == [None]
        assert sess.run(end).shape == (8,)

    def test_what_is_inside_cannot_be_fetched(self, sess):
        inside = []
        tf.while_loop(lambda i: i < 3, lambda i: inside.append(i + 1) or inside[0], [0])
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"'while/add:0' is inside a while_loop"):
            sess.run(inside[0])
        with pytest.raises(ValueError, match="'while/add:0' is inside a while_loop"):
            tf.gradients(inside[0], inside[0])


def numeric(sess, y, at, feeds, step=1e-6):
    values = [sess.run(y, {**feeds, at: feeds[at] + sign * step}) for sign in (1, -1)]
    return (values[0] - values[1]) / (2 * step)


class TestGradients:
    @pytest.mark.parametrize("compute", COMPUTATIONS)
    def test_they_are_those_of_numerical_differentiation(self, compute, x, w, sess):
        y = compute(x, w)
        feeds = {x: 1.3, w: 0.7}
        gradients = tf.gradients(y, [x, w])
        for at, grad in zip((x, w), gradients):
            value = 0.0 if grad is None else sess.run(grad, feeds)
            np.testing.assert_allclose(value, numeric(sess, y, at, feeds), rtol=1e-6, atol=1e-8)

    @pytest.mark.parametrize("compute", COMPUTATIONS)
    def test_an_imported_graph_gives_the_same(self, compute, x, w, sess):
        gradient = tf.add_n([g for g in tf.gradients(compute(x, w), [x, w]) if g is not None], name="gradient")
        graph_def = tf.get_default_graph().as_graph_def()
        (imported,) = tf.import_graph_def(graph_def, {"x": x, "w": w}, ["gradient:0"])
        feeds = {x: 1.3, w: 0.7}
        assert sess.run(imported, feeds) == sess.run(gradient, feeds)

    def test_a_loop_can_be_trained(self, sess):
        """A recurrent net of one weight learns how often to halve."""
        w = tf.Variable(0.9)
        _, y = tf.while_loop(lambda i, a: i < 3, lambda i, a: [i + 1, a * w], [0, tf.constant(8.0)])
        loss = tf.square(y - 1.0)
        step = tf.train.AdamOptimizer(0.05).minimize(loss)
        sess.run(tf.initialize_all_variables())
        for _ in range(200):
            sess.run(step)
        assert abs(sess.run(w) - 0.5) < 0.01

    def test_inside_a_loop(self, sess):
        """Newton's method, whose every turn takes a gradient."""

        def turn(i, a):
            f = tf.square(a) - 2.0
            return [i + 1, a - f / tf.gradients(f, a)[0]]

        _, root = tf.while_loop(lambda i, a: i < 6, turn, [0, tf.constant(1.0, tf.float64)])
        assert abs(sess.run(root) - np.sqrt(2)) < 1e-12

    def test_none_are_wanted(self, x, w):
        y = tf.while_loop(lambda a: a < 10.0, lambda a: a * w, [x], back_prop=False)
        assert tf.gradients(y, [x, w]) == [None, None]

    def test_second_derivatives_are_not_there(self, x):
        y = tf.while_loop(lambda a: a < 10.0, lambda a: a * x, [x])
        grad = tf.gradients(y, x)[0]
        with pytest.raises(TypeError, match="Second-order gradient for while loops not supported"):
            tf.gradients(grad, x)

    def test_a_loop_that_was_imported_cannot_be_differentiated(self, x):
        tf.while_loop(lambda a: a < 10.0, lambda a: a * x, [x], name="loop")
        graph_def = tf.get_default_graph().as_graph_def()
        (end,) = tf.import_graph_def(graph_def, {"x": x}, ["loop/Exit:0"])
        with pytest.raises(ValueError, match="was imported: gradients cannot be taken through it"):
            tf.gradients(end, x)
