"""What the documentation says of the command and of Python is so."""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import sys
from pathlib import Path

import pytest

import graphcore as tf
import writer
from board import config
from board.commands import COMMANDS
from writer import SummaryWriter
from writer.format.messages import GraphDef, RunMetadata

DOCS = Path(__file__).resolve().parent.parent / "docs"


def flags(command: str) -> set[str]:
    parser: argparse.ArgumentParser
    parser = config._parser() if command == "serve" else importlib.import_module(f"board.commands.{command}")._parser()
    return {flag for action in parser._actions for flag in action.option_strings} - {"-h", "--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_is_documented(command):
    sections = (DOCS / "cli.md").read_text().split("\n## ")
    (section,) = (text for text in sections if f"`board {command} DIR`" in text.splitlines()[0])
    assert flags(command) - set(re.findall(r"`(--[\w-]+)", section)) == set()


def test_the_help_names_every_command():
    for command in list(COMMANDS)[1:]:
        assert f"board {command}" in " ".join(config._parser().format_help().split())


def test_the_examples_of_python_run(tmp_path, monkeypatch):
    for run in ("train", "train/eval"):
        with SummaryWriter(str(tmp_path / "runs" / run)) as writer:
            for step in range(5):
                writer.add_scalar("loss", 1 / (step + 1), step)
                writer.add_scalar("accuracy", step / 5, step)
            graphs = DOCS.parent / "tests" / "data" / "graphs"
            writer.add_graph(GraphDef.FromString((graphs / "tf1_mlp.pb").read_bytes()))
            step_7 = RunMetadata.FromString((graphs / "tf1_mlp.run_metadata.pb").read_bytes())
            writer.add_run_metadata(step_7, "step_7", 7)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", (DOCS / "python.md").read_text(), re.DOTALL)
    assert len(examples) == 6
    for example in examples:
        exec(example, names)
        for expression, wanted in re.findall(r"^(\S.*?) +# (\[.*\])$", example, re.MULTILINE):
            assert eval(expression, names) == eval(wanted)


def test_the_examples_of_the_writer_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [""])
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", (DOCS / "writer.md").read_text(), re.DOTALL)
    assert len(examples) == 6
    try:
        for example in examples:
            exec(example, names)
            for expression, wanted in re.findall(r"^(\S.*?) +# (\{.*\})$", example, re.MULTILINE):
                assert eval(expression, names) == eval(wanted)
        assert names["SummaryWriter"] is SummaryWriter
    finally:
        writer.uninstall()


def test_every_option_of_the_writer_is_documented():
    text = (DOCS / "writer.md").read_text()
    options = {
        name
        for kind in (SummaryWriter, writer.EventFileWriter)
        for name, one in inspect.signature(kind).parameters.items()
        if one.default is not one.empty
    }
    aliases = {"log_dir", "logdir", "graph", "graph_def"}  # of the first argument, and what is add_graph's
    assert {name for name in options - aliases if f"`{name}`" not in text} == set()


def test_every_method_of_the_writer_is_documented():
    text = (DOCS / "writer.md").read_text()
    public = {name for name in dir(SummaryWriter) if not name.startswith("_")}
    assert {name for name in public if f"`{name}" not in text} == set()


def test_the_examples_of_graphs_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    examples = re.findall(r"```python\n(.*?)```", (DOCS / "graphcore.md").read_text(), re.DOTALL)
    assert len(examples) == 8
    checked = 0
    with tf.Graph().as_default():
        for example in examples:
            exec(example, names)
            for expression, wanted in re.findall(r"^(\S.*?)  # (\[.*\]|'.*'|[\d.]+)$", example, re.MULTILINE):
                assert repr(eval(expression, names)) == wanted
                checked += 1
    assert checked == 8
    assert capsys.readouterr().out == str(names["sess"].run(names["w"])) + "\n"


def test_names_in_the_text_on_graphs_are_there():
    text = (DOCS / "graphcore.md").read_text()
    missing = set()
    for name in set(re.findall(r"`tf\.([\w.]+)", text)) - {"train.Server", "nn.sofmax"}:
        found: object = tf
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is None:
            missing.add(name)
    assert missing == set()
