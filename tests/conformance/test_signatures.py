"""The table of other writers' signatures is what those writers have; runs where they are installed
(`make conformance`)."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

import pytest

TABLE = json.loads((Path(__file__).parent.parent / "data" / "signatures" / "summary_writers.json").read_text())
KINDS = {inspect.Parameter.KEYWORD_ONLY: "keyword", inspect.Parameter.VAR_KEYWORD: "**"}


def signature(method):
    parameters = []
    for one in list(inspect.signature(method).parameters.values())[1:]:
        entry = {"name": one.name}
        if one.kind in KINDS:
            entry["kind"] = KINDS[one.kind]
        if one.default is not one.empty:
            entry["default"] = one.default
        parameters.append(entry)
    return parameters


@pytest.mark.parametrize("package", TABLE)
def test_every_method_is_in_the_table_with_its_parameters(package):
    pytest.importorskip(package.partition(".")[0])
    their_writer = importlib.import_module(package).SummaryWriter
    public = [name for name in vars(their_writer) if callable(getattr(their_writer, name)) and not name.startswith("_")]
    assert {name: signature(getattr(their_writer, name)) for name in ["__init__", *public]} == TABLE[package]
