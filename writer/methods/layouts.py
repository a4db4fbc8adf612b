"""Which scalars share a chart on the custom-scalars dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from writer import event
from writer.event_file import EventFileWriter
from writer.methods.base import Methods


class LayoutMethods(Methods):
    """Logs layouts; each call adds charts to those that were asked for before."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._layout: bytes = b""  # a Layout, serialised: a writer can be pickled

    def add_custom_scalars(self, layout: Mapping[str, Mapping[str, Sequence[Any]]] | Any) -> None:
        """Adds charts that show several scalars together. Once a run is enough, at any time.

        Args:
            layout: ``{category: {title: [kind, tags]}}``, or a Layout message. The kind "Multiline" draws every scalar
                whose tag matches one of the regular expressions ``tags``; the kind "Margin" draws a value and a
                band around it, ``tags`` being ``[value, lower, upper]`` or a list of such triples.

        Raises:
            TypeError, ValueError: a part of the layout is wrong; the error says which.
        """
        from writer.format.messages import Layout
        from writer.summary import layouts

        merged = layouts.merge(Layout.FromString(self._layout), layouts.to_layout(layout))
        self._log(event.SUMMARY, layouts.layout_summary(merged), None, None)
        self._layout = bytes(merged.SerializeToString())

    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of all scalars whose tag one of the regular expressions ``tags`` matches."""
        self.add_custom_scalars({category: {title: ["Multiline", tags]}})

    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """Adds a chart of a value and a band around it: ``tags`` are those of value, lower and upper bound."""
        self.add_custom_scalars({category: {title: ["Margin", tags]}})
