"""A graph with its collections in, a MetaGraphDef message out, and back: what a program needs to go on elsewhere.

A collection is a list of anything. What kinds of things travel, and as what, is told by the first of them: bytes,
texts, integers and floats as they are, tensors and operations by name. Others need functions to make messages of
them, which are registered next to the type (`register_proto_function`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from google.protobuf import text_format as protobuf_text

from graphcore.checkpoint.writing import write_whole
from graphcore.graph import Graph, GraphKeys
from graphcore.graph_def import text_format
from graphcore.graph_import import import_graph_def
from graphcore.op_type import OP_TYPES, OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops.variables import Variable
from graphcore.scopes import get_default_graph
from graphcore.train.queue_runner import QueueRunner
from writer.format.messages import MetaGraphDef, QueueRunnerDef, SaverDef, VariableDef

if TYPE_CHECKING:
    from graphcore.train.saver import Saver

_log = logging.getLogger(__name__)


class _ProtoFunctions(NamedTuple):
    message: Any
    to_proto: Callable[[Any], Any]
    from_proto: Callable[[Any], Any]


_registered: dict[str, _ProtoFunctions] = {}


def register_proto_function(
    collection_name: str, proto_type: Any, to_proto: Callable[[Any], Any], from_proto: Callable[[Any], Any]
) -> None:
    """Says how the items of a collection become messages, and are made again from them.

    Args:
        proto_type: class of the messages.
        to_proto: given an item, its message.
        from_proto: given a message, the item, in the default graph.
    """
    _registered[collection_name] = _ProtoFunctions(proto_type, to_proto, from_proto)


for _name in (
    GraphKeys.VARIABLES,
    GraphKeys.TRAINABLE_VARIABLES,
    GraphKeys.LOCAL_VARIABLES,
    GraphKeys.MOVING_AVERAGE_VARIABLES,
    GraphKeys.GLOBAL_STEP,
):
    register_proto_function(_name, VariableDef, Variable.to_proto, Variable.from_proto)
register_proto_function(GraphKeys.QUEUE_RUNNERS, QueueRunnerDef, QueueRunner.to_proto, QueueRunner.from_proto)


def _saver(saver_def: Any) -> Saver:
    from graphcore.train.saver import Saver

    return Saver(saver_def=saver_def)


register_proto_function(GraphKeys.SAVERS, SaverDef, lambda saver: saver.to_proto(), _saver)


def export_meta_graph(
    filename: str | PathLike[str] | None = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Sequence[str] | None = None,
    as_text: bool = False,
) -> Any:
    """The default graph and its collections as a MetaGraphDef.

    Args:
        filename: writes the message there as well.
        meta_info_def: a MetaInfoDef to put in, such as one with tags.
        graph_def: the GraphDef, if it is at hand.
        saver_def: how to save and restore; see `graphcore.train.Saver`.
        collection_list: the names of the collections to take; all if not given. Those whose items are nothing that
            can travel are left out, with a warning.
        as_text: writes the protocol buffer text format.

    Raises:
        OSError: the file cannot be written.
    """
    graph = get_default_graph()
    meta_graph = MetaGraphDef()
    if meta_info_def is not None:
        meta_graph.meta_info_def.MergeFromString(meta_info_def.SerializeToString())
    if graph_def is None:
        graph_def = graph.as_graph_def(add_shapes=True)
    meta_graph.graph_def.MergeFromString(graph_def.SerializeToString())
    types = {node.op for node in meta_graph.graph_def.node}
    if not meta_graph.meta_info_def.HasField("stripped_op_list"):
        for name in sorted(types & set(OP_TYPES)):
            _add_op_def(meta_graph.meta_info_def.stripped_op_list, OP_TYPES[name])
    if saver_def is not None:
        meta_graph.saver_def.MergeFromString(saver_def.SerializeToString())
    for name in graph.get_all_collection_keys() if collection_list is None else collection_list:
        _add_collection(meta_graph, graph, name)
    if filename is not None:
        text = text_format(meta_graph).encode() if as_text else None
        # Whole or not at all, as the checkpoint beside it, which would be of little use to others without its graph.
        write_whole(fspath(filename), [text or meta_graph.SerializeToString(deterministic=True)])
    return meta_graph


def _add_op_def(ops: Any, declared: OpType) -> None:
    """What a reader needs of an op type to tell which attrs it may pass over: their names and defaults."""
    from graphcore.graph_def import attr_to_proto

    op_def = ops.op.add(name=declared.name)
    for attr in declared.signature.attrs.values():
        attr_def = op_def.attr.add(name=attr.name, type=attr.kind)
        if attr.has_default:
            attr_def.default_value.CopyFrom(attr_to_proto(attr.default))


def _add_collection(meta_graph: Any, graph: Graph, name: Any) -> None:
    items = graph.get_collection(name)
    if not isinstance(name, str) or not items:
        return
    collection = meta_graph.collection_def[name]
    try:
        if name in _registered:
            collection.bytes_list.value.extend(_registered[name].to_proto(i).SerializeToString() for i in items)
        elif isinstance(items[0], (bytes, str)):
            collection.bytes_list.value.extend(i.encode() if isinstance(i, str) else i for i in items)
        elif isinstance(items[0], int):
            collection.int64_list.value.extend(items)
        elif isinstance(items[0], float):
            collection.float_list.value.extend(items)
        else:
            collection.node_list.value.extend(_element(item).name for item in items)
    except (TypeError, AttributeError, ValueError) as error:
        del meta_graph.collection_def[name]
        _log.warning("Collection '%s' is not exported: its items cannot be written: %s", name, error)


def _element(item: Any) -> Tensor | Operation:
    if not isinstance(item, (Tensor, Operation)):
        raise TypeError(f"{item!r} is no tensor, operation, number or text")
    return item


def read_meta_graph_file(filename: str | PathLike[str]) -> Any:
    """The MetaGraphDef in a file, binary or text.

    Raises:
        OSError: there is no such file. ValueError: it holds something else.
    """
    data = Path(fspath(filename)).read_bytes()
    try:
        return MetaGraphDef.FromString(data)
    except Exception:  # of protobuf's own kinds, which differ between its versions
        try:
            return protobuf_text.Parse(data.decode(), MetaGraphDef())
        except (UnicodeDecodeError, protobuf_text.ParseError) as error:
            raise ValueError(f"Cannot parse file {filename}: it is no MetaGraphDef. {error}") from None


def import_meta_graph(meta_graph_or_file: Any) -> Saver | None:
    """Adds the graph and the collections of a MetaGraphDef to the default graph.

    What was in the collections, variables above all, is there again, and goes on with the names it had.

    Args:
        meta_graph_or_file: the message, of this library or TensorFlow's, or the name of a file with it.

    Returns: the saver that was exported with the graph, to restore its variables; None if there was none.

    Raises:
        OSError: there is no such file. ValueError: it is no MetaGraphDef, or its graph cannot be imported.
    """
    if isinstance(meta_graph_or_file, (str, PathLike)):
        meta_graph = read_meta_graph_file(meta_graph_or_file)
    else:
        meta_graph = MetaGraphDef.FromString(meta_graph_or_file.SerializeToString())
    import_graph_def(meta_graph.graph_def, name="", producer_op_list=meta_graph.meta_info_def.stripped_op_list)
    graph = get_default_graph()
    for name in sorted(meta_graph.collection_def):
        for item in _items(graph, name, meta_graph.collection_def[name]):
            graph.add_to_collection(name, item)
    return _saver(meta_graph.saver_def) if meta_graph.HasField("saver_def") else None


def _items(graph: Graph, name: str, collection: Any) -> list[Any]:
    kind = collection.WhichOneof("kind")
    if kind is None:
        return []
    values = list(getattr(collection, kind).value)
    if name in _registered and kind == "bytes_list":
        functions = _registered[name]
        return [functions.from_proto(functions.message.FromString(value)) for value in values]
    return [graph.as_graph_element(value) for value in values] if kind == "node_list" else values
