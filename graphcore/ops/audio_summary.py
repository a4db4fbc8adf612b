"""A tag and a batch of sounds in, a serialised Summary with some of them as WAV out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.graph import GraphKeys
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops.summary import collect, numbered, scalar_tag
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape


def _shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].get_shape().assert_has_rank(0)
    op.inputs[1].get_shape().with_rank_at_least(2).with_rank_at_most(3)
    return [TensorShape([])]


def _kernel(tag: Any, tensor: Any, *, sample_rate: float, max_outputs: int) -> bytes:
    from writer.format.messages import Summary
    from writer.summary.audio import legacy_audio, to_wav

    name, clips = scalar_tag(tag), np.asarray(tensor)
    if clips.ndim not in (2, 3):
        raise InvalidArgumentError(
            None, None, f"Tensor must be 3-D or 2-D, got: {brackets(clips.shape)} (tag '{name}')"
        )
    summary = Summary()
    for i, clip in enumerate(clips.reshape(*clips.shape[:2], -1)[:max_outputs]):
        samples = _as_samples(clip)
        wav = to_wav(samples, int(sample_rate))
        frames, channels = samples.shape
        summary.MergeFromString(
            legacy_audio(numbered(f"{name}/audio", i, max_outputs), wav, sample_rate, channels, frames)
        )
    return bytes(summary.SerializeToString())


def _as_samples(clip: np.ndarray) -> np.ndarray:
    """Floats from -1 to 1 as int16, halves rounded away from zero; what lies beyond is cut off, NaN is silence."""
    scaled = np.nan_to_num(clip * np.float32(1 << 15), nan=0.0)
    return np.clip(np.trunc(scaled + np.copysign(np.float32(0.5), scaled)), -(1 << 15), (1 << 15) - 1).astype(np.int16)


AudioSummary = OpType(
    "AudioSummary(tag:string, tensor:float32) -> summary:string | sample_rate:float; max_outputs:int>=1=3",
    shape=_shape,
    kernel=_kernel,
    gradient=no_gradient,
)


def audio_summary(
    tag: Any,
    tensor: Any,
    sample_rate: float,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary with sounds. TensorFlow has it since 0.9.

    Args:
        tag: a string; the sounds are called ``tag/audio/0``, ``tag/audio/1``, and so on, or ``tag/audio`` if
            ``max_outputs`` is 1.
        tensor: float32 ``[batch, frames, channels]`` or ``[batch, frames]``, from -1 to 1.
        sample_rate: frames a second.
        max_outputs: how many of the batch to take at most.
        collections: where to file it, instead of with the summaries that `merge_all_summaries` gathers.

    Returns: a string scalar, a serialised Summary, for `SummaryWriter.add_summary`.
    """
    with op_scope([tag, tensor], name, "AudioSummary") as scope:
        summary = AudioSummary(tag, tensor, sample_rate=sample_rate, max_outputs=max_outputs, name=scope)
        return collect(summary, collections, [GraphKeys.SUMMARIES])
