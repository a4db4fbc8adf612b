"""The samples of all op types, by name."""

from __future__ import annotations

from typing import Any

from op_samples import (
    arrays,
    complex_numbers,
    control,
    elementwise,
    flow,
    linear_algebra,
    networks,
    pictures,
    queues,
    randomness,
    reductions,
    saving,
    state,
    summaries,
)
from op_samples.sample import Sample

from graphcore.operation import Operation

FAMILIES = (
    elementwise,
    complex_numbers,
    reductions,
    linear_algebra,
    arrays,
    networks,
    queues,
    pictures,
    randomness,
    state,
    saving,
    control,
    flow,
    summaries,
)
SAMPLES: dict[str, list[Sample]] = {name: samples for family in FAMILIES for name, samples in family.SAMPLES.items()}


def operation_of(made: Any) -> Operation:
    """The operation that a sample has made, whatever the function gave: an operation, a tensor, a list of them."""
    first = made[0] if isinstance(made, list) else made
    return first if isinstance(first, Operation) else first.op
