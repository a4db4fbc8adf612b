"""Tables: what goes in by key comes out by key, whole or with an error that names the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphcore.checkpoint import table
from graphcore.errors import DataLossError, UnimplementedError
from writer.format.checksum import masked_crc

entries = st.dictionaries(
    st.lists(st.sampled_from([b"a", b"b", b"\xff", b"\x00"]), max_size=6).map(b"".join), st.binary(max_size=40)
)


def written(directory, by_key) -> str:
    path = Path(directory) / "table"
    path.write_bytes(b"".join(table.build(sorted(by_key.items()))))
    return str(path)


@given(entries, st.integers(1, 200))
@settings(max_examples=60)
def test_every_value_is_found_by_its_key(by_key, block_size):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as directory:
        patch.setattr(table, "BLOCK_SIZE", block_size)
        found = table.Table(written(directory, by_key))
        for key, value in by_key.items():
            assert bytes(found.get(key)) == value
            for near in (key + b"\x00", key[:-1], key + b"c"):
                assert (found.get(near) is None) == (near not in by_key)


def test_many_entries_fill_many_blocks(tmp_path):
    by_key = {b"%06d" % i: bytes(300) for i in range(3000)}
    found = table.Table(written(tmp_path, by_key))
    assert bytes(found.get(b"000000")) == bytes(found.get(b"002999")) == bytes(300)
    assert found.get(b"003000") is None
    assert (tmp_path / "table").stat().st_size > 3 * table.BLOCK_SIZE


@given(st.data())
@settings(max_examples=100)
def test_a_damaged_byte_is_noticed_or_makes_no_difference(data):
    by_key = {b"key-%d" % i: b"value of %d" % i * 3 for i in range(20)}
    with tempfile.TemporaryDirectory() as directory:
        path = written(directory, by_key)
        whole = Path(path).read_bytes()
        place = data.draw(st.integers(0, len(whole) - 1))
        damaged = bytearray(whole)
        damaged[place] ^= data.draw(st.integers(1, 255))
        Path(path).write_bytes(damaged if data.draw(st.booleans()) else whole[:place])
        try:
            found = table.Table(path)
            outcome = {key: bytes(found.get(key)) for key in by_key}
        except DataLossError as error:
            outcome = str(error)
        assert outcome == by_key or outcome.startswith(f"{path} cannot be read as a checkpoint: ")


def test_compressed_blocks_are_told_apart_from_damage(tmp_path):
    block = b"\x00" * 8
    compressed = block + b"\x01" + masked_crc(block + b"\x01").to_bytes(4, "little")
    footer = bytes([0, 8, 0, 8]).ljust(40, b"\0") + table.MAGIC.to_bytes(8, "little")
    path = tmp_path / "table"
    path.write_bytes(compressed + footer)
    with pytest.raises(UnimplementedError, match="its blocks are compressed, which cannot be read"):
        table.Table(str(path))
    with pytest.raises(FileNotFoundError):
        table.Table(str(tmp_path / "none"))
