"""A store in, the table of contents of its log directory out."""

from __future__ import annotations

from typing import Any

from board.query.logged_graph import PROFILE_PLUGINS
from board.query.natural_order import natural_key
from board.store import META_GRAPH_TAG, Run, SeriesInfo, Store
from writer.format import plugins

# What a graph of each plugin is to the reader; others of a dashboard's plugins hold no graph.
_GRAPH_KINDS = {
    plugins.GRAPHS: "graph",
    plugins.GRAPH_RUN_METADATA: "function",
    plugins.GRAPH_RUN_METADATA_GRAPH: "function",
    plugins.GRAPH_KERAS_MODEL: "keras",
    plugins.GRAPH_TAGGED_RUN_METADATA: "profile",
}


def ordered_runs(store: Store) -> list[Run]:
    """All runs in the natural order of their names."""
    return sorted(store.runs(), key=lambda run: natural_key(run.name))


def scalar_tags(series: list[SeriesInfo], index: dict[str, int]) -> list[dict[str, Any]]:
    """One entry a tag, in natural order, with the indices of the runs that have it.

    The first run's words for a tag stand for all.
    """
    by_tag: dict[str, list[SeriesInfo]] = {}
    for info in series:
        if info.metadata.plugin == plugins.SCALARS and info.run in index:
            by_tag.setdefault(info.tag, []).append(info)
    tags = []
    for tag in sorted(by_tag, key=natural_key):
        found = sorted(by_tag[tag], key=lambda info: index[info.run])
        tags.append(
            {
                "tag": tag,
                "display_name": next((info.metadata.display_name for info in found if info.metadata.display_name), tag),
                "description": next((info.metadata.description for info in found if info.metadata.description), ""),
                "runs": [index[info.run] for info in found],
            }
        )
    return tags


def graphs(series: list[SeriesInfo], index: dict[str, int]) -> list[dict[str, Any]]:
    """What can be drawn as a graph: a run's own graph (tag None), traced functions, profiles."""
    found = {}
    for info in series:
        kind = _GRAPH_KINDS.get(info.metadata.plugin)
        if kind is not None and info.run in index:
            # A MetaGraphDef holds the run's graph too: one entry, whichever of the two was logged.
            of_run = info.tag in (plugins.RUN_GRAPH_TAG, META_GRAPH_TAG)
            found[index[info.run], "" if of_run else info.tag] = kind, info.metadata.plugin in PROFILE_PLUGINS
    return [
        {"run": run, "tag": tag or None, "kind": kind, "profile": profile}
        for (run, tag), (kind, profile) in sorted(found.items(), key=lambda item: (item[0][0], natural_key(item[0][1])))
    ]
