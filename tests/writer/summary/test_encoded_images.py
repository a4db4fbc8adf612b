from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from writer.summary.encoded_images import size_of

KINDS = [
    ("PNG", "RGB", {}),
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {"progressive": True, "comment": b"\xff\xc0 is no frame here"}),
    ("GIF", "P", {}),
    ("BMP", "RGB", {}),
    ("WEBP", "RGB", {}),
    ("WEBP", "RGB", {"lossless": True}),
    ("WEBP", "RGBA", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}),
]


def encoded(kind, mode, options):
    buffer = io.BytesIO()
    Image.new(mode, (301, 17)).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "mode", "options"), KINDS)
def test_the_size_is_what_pillow_wrote(kind, mode, options):
    assert size_of(encoded(kind, mode, options)) == (301, 17)


@pytest.mark.parametrize(("kind", "mode", "options"), KINDS)
def test_a_header_that_is_cut_off_is_told(kind, mode, options):
    data = encoded(kind, mode, options)
    for length in range(10):
        with pytest.raises(ValueError, match=r"cut off|no PNG, JPEG|damaged|not known"):
            size_of(data[:length])


@given(st.sampled_from(KINDS), st.data())
def test_damage_gives_a_size_or_an_error_that_says_so(case, data):
    damaged = bytearray(encoded(*case))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, min(40, len(damaged) - 1)))] = data.draw(st.integers(0, 255))
    try:
        width, height = size_of(bytes(damaged))
    except ValueError:
        return
    assert width > 0
    assert height > 0


def test_bytes_of_no_picture_are_refused():
    with pytest.raises(ValueError, match="these bytes are no PNG, JPEG, GIF, WebP or BMP"):
        size_of(b"<svg/>")
