"""The examples of docs/kinds.md run, and its table names every method of a kind."""

from __future__ import annotations

import re
from pathlib import Path

import board
from writer.methods.kinds import KindMethods

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "kinds.md").read_text()


def test_the_examples_run_and_log_what_they_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(example, names)
    logs = board.open("runs")
    counted = {info.tag: info.count for info in logs.series("kinds")}
    assert counted == {
        "weights": 5,
        **dict.fromkeys(["input", "notes", "gray", "batch", "found", "walk", "tone", "cats"], 1),
        **dict.fromkeys(["box_VERTEX", "box_FACE", "box_COLOR"], 1),
    }
    assert [len(one.counts) for one in logs.histograms("kinds", "weights")[:3]] == [30, 50, 4]
    (notes,) = (info for info in logs.series("kinds") if info.tag == "notes")
    assert notes.metadata.description == "What was tried, and why"


def test_the_table_names_every_method():
    methods = {name for kind in KindMethods.__subclasses__() for name in vars(kind) if name.startswith("add_")}
    assert set(re.findall(r"^\| `(add_\w+)`", PAGE, re.MULTILINE)) == methods
