"""All of a long series for a chart: milliseconds on the server, and bytes on the wire.

    python benchmarks/query.py [--values shortest] [POINTS ...]

Goes through the application's own route, without a socket. The series is a random walk in float32, as training logs
it, with a step and a tenth of a second from point to point.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from measure import summary

from board.config import Config
from board.logs import blobs
from board.store import Batch, Columns, SeriesMetadata, Source, Store
from board.web.app import create_app
from board.web.blocks import Precision
from writer.format import plugins

_ROUNDS = 9
_WIDTH = 1000  # pixels


def store_of(points: int) -> Store:
    """A store with one series."""
    generator = np.random.default_rng(0)
    source = Source("events.out.tfevents.1", "events.out.tfevents.1", ".")
    store, batch = Store(blobs.read), Batch(source)
    batch.metadata["loss"] = SeriesMetadata(plugins.SCALARS, 1)
    steps = np.arange(points)
    values = generator.normal(size=points).cumsum().astype(np.float32).astype(np.float64)
    batch.add_scalars("loss", steps, Columns(steps, 1.7e9 + 0.1 * steps, values))
    store.open(source)
    store.commit(batch)
    return store


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure answers of /api/series about one long series.")
    parser.add_argument("points", nargs="*", type=int, default=[10_000, 100_000, 1_000_000], metavar="POINTS")
    parser.add_argument("--values", choices=[each.value for each in Precision], default=Precision.FLOAT64.value)
    options = parser.parse_args()
    print("| points | smoothing | milliseconds | kB on the wire |\n|---|---|---|---|")
    for points in options.points:
        client = create_app(Config(logdir="."), store_of(points)).test_client()
        for smoothing in (0, 0.6, 0.99):
            body = {"series": [[".", "loss"]], "width": _WIDTH, "smoothing": smoothing, "values": options.values}
            seconds = []
            for _ in range(_ROUNDS):
                begun = time.perf_counter()
                answer = client.post("/api/series", json=body, headers={"Accept-Encoding": "gzip"})
                seconds.append(time.perf_counter() - begun)
            size = len(answer.data) / 1000
            print(f"| {points:,} | {smoothing} | {summary(seconds, scale=1000, digits=0)} | {size:.0f} |")


if __name__ == "__main__":
    main()
