"""Plots, as plotting libraries make them."""

from __future__ import annotations

from typing import Any

from writer.methods.kinds import KindMethods


class FigureMethods(KindMethods):
    """Logs figures."""

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: Any = None,
        close: bool = True,
        walltime: float | None = None,
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a figure of matplotlib as a picture, or one of plotly as what it is, so that it stays interactive.

        Args:
            tag: name of the series.
            figure: a figure; or a list of figures of matplotlib, which become a grid.
            close: figures of matplotlib are closed, for pyplot keeps those that are not. Whether logging succeeds
                or fails.
            new_style: False stores the ``image`` field of writers before TensorFlow 2 in place of a tensor. It has
                no place for ``display_name`` and ``description``, and none for plotly's figures.
            display_name: shown in place of the tag.
            description: Markdown.

        Plotly's figures are stored as their JSON, a tensor of one string of the plugin "plotly". TensorBoard does
        not show it.

        Raises:
            TypeError: it is no such figure, nor a list of matplotlib's.
            ValueError: the tag or the list is empty, or a figure of plotly is to be stored with ``new_style=False``.
        """
        from writer.summary import figures, images
        from writer.summary.pixels import grid
        from writer.summary.tags import checked_tag

        checked_tag(tag, "add_figure")
        if figures.is_plotly(figure):
            if not new_style:
                raise ValueError(f"add_figure: tag {tag!r}: new_style=False has no place for a figure of plotly")
            summary = figures.plotly_figure(tag, figure.to_json(), display_name=display_name, description=description)
            self._log_summary(summary, global_step, walltime)
            return
        several = list(figure) if isinstance(figure, (list, tuple)) else [figure]
        if not several:
            raise ValueError(f"add_figure: tag {tag!r} wants at least one figure, but got an empty list")
        try:
            picture = grid(figures.padded([figures.draw(one) for one in several]))
        except TypeError as error:
            raise TypeError(f"add_figure: tag {tag!r} {error}") from None
        finally:
            if close:
                for one in several:
                    if hasattr(one, "canvas"):
                        figures.close(one)
        summary = images.pixels(tag, [picture], new_style=new_style, display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)
