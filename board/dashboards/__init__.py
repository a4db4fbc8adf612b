"""The tabs of the page, in their order. A new kind of data gets its page by a line here and a module beside it."""

from __future__ import annotations

from board.dashboards import graphs, runs, scalars
from board.dashboards.base import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (scalars.DASHBOARD, runs.DASHBOARD, graphs.DASHBOARD)

__all__ = ["DASHBOARDS", "Dashboard"]
