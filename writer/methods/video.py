"""Moving pictures."""

from __future__ import annotations

import functools
import math
from typing import Any

from writer.methods.kinds import KindMethods

_ENCODINGS = ("png", "gif")


class VideoMethods(KindMethods):
    """Logs videos."""

    def add_video(
        self,
        tag: str,
        vid_tensor: Any,
        global_step: Any = None,
        fps: float = 4,
        walltime: float | None = None,
        dataformats: str = "NTCHW",
        *,
        encoding: str = "png",
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a video, as a picture that moves. Several play side by side.

        Args:
            tag: name of the series.
            vid_tensor: pixels as for `add_image`, with an axis T of frames and an axis N of videos, which may be
                missing.
            fps: frames a second.
            dataformats: what each axis is, one letter each.
            encoding: "png" for an animated PNG, in all colours and with nothing lost; "gif" for an animated GIF,
                of 256 colours and mostly smaller, which needs Pillow (``graphboard[media]``).
            new_style: False stores the ``image`` field of writers before TensorFlow 2 in place of a tensor. It has
                no place for ``display_name`` and ``description``.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: it is no array of numbers.
            ValueError: as `add_image`, or ``fps`` is not positive, or the encoding is another.
            ImportError: the encoding is "gif", and Pillow is not installed.
        """
        from writer.summary import images, png
        from writer.summary.gif import animate as animate_gif
        from writer.summary.pixels import grid, to_frames

        told = f"add_video: tag {tag!r}"
        tell = functools.partial(self._tell_once, "add_video", tag)
        videos = to_frames(tag, vid_tensor, dataformats, "add_video", tell)
        if isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 0 < fps < math.inf:
            raise ValueError(f"{told} wants a positive number of frames a second, but got fps={fps!r}")
        if encoding not in _ENCODINGS:
            raise ValueError(f"{told} wants encoding 'png' or 'gif', but got {encoding!r}")
        columns = math.ceil(math.sqrt(len(videos)))
        frames = [grid(videos[:, number], columns) for number in range(videos.shape[1])]
        encoded = (png.animate if encoding == "png" else animate_gif)(frames, 1 / fps)
        height, width, channels = frames[0].shape
        if new_style:
            summary = images.images(tag, [encoded], width, height, display_name=display_name, description=description)
        else:
            summary = images.legacy_image(tag, encoded, width, height, channels)
        self._log_summary(summary, global_step, walltime)
