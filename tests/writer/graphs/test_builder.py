from writer.graphs.builder import GraphBuilder


def nodes(builder):
    return {node.name: node for node in builder.graph_def().node}


def test_names_are_unique_and_no_name_is_a_scope():
    builder = GraphBuilder()
    assert builder.add("a/b", "Op") == "a/b"
    assert builder.add("a/b", "Op") == "a/b_1"
    assert builder.add("a", "Op") == "a_1"
    assert builder.add("/x//y z/", "Op") == "x/y_z"
    assert builder.add("", "Op") == "node"


def test_shapes_types_and_attributes_are_what_readers_expect():
    builder = GraphBuilder()
    builder.add(
        "n",
        "Op",
        ["m:1"],
        shapes=[[2, None], None],
        dtype="bfloat16",
        attributes={
            "i": 3,
            "b": True,
            "f": 0.5,
            "inf": float("inf"),
            "big": 1 << 70,
            "l": [1, 2],
            "t": "x",
            "none": None,
        },
    )
    node = nodes(builder)["n"]
    first, second = node.attr["_output_shapes"].list.shape
    assert [dim.size for dim in first.dim] == [2, -1]
    assert second.unknown_rank
    assert node.attr["dtype"].type == 14
    assert (node.attr["i"].i, node.attr["b"].b, node.attr["f"].f) == (3, True, 0.5)
    assert list(node.attr["l"].list.i) == [1, 2]
    assert [node.attr[name].s for name in ("inf", "big", "t")] == [b"inf", b"1180591620717411303424", b"x"]
    assert "none" not in node.attr
