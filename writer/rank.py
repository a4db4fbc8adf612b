"""Which of a distributed job's processes this is."""

from __future__ import annotations

import operator
import os
from collections.abc import Mapping
from typing import Any

# As set by torchrun and most launchers; by Slurm; by Open MPI. The first that is there counts.
VARIABLES = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK")


def checked_rank(rank: Any) -> int:
    """``rank`` as an int.

    Raises:
        TypeError: it is no integer.
    """
    try:
        return operator.index(rank)
    except TypeError:
        raise TypeError(f"rank is an integer, but got {rank!r} of type {type(rank).__name__}") from None


def rank_of_process(environment: Mapping[str, str] | None = None) -> int | None:
    """The rank that the launcher gave this process; None outside of such a job.

    Raises:
        ValueError: the variable that tells it holds no integer.
    """
    environment = os.environ if environment is None else environment
    for name in VARIABLES:
        if name in environment:
            try:
                return int(environment[name])
            except ValueError:
                raise ValueError(
                    f"the rank of this process is an integer, but {name} is {environment[name]!r}"
                ) from None
    return None
