"""Events: a line chart for each tag, all runs overlaid."""

from __future__ import annotations

from board.dashboards.base import Dashboard
from writer.format import plugins

DASHBOARD = Dashboard(id="events", title="Events", plugins=(plugins.SCALARS,), aliases=("scalars",))
