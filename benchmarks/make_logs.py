"""Log directories of every size and shape that `reading.py` reads, made by packing events by hand.

    python benchmarks/make_logs.py NAME DIRECTORY

The bytes of scalars are those that PyTorch's writer writes (``simple_value``) or, for ``tensors``, TensorFlow 2's.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from writer import event
from writer.format.messages import Summary
from writer.format.plugins import FILE_VERSION
from writer.format.record import frame
from writer.summary.scalars import scalar, scalar_tensor

_BEGUN = 1.7e9  # seconds since the epoch


def tags(count: int) -> list[str]:
    """Names as training loops have them, of several lengths."""
    groups = ("train", "validation", "optimizer", "layer1", "layer2")
    kinds = ("loss", "accuracy", "gradient_norm", "learning_rate", "step_seconds")
    names = [f"{group}/{kind}" for kind, group in itertools.product(kinds, groups)]
    return [
        names[number % len(names)] + (f"_{number // len(names)}" if number >= len(names) else "")
        for number in range(count)
    ]


def scalars(
    names: list[str],
    steps: int,
    *,
    encode: Callable[[str, float], bytes] = scalar,
    shuffled: bool = False,
) -> Iterator[bytes]:
    """Framed events: every tag at every step, in the same order or a random one."""
    generator = random.Random(0)
    names = list(names)
    for step in range(steps):
        if shuffled:
            generator.shuffle(names)
        for position, name in enumerate(names):
            wall_time = _BEGUN + step * 0.05 + position * 1e-5
            yield frame(event.encode(wall_time, step, event.SUMMARY, encode(name, generator.random())))


def blobs(megabytes: int) -> Iterator[bytes]:
    """Framed events: 200 kB images and histograms of 30 buckets among scalars."""
    generator = np.random.default_rng(0)
    picture = generator.bytes(200_000)
    for step in range(megabytes * 5):
        wall_time = _BEGUN + step
        summary = Summary()
        summary.value.add(tag="images/sample").image.encoded_image_string = picture
        yield frame(event.encode(wall_time, step, event.SUMMARY, summary.SerializeToString()))
        summary = Summary()
        histogram = summary.value.add(tag="weights/layer1").histo
        histogram.bucket_limit.extend(generator.random(30))
        histogram.bucket.extend(generator.random(30))
        yield frame(event.encode(wall_time, step, event.SUMMARY, summary.SerializeToString()))
        for name in ("train/loss", "train/accuracy"):
            yield frame(event.encode(wall_time, step, event.SUMMARY, scalar(name, step)))


def write(directory: Path, events: Iterable[bytes]) -> None:
    """One event file of a run."""
    directory.mkdir(parents=True)
    with (directory / f"events.out.tfevents.{int(_BEGUN)}.host.1.0").open("wb", buffering=1 << 20) as file:
        file.write(frame(event.encode(_BEGUN, 0, event.FILE_VERSION, FILE_VERSION.encode())))
        for framed in events:
            file.write(framed)


def write_runs(directory: Path, runs: int, names: list[str], steps: int) -> None:
    """Runs that hold the same numbers, which changes nothing for readers."""
    whole = list(scalars(names, steps))
    for number in range(runs):
        write(directory / f"run{number:05}", whole)


LOGS: dict[str, Callable[[Path], None]] = {
    "1M": lambda root: write(root / "run", scalars(tags(10), 100_000)),
    "10M": lambda root: write(root / "run", scalars(tags(10), 1_000_000)),
    "tensors": lambda root: write(root / "run", scalars(tags(10), 1_000_000, encode=scalar_tensor)),
    "shuffled": lambda root: write(root / "run", scalars(tags(10), 1_000_000, shuffled=True)),
    "100 runs": lambda root: write_runs(root, 100, tags(20), 1000),
    "12345 tags": lambda root: write(root / "run", scalars(tags(12_345), 10)),
    "1000 runs": lambda root: write_runs(root, 1000, tags(20), 1000),
    "10000 runs": lambda root: write_runs(root, 10_000, tags(5), 20),
    "blobs": lambda root: write(root / "run", blobs(2000)),
}
"""What can be made, by name."""


def main() -> None:
    name, directory = sys.argv[1:]
    LOGS[name](Path(directory))


if __name__ == "__main__":
    main()
