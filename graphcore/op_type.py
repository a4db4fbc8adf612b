"""An op type: one declaration in; a function that adds such operations to a graph out.

A declaration holds all there is to know of an op: its signature (`graphcore.signature`), the rule for static
shapes, the numpy kernel that computes it, and its gradient::

    Mul = OpType(
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

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphcore import signature as signatures
from graphcore.naming import check_string
from graphcore.op_inputs import OpInputs, attr_value
from graphcore.operation import Operation
from graphcore.scopes import graph_of
from graphcore.shapes import TensorShape, unknown_shape

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


def with_attrs(function: Callable[..., Any], op: Operation) -> Callable[..., Any]:
    """``function`` with the attrs of ``op`` that its keyword-only parameters are named after."""
    code = getattr(function, "__code__", None)
    if code is None or not code.co_kwonlyargcount:
        return function
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    attrs = {name: op.attrs[name] for name in names}
    return lambda *inputs: function(*inputs, **attrs)


@dataclass(eq=False)
class OpType:
    """What there is to know of one kind of operation; making one declares it.

    Attributes:
        line: the signature, see `graphcore.signature`.
        shape: given an operation, the static shape of each output. Raises ValueError for inputs that cannot
            fit.
        kernel: given the inputs' values (arrays; numpy scalars for shape ``()``; bytes for string scalars),
            the output's value, or a tuple of them. Keyword-only parameters receive the attrs of these names.
        bind: for ops whose kernel depends on more than attrs (the element type, a random stream): given an
            operation and the `SessionState`, the kernel to use there.
        holds: for ops whose single output is the same thing in every run (constants, variables): given an
            operation and the `SessionState`, that thing. Such ops need no kernel.
        gradient: given an operation and the gradient of each output, that of each input; None where none
            flows. `no_gradient` when none ever does.
        sparse_gradient: ``gradient`` takes `IndexedSlices` as they are; for others they become tensors first.
        explain: given what a kernel raised and the inputs' values, the message for the user, or None.
        elementwise: the output has the shape of all inputs broadcast together, and the kernel cannot fail
            when they can be.
        total: for other ops, given an operation and the sizes known of its inputs: whether the kernel cannot
            fail. Operations that cannot and whose value nobody needs are not run.
        from_sizes: for ops that look only at the sizes of their one input: given what is known of those, the
            value, or None.
        passes: given an operation and what is known of its inputs: whether its output is its first input,
            unchanged. Such operations cost nothing.
        flow: for the few ops that steer which others run, and how often: which of them it is, see
            `graphcore.ops.flow`. Plans know them by it; they have no kernel.
        keeps_none: ``gradient`` is given None for an output that nothing depends on, instead of zeros.
        stateful: running it twice, or not at all, makes a difference.

    Raises:
        ValueError: the signature does not follow the notation, or the op type is declared already.
    """

    line: str
    _: KW_ONLY
    shape: ShapeFunction | None = None
    kernel: Kernel | None = None
    bind: Callable[[Operation, SessionState], Kernel] | None = None
    holds: Callable[[Operation, SessionState], Any] | None = None
    gradient: Gradient | None = None
    sparse_gradient: bool = False
    explain: Callable[..., str | None] | None = None
    elementwise: bool = False
    total: Callable[[Operation, Sequence[Sizes]], bool] | None = None
    from_sizes: Callable[[Sizes], Any] | None = None
    passes: Callable[[Operation, Sequence[Known]], bool] | None = None
    stateful: bool = False
    flow: str = ""
    keeps_none: bool = False

    def __post_init__(self) -> None:
        self.signature = signatures.parse(self.line)
        if self.name in OP_TYPES:
            raise ValueError(f"op type {self.name} is declared twice")
        OP_TYPES[self.name] = self

    @property
    def name(self) -> str:
        return self.signature.name

    @property
    def gives_tuple(self) -> bool:
        """Whether the kernel gives a tuple: of several outputs, or of a list of them, which may have one item."""
        return len(self.signature.outputs) != 1 or self.signature.outputs[0].is_list

    def infer_shapes(self, op: Operation) -> Sequence[TensorShape]:
        """The static shape of each output of ``op``."""
        return self.shape(op) if self.shape is not None else [unknown_shape()] * len(op.outputs)

    def kernel_for(self, op: Operation, state: SessionState) -> Kernel:
        """The kernel of one operation: a function of its inputs' values alone."""
        if self.bind is not None:
            return self.bind(op, state)
        assert self.kernel is not None, f"{self.name} has no kernel"
        return with_attrs(self.kernel, op)

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
        if name is not None:
            check_string(name)
        with graph.as_default(), graph.name_scope(name or self.name) as scope:
            resolved = OpInputs(self.signature)
            for arg, value in zip(self.signature.inputs, inputs, strict=True):
                if arg.is_list:
                    resolved.add_list(arg, value)
                else:
                    resolved.add(arg, value)
            values = resolved.attrs | {
                attr.name: attr_value(self.name, attr, attrs.pop(attr.name, None))
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
        return op.outputs if self.gives_tuple else op.outputs[0]

    def __repr__(self) -> str:
        return f"<op type {self.name}>"
