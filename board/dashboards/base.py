"""What a dashboard is: a tab of the page, and the plugins whose series it shows."""

from __future__ import annotations

from dataclasses import dataclass

from board.store import Store


@dataclass(frozen=True)
class Dashboard:
    """One tab. The catalogue, TensorBoard's list of plugins and the page's addresses are read off it."""

    id: str  # of the address, "#events", and of the module in static/js/dashboards
    title: str
    plugins: tuple[str, ...]  # names on disk; the first one is what TensorBoard calls the dashboard
    aliases: tuple[str, ...] = ()  # other ids that lead here

    def is_active(self, store: Store) -> bool:
        """Whether there is anything to show."""
        present = store.plugins()
        return any(plugin in present for plugin in self.plugins)
