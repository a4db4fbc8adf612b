"""Meshes and point clouds."""

from __future__ import annotations

import json
from typing import Any

from writer.methods.kinds import KindMethods


class MeshMethods(KindMethods):
    """Logs meshes and point clouds."""

    def add_mesh(
        self,
        tag: str,
        vertices: Any,
        colors: Any = None,
        faces: Any = None,
        config_dict: dict[str, Any] | None = None,
        global_step: Any = None,
        walltime: float | None = None,
        *,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a mesh, or without ``faces`` a point cloud.

        Args:
            tag: name of the series. Each part is stored under it with "_VERTEX", "_COLOR" or "_FACE" behind.
            vertices: coordinates, [batch, n, 3], or [n, 3] of one mesh.
            colors: red, green and blue of each vertex, numbers from 0 to 255, in the shape of ``vertices``.
            faces: the three vertices of each triangle, by number, [batch, m, 3] or [m, 3].
            config_dict: camera, lights and material, as three.js calls them.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: something is no array of numbers, or ``config_dict`` is not made for JSON.
            ValueError: a shape is another, colours are not from 0 to 255, or faces name vertices that are not
                there. The error names the tag.
        """
        import numpy as np

        from writer.summary.meshes import mesh

        told = f"add_mesh: tag {tag!r}"
        points = _triples(tag, "vertices", vertices).astype(np.float32)
        parts = {"VERTEX": points}
        if faces is not None:
            corners = _triples(tag, "faces", faces)
            if len(corners) != len(points):
                raise ValueError(f"{told} wants faces for {len(points)} meshes, but got {len(corners)}")
            if corners.size and not ((corners >= 0) & (corners < points.shape[1]) & (corners == corners.round())).all():
                raise ValueError(f"{told} wants faces of vertices 0 to {points.shape[1] - 1}, but some are not")
            parts["FACE"] = corners.astype(np.int32)
        if colors is not None:
            shades = _triples(tag, "colors", colors)
            if shades.shape != points.shape:
                raise ValueError(
                    f"{told} wants a colour for each vertex, but got shapes {list(shades.shape)} "
                    f"and {list(points.shape)}"
                )
            if shades.size and not ((shades >= 0) & (shades <= 255)).all():
                raise ValueError(f"{told} wants colors from 0 to 255, but got {shades.min():.6g} to {shades.max():.6g}")
            parts["COLOR"] = np.rint(shades).astype(np.uint8)
        try:
            config = json.dumps(config_dict or {}, sort_keys=True)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{told} wants a config_dict made for JSON: {error}") from None
        summary = mesh(tag, parts, config, display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)


def _triples(tag: str, name: str, value: Any) -> Any:
    from writer.summary.arrays import as_array

    array = as_array(tag, value, "add_mesh", f"{name} [batch, n, 3]")
    shaped = array[None] if array.ndim == 2 else array
    if shaped.ndim != 3 or shaped.shape[2] != 3:
        raise ValueError(f"add_mesh: tag {tag!r} wants {name} [batch, n, 3], but got shape {list(array.shape)}")
    return shaped
