"""Sound."""

from __future__ import annotations

import operator
from typing import Any

from writer.methods.kinds import KindMethods

_MAX_CHANNELS = 8
_LOUDEST = 32767  # of int16


class AudioMethods(KindMethods):
    """Logs sound."""

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: Any = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a clip, which is stored as WAV of 16 bits a sample.

        Args:
            tag: name of the series.
            snd_tensor: floats from -1 to 1 or int16, [frames] of one channel, or [channels, frames], or
                [frames, channels]: the shorter axis is that of channels. Or the bytes of a WAV file, which are
                stored as they are.
            sample_rate: frames a second.
            new_style: False stores the ``audio`` field of writers before TensorFlow 2 in place of a tensor. It has
                no place for ``display_name`` and ``description``.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: it is neither floats nor int16 nor bytes, or the rate is no integer.
            ValueError: it is empty, has another shape or more than 8 channels, or holds NaN, or the bytes are no WAV.
                The error names the tag.
        """
        from writer.summary import audio
        from writer.summary.tags import checked_tag

        if isinstance(snd_tensor, (bytes, bytearray, memoryview)):
            checked_tag(tag, "add_audio")
            wav = bytes(snd_tensor)
        else:
            samples = self._samples(tag, snd_tensor)
            wav = audio.to_wav(samples, _checked_rate(tag, sample_rate))
        try:
            rate, channels, frames = audio.describe(wav)
        except ValueError as error:
            raise ValueError(f"add_audio: tag {tag!r}: {error}") from None
        if new_style:
            summary = audio.audio(tag, wav, display_name=display_name, description=description)
        else:
            summary = audio.legacy_audio(tag, wav, rate, channels, frames)
        self._log_summary(summary, global_step, walltime)

    def _samples(self, tag: str, value: Any) -> Any:
        """int16 [frames, channels]"""
        import numpy as np

        from writer.summary.arrays import as_array

        told = f"add_audio: tag {tag!r}"
        array = as_array(tag, value, "add_audio", "floats from -1 to 1 or int16")
        if array.ndim > 2:  # torch takes [1, frames] and [1, 1, frames] alike
            array = array.reshape([size for size in array.shape if size != 1] or [1])
        if array.ndim not in (1, 2) or not array.size:
            raise ValueError(f"{told} wants [frames] or [channels, frames], but got shape {list(array.shape)}")
        frames = array[:, None] if array.ndim == 1 else array.T if array.shape[0] <= array.shape[1] else array
        if frames.shape[1] > _MAX_CHANNELS:
            raise ValueError(f"{told} wants at most {_MAX_CHANNELS} channels, but got shape {list(array.shape)}")
        if frames.dtype == np.int16:
            return frames
        if frames.dtype.kind != "f":
            raise TypeError(f"{told} wants floats from -1 to 1 or int16, but got {frames.dtype}")
        loudest = np.abs(frames).max()
        if np.isnan(loudest):
            raise ValueError(f"{told} wants floats from -1 to 1, but {int(np.isnan(frames).sum())} of them are NaN")
        if loudest > 1:
            self._tell_once(
                "add_audio", tag, f"floats are taken as from -1 to 1, but these reach {loudest:.6g}, and were clipped"
            )
            frames = frames.clip(-1, 1)
        return np.rint(frames.astype(np.float64) * _LOUDEST).astype(np.int16)


def _checked_rate(tag: str, rate: Any) -> int:
    try:
        whole = int(rate) if isinstance(rate, float) and rate.is_integer() else operator.index(rate)
    except TypeError:
        raise TypeError(
            f"add_audio: tag {tag!r} wants an integer sample_rate, but got {rate!r} of type {type(rate).__name__}"
        ) from None
    if not 0 < whole < 1 << 28:
        raise ValueError(f"add_audio: tag {tag!r} wants a positive sample_rate, but got {whole}")
    return whole
