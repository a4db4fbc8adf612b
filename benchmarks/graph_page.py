"""From opening the graphs page to the first picture: board against TensorBoard, same graph, same Chromium.

    python benchmarks/graph_page.py [ROUNDS] [NODES ...]

Each round starts a server anew and waits until it knows of the graph, so that what it makes of the graph when it is
first asked is part of the time. Bytes are those of all answers, as they travel. Heap is what the page's JavaScript
uses after the picture.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from first_chart import CHROMIUM_FLAGS, serving
from measure import in_turn, ratio, require_peers, summary
from playwright.sync_api import Browser, Page, sync_playwright

from writer import SummaryWriter
from writer.format.messages import GraphDef

UNITS = 8
CONVOLUTIONS = 3


def resnet(nodes: int) -> Any:
    """A GraphDef of residual units in stages, with batch normalisation, shapes on all edges: at least so many nodes."""
    graph = GraphDef()

    def add(name: str, op: str, *inputs: str) -> str:
        shape = graph.node.add(name=name, op=op, input=inputs).attr["_output_shapes"].list.shape.add()
        for size in (32, 56, 56, 64):
            shape.dim.add(size=size)
        return name

    last, stage = add("input", "Placeholder"), 0
    while len(graph.node) < nodes:
        for unit in range(UNITS):
            scope, inner = f"resnet/stage_{stage}/unit_{unit}", last
            for number in range(CONVOLUTIONS):
                layer = f"{scope}/conv{number}"
                weights = add(f"{layer}/weights", "VariableV2")
                initial = add(f"{layer}/weights/Initializer/random", "TruncatedNormal")
                add(f"{layer}/weights/Assign", "Assign", weights, initial)
                inner = add(f"{layer}/Conv2D", "Conv2D", inner, add(f"{layer}/weights/read", "Identity", weights))
                statistics = []
                for name in ("gamma", "beta", "mean", "variance"):
                    variable = add(f"{layer}/bn/{name}", "VariableV2")
                    statistics.append(add(f"{layer}/bn/{name}/read", "Identity", variable))
                    add(f"{layer}/bn/{name}/Assign", "Assign", variable, add(f"{layer}/bn/{name}/initial", "Const"))
                inner = add(f"{layer}/bn/FusedBatchNorm", "FusedBatchNorm", inner, *statistics)
                inner = add(f"{layer}/Relu", "Relu", inner)
            last = add(f"{scope}/add", "Add", last, inner)
        stage += 1
    add("logits", "MatMul", last)
    return graph


class Measured:
    """Bytes and heap of the pages of one server, beside the times that `first_picture` returns."""

    def __init__(self) -> None:
        self.bytes: list[float] = []
        self.heap: list[float] = []


def first_picture(browser: Browser, command: list[str], page_address: str, drawn: str, measured: Measured) -> float:
    with serving(command, r"at (http://\S+)") as url:
        _wait_for_graph(f"{url}data/plugin/graphs/info")
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        sizes: list[float] = []
        network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        begin = time.perf_counter()
        page.goto(f"{url}{page_address}", wait_until="commit")
        page.locator(drawn).first.wait_for(timeout=300_000)
        took = time.perf_counter() - begin
        measured.bytes.append(sum(sizes))
        measured.heap.append(_heap(page))
        context.close()
    return took


def _heap(page: Page) -> float:
    client = page.context.new_cdp_session(page)
    return float(client.send("Runtime.getHeapUsage")["usedSize"])


def _wait_for_graph(url: str) -> None:
    for _ in range(1200):
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(url) as response:
            if any(run["run_graph"] for run in json.load(response).values()):
                return
        time.sleep(0.05)
    sys.exit(f"{url} never listed a graph")


def compare(nodes: int, rounds: int) -> None:
    peer = require_peers()
    with tempfile.TemporaryDirectory() as logdir, sync_playwright() as playwright:
        graph = resnet(nodes)
        with SummaryWriter(logdir) as writer:
            writer.add_graph(graph)
        size = sum(file.stat().st_size for file in Path(logdir).iterdir())
        board = [sys.executable, "-m", "board", f"--logdir={logdir}", "--port=0", "--no-cache"]
        tensorboard = [peer, "-m", "tensorboard.main", f"--logdir={logdir}", "--port=0"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        ours, theirs = Measured(), Measured()
        our_times, their_times = in_turn(
            rounds,
            lambda: first_picture(browser, board, "#graphs", ".graph-picture .graph-node", ours),
            lambda: first_picture(browser, tensorboard, "#graphs", "tf-graph-scene g.node", theirs),
        )
        browser.close()
    print(f"{len(graph.node):,} nodes, {size / 1e6:.1f} MB")
    print(f"    first picture: board {summary(our_times, 's')}, TensorBoard {summary(their_times, 's')}")
    print(f"        ratio {ratio(our_times, their_times)}")
    print(f"    bytes: board {summary(ours.bytes, 'MB', 1e-6)}, TensorBoard {summary(theirs.bytes, 'MB', 1e-6)}")
    print(f"    heap: board {summary(ours.heap, 'MB', 1e-6)}, TensorBoard {summary(theirs.heap, 'MB', 1e-6)}")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for nodes in [int(argument) for argument in sys.argv[2:]] or [10_000, 100_000]:
        compare(nodes, rounds)


if __name__ == "__main__":
    main()
