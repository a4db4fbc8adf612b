"""A shape and into how many parts to cut it in, a variable for each part out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import as_dtype, float32
from graphcore.ops import joining
from graphcore.ops.variables import Variable
from graphcore.save_slice import SaveSliceInfo
from graphcore.shapes import as_shape
from graphcore.variable_scope import Reuse, get_variable, variable_op_scope


def create_partitioned_variables(
    shape: Any,
    slicing: Sequence[int],
    initializer: Any,
    dtype: Any = float32,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    name: str | None = None,
    reuse: bool | Reuse | None = None,
) -> list[Variable]:
    """Variables that are together one large one, cut along one dimension.

    A checkpoint holds them under one name, so that the number of parts may change. `nn.embedding_lookup` with
    ``partition_strategy="div"`` looks rows up in them as if they were one.

    Args:
        shape: the sizes of the whole.
        slicing: into how many parts each dimension is cut; all but one of them 1. If they cannot be equal, the first
            parts are longer by one.
        initializer: as for `get_variable`, called for each part; or the initial value of the whole; or None.
        dtype, trainable, collections: as for `get_variable`.
        name: of the variable scope, ``PartitionedVariable`` if not given; the parts are called ``part_0``, ...
        reuse: find parts that are there.

    Raises:
        ValueError: ``slicing`` does not fit ``shape``, or cuts more than one dimension.
    """
    whole = as_shape(shape)
    whole.assert_is_fully_defined()
    sizes = [int(size) for size in whole.sizes or () if size is not None]
    axis, count = _axis(sizes, list(slicing))
    each, longer = divmod(sizes[axis], count)
    given = initializer is not None and not callable(initializer)
    value = convert_to_tensor(initializer, as_dtype(dtype)) if given else None
    parts, offset = [], [0] * len(sizes)
    with variable_op_scope([], name, "PartitionedVariable", reuse=reuse) as scope:
        for i in range(count):
            part = [*sizes]
            part[axis] = each + (i < longer)
            begin = initializer if value is None else joining.slice(value, offset, part)
            variable = get_variable(f"part_{i}", part, dtype, begin, trainable=trainable, collections=collections)
            variable.save_slice_info = SaveSliceInfo(scope.name, sizes, list(offset), part)
            parts.append(variable)
            offset[axis] += part[axis]
    return parts


def _axis(sizes: list[int], slicing: list[int]) -> tuple[int, int]:
    """The dimension that is cut, and into how many parts."""
    told = f"shape: {sizes}, slicing: {slicing}"
    if len(sizes) != len(slicing):
        raise ValueError(f"The 'shape' and 'slicing' of a partitioned Variable must have the same length: {told}")
    if not sizes:
        raise ValueError(f"A partitioned Variable must have rank at least 1: {told}")
    for size, count in zip(sizes, slicing):
        if count <= 0 or size < count:
            raise ValueError(f"Cannot create {count} slices for size {size}. {told}")
    cut = [axis for axis, count in enumerate(slicing) if count > 1]
    if len(cut) > 1:
        raise ValueError(f"Can only slice a variable along one dimension: {told}")
    axis = cut[0] if cut else 0
    return axis, slicing[axis]
