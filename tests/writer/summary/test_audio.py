from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from writer.summary.audio import describe, to_wav


@given(
    arrays.arrays(np.int16, st.tuples(st.integers(1, 30), st.integers(1, 8))), st.sampled_from([8000, 44100, 192000])
)
def test_samples_come_back_from_another_decoder(samples, rate):
    data = to_wav(samples, rate)
    with wave.open(io.BytesIO(data)) as clip:
        assert (clip.getframerate(), clip.getnchannels(), clip.getsampwidth()) == (rate, samples.shape[1], 2)
        found = np.frombuffer(clip.readframes(clip.getnframes()), "<i2")
    np.testing.assert_array_equal(found.reshape(samples.shape), samples)
    assert describe(data) == (rate, samples.shape[1], samples.shape[0])


def test_other_chunks_are_passed_over():
    data = to_wav(np.zeros((5, 2), np.int16), 8000)
    noted = data[:12] + b"LIST\x03\x00\x00\x00abc\x00" + data[12:]
    assert describe(noted) == (8000, 2, 5)


def test_what_is_no_whole_wav_header_is_told():
    data = to_wav(np.zeros((5, 2), np.int16), 8000)
    with pytest.raises(ValueError, match="these bytes are no WAV file"):
        describe(b"ID3" + data)
    for length in range(12, 44):
        with pytest.raises(ValueError, match="the WAV file is cut off before its samples"):
            describe(data[:length])
