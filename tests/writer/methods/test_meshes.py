from __future__ import annotations

import json

import numpy as np
import pytest
from tensorboard.plugins.mesh.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter

VERTICES = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float64)
COLORS = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]])
FACES = np.array([[0, 1, 2], [0, 2, 3]])


def test_both_readers_find_every_part(tmp_path, tensorboard_reads):
    config = {"material": {"cls": "MeshBasicMaterial"}, "camera": {"fov": 75}}
    with SummaryWriter(tmp_path) as log:
        log.add_mesh("m", VERTICES, COLORS, FACES, config, 7, display_name="Shape", description="of *it*")
    logs = board.open(tmp_path)
    for part, expected, dtype in (("VERTEX", VERTICES, "f4"), ("COLOR", COLORS, "u1"), ("FACE", FACES, "i4")):
        tensor, metadata = tensorboard_reads(f"m_{part}")
        assert tensor.dtype == dtype
        np.testing.assert_array_equal(tensor, expected[None])
        plugin_data = parse_plugin_metadata(metadata.plugin_data.content)
        assert plugin_data.name == "m"
        assert plugin_data.ContentType.Name(plugin_data.content_type) == part
        assert list(plugin_data.shape) == [1, *expected.shape]
        assert plugin_data.components == 0b1110
        assert json.loads(plugin_data.json_config) == config
        assert metadata.summary_description == "of *it*"
        np.testing.assert_array_equal(logs.tensors(".", f"m_{part}")[0].value, expected[None])


def test_a_point_cloud_has_vertices_alone(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_mesh("m", np.stack([VERTICES, VERTICES]))
    assert board.open(tmp_path).tags(".") == ["m_VERTEX"]
    tensor, metadata = tensorboard_reads("m_VERTEX")
    assert tensor.shape == (2, 4, 3)
    assert parse_plugin_metadata(metadata.plugin_data.content).components == 0b10


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("box",), TypeError, r"wants vertices \[batch, n, 3\], but got 'box' of type str"),
        ((np.zeros((4, 2)),), ValueError, r"wants vertices \[batch, n, 3\], but got shape \[4, 2\]"),
        (
            (VERTICES, COLORS[:2]),
            ValueError,
            r"wants a colour for each vertex, but got shapes \[1, 2, 3\] and \[1, 4, 3\]",
        ),
        ((VERTICES, COLORS * 2), ValueError, "wants colors from 0 to 255, but got 0 to 510"),
        ((VERTICES, None, FACES + 2), ValueError, "wants faces of vertices 0 to 3, but some are not"),
        ((VERTICES, None, FACES + 0.5), ValueError, "wants faces of vertices 0 to 3, but some are not"),
        ((VERTICES, None, np.stack([FACES, FACES])), ValueError, "wants faces for 1 meshes, but got 2"),
        ((VERTICES, None, None, {"a": object()}), TypeError, "wants a config_dict made for JSON"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, arguments, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=f"add_mesh: tag 'm' {message}"):
        log.add_mesh("m", *arguments)
