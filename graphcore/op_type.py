"""An op type: one declaration in; a function that adds such operations to a graph out.

A declaration holds all there is to know of an op: its signature (`graphcore.signature`), the rule for static
shapes, the numpy kernel that computes it, and its gradient::

    Mul = op_type(
        "Mul(x:T, y:T) -> z:T | T:type{arithmetic}",
        shape=common_shapes.broadcast,
        kernel=operator.mul,
        elementwise=True,
        gradient=_mul_grad,
    )

    Mul(a, 2.0, name="product")  # adds an operation; 2.0 becomes a constant called product/y

Tensors are positional, attrs are keywords, for the declared function and for its kernel alike.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphcore import signature as signatures
from graphcore.conversion import convert_n_to_tensor, convert_to_tensor
from graphcore.dtypes import DType, as_dtype
from graphcore.graph import graph_of
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape, as_shape, unknown_shape
from graphcore.signature import Arg, Attr

if TYPE_CHECKING:
    from graphcore.state import SessionState

ShapeFunction = Callable[[Operation], Sequence[TensorShape]]
Gradient = Callable[..., Any]
Kernel = Callable[..., Any]

Sizes = tuple[int | None, ...] | None
"""Sizes of a tensor, None for each that is not known; None when the rank is not."""


class Known(NamedTuple):
    """What is known of a tensor before a run."""

    sizes: Sizes
    value: Any  # None if only a run can tell


OP_TYPES: dict[str, OpType] = {}
"""Every op type declared so far, by name."""


def no_gradient(op: Operation, *grads: Any) -> list[None]:
    """The gradient of ops through which none flows: comparisons, shapes, random numbers."""
    return [None] * len(op.inputs)


class OpType:
    """What there is to know of one kind of operation. Make it with `op_type`.

    Attributes:
        shape: given an operation, the static shape of each output. Raises ValueError for inputs that cannot
            fit.
        kernel: given the inputs' values (arrays; numpy scalars for shape ``()``; bytes for string scalars),
            the output's value, or a tuple of them. Keyword-only parameters receive the attrs of these names.
        bind: for ops whose kernel depends on the session (variables, random streams): given an operation and
            the `SessionState`, the kernel to use there.
        holds: for ops whose single output is the same thing in every run (constants, variables): given an
            operation and the `SessionState`, that thing. Such ops need no kernel.
        gradient: given an operation and the gradient of each output, that of each input; None where none
            flows. `no_gradient` when none ever does.
        explain: given what a kernel raised and the inputs' values, the message for the user, or None.
        elementwise: the output has the shape of all inputs broadcast together, and the kernel cannot fail
            when they can be.
        total: for other ops, given an operation and the sizes known of its inputs: whether the kernel cannot
            fail. Operations that cannot and whose value nobody needs are not run.
        from_sizes: for ops that look only at the sizes of their one input: given what is known of those, the
            value, or None.
        passes: given an operation and what is known of its inputs: whether its output is its first input,
            unchanged. Such operations cost nothing.
        stateful: running it twice, or not at all, makes a difference.
    """

    def __init__(
        self,
        line: str,
        *,
        shape: ShapeFunction | None,
        kernel: Kernel | None,
        bind: Callable[[Operation, SessionState], Kernel] | None,
        holds: Callable[[Operation, SessionState], Any] | None,
        gradient: Gradient | None,
        explain: Callable[..., str | None] | None,
        elementwise: bool,
        total: Callable[[Operation, Sequence[Sizes]], bool] | None,
        from_sizes: Callable[[Sizes], Any] | None,
        passes: Callable[[Operation, Sequence[Known]], bool] | None,
        stateful: bool,
    ) -> None:
        self.signature = signatures.parse(line)
        self.shape = shape
        self.kernel = kernel
        self.bind = bind
        self.holds = holds
        self.gradient = gradient
        self.explain = explain
        self.elementwise = elementwise
        self.total = total
        self.from_sizes = from_sizes
        self.passes = passes
        self.stateful = stateful

    @property
    def name(self) -> str:
        return self.signature.name

    def infer_shapes(self, op: Operation) -> Sequence[TensorShape]:
        """The static shape of each output of ``op``."""
        return self.shape(op) if self.shape is not None else [unknown_shape()] * len(op.outputs)

    def kernel_for(self, op: Operation, state: SessionState) -> Kernel:
        """The kernel of one operation: a function of its inputs' values alone."""
        if self.bind is not None:
            return self.bind(op, state)
        assert self.kernel is not None, f"{self.name} has no kernel"
        code = getattr(self.kernel, "__code__", None)
        if code is None or not code.co_kwonlyargcount:
            return self.kernel
        names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        kernel, attrs = self.kernel, {name: op.attrs[name] for name in names}
        return lambda *inputs: kernel(*inputs, **attrs)

    def add_to_graph(self, *inputs: Any, name: str | None = None, **attrs: Any) -> Operation:
        """Adds an operation to the graph of its inputs (or the default graph).

        What is not a tensor among ``inputs`` becomes a constant named after the parameter, in a scope named
        after the operation. Types that one input settles hold for the next.

        Args:
            name: of the operation; by default that of the op type.
            **attrs: by name; None stands for the default. Those that follow from the inputs are not given.

        Raises:
            TypeError: types that do not match each other or the signature.
            ValueError: shapes that cannot fit, inputs of different graphs, lists of a wrong length.
        """
        flat = [item for value in inputs for item in (value if isinstance(value, (list, tuple)) else [value])]
        graph = graph_of(flat)
        with graph.as_default(), graph.name_scope(name or self.name) as scope:
            resolved = _Inputs(self.signature)
            for arg, value in zip(self.signature.inputs, inputs, strict=True):
                if arg.is_list:
                    resolved.add_list(arg, value)
                else:
                    resolved.add(arg, value)
            values = resolved.attrs | {
                attr.name: self._attr_value(attr, attrs.pop(attr.name, None))
                for attr in self.signature.attrs.values()
                if attr.name not in resolved.attrs
            }
            if attrs:
                raise TypeError(f"{self.name} got unexpected keyword arguments: {', '.join(attrs)}")
            return graph.create_op(self, resolved.tensors, values, scope)

    def __call__(self, *inputs: Any, name: str | None = None, **attrs: Any) -> Any:
        """Adds an operation, see `add_to_graph`.

        Returns: its output; a list of outputs if there are several; the Operation if there are none.
        """
        op = self.add_to_graph(*inputs, name=name, **attrs)
        if not op.outputs:
            return op
        if len(self.signature.outputs) == 1 and not self.signature.outputs[0].is_list:
            return op.outputs[0]
        return op.outputs

    def _attr_value(self, attr: Attr, value: Any) -> Any:
        if value is None:
            if not attr.has_default:
                raise TypeError(f"No argument for attr {attr.name}")
            return attr.default
        if attr.kind.startswith("list("):
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"Expected list for attr {attr.name}")
            return [_attr_element(self.name, attr, attr.kind[5:-1], item) for item in value]
        return _attr_element(self.name, attr, attr.kind, value)

    def __repr__(self) -> str:
        return f"<op type {self.name}>"


