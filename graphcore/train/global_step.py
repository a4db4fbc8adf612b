"""The variable that counts steps: made, found, and read in a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphcore.dtypes import int64
from graphcore.graph import Graph, GraphKeys
from graphcore.ops import array
from graphcore.ops.variables import Variable
from graphcore.scopes import get_default_graph, name_scope

if TYPE_CHECKING:
    from graphcore.session import Session


def global_step(sess: Session, global_step_tensor: Any) -> int:
    """The number of steps that have been taken in a session.

    Args:
        global_step_tensor: the variable that `Optimizer.minimize` counts up, or a tensor; a whole number.

    Raises:
        TypeError: it has another type.
    """
    return int(sess.run(_checked(global_step_tensor)))


def get_global_step(graph: Graph | None = None) -> Any:
    """The variable that counts the steps of a graph; None if there is none. As in TensorFlow 1.x.

    It is the one in the collection ``GLOBAL_STEP``, or else the variable, or the tensor, called ``global_step:0``.

    Raises:
        ValueError: there are several in the collection. TypeError: it is no whole number.
    """
    graph = get_default_graph() if graph is None else graph
    filed = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(filed) > 1:
        raise ValueError(f"There are {len(filed)} global steps in the graph: {[step.name for step in filed]}")
    variables = graph.get_collection(GraphKeys.VARIABLES)
    filed = filed or [variable for variable in variables if variable.name == "global_step:0"]
    if filed:
        return _checked(filed[0])
    try:
        return _checked(graph.get_tensor_by_name("global_step:0"))
    except KeyError:
        return None


def create_global_step(graph: Graph | None = None) -> Variable:
    """A variable ``global_step`` that begins with 0, int64, for `get_global_step` to find. As in TensorFlow 1.x.

    Raises:
        ValueError: there is one.
    """
    graph = get_default_graph() if graph is None else graph
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), name_scope(None):
        return Variable(
            array.zeros([], dtype=int64),
            trainable=False,
            collections=[GraphKeys.VARIABLES, GraphKeys.GLOBAL_STEP],
            name="global_step",
        )


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The variable that counts the steps of a graph, made if there is none. As in TensorFlow 1.x."""
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def _checked(step: Any) -> Any:
    """TypeError unless it is a variable or tensor of a whole number."""
    dtype = getattr(step, "dtype", None)
    if dtype is None or not dtype.base_dtype.is_integer or not step.get_shape().is_compatible_with([]):
        raise TypeError(f"global_step_tensor must be a variable of a whole number, not {step!r}")
    return step
