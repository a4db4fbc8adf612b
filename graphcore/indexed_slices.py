"""Some rows of a tensor that is zero elsewhere: what the gradient of a look-up in a table is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype
from graphcore.operation import Operation, Tensor

if TYPE_CHECKING:
    from graphcore.graph import Graph


class IndexedSlices:
    """A tensor ``dense[indices[i]] += values[i]``, zero but for these rows; an index may come several times.

    It becomes that tensor wherever one is wanted. Optimizers take it as it is and leave the other rows alone.

    Attributes:
        values: the rows, ``[n, ...]``.
        indices: int32 or int64, ``[n]``.
        dense_shape: the sizes of the whole, int32 ``[rank]``, or None.
    """

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape

    @property
    def name(self) -> str:
        return self.values.name

    @property
    def op(self) -> Operation:
        """The operation that gives the values."""
        return self.values.op

    @property
    def dtype(self) -> DType:
        return self.values.dtype

    @property
    def graph(self) -> Graph:
        return self.values.graph

    @property
    def device(self) -> str:
        return self.values.device

    def _as_graph_element(self) -> Tensor:
        return self.values

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self.values, self.indices, self.dense_shape)

    def __str__(self) -> str:
        dense = "" if self.dense_shape is None else f", dense_shape={self.dense_shape}"
        return f"IndexedSlices(indices={self.indices}, values={self.values}{dense})"


class IndexedSlicesValue(NamedTuple):
    """What a session gives for `IndexedSlices`: three arrays, the last perhaps None."""

    values: Any
    indices: Any
    dense_shape: Any


def convert_to_tensor_or_indexed_slices(
    value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False
) -> Tensor | IndexedSlices:
    """`graphcore.convert_to_tensor`, which leaves `IndexedSlices` of the wanted type as they are.

    Raises:
        ValueError: they have another type.
    """
    if not isinstance(value, IndexedSlices):
        return convert_to_tensor(value, dtype, name, as_ref)
    if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
        raise ValueError(
            f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype {value.dtype.name}"
        )
    return value