def op_type(
    line: str,
    *,
    shape: ShapeFunction | None = None,
    kernel: Kernel | None = None,
    bind: Callable[[Operation, SessionState], Kernel] | None = None,
    holds: Callable[[Operation, SessionState], Any] | None = None,
    gradient: Gradient | None = None,
    explain: Callable[..., str | None] | None = None,
    elementwise: bool = False,
    total: Callable[[Operation, Sequence[Sizes]], bool] | None = None,
    from_sizes: Callable[[Sizes], Any] | None = None,
    passes: Callable[[Operation, Sequence[Known]], bool] | None = None,
    stateful: bool = False,
) -> OpType:
    """Declares an op type; the parameters are described at `OpType`."""
    declared = OpType(
        line,
        shape=shape,
        kernel=kernel,
        bind=bind,
        holds=holds,
        gradient=gradient,
        explain=explain,
        elementwise=elementwise,
        total=total,
        from_sizes=from_sizes,
        passes=passes,
        stateful=stateful,
    )
    if declared.name in OP_TYPES:
        raise ValueError(f"op type {declared.name} is declared twice")
    OP_TYPES[declared.name] = declared
    return declared


class _Inputs:
    """Input values in, tensors and the attrs that follow from them out."""

    def __init__(self, signature: signatures.Signature) -> None:
        self._signature = signature
        self._settled_by: dict[str, str] = {}
        self.tensors: list[Tensor] = []
        self.attrs: dict[str, Any] = {}

    def _wanted(self, arg: Arg) -> DType | None:
        return arg.dtype or self.attrs.get(arg.type_attr)

    def add(self, arg: Arg, value: Any) -> None:
        wanted = self._wanted(arg)
        try:
            tensor = convert_to_tensor(value, wanted, arg.name, arg.is_ref)
        except ValueError:
            if wanted is None:
                raise
            found = convert_to_tensor(value, as_ref=arg.is_ref).dtype.name
            prefix = f"Input '{arg.name}' of '{self._signature.name}' Op has type {found} that does not match"
            if arg.dtype is not None:
                raise TypeError(f"{prefix} expected type of {wanted.name}.") from None
            raise TypeError(f"{prefix} type {wanted.name} of argument '{self._settled_by[arg.type_attr]}'.") from None
        if arg.is_ref and not tensor.dtype.is_ref_dtype:
            raise TypeError(f"Input '{arg.name}' of '{self._signature.name}' Op requires l-value input")
        self._settle_type(arg, tensor.dtype.base_dtype)
        self.tensors.append(tensor)

    def add_list(self, arg: Arg, values: Any) -> None:
        op_name = self._signature.name
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"Expected list for '{arg.name}' argument to '{op_name}' Op, not {values}.")
        self._settle_length(arg, len(values))
        wanted = self._wanted(arg)
        first = next((value for value in values if isinstance(value, Tensor)), None)
        if wanted is None and first is not None:
            wanted = first.dtype.base_dtype
        try:
            tensors = convert_n_to_tensor(values, wanted, arg.name, arg.is_ref)
        except (TypeError, ValueError):
            found = [tensor.dtype.base_dtype.name for tensor in convert_n_to_tensor(values, as_ref=arg.is_ref)]
            prefix = f"Tensors in list passed to '{arg.name}' of '{op_name}' Op have types [{', '.join(found)}]"
            if arg.dtype is not None:
                raise TypeError(f"{prefix} that do not match expected type {arg.dtype.name}.") from None
            if arg.type_attr in self.attrs:
                settled = self.attrs[arg.type_attr].name
                raise TypeError(f"{prefix} that do not match type {settled} inferred from earlier arguments.") from None
            raise TypeError(f"{prefix} that don't all match.") from None
        types = {tensor.dtype.base_dtype for tensor in tensors}
        if len(types) > 1:
            names = ", ".join(tensor.dtype.base_dtype.name for tensor in tensors)
            raise TypeError(
                f"Tensors in list passed to '{arg.name}' of '{op_name}' Op have types [{names}] that don't all match."
            )
        if not types and arg.type_attr and arg.type_attr not in self.attrs:
            raise TypeError(
                f"Don't know how to infer type variable from empty input list passed to input '{arg.name}' of "
                f"'{op_name}' Op."
            )
        for dtype in types:
            self._settle_type(arg, dtype)
        self.tensors += tensors

    def _settle_length(self, arg: Arg, length: int) -> None:
        op_name, attr = self._signature.name, self._signature.attrs[arg.number_attr]
        if attr.name in self.attrs:
            if self.attrs[attr.name] != length:
                raise ValueError(
                    f"List argument '{arg.name}' to '{op_name}' Op with length {length} must match length "
                    f"{self.attrs[attr.name]} of argument '{self._settled_by[attr.name]}'."
                )
            return
        if attr.minimum is not None and length < attr.minimum:
            raise ValueError(
                f"List argument '{arg.name}' to '{op_name}' Op with length {length} shorter than minimum length "
                f"{attr.minimum}."
            )
        self.attrs[attr.name] = length
        self._settled_by[attr.name] = arg.name

    def _settle_type(self, arg: Arg, dtype: DType) -> None:
        if arg.type_attr and arg.type_attr not in self.attrs:
            _check_allowed_type(self._signature.attrs[arg.type_attr], dtype)
            self.attrs[arg.type_attr] = dtype
            self._settled_by[arg.type_attr] = arg.name


