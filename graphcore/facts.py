"""Operations in the order they run in; what is known of their results before any run out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.op_type import Known, Sizes
from graphcore.operation import Operation, Tensor
from graphcore.state import Reference, Resource, SessionState

# What is computed while compiling is kept as long as the plan; a larger value is computed in each run instead.
_MAX_FOLDED = 1 << 16


class Facts:
    """What is known of each tensor before a run: where its value comes from, its sizes, perhaps the value."""

    def __init__(self, order: Sequence[Operation], fed: frozenset[Tensor], state: SessionState) -> None:
        self.fed = fed
        self._source: dict[Tensor, Tensor] = {}
        self._sizes: dict[Tensor, Sizes] = {}
        self.values: dict[Tensor, Any] = {}
        for op in order:
            self._learn(op, state)

    def source(self, tensor: Tensor) -> Tensor:
        """The tensor that ``tensor`` is passed on from, unchanged; often itself."""
        return tensor if tensor in self.fed else self._source.get(tensor, tensor)

    def sizes(self, tensor: Tensor) -> Sizes:
        """What is known of the sizes, which may be more than the static shape says."""
        if tensor in self._sizes:
            return self._sizes[tensor]
        return tensor.get_shape().sizes if tensor.graph.shapes_hold else None

    def known(self, tensor: Tensor) -> Known:
        value = None if tensor in self.fed else self.values.get(self.source(tensor))
        if value is None or isinstance(value, (Reference, Resource)):
            return Known(self.sizes(tensor), None)
        return Known(np.shape(value), value)

    def is_reference(self, tensor: Tensor) -> bool:
        """Whether what runs finds a `Reference` there, which has to be read at the moment of use."""
        if tensor in self.fed or self.source(tensor) in self.fed:
            return False
        return self.source(tensor).dtype.is_ref_dtype

    def _learn(self, op: Operation, state: SessionState) -> None:
        declared = op.op_type
        if declared.holds is not None:
            self._set(op.outputs[0], declared.holds(op, state))
            return
        if declared.flow:
            self._learn_of_flow(op)
            return
        if declared.stateful or not op.outputs:
            return
        inputs = [self.known(t) for t in op.inputs]
        if declared.passes is not None and declared.passes(op, inputs) and self._may_pass(op):
            self._source[op.outputs[0]] = self.source(op.inputs[0])
            self._sizes[op.outputs[0]] = inputs[0].sizes
        elif not self._fold(op, inputs, state):
            self._infer_sizes(op, inputs)

    def _learn_of_flow(self, op: Operation) -> None:
        """Values go on unchanged, whether and when they do; but what a Merge gives is told by the run."""
        if op.op_type.flow != "merge":
            for tensor in op.outputs:
                if tensor not in self.fed:
                    self._source[tensor] = self.source(op.inputs[0])

    def needs_no_run(self, op: Operation) -> bool:
        """Whether the operation's outputs are known already, or are its input."""
        return bool(op.outputs) and all(t in self.values or t in self._source or t in self.fed for t in op.outputs)

    def _may_pass(self, op: Operation) -> bool:
        """Only an identity passes a reference on, to be read later; what reshapes or sums has to read it now."""
        return op.op_type.elementwise or not self.is_reference(op.inputs[0])

    def _fold(self, op: Operation, inputs: Sequence[Known], state: SessionState) -> bool:
        """Computes the outputs now, if what is known suffices."""
        if op.op_type.from_sizes is not None:
            value = op.op_type.from_sizes(inputs[0].sizes)
            return value is not None and self._set_values(op, (value,))
        if not op.inputs or any(known.value is None for known in inputs):
            return False
        try:
            with np.errstate(all="ignore"):
                result = op.op_type.kernel_for(op, state)(*[known.value for known in inputs])
        except Exception:
            return False  # it is for the run to fail
        return self._set_values(op, result if op.op_type.gives_tuple else (result,))

    def _set_values(self, op: Operation, values: Sequence[Any]) -> bool:
        if any(np.size(value) > _MAX_FOLDED for value in values):
            return False
        for tensor, value in zip(op.outputs, values):
            self._set(tensor, value)
            self._sizes[tensor] = np.shape(value)
        return True

    def _set(self, tensor: Tensor, value: Any) -> None:
        # A fed tensor's operation may be here all the same, because something has to wait for it.
        if tensor not in self.fed:
            self.values[tensor] = value

    def _infer_sizes(self, op: Operation, inputs: Sequence[Known]) -> None:
        """Sizes that static shapes could not know, because they did not know what has been computed here."""
        sizes = [known.sizes for known in inputs]
        if op.op_type.elementwise and common_shapes.fit_together(sizes):
            known = [size for size in sizes if size is not None]
            widest = max(known, key=len)
            merged = list(widest)
            for size in known:
                for axis in range(1, len(size) + 1):
                    if size[-axis] != 1:
                        merged[-axis] = size[-axis]
            self._sizes[op.outputs[0]] = tuple(merged)
        elif op.type == "Reshape" and op.inputs[1] not in self.fed and op.inputs[1].op.type == "Shape":
            self._sizes[op.outputs[0]] = self.sizes(op.inputs[1].op.inputs[0])
