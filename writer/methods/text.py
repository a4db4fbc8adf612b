"""Text."""

from __future__ import annotations

from typing import Any

from writer.methods.kinds import KindMethods


class TextMethods(KindMethods):
    """Logs strings."""

    def add_text(
        self,
        tag: str,
        text_string: Any,
        global_step: Any = None,
        walltime: float | None = None,
        *,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs text, which dashboards render as Markdown.

        Args:
            tag: name of the series. It is stored as it is; torch appends "/text_summary".
            text_string: a string; or a list, an array or a list of lists of strings, shown as a table.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: it is no string, nor an array of strings.
            ValueError: the tag is empty, or the rows are of different lengths.
        """
        from writer.summary.text import text

        summary = text(tag, text_string, "add_text", display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)
