"""A run and a tag in, the graph or the profile that was logged there last out."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError

from board.query.graph_source import Encoding
from board.store import META_GRAPH_TAG, BlobReference, Store
from writer.format import plugins
from writer.format.messages import AttrValue, RunMetadata

FUNCTION_PLUGINS = frozenset({plugins.GRAPH_RUN_METADATA, plugins.GRAPH_RUN_METADATA_GRAPH})
_ENCODINGS = {**dict.fromkeys(FUNCTION_PLUGINS, Encoding.RUN_METADATA), plugins.GRAPH_KERAS_MODEL: Encoding.KERAS}
PROFILE_PLUGINS = frozenset({plugins.GRAPH_RUN_METADATA, plugins.GRAPH_TAGGED_RUN_METADATA})


def locate(store: Store, run: str, tag: str | None) -> tuple[BlobReference, Encoding]:
    """Where a graph lies, and what its bytes are.

    Args:
        tag: of a traced function or a Keras model; None for the run's own graph, which is that of its MetaGraphDef if
            it has no GraphDef.

    Raises:
        LookupError: there is no such graph.
    """
    if tag is not None:
        metadata = store.metadata(run, tag)
        if metadata is None or metadata.plugin not in _ENCODINGS:
            raise LookupError(f"no graph under run={run!r}, tag={tag!r}")
        return store.blobs(run, tag)[-1], _ENCODINGS[metadata.plugin]
    for kept_under, encoding in (
        (plugins.RUN_GRAPH_TAG, Encoding.GRAPH_DEF),
        (META_GRAPH_TAG, Encoding.META_GRAPH_DEF),
    ):
        references = store.blobs(run, kept_under)
        if references:
            return references[-1], encoding
    raise LookupError(f"no graph under run={run!r}")


def content(store: Store, reference: BlobReference) -> bytes:
    """The serialised message that a reference to a graph or a profile points at; the first, if there are several.

    Raises:
        LookupError: it is gone, damaged, or no message.
    """
    where = f"{reference.source.name}, byte {reference.offset}"
    try:
        values = store.read(reference).ravel()
    except ValueError as error:
        raise LookupError(f"{where}: {error}") from error
    data = values[0] if len(values) else b""
    if not isinstance(data, bytes):
        raise LookupError(f"{where}: the value is no serialised message")
    return data


def locate_profile(store: Store, run: str, tag: str) -> BlobReference:
    """Where the RunMetadata lie that were logged last under a tag.

    Raises:
        LookupError: there are none.
    """
    metadata = store.metadata(run, tag)
    if metadata is None or metadata.plugin not in PROFILE_PLUGINS:
        raise LookupError(f"no run metadata under run={run!r}, tag={tag!r}")
    return store.blobs(run, tag)[-1]


def profile(store: Store, run: str, tag: str) -> Any:
    """The RunMetadata that were logged last under a tag.

    Raises:
        LookupError: there are none.
        ValueError: they are damaged.
    """
    data = content(store, locate_profile(store, run, tag))
    try:
        return RunMetadata.FromString(data)
    except DecodeError as error:
        raise ValueError(f"the run metadata under run={run!r}, tag={tag!r} are damaged") from error


def info(store: Store) -> dict[str, Any]:
    """What there is of graphs and profiles, by run and tag, in the shape of TensorBoard's ``graphs/info``."""
    found: dict[str, Any] = {}
    graph_plugins = {plugins.GRAPHS, plugins.GRAPH_KERAS_MODEL} | FUNCTION_PLUGINS | PROFILE_PLUGINS
    for series in store.series(graph_plugins):
        of_run = found.setdefault(series.run, {"run": series.run, "tags": {}, "run_graph": False})
        plugin = series.metadata.plugin
        if plugin == plugins.GRAPHS:
            of_run["run_graph"] = True
        else:
            of_run["tags"][series.tag] = {
                "tag": series.tag,
                "conceptual_graph": plugin == plugins.GRAPH_KERAS_MODEL,
                "op_graph": plugin in FUNCTION_PLUGINS,
                "profile": plugin in PROFILE_PLUGINS,
            }
    return found


def drop_large_attributes(graph: Any, limit: int, key: str | None) -> None:
    """Takes attributes of more than ``limit`` bytes out of a GraphDef, in place.

    Their names are left in the list attribute ``key`` of their node, if that is given.
    """
    for node in graph.node:
        large = [name for name, value in node.attr.items() if value.ByteSize() > limit]
        for name in large:
            del node.attr[name]
        if large and key is not None:
            node.attr[key].CopyFrom(AttrValue(list=AttrValue.ListValue(s=[name.encode() for name in sorted(large)])))
