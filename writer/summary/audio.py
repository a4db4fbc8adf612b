"""Sound to WAV, and WAV and its tag to the bytes of a Summary."""

from __future__ import annotations

import struct

import numpy as np

from writer.format.messages import AudioPluginData, Summary
from writer.format.plugins import AUDIO
from writer.summary.metadata import metadata_of, strings, tensor_summary

_CONTENT = AudioPluginData(encoding=AudioPluginData.Encoding.Value("WAV")).SerializeToString()
_PCM = 1
_SAMPLE_BYTES = 2


def audio(tag: str, wav: bytes, *, display_name: str | None = None, description: str | None = None) -> bytes:
    """A Summary that holds the bytes of a WAV file."""
    return tensor_summary(tag, strings([wav]), metadata_of(tag, AUDIO, _CONTENT, display_name, description))


def legacy_audio(tag: str, wav: bytes, sample_rate: float, channels: int, frames: int) -> bytes:
    """A Summary that holds a WAV file in its ``audio`` field, as writers before TensorFlow 2 made them."""
    summary = Summary()
    clip = summary.value.add(tag=tag).audio
    clip.sample_rate, clip.num_channels, clip.length_frames = sample_rate, channels, frames
    clip.encoded_audio_string, clip.content_type = wav, "audio/wav"
    return bytes(summary.SerializeToString())


def to_wav(samples: np.ndarray, sample_rate: int) -> bytes:
    """A WAV file of 16 bits a sample.

    Args:
        samples: int16 [frames, channels].
        sample_rate: frames a second.
    """
    data = np.ascontiguousarray(samples.astype("<i2", copy=False)).tobytes()
    channels = samples.shape[1]
    frame = channels * _SAMPLE_BYTES
    layout = struct.pack("<HHIIHH", _PCM, channels, sample_rate, sample_rate * frame, frame, 8 * _SAMPLE_BYTES)
    chunks = b"WAVE" + _chunk(b"fmt ", layout) + _chunk(b"data", data)
    return _chunk(b"RIFF", chunks)


def describe(wav: bytes) -> tuple[int, int, int]:
    """(frames a second, channels, frames) of a WAV file, from its header.

    Raises:
        ValueError: it is no WAV file.
    """
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise ValueError("these bytes are no WAV file")
    at, rate, channels, frame = 12, 0, 0, 0
    while at + 8 <= len(wav):
        name, length = wav[at : at + 4], int.from_bytes(wav[at + 4 : at + 8], "little")
        if name == b"fmt " and length >= 16 and at + 24 <= len(wav):
            _, channels, rate, _, frame = struct.unpack_from("<HHIIH", wav, at + 8)
        elif name == b"data" and frame:
            return rate, channels, min(length, len(wav) - at - 8) // frame
        at += 8 + length + length % 2
    raise ValueError("the WAV file is cut off before its samples")


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data
