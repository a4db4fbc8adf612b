"""Runs: a table of all of them, with hyperparameters and metrics."""

from __future__ import annotations

from board.dashboards.base import Dashboard
from writer.format import plugins

# TensorBoard's table of runs is its dashboard of hyperparameters. This one has something to show without any, too.
DASHBOARD = Dashboard(id="runs", title="Runs", plugins=(plugins.HPARAMS, plugins.SCALARS), aliases=("hparams",))
