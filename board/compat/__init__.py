"""For scripts that use TensorBoard's reader: ``from board.compat import EventAccumulator`` in place of its import.

Same methods, same fields; every record is kept, and damaged ones cost only themselves.
"""

from __future__ import annotations

from board.compat.event_accumulator import EventAccumulator
from board.compat.events import (
    AudioEvent,
    CompressedHistogramEvent,
    HistogramEvent,
    HistogramValue,
    ImageEvent,
    ScalarEvent,
    TensorEvent,
)

__all__ = [
    "AudioEvent",
    "CompressedHistogramEvent",
    "EventAccumulator",
    "HistogramEvent",
    "HistogramValue",
    "ImageEvent",
    "ScalarEvent",
    "TensorEvent",
]
