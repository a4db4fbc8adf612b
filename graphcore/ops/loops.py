"""Loops that run with the graph: a condition and a body in, the loop variables after the last turn out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore import nest
from graphcore.control_context import LoopContext
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import bool_
from graphcore.operation import Tensor
from graphcore.ops import array
from graphcore.ops.flow import LoopCond, enter, exit, merge, next_iteration, switch
from graphcore.ops.tensor_arrays import TensorArray
from graphcore.scopes import get_default_graph, op_scope
from graphcore.shapes import TensorShape, as_shape


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    *,
    shape_invariants: Any = None,
) -> Any:
    """Runs ``body`` as long as ``cond`` holds, each time on what the time before gave::

        i, total = tf.while_loop(lambda i, total: i < 10, lambda i, total: [i + 1, total + i], [0, 0])

    Both functions are called once, to make their operations; when the graph runs, these run again and again. Tensors
    from outside may be used inside. Gradients flow through the loop, to the loop variables and to those tensors.

    Args:
        cond: given the loop variables, a bool scalar: whether to go on.
        body: given the loop variables, those of the next turn, as many and of the same types and shapes.
        loop_vars: what to begin with: tensors, what can become tensors, `TensorArray`; in a list or nested lists,
            tuples and dicts. The functions get the items of the outermost list as their arguments.
        parallel_iterations: kept in the graph, for TensorFlow; turns come one after another here.
        back_prop: False promises that no gradient is wanted.
        swap_memory: kept in the graph likewise.
        shape_invariants: for variables whose shape changes from turn to turn: for each variable what of its shape
            does not; a TensorShape, or a list of sizes with None. In the structure of ``loop_vars``.

    Returns: the loop variables after the last turn, in the structure of ``loop_vars``; the only one itself.

    Raises:
        TypeError: a function is none. ValueError: there are no loop variables, ``cond`` gives no bool scalar, or
            ``body`` gives other numbers, types or shapes.
    """
    if not callable(cond):
        raise TypeError("cond must be callable.")
    if not callable(body):
        raise TypeError("body must be callable.")
    flat = nest.flatten(loop_vars)
    if not flat:
        raise ValueError("No loop variables provided")
    invariants = [None] * len(flat) if shape_invariants is None else _shapes_for(loop_vars, shape_invariants)
    with op_scope([v for v in flat if not isinstance(v, TensorArray)], name, "while") as scope:
        graph = get_default_graph()
        context = LoopContext(graph, graph.context, scope[:-1], parallel_iterations, back_prop, swap_memory)
        variables = _Variables(loop_vars)
        exits = build_loop(
            context,
            lambda *tensors: cond(*variables.arguments(tensors)),
            lambda *tensors: variables.tensors(body(*variables.arguments(tensors))),
            variables.initial,
            invariants,
        )
        result = variables.packed(exits)
        single = isinstance(loop_vars, (list, tuple)) and not hasattr(loop_vars, "_fields") and len(loop_vars) == 1
        return result[0] if single else result


def _shapes_for(loop_vars: Any, shape_invariants: Any) -> list[Any]:
    """One shape for each loop variable; lists of sizes are leaves here."""

    def shapes(structure: Any, given: Any) -> list[Any]:
        if isinstance(structure, dict):
            return [shape for key in sorted(structure) for shape in shapes(structure[key], given[key])]
        if isinstance(structure, (list, tuple)):
            if len(structure) != len(given):
                raise ValueError(
                    f"shape_invariants: {len(structure)} shapes are wanted for {structure!r}, not {given!r}"
                )
            return [shape for item, part in zip(structure, given) for shape in shapes(item, part)]
        return [as_shape(given)]

    return shapes(loop_vars, shape_invariants)


class _Variables:
    """The loop variables as a program has them, and as the tensors that stand for them."""

    def __init__(self, loop_vars: Any) -> None:
        self._structure = loop_vars
        self._flat = nest.flatten(loop_vars)
        self.initial = [v.flow if isinstance(v, TensorArray) else convert_to_tensor(v) for v in self._flat]

    def packed(self, tensors: Sequence[Tensor]) -> Any:
        """The structure with these tensors; arrays of tensors with their flow in these."""
        pairs = zip(self._flat, tensors)
        return nest.pack_like(self._structure, [v.with_flow(t) if isinstance(v, TensorArray) else t for v, t in pairs])

    def arguments(self, tensors: Sequence[Tensor]) -> Sequence[Any]:
        packed = self.packed(tensors)
        return packed if isinstance(packed, (list, tuple)) and not hasattr(packed, "_fields") else [packed]

    def tensors(self, result: Any) -> list[Any]:
        """What the body gave, as a list of tensors."""
        flat = nest.flatten(result)
        if len(flat) != len(self._flat):
            raise ValueError(
                f"The number of outputs of body ({len(flat)}) does not match that of the loop variables "
                f"({len(self._flat)})"
            )
        return [v.flow if isinstance(v, TensorArray) else v for v in flat]


def build_loop(
    context: LoopContext,
    cond: Callable[..., Any],
    body: Callable[..., Sequence[Any]],
    initial: Sequence[Tensor],
    invariants: Sequence[TensorShape | None],
) -> list[Tensor]:
    """Makes the operations of a loop on tensors, which `LoopContext` then knows; gives the exits."""
    graph = context.graph
    for tensor in initial:
        # Made outside: what the loop has to wait for is what its beginning has to wait for.
        inside = enter(tensor, context.frame, parallel_iterations=context.parallel_iterations)
        inside.op.set_context(context)
        context.enters.append(inside)
    for inside, shape in zip(context.enters, invariants):
        if shape is not None:
            if not shape.is_compatible_with(inside.get_shape()):
                raise ValueError(f"The shape invariant {shape} does not fit {inside.op.inputs[0]}")
            inside.reset_shape(shape)
    with graph.in_context(context):
        merges = [merge([inside, inside])[0] for inside in context.enters]
        context.set_pivot(merges[0].op)
        going_on = convert_to_tensor(cond(*merges))
        if going_on.dtype.base_dtype != bool_ or not going_on.get_shape().is_compatible_with([]):
            raise ValueError(f"cond must give a bool scalar, not {going_on}")
        context.condition = LoopCond(going_on, name="LoopCond")
        context.switches = [switch(merged, context.condition) for merged in merges]
        context.bodies = [array.identity(sides[1]) for sides in context.switches]
        context.set_pivot(context.bodies[0].op)
        context.results = [_result(context, i, value) for i, value in enumerate(body(*context.bodies))]
        for merged, result in zip(merges, context.results):
            _close(merged, result)
        context.exits = [exit(sides[0]) for sides in context.switches]
    return context.exits


def _result(context: LoopContext, place: int, value: Any) -> Tensor:
    """What the body gave for one variable, in the loop."""
    wanted = context.bodies[place].dtype.base_dtype
    tensor = context.admit(convert_to_tensor(value))
    if tensor.dtype.base_dtype != wanted:
        raise ValueError(
            f"The type of loop variable {place} is {wanted.name}, but body gives {tensor.dtype.base_dtype.name} for it"
        )
    return tensor


def _close(merged: Tensor, result: Tensor) -> None:
    """Leads what the body gave to the next turn."""
    before, after = merged.get_shape(), result.get_shape()
    if not _no_less_known(after, before):
        raise ValueError(
            f"The shape for {merged.name} is not an invariant for the loop. It enters the loop with shape {before}, "
            f"but has shape {after} after one iteration. Say what changes by shape_invariants, or by set_shape inside."
        )
    merged.op.update_input(1, next_iteration(result))


def _no_less_known(after: TensorShape, before: TensorShape) -> bool:
    """Whether all that is known of one shape is so of the other."""
    if before.sizes is None:
        return True
    if after.sizes is None or len(after.sizes) != len(before.sizes):
        return False
    return all(b is None or a == b for a, b in zip(after.sizes, before.sizes))
