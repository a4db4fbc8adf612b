"""Graphs: the operations of a program and what flows between them."""

from __future__ import annotations

from board.dashboards.base import Dashboard
from writer.format import plugins

DASHBOARD = Dashboard(
    id="graphs",
    title="Graphs",
    plugins=(
        plugins.GRAPHS,
        plugins.GRAPH_RUN_METADATA,
        plugins.GRAPH_RUN_METADATA_GRAPH,
        plugins.GRAPH_KERAS_MODEL,
        plugins.GRAPH_TAGGED_RUN_METADATA,
    ),
)
