from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util


@pytest.fixture
def tensorboard_reads(tmp_path: Path) -> Callable[[str], Any]:
    """Tensor and plugin data of the last value of a tag, as TensorBoard's own Python reader finds them."""

    def read(tag: str) -> Any:
        events = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0}).Reload()
        metadata = events.SummaryMetadata(tag)
        return tensor_util.make_ndarray(events.Tensors(tag)[-1].tensor_proto), metadata

    return read
