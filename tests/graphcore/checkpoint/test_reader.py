"""Checkpoints of TensorFlow are read, and written again byte for byte; parts, shards and damage."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphcore as tf
from graphcore.checkpoint import table
from graphcore.checkpoint.entries import SlicedArray, entries_of
from graphcore.checkpoint.reader import CheckpointReader, reader_of
from graphcore.checkpoint.tensor_slice import TensorSlice, parse_shape_and_slice
from writer.format.checksum import masked_crc
from writer.format.messages import BundleEntryProto, BundleHeaderProto

RNG = np.random.RandomState(0)
# What the golden file holds; its README says how it was made.
VALUES = {
    "weight": np.float32(0.8),
    "layer/w": RNG.randn(3, 4).astype(np.float32),
    "layer/b": RNG.randn(4),
    "global_step": np.int64(-7),
    "count": np.arange(-3, 9, dtype=np.int32).reshape(3, 4),
    "flags": np.array([True, False, True]),
    "half": np.array([1.5, -2.0, 65504], np.float16),
    "bytes": np.array([0, 255, 7], np.uint8),
    "small": np.array([-128, 127], np.int8),
    "short": np.array([-30000, 30000], np.int16),
    "complex": np.array([1 + 2j, -3.5j], np.complex64),
    "complex128": np.array([[1 + 2j], [-3.5j]], np.complex128),
    "empty": np.zeros((0, 3), np.float32),
    "names": np.array([b"a", b"", b"\xff\x00z"], object),
    "p/table": np.arange(14, dtype=np.float32).reshape(7, 2),
}
TABLE_PARTS = ["7 2 0,3:0,2", "7 2 3,2:0,2", "7 2 5,2:0,2"]


@pytest.fixture(params=["v1", "v2"])
def golden(data, request) -> str:
    """A checkpoint that TensorFlow wrote, of one version or the other."""
    return str(data / f"tensorflow_{request.param}-7")


def same(found, expected) -> bool:
    return np.array_equal(found, expected) and np.asarray(found).dtype == np.asarray(expected).dtype


def write(path, arrays) -> str:
    Path(path).write_bytes(b"".join(table.build(entries_of(arrays))))
    return str(path)


def whole(name, value) -> SlicedArray:
    array = np.asarray(value)
    dtype = tf.string if array.dtype == object else tf.as_dtype(array.dtype)
    return SlicedArray(name, array.shape, TensorSlice.whole(array.ndim), array, dtype)


def test_a_damaged_checkpoint_of_version_2_does_so_too(data, tmp_path):
    names = ("tensorflow_v2-7.index", "tensorflow_v2-7.data-00000-of-00001")
    for name in names:
        whole = (data / name).read_bytes()
        for other in names:
            (tmp_path / other).write_bytes((data / other).read_bytes())
        for place in range(0, len(whole), 7):
            for damaged in (whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :], whole[:place]):
                (tmp_path / name).write_bytes(damaged)
                for tensor in ("weight", "layer/w", "names", "p/table", "flags"):
                    found = outcome(tmp_path / "tensorflow_v2-7", tensor)
                    if isinstance(found, tf.errors.OpError):
                        assert str(tmp_path) in str(found)
                    else:
                        assert same(found, VALUES[tensor])


def test_files_that_belong_to_an_index(data, tmp_path):
    for name in ("tensorflow_v2-7.index", "tensorflow_v2-7.data-00000-of-00001"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    prefix = tmp_path / "tensorflow_v2-7"
    assert CheckpointReader(f"{prefix}.index").get_tensor("global_step") == -7
    assert tf.train.checkpoint_exists(str(prefix))
    tf.train.update_checkpoint_state(str(tmp_path), str(prefix))
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(prefix)
    (tmp_path / "tensorflow_v2-7.data-00000-of-00001").unlink()
    with pytest.raises(tf.errors.NotFoundError, match=r"data-00000-of-00001 is not there, which .*index tells of"):
        CheckpointReader(prefix).get_tensor("weight")


def test_types_that_are_not_known_hide_no_others(tmp_path):
    def entry(dtype):
        return BundleEntryProto(dtype=dtype, shape={}, size=4, crc32c=masked_crc(bytes(4))).SerializeToString()

    header = BundleHeaderProto(num_shards=1).SerializeToString()
    entries = [(b"", header), (b"known", entry(1)), (b"unknown", entry(23))]
    (tmp_path / "m.index").write_bytes(b"".join(table.build(entries)))
    (tmp_path / "m.data-00000-of-00001").write_bytes(bytes(4))
    reader = CheckpointReader(tmp_path / "m")
    assert reader.get_tensor("known") == 0.0
    with pytest.raises(tf.errors.UnimplementedError, match="m: tensor 'unknown' has elements of the unknown type 23"):
        reader.get_tensor("unknown")


def outcome(path, name):
    """The value of a tensor, or why it cannot be read."""
    try:
        return CheckpointReader(path).get_tensor(name)
    except (tf.errors.DataLossError, tf.errors.UnimplementedError, tf.errors.NotFoundError) as error:
        return error


def part(name, spec, value) -> SlicedArray:
    shape, where = parse_shape_and_slice(spec)
    return SlicedArray(name, shape, where, value, tf.as_dtype(value.dtype))


def test_all_types_and_slices_that_tensorflow_writes_are_read(golden):
    reader = CheckpointReader(golden)
    assert reader.get_variable_to_shape_map() == {name: list(np.shape(value)) for name, value in VALUES.items()}
    dtypes = reader.get_variable_to_dtype_map()
    assert (dtypes["half"], dtypes["names"], dtypes["global_step"]) == (tf.float16, tf.string, tf.int64)
    for name, value in VALUES.items():
        assert same(reader.get_tensor(name), value), name
    assert reader.has_tensor("weight")
    assert not reader.has_tensor("weights")
    assert b"layer/w (float32) [3, 4]\n" in reader.debug_string()
    assert not isinstance(reader.get_tensor("weight"), np.ndarray)


def test_the_same_values_make_the_same_file_as_tensorflow_wrote(data, tmp_path):
    arrays = [whole(name, value) for name, value in VALUES.items() if name != "p/table"]
    rows = ([0, 1, 2], [3, 4], [5, 6])
    arrays += [part("p/table", spec, VALUES["p/table"][some]) for spec, some in zip(TABLE_PARTS, rows)]
    assert Path(write(tmp_path / "ours", arrays)).read_bytes() == (data / "tensorflow_v1-7").read_bytes()


def test_parts_are_put_together_from_what_was_saved(golden):
    reader = CheckpointReader(golden)
    rows = reader.read("p/table", tf.float32, parse_shape_and_slice("7 2 2,4:1,1"))
    assert rows.tolist() == [[5.0], [7.0], [9.0], [11.0]]
    columns = reader.read("layer/w", tf.float32, parse_shape_and_slice("3 4 -:1,2"))
    assert same(columns, VALUES["layer/w"][:, 1:3])


@given(st.data())
@settings(max_examples=40)
def test_any_part_of_any_cut_is_what_it_was(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    value = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    axis = data.draw(st.integers(0, len(shape) - 1))
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, shape[axis])))), shape[axis]]
    arrays = []
    for start, stop in itertools.pairwise(cuts):
        if start < stop:
            extents = [None] * len(shape)
            extents[axis] = (start, stop - start)
            where = TensorSlice(tuple(extents))
            arrays.append(SlicedArray("x", shape, where, value[where.within(shape)], tf.float64))
    begins = [data.draw(st.integers(0, size)) for size in shape]
    wanted = TensorSlice(tuple((b, data.draw(st.integers(0, size - b))) for b, size in zip(begins, shape)))
    with tempfile.TemporaryDirectory() as directory:
        reader = CheckpointReader(write(Path(directory) / "x", arrays))
        assert same(reader.get_tensor("x"), value)
        assert same(reader.read("x", None, (shape, wanted)), value[wanted.within(shape)])


def test_shards_are_one_checkpoint(tmp_path):
    value = np.arange(12, dtype=np.int32).reshape(4, 3)
    write(tmp_path / "m-00000-of-00002", [part("x", "4 3 0,2:-", value[:2]), whole("a", 1.5)])
    write(tmp_path / "m-00001-of-00002", [part("x", "4 3 2,2:-", value[2:]), whole("b", 2.5)])
    reader = CheckpointReader(str(tmp_path / "m-?????-of-00002"))
    assert same(reader.get_tensor("x"), value)
    assert [reader.get_tensor(name) for name in "ab"] == [1.5, 2.5]
    alone = CheckpointReader(tmp_path / "m-00001-of-00002")
    with pytest.raises(tf.errors.NotFoundError, match=r"Of tensor 'x', 6 of the 12 elements asked for are"):
        alone.get_tensor("x")
    write(tmp_path / "m-00001-of-00002", [part("x", "5 3 2,2:-", value[2:])])
    with pytest.raises(tf.errors.DataLossError, match=r"Tensor 'x' is int32 of shape \[5, 3\] in .* elsewhere"):
        CheckpointReader(tmp_path / "m-?????-of-00002")


def test_what_is_not_there_is_named(golden, tmp_path):
    reader = CheckpointReader(golden)
    with pytest.raises(tf.errors.NotFoundError, match=r'Tensor name "weights" not found in checkpoint files .*-7'):
        reader.get_tensor("weights")
    with pytest.raises(tf.errors.NotFoundError, match=r"Failed to find any matching files for .*none"):
        CheckpointReader(tmp_path / "none")
    with pytest.raises(tf.errors.NotFoundError, match="is a directory, not a checkpoint"):
        CheckpointReader(tmp_path)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="expected dtype float64 does not equal original dtype float32"
    ):
        reader.read("weight", tf.float64)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=r"spec \[4, 4\] does not match the shape stored in checkpoint: \[3, 4\] \(tensor 'layer/w' in",
    ):
        reader.read("layer/w", None, parse_shape_and_slice("4 4 -:-"))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_gives_right_values_or_an_error_that_names_it(data):
    golden = Path(__file__).resolve().parents[2] / "data" / "graphcore" / "tensorflow_v1-7"
    damaged = bytearray(golden.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model"
        path.write_bytes(damaged)
        for name, value in VALUES.items():
            found = outcome(path, name)
            assert str(path) in str(found) if isinstance(found, tf.errors.OpError) else same(found, value)


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_entries_that_hold_something_else_are_damage(elements):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model"
        (key, meta), (other, _) = entries_of([whole("x", np.zeros(3, np.float32))])
        for entries in ([(key, elements), (other, b"")], [(key, meta), (other, elements)]):
            path.write_bytes(b"".join(table.build(entries)))
            found = outcome(path, "x")
            assert str(path) in str(found) if isinstance(found, tf.errors.OpError) else np.shape(found) == (3,)


def test_a_size_that_is_only_told_takes_no_memory(tmp_path):
    huge = SlicedArray("x", (1 << 40, 1 << 20), TensorSlice.whole(2), np.zeros(3, np.float32), tf.float32)
    reader = CheckpointReader(write(tmp_path / "x", [huge]))
    with pytest.raises(tf.errors.DataLossError, match=r"tensor 'x': 3 elements were found, but the slice of shape"):
        reader.get_tensor("x")


def test_what_cannot_be_saved():
    with pytest.raises(ValueError, match="tensor 'x' is to be saved twice"):
        list(entries_of([whole("x", 1.0), whole("x", 2.0)]))
    for spec in ("3", "3 0,4", "3 -:-", "a 0,1", "-1 0,1"):
        with pytest.raises(ValueError, match=r"slice|shape"):
            parse_shape_and_slice(spec)
    assert parse_shape_and_slice("") is None


def test_a_reader_is_used_again_until_its_file_changes(tmp_path):
    path = write(tmp_path / "x", [whole("a", 1.0)])
    first = reader_of(path)
    assert reader_of(path) is first
    (tmp_path / "y").write_bytes(b"".join(table.build(entries_of([whole("a", 2.0)]))))
    (tmp_path / "y").replace(path)
    assert reader_of(path).get_tensor("a") == 2.0


def test_values_may_be_written_to(golden):
    value = CheckpointReader(golden).get_tensor("layer/w")
    value[:] = 0.0
    assert same(CheckpointReader(golden).get_tensor("layer/w"), VALUES["layer/w"])
