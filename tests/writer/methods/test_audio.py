from __future__ import annotations

import io
import logging
import wave

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.audio.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter

TONE = np.rint(np.sin(np.arange(1000) / 20) * 32767) / 32767
STEREO = np.stack([TONE, -TONE])


def samples(clip):
    with wave.open(io.BytesIO(clip)) as reader:
        return np.frombuffer(reader.readframes(reader.getnframes()), "<i2").reshape(-1, reader.getnchannels())


def test_both_readers_find_the_clip(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_audio("a", TONE, 7, sample_rate=8000, display_name="Tone", description="of *it*")
    (clip,), metadata = tensorboard_reads("a")
    np.testing.assert_array_equal(samples(clip)[:, 0], np.rint(TONE * 32767))
    plugin_data = parse_plugin_metadata(metadata.plugin_data.content)
    assert plugin_data.encoding == plugin_data.WAV
    assert (metadata.display_name, metadata.summary_description) == ("Tone", "of *it*")
    (found,) = board.open(tmp_path).audio(".", "a")
    assert (found.step, found.clips) == (7, (clip,))


@pytest.mark.parametrize("value", [STEREO, STEREO.T, np.rint(STEREO * 32767).astype(np.int16), STEREO[None]])
def test_stereo_comes_in_either_order_as_floats_or_integers(tmp_path, value):
    with SummaryWriter(tmp_path) as log:
        log.add_audio("a", value)
    np.testing.assert_array_equal(samples(board.open(tmp_path).audio(".", "a")[0].encoded), np.rint(STEREO.T * 32767))


def test_the_old_encoding_is_read_by_both_readers(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_audio("a", STEREO, 7, sample_rate=8000, new_style=False)
    (event,) = EventAccumulator(str(tmp_path), size_guidance={"audio": 0}).Reload().Audio("a")
    assert (event.step, event.sample_rate, event.length_frames, event.content_type) == (7, 8000, 1000, "audio/wav")
    assert board.open(tmp_path).audio(".", "a")[0].encoded == event.encoded_audio_string


def test_wav_files_pass_through(tmp_path):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as clip:
        clip.setparams((1, 1, 8000, 0, "NONE", ""))
        clip.writeframes(bytes(range(10)))
    with SummaryWriter(tmp_path) as log:
        log.add_audio("a", buffer.getvalue())
        log.add_audio("old", buffer.getvalue(), new_style=False)
    logs = board.open(tmp_path)
    assert logs.audio(".", "a")[0].encoded == buffer.getvalue()
    assert logs.audio(".", "old")[0].encoded == buffer.getvalue()


def test_clipping_is_told_once(tmp_path, caplog):
    with SummaryWriter(tmp_path) as log, caplog.at_level(logging.WARNING, "writer"):
        for step in range(3):
            log.add_audio("a", [0.5, -2.0, 1.0], step)
    assert [record.getMessage() for record in caplog.records] == [
        "add_audio: tag 'a': floats are taken as from -1 to 1, but these reach 2, and were clipped; "
        "not told again for this tag"
    ]
    assert samples(board.open(tmp_path).audio(".", "a")[0].encoded).ravel().tolist() == [16384, -32767, 32767]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("a", "tone"), TypeError, "add_audio: tag 'a' wants floats from -1 to 1 or int16, but got 'tone' of type str"),
        (("a", np.zeros(5, np.int64)), TypeError, "tag 'a' wants floats from -1 to 1 or int16, but got int64"),
        (("a", []), ValueError, r"tag 'a' wants \[frames\] or \[channels, frames\], but got shape \[0\]"),
        (("a", np.zeros((2, 3, 4))), ValueError, r"but got shape \[2, 3, 4\]"),
        (("a", np.zeros((20, 30))), ValueError, r"tag 'a' wants at most 8 channels, but got shape \[20, 30\]"),
        (("a", [np.nan, 0]), ValueError, "tag 'a' wants floats from -1 to 1, but 1 of them are NaN"),
        (("a", TONE, 0, "fast"), TypeError, "tag 'a' wants an integer sample_rate, but got 'fast' of type str"),
        (("a", TONE, 0, 0), ValueError, "tag 'a' wants a positive sample_rate, but got 0"),
        (("a", b"no wav"), ValueError, "add_audio: tag 'a': these bytes are no WAV file"),
        (("", TONE), ValueError, "add_audio: the tag is empty"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, arguments, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_audio(*arguments)
