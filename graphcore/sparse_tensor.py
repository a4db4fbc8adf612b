"""Tensors of which few elements are not zero: where these stand, what they are, and the sizes of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int64
from graphcore.operation import Tensor
from graphcore.scopes import op_scope

if TYPE_CHECKING:
    from graphcore.dtypes import DType
    from graphcore.graph import Graph


class SparseTensor:
    """A tensor that is zero but for some elements, in the order of their places.

    Attributes:
        indices: where they stand, int64 ``[n, rank]``.
        values: what they are, ``[n]``.
        shape: the sizes of the whole, int64 ``[rank]``.
    """

    def __init__(self, indices: Any, values: Any, shape: Any) -> None:
        """ValueError if the three cannot belong together."""
        with op_scope([indices, values, shape], None, "SparseTensor"):
            self.indices = convert_to_tensor(indices, int64, "indices")
            self.values = convert_to_tensor(values, name="values")
            self.shape = convert_to_tensor(shape, int64, "shape")
        places = self.indices.get_shape().with_rank(2)
        places[0].assert_is_compatible_with(self.values.get_shape().with_rank(1)[0])
        places[1].assert_is_compatible_with(self.shape.get_shape().with_rank(1)[0])

    @property
    def dtype(self) -> DType:
        return self.values.dtype

    @property
    def graph(self) -> Graph:
        return self.values.graph

    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        """Places, values and sizes."""
        return self.indices, self.values, self.shape

    def eval(self, feed_dict: Any = None, session: Any = None) -> SparseTensorValue:
        """The value in a session, by default the default one."""
        return SparseTensorValue(*(part.eval(feed_dict, session) for part in self.parts()))

    def __str__(self) -> str:
        return f"SparseTensor(indices={self.indices}, values={self.values}, shape={self.shape})"


class SparseTensorValue(NamedTuple):
    """What a session gives for a `SparseTensor`, and what may be fed for one: three arrays."""

    indices: Any
    values: Any
    shape: Any


def sparse_feed(value: Any) -> tuple[Any, Any, Any]:
    """The three arrays that are fed for a `SparseTensor`. TypeError if there are not three."""
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        raise TypeError(f"A SparseTensor is fed three arrays, indices, values and shape, not {value!r}")
    return value[0], value[1], value[2]
