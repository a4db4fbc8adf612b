"""GraphDef messages in, operations of a graph out: what `graphcore.import_graph_def` does."""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.graph import GRAPH_DEF_VERSION
from graphcore.op_inputs import attr_value
from graphcore.op_type import OP_TYPES, OpType
from graphcore.operation import Operation, Tensor
from graphcore.proto_values import attr_from_proto, untyped_attr
from graphcore.scopes import get_default_graph, op_scope
from graphcore.shapes import TensorShape, unknown_shape
from writer.format.messages import GraphDef

# The only edges that may lead back to an earlier node: from one turn of a loop to the next.
_BACK_EDGES = frozenset(("NextIteration", "RefNextIteration"))


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Mapping[str, OpType] | None = None,
    producer_op_list: Any = None,
) -> list[Any] | None:
    """Adds the operations of a GraphDef to the default graph.

    Args:
        graph_def: the message, of this library or TensorFlow's, or its bytes.
        input_map: names of tensors in ``graph_def`` (``"x:0"``, or ``"x"`` for output 0) -> tensors of the default
            graph to use instead of them.
        return_elements: names of tensors (``"y:0"``) and operations (``"y"``) in ``graph_def`` that are wanted.
        name: prefix of the operations' names, ``import`` if not given; ``""`` for none.
        op_dict: the op types to use, by name; all there are if not given.
        producer_op_list: an OpList message of the program that wrote the graph. Attrs that only its op types have are
            passed over where they hold the defaults it gives.

    Returns: the elements wanted, in that order; None without ``return_elements``.

    Raises:
        TypeError: an argument is of none of these types.
        ValueError: the graph needs a newer version, names an op type that there is not, is no graph, lacks what
            ``input_map`` or ``return_elements`` name, or has inputs or attrs that do not fit.
    """
    message = _message(graph_def)
    mapped = {} if input_map is None else input_map
    if not isinstance(mapped, Mapping) or not all(isinstance(key, str) for key in mapped):
        raise TypeError(f"input_map must be a dictionary mapping strings to Tensor objects, not {input_map!r}")
    wanted = () if return_elements is None else return_elements
    if isinstance(wanted, str) or not all(isinstance(item, str) for item in wanted):
        raise TypeError(f"return_elements must be a list of strings, not {return_elements!r}")
    if message.versions.min_consumer > GRAPH_DEF_VERSION:
        raise ValueError(
            f"GraphDef min consumer version {message.versions.min_consumer} above current version {GRAPH_DEF_VERSION}: "
            "what wrote it says that older readers may not read it"
        )
    with op_scope(list(mapped.values()), name, "import"):
        inputs = {_tensor_name(key): convert_to_tensor(value) for key, value in mapped.items()}
        importer = _Import(message, inputs, OP_TYPES if op_dict is None else op_dict, producer_op_list)
        importer.run()
        unused = sorted(set(inputs) - importer.inputs_used)
        if unused:
            raise ValueError(f"Attempted to map inputs that were not found in graph_def: [{', '.join(unused)}]")
        return None if return_elements is None else [importer.element(item) for item in wanted]


def _message(graph_def: Any) -> Any:
    if isinstance(graph_def, bytes):
        return GraphDef.FromString(graph_def)
    if isinstance(graph_def, GraphDef):
        return graph_def
    if getattr(getattr(graph_def, "DESCRIPTOR", None), "name", None) == "GraphDef":
        return GraphDef.FromString(graph_def.SerializeToString())
    raise TypeError(f"graph_def must be a GraphDef proto, not {type(graph_def)}")


def _tensor_name(name: str) -> str:
    return name if ":" in name else f"{name}:0"


