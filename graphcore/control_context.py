"""Operations made inside a branch or a loop: tensors from outside in, what the operations take instead out.

An operation of a branch may run only if the branch is taken, and one of a loop must run in each turn. So a tensor from
outside comes in by a Switch on the condition of the branch, or by an Enter into the frame of the loop; and what
takes nothing from outside waits for the pivot, an operation that runs when the branch is taken or the turn begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphcore.operation import Operation, Tensor

if TYPE_CHECKING:
    from graphcore.graph import Graph


def context_of(tensor: Tensor) -> Context | None:
    """The branch or loop in which ``tensor`` has its value: for what leaves a loop, the one around it."""
    context = tensor.op.context
    return context.outer if context is not None and tensor.op.op_type.flow == "exit" else context


def loop_of(context: Context | None) -> LoopContext | None:
    """The innermost loop that ``context`` is, or is in."""
    while context is not None and not isinstance(context, LoopContext):
        context = context.outer
    return context


class Context:
    """A branch or a loop that is being made, or has been."""

    def __init__(self, graph: Graph, outer: Context | None) -> None:
        self.graph = graph
        self.outer = outer
        self._admitted: dict[Tensor, Tensor] = {}

    @property
    def pivot(self) -> Operation | None:
        """What runs whenever operations of the context are to run."""
        raise NotImplementedError

    def contains(self, tensor: Tensor) -> bool:
        """Whether ``tensor`` has its value in the context, or in one inside of it."""
        context = context_of(tensor)
        while context is not None and context is not self:
            context = context.outer
        return context is self

    def admit(self, tensor: Tensor) -> Tensor:
        """What operations of the context take for ``tensor``."""
        if self.contains(tensor):
            return tensor
        if tensor not in self._admitted:
            self._admitted[tensor] = self._brought_in(tensor)
        return self._admitted[tensor]

    def _brought_in(self, tensor: Tensor) -> Tensor:
        raise NotImplementedError

    def _from_outside(self, tensor: Tensor) -> Tensor:
        return tensor if self.outer is None else self.outer.admit(tensor)

    def admit_all(self, inputs: Sequence[Tensor]) -> tuple[list[Tensor], list[Operation]]:
        """What a new operation takes for its inputs, and what it has to wait for besides."""
        admitted = [self.admit(tensor) for tensor in inputs]
        waits = self.pivot is not None and all(self._says_nothing(tensor) for tensor in admitted)
        return admitted, [self.pivot] if waits and self.pivot is not None else []

    def _says_nothing(self, tensor: Tensor) -> bool:
        """Whether having ``tensor`` does not tell that operations of the context are to run."""
        return False


class BranchContext(Context):
    """One of the two branches of a `cond`.

    Args:
        pred: the condition.
        pivot: a tensor that has a value when the branch is taken.
        branch: 0 for the one that is taken when ``pred`` is false, 1 for the other.
    """

    def __init__(self, graph: Graph, outer: Context | None, pred: Tensor, pivot: Tensor, branch: int) -> None:
        super().__init__(graph, outer)
        self.pred = pred
        self.branch = branch
        self.pivot_tensor = pivot

    @property
    def pivot(self) -> Operation:
        return self.pivot_tensor.op

    def contains(self, tensor: Tensor) -> bool:
        return tensor is self.pivot_tensor or super().contains(tensor)

    def _brought_in(self, tensor: Tensor) -> Tensor:
        from graphcore.ops.flow import switch

        with self.graph.in_context(self.outer):
            sides = switch(self._from_outside(tensor), self.pred)
        sides[0].op.set_context(self)
        return sides[self.branch]


class LoopContext(Context):
    """The condition and the body of a `while_loop`.

    Args:
        frame: the name of the frame, unique in the graph.
        parallel_iterations: kept in the graph, for TensorFlow.
        back_prop: whether gradients flow through the loop.
        swap_memory: kept in the graph likewise.
    """

    def __init__(
        self,
        graph: Graph,
        outer: Context | None,
        frame: str,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
    ) -> None:
        super().__init__(graph, outer)
        self.frame = frame
        self.parallel_iterations = parallel_iterations
        self.back_prop = back_prop
        self.swap_memory = swap_memory
        self._pivot: Operation | None = None
        # One of each for each loop variable, in order; see `graphcore.ops.loops`.
        self.enters: list[Tensor] = []
        self.switches: list[list[Tensor]] = []
        self.bodies: list[Tensor] = []
        self.results: list[Tensor] = []
        self.exits: list[Tensor] = []
        self.condition: Tensor | None = None
        self.counter: Any = None
        """What counts the turns, if gradients need that; see `graphcore.loop_gradients`."""
        self.invariants: dict[Tensor, Tensor] = {}
        """Tensors that are the same in all turns, as they are inside -> as they are outside."""

    @property
    def pivot(self) -> Operation | None:
        return self._pivot

    def set_pivot(self, op: Operation) -> None:
        """Says what runs in each turn: before the condition is known, and from then on."""
        self._pivot = op

    def _brought_in(self, tensor: Tensor) -> Tensor:
        from graphcore.ops.flow import enter

        with self.graph.in_context(self.outer):
            inside = enter(
                self._from_outside(tensor), self.frame, is_constant=True, parallel_iterations=self.parallel_iterations
            )
        inside.op.set_context(self)
        self.invariants[inside] = tensor
        return inside

    def _says_nothing(self, tensor: Tensor) -> bool:
        return tensor in self.invariants
