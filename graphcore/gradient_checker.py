"""A computation in, its Jacobian out: as `graphcore.gradients` derives it, and as differences of values have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.gradients import gradients
from graphcore.ops.constant import constant
from graphcore.session import get_default_session


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
) -> Any:
    """The Jacobian of ``y`` with respect to ``x`` in two ways, in the default session.

    Args:
        x: a tensor, or a list of them.
        x_shape: its sizes; for a list, those of each.
        y: a tensor.
        y_shape: its sizes.
        x_init_value: where to derive: an array in the shape of ``x``; random numbers if not given.
        delta: the step of the differences.
        init_targets: operations to run first, such as the initialisers of variables.

    Returns: two arrays ``[elements of x, elements of y]``, derived and numeric; for a list of x, a list of such pairs.

    Raises:
        ValueError: there is no default session, ``y`` does not depend on ``x``, or a value has not the shape given.
    """
    session = get_default_session()
    if session is None:
        raise ValueError("compute_gradient needs a default session: call it inside `with tf.Session():`")
    for target in [] if init_targets is None else init_targets if isinstance(init_targets, list) else [init_targets]:
        session.run(target)
    several = isinstance(x, list)
    xs, shapes = (x, x_shape) if several else ([x], [x_shape])
    starts = [None] * len(xs) if x_init_value is None else x_init_value if several else [x_init_value]
    values = [_start(tensor, shape, start) for tensor, shape, start in zip(xs, shapes, starts)]
    sizes = _sizes(y_shape)
    pairs = []
    feeds = dict(zip(xs, values))
    for tensor in xs:
        derived = _derived(session, tensor, y, sizes, feeds)
        pairs.append((derived, _numeric(session, tensor, y, sizes, feeds, delta)))
    return pairs if several else pairs[0]


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
) -> float:
    """The largest difference between the two Jacobians of `compute_gradient`, which has the parameters."""
    found = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets)
    pairs = found if isinstance(x, list) else [found]
    return max(float(np.fabs(derived - numeric).max(initial=0.0)) for derived, numeric in pairs)


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(shape.as_list() if hasattr(shape, "as_list") else shape)


def _start(x: Any, shape: Any, value: Any) -> np.ndarray:
    dtype = x.dtype.base_dtype.as_numpy_dtype
    if value is None:
        return np.random.uniform(size=_sizes(shape)).astype(dtype)
    array = np.array(value, dtype)
    if array.shape != _sizes(shape):
        raise ValueError(f"x_init_value has shape {array.shape}, but x_shape is {_sizes(shape)}")
    return array


def _derived(session: Any, x: Any, y: Any, y_sizes: Sequence[int], feeds: Any) -> np.ndarray:
    value = feeds[x]
    dtype = y.dtype.base_dtype.as_numpy_dtype
    direction = constant(np.zeros(y_sizes, dtype))
    (grad,) = gradients(y, x, direction)
    if grad is None:
        raise ValueError(f"{y.name} does not depend on {x.name}, or no gradient flows between them")
    jacobian = np.zeros((value.size, int(np.prod(y_sizes))), dtype)
    for column in range(jacobian.shape[1]):
        one = np.zeros(y_sizes, dtype)
        one.ravel()[column] = 1
        found = session.run(grad, {**feeds, direction: one})
        if hasattr(found, "indices"):
            dense = np.zeros(value.shape, dtype)
            np.add.at(dense, found.indices, found.values)
            found = dense
        jacobian[:, column] = np.ravel(found)
    return jacobian


def _numeric(session: Any, x: Any, y: Any, y_sizes: Sequence[int], feeds: Any, delta: float) -> np.ndarray:
    dtype = y.dtype.base_dtype.as_numpy_dtype
    value = feeds[x]
    jacobian = np.zeros((value.size, int(np.prod(y_sizes))), dtype)

    def moved(row: int, step: float) -> Any:
        other = value.copy()
        other.ravel()[row] += step
        return np.ravel(session.run(y, {**feeds, x: other}))

    for row in range(value.size):
        jacobian[row] = (moved(row, delta) - moved(row, -delta)) / (2 * delta)
    return jacobian