class _Import:
    """One GraphDef on its way into the default graph."""

    def __init__(
        self, message: Any, inputs: Mapping[str, Tensor], op_types: Mapping[str, OpType], producer_op_list: Any
    ) -> None:
        self._nodes: dict[str, Any] = {}
        for node in message.node:
            if node.name in self._nodes:
                raise ValueError(f"Duplicate name '{node.name}' in GraphDef")
            self._nodes[node.name] = node
        self._inputs = inputs
        self.inputs_used: set[str] = set()
        self._op_types = op_types
        self._producers = {op.name: op for op in producer_op_list.op} if producer_op_list is not None else {}
        self._made: dict[str, Operation] = {}

    def run(self) -> None:
        """Makes all operations, in the order of the message as far as each comes after what it needs."""
        back_edges: list[tuple[Operation, int, str]] = []
        for node in self._in_order():
            with self._told(node):
                back_edges += self._make(node)
        for op, place, source in back_edges:
            op.update_input(place, self._source(source))
        for name, op in self._made.items():
            with self._told(self._nodes[name]):
                self._rename_groups(op)

    def element(self, name: str) -> Tensor | Operation:
        """The tensor or operation that has this name in the message."""
        op_name, _, index = name.partition(":")
        op = self._made.get(op_name)
        if op is None or (index and not (index.isdecimal() and int(index) < len(op.outputs))):
            raise ValueError(f"return_element {name!r} not found in graph_def.")
        return op.outputs[int(index)] if index else op

    @contextlib.contextmanager
    def _told(self, node: Any) -> Any:
        try:
            yield
        except (ValueError, TypeError) as error:
            raise ValueError(f"graph_def is invalid at node {node.name!r}: {error}") from error

    def _in_order(self) -> list[Any]:
        place = {name: i for i, name in enumerate(self._nodes)}
        needs = {node.name: self._needs(node) for node in self._nodes.values()}
        dependents: dict[str, list[str]] = {name: [] for name in self._nodes}
        for name, needed in needs.items():
            for other in needed:
                dependents[other].append(name)
        waiting = {name: len(needed) for name, needed in needs.items()}
        ready = [place[name] for name, count in waiting.items() if count == 0]
        heapq.heapify(ready)
        names, order = list(self._nodes), []
        while ready:
            name = names[heapq.heappop(ready)]
            order.append(self._nodes[name])
            for dependent in dependents[name]:
                waiting[dependent] -= 1
                if waiting[dependent] == 0:
                    heapq.heappush(ready, place[dependent])
        if len(order) < len(names):
            stuck = next(name for name in names if waiting[name])
            raise ValueError(f"graph_def is invalid at node {stuck!r}: it needs its own result")
        return order

    def _needs(self, node: Any) -> set[str]:
        """The names of the nodes that have to be there first."""
        needed = set()
        for text in node.input:
            source = text.removeprefix("^").partition(":")[0]
            if text[0] != "^" and _tensor_name(text) in self._inputs:
                continue
            if source not in self._nodes:
                kind = "Control input" if text[0] == "^" else "Input tensor"
                raise ValueError(f"graph_def is invalid at node {node.name!r}: {kind} {text!r} not found.")
            if self._nodes[source].op not in _BACK_EDGES or not node.op.endswith("Merge"):
                needed.add(source)
        return needed

    def _make(self, node: Any) -> list[tuple[Operation, int, str]]:
        """Adds the operation of a node; gives the inputs it has yet to get."""
        op_type = self._op_types.get(node.op)
        if op_type is None:
            raise ValueError(f"No op named {node.op} in defined operations.")
        attrs = self._attrs(node, op_type)
        names = [text for text in node.input if text[0] != "^"]
        expected = op_type.signature.input_dtypes(attrs)
        if len(names) != len(expected):
            raise ValueError(f"{len(names)} inputs specified of {len(expected)} inputs in Op {node.op}")
        late = {i for i, text in enumerate(names) if self._is_late(text)}
        first = next((i for i in range(len(names)) if i not in late), None)
        if late and first is None:
            raise ValueError("it needs its own result")
        inputs = [self._source(names[first if i in late else i]) for i in range(len(names))]  # type: ignore[index]
        for arg, tensor in zip(expected, inputs):
            fits = tensor.dtype == arg if arg.is_ref_dtype else arg.is_compatible_with(tensor.dtype.base_dtype)
            if not fits:
                raise ValueError(f"Input types mismatch (expected {arg.name!r} but got {tensor.dtype.name!r})")
        graph = get_default_graph()
        shapes = attrs.pop("_output_shapes", None)
        with graph.device(node.device) if node.device else contextlib.nullcontext():
            op = graph.create_op(op_type, inputs, attrs, node.name)
        self._made[node.name] = op
        for text in node.input:
            if text[0] == "^":
                op.add_control_input(self._made[text[1:]])
        self._set_shapes(op, shapes)
        return [(op, i, names[i]) for i in sorted(late)]

    def _is_late(self, text: str) -> bool:
        source = text.partition(":")[0]
        return _tensor_name(text) not in self._inputs and source not in self._made

    def _source(self, text: str) -> Tensor:
        name = _tensor_name(text)
        if name in self._inputs:
            self.inputs_used.add(name)
            return self._inputs[name]
        op_name, _, index = name.partition(":")
        outputs = self._made[op_name].outputs
        if not index.isdecimal() or int(index) >= len(outputs):
            raise ValueError(f"Input tensor {text!r} not found: {op_name!r} has {len(outputs)} outputs")
        return outputs[int(index)]

    def _attrs(self, node: Any, op_type: OpType) -> dict[str, Any]:
        """The attrs of the signature, defaults filled in, and those that begin with an underscore."""
        signature = op_type.signature.attrs
        values = {}
        for name, attr in signature.items():
            if name not in node.attr and not attr.has_default:
                raise ValueError(f"NodeDef missing attr '{name}' of Op {node.op}")
            given = attr_from_proto(node.attr[name], attr) if name in node.attr else None
            values[name] = attr_value(node.op, attr, given)
        for name in node.attr:
            if name.startswith("_"):
                values[name] = untyped_attr(node.attr[name])
            elif name not in signature and not self._is_default(node, name):
                raise ValueError(f"NodeDef mentions attr '{name}' not in Op {node.op}")
        return values

    def _is_default(self, node: Any, name: str) -> bool:
        producer = self._producers.get(node.op)
        attrs = [] if producer is None else [attr for attr in producer.attr if attr.name == name]
        return any(a.default_value.SerializeToString() == node.attr[name].SerializeToString() for a in attrs)

    def _set_shapes(self, op: Operation, shapes: Sequence[TensorShape] | None) -> None:
        if op.type == "Placeholder" and op.attrs["shape"].ndims == 0:
            # TensorFlow wrote so of every shape that was not known in full.
            op.outputs[0].reset_shape(unknown_shape())
        for tensor, shape in zip(op.outputs, shapes or ()):
            tensor.set_shape(shape)

    def _rename_groups(self, op: Operation) -> None:
        """Lets the operations to be colocated with go by the names they have here."""
        groups = op.attrs.get("_class")
        if groups is None:
            return
        renamed = []
        for group in groups:
            prefix, _, name = group.decode().partition("@")
            if prefix == "loc:" and name not in self._made:
                raise ValueError(f"Specified colocation to an op that does not exist during import: {name}")
            renamed.append(f"loc:@{self._made[name].name}".encode() if prefix == "loc:" else group)
        op.attrs["_class"] = renamed
