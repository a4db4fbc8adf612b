"""A log directory in, its values as numpy arrays and bytes out: what ``board.open`` gives to Python programs."""

from __future__ import annotations

from board.reading.log_directory import LogDirectory
from board.reading.values import Audio, Histogram, HParams, Image, Scalars, Tensor, Text, Values

__all__ = ["Audio", "HParams", "Histogram", "Image", "LogDirectory", "Scalars", "Tensor", "Text", "Values"]
