"""How many values lie where: counts of values in bins of equal width."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int32
from graphcore.operation import Tensor
from graphcore.ops import arithmetic, array, math, rearrange, segment
from graphcore.scopes import op_scope


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = int32, name: str | None = None
) -> Tensor:
    """Counts of ``values`` in ``nbins`` bins of equal width.

    Args:
        values: numbers, of any shape.
        value_range: the ends of the range, two numbers of the same type. What lies below counts in the first bin, what
            lies above in the last.
        nbins: how many bins, an int32.
        dtype: of the counts.

    Returns: ``[nbins]``.
    """
    with op_scope([values, value_range, nbins], name, "histogram_fixed_width") as scope:
        values = rearrange.reshape(convert_to_tensor(values, name="values"), [-1])
        ends = convert_to_tensor(value_range, values.dtype.base_dtype, name="value_range")
        count = convert_to_tensor(nbins, int32, name="nbins")
        scaled = arithmetic.truediv(values - ends[0], ends[1] - ends[0], name="scaled_values")
        bins = arithmetic.cast(math.floor(arithmetic.cast(count, scaled.dtype) * scaled), int32)
        inside = arithmetic.minimum(arithmetic.maximum(bins, 0), count - 1)
        return segment.unsorted_segment_sum(array.ones_like(inside, dtype), inside, count, name=scope)
