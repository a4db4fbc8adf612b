"""A cell run over a list of inputs, one after another, each step with operations of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int32, int64
from graphcore.operation import Tensor
from graphcore.ops import arithmetic, array, comparison, joining, reversal
from graphcore.recurrent.cell import RNNCell
from graphcore.scopes import control_dependencies
from graphcore.shapes import TensorShape
from graphcore.variable_scope import VariableScope, variable_scope


def rnn(
    cell: RNNCell,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Tensor], Any]:
    """Runs ``cell`` over a sequence.

    Args:
        inputs: a list with an entry for each step, ``[n, input size]`` each.
        initial_state: the state to begin with; zeros by default, and then ``dtype`` is needed.
        dtype: the type of the zeros.
        sequence_length: how many steps each example has, int32 ``[n]``. Beyond them its outputs are zero and its state
            stays as it is.
        scope: of the variables; by default ``RNN``.

    Returns: the list of outputs, ``[n, output size]`` each, and the last state.

    Raises:
        TypeError: ``cell`` is no cell, or ``inputs`` no list. ValueError: there are no inputs, or no state.
    """
    if not isinstance(cell, RNNCell):
        raise TypeError(f"cell must be an instance of RNNCell, not {cell!r}")
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list with a tensor for each step, not {inputs!r}")
    if not inputs:
        raise ValueError("inputs must not be empty")
    outputs = []
    with variable_scope(scope or "RNN") as opened:
        tensors = [convert_to_tensor(value) for value in inputs]
        each = tensors[0].get_shape().with_rank_at_least(1)
        state = first_state(cell, each, array.shape(tensors[0])[0], initial_state, dtype)
        lengths = None if sequence_length is None else arithmetic.cast(sequence_length, int32)
        for time, value in enumerate(tensors):
            if time > 0:
                opened.reuse_variables()
            output, new_state = cell(value, state)
            if lengths is not None:
                # Those that have ended keep their state; what the cell makes of them is not looked at.
                goes_on = comparison.less(time, lengths)
                output = comparison.select(goes_on, output, array.zeros_like(output))
                new_state = chosen(goes_on, new_state, state)
            state = new_state
            outputs.append(output)
    return outputs, state


def first_state(cell: RNNCell, each: TensorShape, batch_size: Tensor, initial_state: Any, dtype: Any) -> Any:
    """The state given, or zeros.

    Args:
        each: what is known of the shape of a step's input. batch_size: its first size, for where that is not known.

    Raises:
        ValueError: there is neither a state nor a type of zeros.
    """
    if initial_state is not None:
        return initial_state
    if dtype is None:
        raise ValueError("If no initial_state is provided, dtype must be.")
    known = each[0].value
    return cell.zero_state(batch_size if known is None else known, dtype)


def chosen(condition: Tensor, new: Any, old: Any) -> Any:
    """For each example the new state or the old one, whatever structure they have."""
    if isinstance(new, tuple):
        parts = [chosen(condition, *pair) for pair in zip(new, old)]
        return type(new)(*parts) if hasattr(new, "_fields") else tuple(parts)
    return comparison.select(condition, new, old)


def state_saving_rnn(
    cell: RNNCell,
    inputs: Sequence[Any],
    state_saver: Any,
    state_name: str,
    sequence_length: Any = None,
    scope: str | VariableScope | None = None,
) -> tuple[list[Tensor], Any]:
    """`rnn` that begins with a state from outside and gives the last one back there.

    Args:
        state_saver: an object with ``state(name)``, which gives the state to begin with, and
            ``save_state(name, state)``, which gives an operation.
        state_name: the name that it is asked for.
    """
    outputs, state = rnn(cell, inputs, state_saver.state(state_name), None, sequence_length, scope)
    with control_dependencies([state_saver.save_state(state_name, state)]):
        outputs[-1] = array.identity(outputs[-1])
    return outputs, state


def bidirectional_rnn(
    cell_fw: RNNCell,
    cell_bw: RNNCell,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: str | None = None,
) -> tuple[list[Tensor], Any, Any]:
    """Runs one cell from the first input to the last and another from the last to the first.

    Args:
        cell_fw, cell_bw: the cells. initial_state_fw, initial_state_bw: their states to begin with, as for `rnn`.
        inputs, dtype, sequence_length: as for `rnn`. Each example is turned round within its own length.
        scope: what the scopes of the variables begin with; by default ``BiRNN``.

    Returns: the list of outputs, both cells' beside each other, and the last state of each cell.
    """
    name = scope or "BiRNN"
    with variable_scope(f"{name}_FW") as opened:
        forward, state_fw = rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, opened)
    with variable_scope(f"{name}_BW") as opened:
        turned = _turned(inputs, sequence_length)
        backward, state_bw = rnn(cell_bw, turned, initial_state_bw, dtype, sequence_length, opened)
    outputs = [joining.concat(1, pair) for pair in zip(forward, _turned(backward, sequence_length))]
    return outputs, state_fw, state_bw


def _turned(steps: Sequence[Any], lengths: Any) -> list[Tensor]:
    """The steps in reverse order, those of each example among themselves."""
    if lengths is None:
        return list(reversed(steps))
    together = joining.pack(list(steps))
    reversed_steps = reversal.reverse_sequence(together, arithmetic.cast(lengths, int64), seq_dim=0, batch_dim=1)
    return joining.unpack(reversed_steps, len(steps))
