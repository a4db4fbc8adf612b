"""Pairs of measurements to a line of a table: medians, the median of the ratios, and their spread."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The peers live in environments of their own: `make peers`. PyTorch's writer behaves differently beside TensorFlow.
PEER_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
TORCH_PYTHON = ROOT / ".venv-torch" / "bin" / "python"


def require_peers() -> str:
    """The interpreter that has TensorFlow and TensorBoard, or an exit that says how to get it."""
    return _required(PEER_PYTHON)


def require_torch() -> str:
    """The interpreter that has PyTorch and tensorboardX, or an exit that says how to get it."""
    return _required(TORCH_PYTHON)


def _required(python: Path) -> str:
    if not python.exists():
        sys.exit(f"{python.relative_to(ROOT)} is missing: run `make peers` first")
    return str(python)


def in_turn(rounds: int, *measurements: Callable[[], float]) -> list[list[float]]:
    """Runs the measurements A B A B ..., once unrecorded for warmth, so that a drifting machine hits all alike."""
    for measure in measurements:
        measure()
    results: list[list[float]] = [[] for _ in measurements]
    for _ in range(rounds):
        for measure, found in zip(measurements, results):
            found.append(measure())
    return results


def summary(values: Sequence[float], unit: str = "", scale: float = 1.0, digits: int = 2) -> str:
    """``median (min–max) unit``."""
    low, middle, high = (scale * value for value in (min(values), statistics.median(values), max(values)))
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f}){unit and ' ' + unit}"


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> str:
    """Median and range of the ratios, pair by pair."""
    return summary([above / below for above, below in zip(numerators, denominators)], digits=2) + " ×"


def wall_seconds(command: Sequence[str], cwd: Path = ROOT) -> float:
    """How long a command takes as a whole process."""
    begin = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin
