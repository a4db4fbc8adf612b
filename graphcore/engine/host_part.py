"""Operations that run on numpy around a compiled program: values of tensors in, and theirs added."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from graphcore import blame
from graphcore.facts import Facts
from graphcore.operation import Operation, Tensor
from graphcore.state import SessionState

Values = dict[Hashable, Any]
"""By tensor; or, what an operation after the program reads in the course of it, by the operation and the input's place.

A variable may have had other values before and after.
"""


class HostPart:
    """A stage of a run, see `graphcore.engine.stages`.

    Args:
        reads: under what key to find an input, where that is not the tensor.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        facts: Facts,
        state: SessionState,
        reads: Mapping[tuple[Operation, int], Hashable],
    ) -> None:
        self._facts = facts
        self._calls = [
            (
                op,
                op.op_type.kernel_for(op, state),
                [reads.get((op, place), tensor) for place, tensor in enumerate(op.inputs)],
            )
            for op in operations
        ]

    def run(self, values: Values) -> None:
        """Adds the outputs to ``values``, which has what the operations need.

        Raises:
            errors.OpError: an operation could not run.
        """
        with np.errstate(all="ignore"):
            for op, kernel, keys in self._calls:
                inputs = [self.value(values, key) for key in keys]
                try:
                    result = kernel(*inputs)
                except Exception as error:
                    raise blame.failed(op, error, lambda inputs=inputs: inputs) from error  # type: ignore[misc]
                if op.outputs:
                    values.update(zip(op.outputs, result if op.op_type.gives_tuple else (result,)))

    def value(self, values: Values, key: Hashable) -> Any:
        """What is at ``key``; for a tensor, also if it is known, or passed on from one that is there."""
        if key in values:
            return values[key]
        assert isinstance(key, Tensor)
        source = self._facts.source(key)
        return values[source] if source in values else self._facts.values[source]