def _check_allowed_type(attr: Attr, dtype: DType) -> None:
    if attr.allowed and dtype not in attr.allowed:
        allowed = ", ".join(other.name for other in attr.allowed)
        raise TypeError(f"DataType {dtype.name} for attr '{attr.name}' not in list of allowed values: {allowed}")


def _attr_element(op_name: str, attr: Attr, kind: str, value: Any) -> Any:
    """``value`` as an attr of this kind holds it. TypeError or ValueError when it does not fit."""
    if kind == "type":
        dtype = as_dtype(value).base_dtype
        _check_allowed_type(attr, dtype)
        return dtype
    if kind == "shape":
        return as_shape(value)
    if kind == "tensor":
        return value
    if kind == "string":
        text = value.decode() if isinstance(value, bytes) else value
        if not isinstance(text, str):
            raise TypeError(f"Expected string for argument '{attr.name}' not {value!r}.")
        if attr.allowed and text not in attr.allowed:
            allowed = ", ".join(f'"{item}"' for item in attr.allowed)
            raise ValueError(f"Attr '{attr.name}' of '{op_name}' Op passed string '{text}' not in: {allowed}.")
        return text
    expected: tuple[type, ...] = {
        "bool": (bool, np.bool_),
        "int": (numbers.Integral,),
        "float": (numbers.Real,),
    }[kind]
    if not isinstance(value, expected):
        raise TypeError(f"Expected {kind} for argument '{attr.name}' not {value!r}.")
    number = {"bool": bool, "int": int, "float": float}[kind](value)
    if attr.minimum is not None and number < attr.minimum:
        raise ValueError(f"Attr '{attr.name}' of '{op_name}' Op passed {number} less than minimum {attr.minimum}.")
    return number
