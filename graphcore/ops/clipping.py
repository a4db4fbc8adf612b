"""Tensors in, the same tensors out, cut to a range or shortened to a length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from graphcore.conversion import convert_to_tensor
from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Tensor
from graphcore.ops import arithmetic, array, math, nn, reduction
from graphcore.ops.constant import constant
from graphcore.ops.joining import pack
from graphcore.scopes import colocate_with, op_scope

# Of IndexedSlices the values are clipped: a row whose index comes twice counts as two rows.
_T = TypeVar("_T")


def _values(t: Any, name: str = "t") -> Tensor:
    return convert_to_tensor(t.values if isinstance(t, IndexedSlices) else t, name=name)


def _with_values(t: Any, values: Tensor) -> Any:
    return IndexedSlices(values, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else values


def clip_by_value(t: _T, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> _T | Tensor:
    """``t`` with elements below ``clip_value_min`` raised to it and those above ``clip_value_max`` lowered to that.

    Args:
        t: a tensor, or `IndexedSlices`, whose rows are clipped one by one.
        clip_value_min: a scalar, or a tensor in the shape of ``t``.
        clip_value_max: likewise; should not be below ``clip_value_min``, which has the last word.
    """
    with op_scope([t, clip_value_min, clip_value_max], name, "clip_by_value") as scope:
        lowered = arithmetic.minimum(_values(t), clip_value_max)
        return _with_values(t, arithmetic.maximum(lowered, clip_value_min, name=scope))


def clip_by_norm(t: _T, clip_norm: Any, name: str | None = None) -> _T | Tensor:
    """``t`` scaled down so that its L2 norm is at most ``clip_norm``; unchanged if it is.

    Zeros stay zeros, but their gradient is NaN: the norm has no derivative there.

    Args:
        t: a tensor, or `IndexedSlices`, of which the norm of all rows counts.
        clip_norm: a scalar above zero.
    """
    with op_scope([t, clip_norm], name, "clip_by_norm") as scope:
        values = _values(t)
        return _with_values(t, array.identity(_shortened(values, clip_norm, _inverse_norm(values)), name=scope))


def clip_by_average_norm(t: _T, clip_norm: Any, name: str | None = None) -> _T | Tensor:
    """``t`` scaled down so that its L2 norm divided by its number of elements is at most ``clip_norm``.

    Parameters as for `clip_by_norm`.
    """
    with op_scope([t, clip_norm], name, "clip_by_average_norm") as scope:
        values = _values(t)
        count = arithmetic.cast(array.size(values), values.dtype.base_dtype)
        inverse = _inverse_norm(values) * count
        return _with_values(t, array.identity(_shortened(values, clip_norm, inverse), name=scope))


def _inverse_norm(values: Tensor) -> Tensor:
    return math.rsqrt(reduction.reduce_sum(values * values))


def _shortened(values: Tensor, clip_norm: Any, inverse_norm: Tensor) -> Tensor:
    """``values`` over their norm times ``clip_norm``, or over ``clip_norm`` if that is more than the norm."""
    if not isinstance(clip_norm, (int, float)):
        clip_norm = convert_to_tensor(clip_norm, values.dtype.base_dtype, "clip_norm")
        limit = 1.0 / clip_norm
    else:
        limit = constant(1.0 / clip_norm, dtype=values.dtype.base_dtype)
    return values * clip_norm * arithmetic.minimum(inverse_norm, limit)


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The L2 norm of several tensors as if they were one: ``sqrt(sum(l2norm(t) ** 2 for t in t_list))``, a scalar.

    Args:
        t_list: tensors, `IndexedSlices`, and None, which counts as zero.

    Raises:
        TypeError: ``t_list`` is a single tensor. ValueError: it has nothing but None.
    """
    tensors = _as_list(t_list)
    with op_scope(tensors, name, "global_norm"):
        halves = []
        for values in _all_values(tensors):
            if values is not None:
                with colocate_with(values):
                    halves.append(nn.l2_loss(values))
        if not halves:
            raise ValueError(f"t_list must hold at least one tensor, but is {t_list!r}")
        half = reduction.reduce_sum(pack(halves))
        return math.sqrt(half * constant(2.0, dtype=half.dtype), name="global_norm")


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Tensor | None = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Several tensors scaled down by one factor, so that their `global_norm` is at most ``clip_norm``.

    What keeps exploding gradients in bounds and their direction as it is: Pascanu et al., On the difficulty of
    training Recurrent Neural Networks, 2012.

    Args:
        t_list: tensors, `IndexedSlices`, and None, which stays None.
        clip_norm: a scalar above zero.
        use_norm: the global norm, if it is there already.

    Returns: the list of clipped tensors, and the global norm they had.

    Raises:
        TypeError: ``t_list`` is a single tensor. ValueError: it has nothing but None.
    """
    tensors = _as_list(t_list)
    norm = global_norm(tensors, name) if use_norm is None else use_norm
    with op_scope([*tensors, clip_norm], name, "clip_by_global_norm") as scope:
        scale = clip_norm * arithmetic.minimum(1.0 / norm, constant(1.0, dtype=norm.dtype.base_dtype) / clip_norm)
        clipped: list[Any] = []
        for i, (t, values) in enumerate(zip(tensors, _all_values(tensors))):
            if values is None:
                clipped.append(None)
                continue
            with colocate_with(values):
                clipped.append(_with_values(t, array.identity(values * scale, name=f"{scope}_{i}")))
        return clipped, norm


def _as_list(t_list: Any) -> list[Any]:
    if isinstance(t_list, (Tensor, IndexedSlices)) or not isinstance(t_list, Iterable):
        raise TypeError(f"t_list should be a sequence of tensors, but is {t_list!r}")
    return list(t_list)


def _all_values(tensors: Sequence[Any]) -> list[Tensor | None]:
    return [None if t is None else _values(t, f"t_{i}") for i, t in enumerate(tensors)]
