from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.plugins.text.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter
from writer.format.messages import Summary
from writer.format.tensors import to_ndarray
from writer.summary.text import text

STRINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_both_readers_find_the_text(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_text("t", "# Überschrift 🎈\n\nand *text*", 7, display_name="Notes", description="of *it*")
    tensor, metadata = tensorboard_reads("t")
    assert tensor.tolist().decode() == "# Überschrift 🎈\n\nand *text*"
    assert parse_plugin_metadata(metadata.plugin_data.content).version == 0
    assert (metadata.display_name, metadata.summary_description) == ("Notes", "of *it*")
    (found,) = board.open(tmp_path).text(".", "t")
    assert (found.step, found.text) == (7, "# Überschrift 🎈\n\nand *text*")


@pytest.mark.parametrize(
    "table",
    [
        [["a", "b"], ["c", "d"], ["e", "ü"]],
        (("a", "b"), ("c", "d"), ("e", "ü")),
        np.array([["a", "b"], ["c", "d"], ["e", "ü"]]),
        np.array([["a", "b"], ["c", "d"], ["e", "ü"]], object),
        [[b"a", b"b"], [b"c", b"d"], [b"e", "ü".encode()]],
    ],
)
def test_tables_of_strings_keep_their_shape(tmp_path, tensorboard_reads, table):
    with SummaryWriter(tmp_path) as log:
        log.add_text("t", table)
    tensor, _ = tensorboard_reads("t")
    assert tensor.shape == (3, 2)
    assert board.open(tmp_path).text(".", "t")[0].strings.tolist() == [["a", "b"], ["c", "d"], ["e", "ü"]]


@given(
    st.one_of(
        STRINGS,
        st.lists(STRINGS),
        st.integers(0, 3).flatmap(lambda n: st.lists(st.lists(STRINGS, min_size=n, max_size=n))),
    )
)
def test_every_string_comes_back(value):
    (entry,) = Summary.FromString(text("t", value, "add_text")).value

    def decoded(item):
        return [decoded(one) for one in item] if isinstance(item, list) else item.decode()

    assert decoded(to_ndarray(entry.tensor).tolist()) == value


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (3, TypeError, "add_text: tag 't' wants a string or an array of strings, but got 3 of type int"),
        (None, TypeError, "but got None of type NoneType"),
        (["a", 1], TypeError, "but got 1 of type int"),
        (np.arange(3), TypeError, "but got 0 of type int"),
        ([["a"], ["b", "c"]], ValueError, "but its rows are of different lengths"),
        (["a", ["b"]], ValueError, "but its rows are of different lengths"),
        ("\ud800", ValueError, "holds a lone surrogate"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path, value, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_text("t", value)
