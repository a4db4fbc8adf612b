"""Torch modules as graphs; runs where torch is installed (`make conformance`)."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402

from writer import SummaryWriter  # noqa: E402


class Block(torch.nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = torch.nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = torch.nn.BatchNorm2d(channels)

    def forward(self, x):
        return torch.relu(x + self.norm(self.conv(x)))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = torch.nn.ModuleList([Block(3), Block(3)])
        self.head = torch.nn.Linear(6, 10)
        self.unused = torch.nn.Linear(2, 2)

    def forward(self, image):
        for block in self.blocks:
            image = block(image)
        top, bottom = torch.split(image, 4, dim=2)
        return self.head(torch.cat([bottom.mean((2, 3)), top.mean((2, 3))], 1))


class Undecided(torch.nn.Module):
    """What it does depends on numbers, so it cannot be exported."""

    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(3, 3)

    def forward(self, x):
        return self.inner(x) if x.sum() > -1e9 else x


def logged(directory, *arguments, **keywords):
    with SummaryWriter(str(directory)) as log:
        log.add_graph(*arguments, **keywords)
    graph = EventAccumulator(str(directory)).Reload().Graph()
    names = [node.name for node in graph.node]
    assert len(names) == len(set(names))
    for node in graph.node:
        assert {name.split(":")[0] for name in node.input} <= set(names)
    return {node.name: node for node in graph.node}


def sizes(node, output=0):
    return [dim.size for dim in node.attr["_output_shapes"].list.shape[output].dim]


def test_scopes_follow_the_modules_and_edges_have_shapes(tmp_path):
    model = Net()
    model.blocks[1].eval()
    nodes = logged(tmp_path, model, torch.zeros(2, 3, 8, 8))
    assert list(nodes["blocks/0/conv/conv2d"].input) == ["image", "blocks/0/conv/weight", "blocks/0/conv/bias"]
    assert list(nodes["blocks/1/add"].input) == ["blocks/0/relu", "blocks/1/norm/batch_norm"]
    assert list(nodes["mean"].input) == ["split:1"]
    assert list(nodes["mean_1"].input) == ["split"]
    assert list(nodes["output"].input) == ["head/linear"]
    assert sizes(nodes["image"]) == [2, 3, 8, 8]
    assert sizes(nodes["split"], 1) == [2, 3, 4, 8]
    assert sizes(nodes["head/weight"]) == [10, 6]
    assert nodes["head/weight"].op == "Parameter"
    assert nodes["blocks/0/norm/running_mean"].op == "Buffer"
    assert not any(name.startswith("unused") for name in nodes)
    assert list(nodes["blocks/0/conv/conv2d"].attr["padding"].list.i) == [1, 1]
    assert [module.training for module in model.blocks] == [True, False]


def test_what_cannot_be_exported_is_traced_into_the_same_scopes(tmp_path):
    nodes = logged(tmp_path, Undecided(), (torch.zeros(2, 3),))
    assert list(nodes["inner/linear"].input) == ["x", "inner/weight", "inner/bias"]
    assert sizes(nodes["inner/linear"]) == [2, 3]
    assert sizes(nodes["inner/weight"]) == [3, 3]


def test_scripted_modules_exported_programs_and_named_inputs_are_taken(tmp_path):
    x = torch.zeros(2, 3)
    scripted = logged(tmp_path / "script", torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 4))), x)
    assert any(node.op == "aten::linear" for node in scripted.values())
    program = torch.export.export(torch.nn.Linear(3, 4), (x,))
    assert "linear" in logged(tmp_path / "program", program)
    assert "linear" in logged(tmp_path / "named", torch.nn.Linear(3, 4), {"input": x})


def test_a_dynamic_size_is_unknown(tmp_path):
    dim = torch.export.Dim("batch")
    program = torch.export.export(torch.nn.Linear(3, 4), (torch.zeros(2, 3),), dynamic_shapes={"input": {0: dim}})
    assert sizes(logged(tmp_path, program)["linear"]) == [-1, 4]


def test_what_cannot_be_drawn_is_said(tmp_path):
    class Broken(torch.nn.Module):
        def forward(self, x):
            raise RuntimeError("no weights yet")

    with SummaryWriter(str(tmp_path)) as log:
        with pytest.raises(ValueError, match="needs input_to_model"):
            log.add_graph(Net())
        with pytest.raises(RuntimeError, match=r"Broken can neither be traced .*no weights yet"):
            log.add_graph(Broken(), torch.zeros(1))
