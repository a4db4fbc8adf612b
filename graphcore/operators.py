"""Python's operators on tensors and variables: the mixin that turns ``x + y`` into an operation.

An operator's operation is named after it (``add``, ``mul``, ``truediv``), and the other operand becomes a
tensor of *this* operand's type. `graphcore.ops.math` fills `SCOPED` and `FUNCTIONS` when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphcore.operation import Tensor

SCOPED: dict[str, Callable[..., Any]] = {}
"""Operator name -> function of (x, y, name); named after the operator."""
FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Function name -> function of the operands as they are; named by itself (``-x`` is ``Neg``)."""


class Operators:
    """Arithmetic, comparison and logic for something that is a tensor or has one as its value.

    ``/`` is true division (integers are cast to floating point first); ``//`` and ``%`` round towards minus
    infinity and take the sign of the divisor, as Python's do. Equality is identity, so that tensors can be
    keys of a dict; `graphcore.equal` compares values.
    """

    __slots__ = ()

    # numpy arrays on the left of an operator then leave it to us
    __array_priority__ = 100

    def _as_tensor(self) -> Tensor:
        raise NotImplementedError

    def __add__(self, other: Any) -> Tensor:
        return _binary("add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return _reflected("add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return _binary("sub", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return _reflected("sub", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return _binary("mul", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return _reflected("mul", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return _binary("truediv", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return _reflected("truediv", other, self)

    def __floordiv__(self, other: Any) -> Tensor:
        return _binary("floordiv", self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return _reflected("floordiv", other, self)

    def __mod__(self, other: Any) -> Tensor:
        return _binary("mod", self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return _reflected("mod", other, self)

    def __pow__(self, other: Any) -> Tensor:
        return _binary("pow", self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return _reflected("pow", other, self)

    def __and__(self, other: Any) -> Tensor:
        return _binary("and", self, other)

    def __rand__(self, other: Any) -> Tensor:
        return _reflected("and", other, self)

    def __or__(self, other: Any) -> Tensor:
        return _binary("or", self, other)

    def __ror__(self, other: Any) -> Tensor:
        return _reflected("or", other, self)

    def __xor__(self, other: Any) -> Tensor:
        return _binary("xor", self, other)

    def __rxor__(self, other: Any) -> Tensor:
        return _reflected("xor", other, self)

    def __lt__(self, other: Any) -> Tensor:
        return FUNCTIONS["less"](self._as_tensor(), other)

    def __le__(self, other: Any) -> Tensor:
        return FUNCTIONS["less_equal"](self._as_tensor(), other)

    def __gt__(self, other: Any) -> Tensor:
        return FUNCTIONS["greater"](self._as_tensor(), other)

    def __ge__(self, other: Any) -> Tensor:
        return FUNCTIONS["greater_equal"](self._as_tensor(), other)

    def __getitem__(self, key: Any) -> Tensor:
        return FUNCTIONS["getitem"](self._as_tensor(), key)

    def __neg__(self) -> Tensor:
        return FUNCTIONS["neg"](self._as_tensor())

    def __abs__(self) -> Tensor:
        return FUNCTIONS["abs"](self._as_tensor())

    def __invert__(self) -> Tensor:
        return FUNCTIONS["logical_not"](self._as_tensor())


def _binary(operator: str, x: Operators, y: Any) -> Tensor:
    from graphcore.conversion import convert_to_tensor
    from graphcore.scopes import op_scope

    with op_scope([x, y], None, operator) as scope:
        tensor = x._as_tensor()
        return SCOPED[operator](tensor, convert_to_tensor(y, tensor.dtype.base_dtype, "y"), name=scope)


def _reflected(operator: str, x: Any, y: Operators) -> Tensor:
    from graphcore.conversion import convert_to_tensor
    from graphcore.scopes import op_scope

    with op_scope([x, y], None, operator) as scope:
        tensor = y._as_tensor()
        return SCOPED[operator](convert_to_tensor(x, tensor.dtype.base_dtype, "x"), tensor, name=scope)
