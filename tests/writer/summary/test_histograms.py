from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.util import tensor_util

from writer.format.messages import HistogramProto, Summary
from writer.format.tensors import to_ndarray
from writer.summary import histograms

TORCH = json.loads((Path(__file__).parents[2] / "data" / "summaries" / "torch_histograms.json").read_text())
MODERATE = st.floats(-1e100, 1e100)
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def tensorboards(values, count):
    return tensor_util.make_ndarray(histogram_pb("t", values, buckets=count).value[0].tensor)


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool_]), st.integers(0, 50)
    ).filter(
        lambda values: (
            np.isfinite(values.astype(np.float64)).all() and (np.abs(values.astype(np.float64)) < 1e100).all()
        )
    ),
    st.integers(1, 40),
)
def test_uniform_buckets_are_those_of_tensorboard(values, count):
    # Ranges so small that TensorBoard's width is 0 are the one exception: it divides by it.
    wide = values.astype(np.float64)
    if len(wide) and 0 < np.ptp(wide) < 1e-300:
        return
    np.testing.assert_array_equal(histograms.uniform(values, count), tensorboards(values, count))


@given(st.lists(FINITE, min_size=1, max_size=50), st.integers(1, 40))
@example([-1.7e308, 1.7e308, 0.0], 30)
@example([4.494232837155791e307, 2.2250738585e-313], 1)
@example([5e-324, 1e-323], 30)
def test_every_finite_value_is_counted_whatever_the_range(values, count):
    array = np.array(values)
    buckets = histograms.uniform(array, count)
    assert buckets.shape == (count, 3)
    assert buckets[:, 2].sum() == len(values)
    assert (buckets[0, 0], buckets[-1, 1]) == (array.min(), array.max())
    assert np.isfinite(buckets).all()
    assert (buckets[:, 0] <= buckets[:, 1]).all()


def test_the_edges_rules_are_tensorboards():
    assert histograms.uniform(np.array([]), 2).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert histograms.uniform(np.array([3.0, 3.0]), 2).tolist() == [[3, 3, 0], [3, 3, 2]]
    assert histograms.uniform(np.array([0.0, 1.0, 2.0]), 2).tolist() == [[0, 1, 1], [1, 2, 2]]


def test_many_values_are_counted_block_by_block():
    values = np.random.default_rng(0).normal(size=300_001).astype(np.float32)
    buckets = histograms.uniform(values)
    assert buckets[:, 2].sum() == 300_001
    np.testing.assert_allclose(buckets[:, 2], np.histogram(values.astype(np.float64), 30)[0], atol=2)


@given(st.lists(MODERATE, max_size=50), st.lists(MODERATE, min_size=2, max_size=20, unique=True))
def test_given_edges_count_as_numpy_does(values, edges):
    edges = sorted(edges)
    buckets = histograms.to_buckets(np.array(values, float), edges)
    np.testing.assert_array_equal(buckets[:, 2], np.histogram(values, edges)[0])
    np.testing.assert_array_equal(buckets[:, 0], edges[:-1])
    np.testing.assert_array_equal(buckets[:, 1], edges[1:])


@pytest.mark.parametrize("rule", ["auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt"])
def test_numpys_rules_make_numpys_buckets(rule):
    values = np.random.default_rng(0).normal(size=500)
    counts, edges = np.histogram(values, rule)
    buckets = histograms.to_buckets(values, rule)
    np.testing.assert_array_equal(buckets[:, 2], counts)
    np.testing.assert_array_equal(np.append(buckets[:, 0], buckets[-1, 1]), edges)


@pytest.mark.parametrize("case", sorted(TORCH))
def test_exponential_buckets_in_the_old_encoding_are_those_of_torch(case):
    expected = dict(TORCH[case])
    values = np.array(expected.pop("values"))
    statistics = histograms.to_statistics(values, histograms.between(values, histograms.exponential_edges()))
    assert statistics == HistogramProto(**expected)


def test_exponential_buckets_begin_and_end_with_the_values():
    buckets = histograms.to_buckets(np.array([-1e30, 1.0, 2.0]), "exponential")
    assert buckets[0, 0] == -1e30
    assert buckets[-1, 1] == 2.0
    assert buckets[:, 2].sum() == 3
    assert histograms.to_buckets(np.array([]), "exponential").shape == (0, 3)


@given(st.integers(1, 100), st.integers(1, 100))
def test_joining_keeps_counts_and_ends(count, limit):
    buckets = histograms.uniform(np.arange(1000.0), count)
    joined = histograms.joined(buckets, limit)
    assert len(joined) <= max(limit, 1)
    assert joined[:, 2].sum() == 1000
    assert (joined[0, 0], joined[-1, 1]) == (0, 999)
    np.testing.assert_array_equal(joined[1:, 0], joined[:-1, 1])


@pytest.mark.parametrize(
    ("bins", "error", "message"),
    [
        ("best", ValueError, "bins='best'"),
        (0, ValueError, "bins is a number of buckets, but got 0"),
        (2.5, TypeError, "bins is a number of buckets, but got 2.5 of type float"),
        ([1], ValueError, r"at least two edges in one row, but got int64 of shape \[1\]"),
        ([1, 1, 2], ValueError, "bins are edges that increase, but some do not"),
        ([0, float("nan")], ValueError, "bins are edges that increase, but some do not"),
    ],
)
def test_what_makes_no_bins_is_refused(bins, error, message):
    with pytest.raises(error, match=message):
        histograms.to_buckets(np.arange(5.0), bins)


def test_a_histogram_is_a_tensor_of_doubles_with_metadata():
    buckets = histograms.uniform(np.arange(5.0), 3)
    (value,) = Summary.FromString(histograms.histogram("w", buckets, description="*d*")).value
    np.testing.assert_array_equal(to_ndarray(value.tensor), buckets)
    assert value.metadata.plugin_data.plugin_name == "histograms"
    assert value.metadata.summary_description == "*d*"
