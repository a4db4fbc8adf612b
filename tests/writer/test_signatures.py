"""Calls written for the writers of PyTorch and tensorboardX fit this one."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

from writer import SummaryWriter

TABLE = json.loads((Path(__file__).parent.parent / "data" / "signatures" / "summary_writers.json").read_text())
PYTORCH, TENSORBOARDX = TABLE["torch.utils.tensorboard"], TABLE["tensorboardX"]

# Parameters that are optional here: they have a second name, or nothing is a sensible value.
OPTIONAL_HERE = {("add_onnx_graph", "prototxt"), ("add_graph", "model"), ("add_hparams", "metric_dict")}


def ours(method):
    return inspect.signature(getattr(SummaryWriter, method)).parameters


def positional(parameters):
    return [name for name, one in parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD][1:]


@pytest.mark.parametrize("method", [name for name in PYTORCH if name != "__init__"])
def test_a_method_takes_what_pytorchs_takes_in_the_same_order(method):
    wanted = [one["name"] for one in PYTORCH[method]]
    parameters = ours(method)
    assert positional(parameters)[: len(wanted)] == wanted
    for one in PYTORCH[method]:
        if (method, one["name"]) not in OPTIONAL_HERE:
            default = parameters[one["name"]].default
            assert default == one.get("default", inspect.Parameter.empty), one["name"]
    later = list(parameters.values())[len(wanted) + 1 :]
    assert all(one.default is not one.empty or one.kind is one.VAR_KEYWORD for one in later)


@pytest.mark.parametrize("method", [name for name in TENSORBOARDX if name != "__init__"])
def test_a_method_takes_what_tensorboardxs_takes_by_name(method):
    # By position, too, as far as it agrees with PyTorch's; where it does not, the test above holds.
    assert {one["name"] for one in TENSORBOARDX[method] if one.get("kind") != "**"} - set(ours(method)) == set()


@pytest.mark.parametrize("table", [PYTORCH, TENSORBOARDX], ids=["torch", "tensorboardX"])
def test_the_constructor_takes_their_arguments_by_name_and_by_position(table, tmp_path):
    arguments = {one["name"]: one["default"] for one in table["__init__"] if one.get("kind") != "**"}
    first = "logdir" if "logdir" in arguments else "log_dir"
    arguments[first] = str(tmp_path / "named")
    SummaryWriter(**arguments).close()
    log = SummaryWriter(str(tmp_path / "positions"), *list(arguments.values())[1:6])
    assert log.log_dir == str(tmp_path / "positions")
    log.close()
