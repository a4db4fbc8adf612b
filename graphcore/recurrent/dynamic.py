"""A cell run over a sequence by a loop in the graph: as many steps as the data have, with the operations of one."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int32
from graphcore.operation import Tensor
from graphcore.ops import arithmetic, array, comparison, loops, rearrange
from graphcore.ops.tensor_arrays import TensorArray
from graphcore.recurrent.cell import RNNCell
from graphcore.recurrent.unrolled import chosen, first_state
from graphcore.shapes import TensorShape
from graphcore.variable_scope import VariableScope, variable_scope


def dynamic_rnn(
    cell: RNNCell,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: str | VariableScope | None = None,
) -> tuple[Tensor, Any]:
    """Runs ``cell`` over sequences of a length that only a run can tell.

    `graphcore.nn.rnn` makes operations for each step; this makes those of one step and a loop around them.

    Args:
        inputs: ``[n, steps, input size]``.
        sequence_length: how many steps each example has, int32 ``[n]``. Beyond them its outputs are zero and its state
            stays as it is.
        initial_state: the state to begin with; zeros by default, and then ``dtype`` is needed.
        dtype: the type of the zeros.
        parallel_iterations, swap_memory: as for `graphcore.while_loop`.
        time_major: ``inputs`` and outputs are ``[steps, n, ...]``, which saves two transpositions.
        scope: of the variables; by default ``RNN``.

    Returns: the outputs, ``[n, steps, output size]``, and the last state.

    Raises:
        TypeError: ``cell`` is no cell. ValueError: there is no state, or ``inputs`` have another rank.
    """
    if not isinstance(cell, RNNCell):
        raise TypeError(f"cell must be an instance of RNNCell, not {cell!r}")
    with variable_scope(scope or "RNN"):
        steps = convert_to_tensor(inputs, name="inputs")
        steps.get_shape().assert_has_rank(3)
        if not time_major:
            steps = rearrange.transpose(steps, [1, 0, 2])
        count, each = array.shape(steps)[0], steps.get_shape().with_rank(3)[1:]
        state = first_state(cell, each, array.shape(steps)[1], initial_state, dtype)
        lengths = None if sequence_length is None else arithmetic.cast(sequence_length, int32)
        given = TensorArray(steps.dtype.base_dtype, size=count, tensor_array_name="inputs").unpack(steps)
        made = TensorArray(steps.dtype.base_dtype, size=count, tensor_array_name="outputs")

        def step(time: Tensor, state: Any, made: TensorArray) -> tuple[Tensor, Any, TensorArray]:
            value = given.read(time)
            value.set_shape(each)
            output, new_state = cell(value, state)
            if lengths is not None:
                goes_on = comparison.less(time, lengths)
                output = comparison.select(goes_on, output, array.zeros_like(output))
                new_state = chosen(goes_on, new_state, state)
            return time + 1, new_state, made.write(time, output)

        _, last, made = loops.while_loop(
            lambda time, *_: time < count,
            step,
            (convert_to_tensor(0, int32, name="time"), state, made),
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        outputs = made.pack()
        outputs.set_shape(TensorShape([steps.get_shape()[0], each[0], cell.output_size]))
        return (outputs if time_major else rearrange.transpose(outputs, [1, 0, 2])), last
