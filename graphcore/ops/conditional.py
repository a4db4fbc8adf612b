"""Choices made while the graph runs: functions for the branches in, tensors of the branch that is taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphcore.control_context import BranchContext
from graphcore.conversion import convert_to_tensor
from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, checks, comparison, control_flow, reduction
from graphcore.ops.flow import merge, switch
from graphcore.scopes import control_dependencies, get_default_graph, name_scope, op_scope

Function = Callable[[], Any]


def cond(pred: Any, fn1: Function, fn2: Function, name: str | None = None) -> Any:
    """What ``fn1`` makes if ``pred`` holds, else what ``fn2`` makes.

    Both functions are called now, to make their operations; when the graph runs, those of one branch run. What was
    made before, outside of the functions, runs in any case.

    Args:
        pred: bool, a scalar tensor.
        fn1, fn2: functions of nothing. They give a tensor, a list of tensors of the same number and types, an
            Operation, or None.

    Returns: a tensor; a list of them if the functions give lists.

    Raises:
        TypeError: a function is none, or ``pred`` a Python bool.
        ValueError: the functions give different numbers of tensors, or different types.
    """
    if not callable(fn1):
        raise TypeError("fn1 must be callable.")
    if not callable(fn2):
        raise TypeError("fn2 must be callable.")
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool")
    with op_scope([pred], name, "cond"):
        condition = convert_to_tensor(pred, name="pred")
        graph, outer = get_default_graph(), get_default_graph().context
        if_false, if_true = switch(condition, condition)
        pivot_true = array.identity(if_true, name="switch_t")
        pivot_false = array.identity(if_false, name="switch_f")
        condition = array.identity(condition, name="pred_id")
        taken = _branch(BranchContext(graph, outer, condition, pivot_true, 1), fn1)
        other = _branch(BranchContext(graph, outer, condition, pivot_false, 0), fn2)
        if len(taken.tensors) != len(other.tensors):
            raise ValueError(
                f"fn1 and fn2 must return the same number of tensors, not {len(taken.tensors)} and {len(other.tensors)}"
            )
        merged = [_merged(f, t) for f, t in zip(other.tensors, taken.tensors)]
        return merged if taken.is_list or len(merged) != 1 else merged[0]


class _Branch:
    """What the function of a branch gave."""

    def __init__(self, tensors: list[Any], is_list: bool) -> None:
        self.tensors = tensors
        self.is_list = is_list


def _branch(context: BranchContext, function: Function) -> _Branch:
    with context.graph.in_context(context):
        found = function()
        is_list = isinstance(found, (list, tuple))
        items = list(found) if is_list else [] if found is None else [found]
        if found is None:  # the branch may consist of operations that depend on nothing
            items = [control_flow.no_op()]
        return _Branch([_value(context, item) for item in items], is_list and len(items) != 1)


def _value(context: BranchContext, item: Any) -> Tensor | IndexedSlices:
    if isinstance(item, Operation):
        with control_dependencies([item]):
            return array.identity(context.pivot_tensor)
    if isinstance(item, IndexedSlices):
        dense = None if item.dense_shape is None else context.admit(item.dense_shape)
        return IndexedSlices(context.admit(item.values), context.admit(item.indices), dense)
    tensor = context.admit(convert_to_tensor(item))
    # A reference would be read after the branches have come together, and then of both.
    return array.identity(tensor) if tensor.dtype.is_ref_dtype else tensor


def _merged(if_false: Any, if_true: Any) -> Any:
    if isinstance(if_false, IndexedSlices) != isinstance(if_true, IndexedSlices):
        if_false, if_true = map(convert_to_tensor, (if_false, if_true))
    types = [value.dtype.base_dtype for value in (if_true, if_false)]
    if types[0] != types[1]:
        raise ValueError(f"Outputs of fn1 and fn2 must have the same type: {types[0].name}, {types[1].name}")
    if isinstance(if_false, IndexedSlices):
        dense = None
        if if_false.dense_shape is not None and if_true.dense_shape is not None:
            dense = merge([if_false.dense_shape, if_true.dense_shape])[0]
        return IndexedSlices(
            merge([if_false.values, if_true.values])[0], merge([if_false.indices, if_true.indices])[0], dense
        )
    return merge([if_false, if_true])[0]


def case(
    pred_fn_pairs: Sequence[tuple[Any, Function]] | Mapping[Any, Function],
    default: Function,
    exclusive: bool = False,
    name: str = "case",
) -> Any:
    """What the function of the first condition that holds makes, or ``default`` if none does; see `cond`.

    Args:
        pred_fn_pairs: conditions (bool scalars) and functions, in order; or a dict of them, which needs ``exclusive``
            if the order matters to you: dicts are in order of insertion.
        default: for when no condition holds.
        exclusive: fail when more than one condition holds.

    Raises:
        TypeError: something is no pair, condition or function.
        errors.InvalidArgumentError: when the graph runs, ``exclusive`` is set, and several hold.
    """
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, Mapping) else list(pred_fn_pairs)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"Each entry in pred_fn_pairs must be a 2-tuple, not {pair!r}")
        if not isinstance(pair[0], Tensor):
            raise TypeError(f"pred must be a Tensor, not {pair[0]!r}")
        if not callable(pair[1]):
            raise TypeError(f"fn for pred {pair[0].name} must be callable.")
    if not callable(default):
        raise TypeError("default must be callable.")
    with op_scope([pred for pred, _ in pairs], name, "case"):
        checked = []
        if exclusive and pairs:
            from graphcore.dtypes import int32
            from graphcore.ops.arithmetic import cast
            from graphcore.ops.joining import pack

            held = pack([pred for pred, _ in pairs], name="preds_c")
            count = reduction.reduce_sum(cast(held, int32), name="num_true_conds")
            names = ", ".join(pred.name for pred, _ in pairs)
            text = f"More than one condition evaluated as True but exclusive=True.  Conditions: ({names}), Values:"
            checked = [checks.Assert(comparison.less(count, 2), [text, held], summarize=len(pairs))]
        with control_dependencies(checked):
            return _first_of(pairs, default)


def _first_of(pairs: Sequence[tuple[Any, Function]], default: Function) -> Any:
    if not pairs:
        with name_scope("Default"):
            return default()
    (pred, function), *others = pairs
    return cond(pred, function, lambda: _first_of(others, default), name=f"If_{len(others)}")
