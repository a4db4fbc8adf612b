"""Computations with loops, of two scalars: in branches, inside each other, of several variables, of no turn."""

from __future__ import annotations

from collections.abc import Callable

import graphcore as tf
from graphcore.operation import Tensor


def powers(x: Tensor, w: Tensor) -> Tensor:
    return tf.while_loop(lambda i, a: i < 5, lambda i, a: [i + 1, tf.sin(a * x) + w * a], [0, x])[1]


def branching(x: Tensor, w: Tensor) -> Tensor:
    turn = lambda a: tf.cond(a > 1.0, lambda: tf.sqrt(a) * w, lambda: tf.exp(a) * x)  # noqa: E731
    return tf.while_loop(lambda i, a: i < 6, lambda i, a: [i + 1, turn(a)], [0, x])[1]


def nested(x: Tensor, w: Tensor) -> Tensor:
    def turn(i, a):
        _, b = tf.while_loop(lambda j, b: j < i, lambda j, b: [j + 1, tf.sin(b) * x + w * a], [0, a * w])
        return [i + 1, b]

    return tf.while_loop(lambda i, a: i < 4, turn, [0, x])[1]


def everything(x: Tensor, w: Tensor) -> Tensor:
    def turn(i, a):
        choose = lambda b: tf.cond(b > w, lambda: tf.sin(b) * x, lambda: b + x * b)  # noqa: E731
        _, b = tf.while_loop(lambda j, b: j < i + 1, lambda j, b: [j + 1, choose(b)], [0, a * w])
        return [i + 1, tf.cond(b > 0.5, lambda: b * b * w, lambda: b + x)]

    return tf.while_loop(lambda i, a: i < 4, turn, [0, x])[1]


def in_a_branch(x: Tensor, w: Tensor) -> Tensor:
    return tf.cond(x > 1.0, lambda: tf.while_loop(lambda a: a < 20.0, lambda a: a * x, [w]) * w, lambda: x)


def in_the_other_branch(x: Tensor, w: Tensor) -> Tensor:
    return tf.cond(x > 2.0, lambda: tf.while_loop(lambda a: a < 20.0, lambda a: a * x, [w]) * w, lambda: x * w)


def of_several_variables(x: Tensor, w: Tensor) -> Tensor:
    a, b, _ = tf.while_loop(lambda a, b, i: i < 4, lambda a, b, i: [b * w, a + b * x, i + 1], [x, w, 0])
    return a * a + tf.log(b)


def of_no_turn(x: Tensor, w: Tensor) -> Tensor:
    return tf.while_loop(lambda a: a < 0.0, lambda a: a * x, [w * w])


def of_matrices(x: Tensor, w: Tensor) -> Tensor:
    m = tf.pack([tf.pack([x, w]), tf.pack([w, x * w])])
    _, p = tf.while_loop(lambda i, p: i < 3, lambda i, p: [i + 1, tf.matmul(p, m)], [0, m])
    return tf.reduce_sum(p[0])


COMPUTATIONS: list[Callable[[Tensor, Tensor], Tensor]] = [
    powers,
    branching,
    nested,
    everything,
    in_a_branch,
    in_the_other_branch,
    of_several_variables,
    of_no_turn,
    of_matrices,
]
