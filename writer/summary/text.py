"""Strings and their tag to the bytes of a Summary."""

from __future__ import annotations

from typing import Any

import numpy as np

from writer.format.plugins import TEXT
from writer.summary.metadata import metadata_of, tensor_summary
from writer.summary.tags import checked_tag


def text(
    tag: str, value: Any, method: str, *, display_name: str | None = None, description: str | None = None
) -> bytes:
    """A Summary that holds a string, or an array of strings in its shape.

    Raises:
        TypeError: it is no string, nor an array of strings.
        ValueError: the tag is empty, a sequence is ragged, or a string has no UTF-8.
    """
    checked_tag(tag, method)
    metadata = metadata_of(tag, TEXT, display_name=display_name, description=description)
    return tensor_summary(tag, _encoded(tag, value, method), metadata)


def _encoded(tag: str, value: Any, method: str) -> np.ndarray:
    wanted = f"{method}: tag {tag!r} wants a string or an array of strings"
    strings: Any = value.numpy() if callable(getattr(value, "numpy", None)) else value  # TensorFlow's tensors
    if not isinstance(strings, np.ndarray):
        shape = _shape(strings, wanted)
        flat = _flat(strings, len(shape))
    else:
        shape, flat = strings.shape, strings.ravel().tolist()
    array = np.empty(len(flat), object)
    for number, one in enumerate(flat):
        if isinstance(one, bytes):
            array[number] = one
        elif isinstance(one, str):
            try:
                array[number] = one.encode()
            except UnicodeEncodeError:
                raise ValueError(f"{wanted}, but {one[:60]!r} holds a lone surrogate, which has no UTF-8") from None
        else:
            raise TypeError(f"{wanted}, but got {one!r:.60} of type {type(one).__name__}")
    return array.reshape(shape)


def _shape(value: Any, wanted: str) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    shapes = {_shape(item, wanted) for item in value}
    if len(shapes) > 1:
        raise ValueError(f"{wanted}, but its rows are of different lengths")
    return (len(value), *(shapes.pop() if shapes else ()))


def _flat(value: Any, axes: int) -> list[Any]:
    return [value] if not axes else [one for item in value for one in _flat(item, axes - 1)]
