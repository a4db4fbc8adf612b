"""Sparse tensors: made, fed, fetched, multiplied and filled up; embeddings of several ids at once."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

PLACES, VALUES, SIZES = [[0, 1], [1, 0], [1, 3]], [2.0, 3.0, 4.0], [2, 4]
DENSE = np.array([[0, 2, 0, 0], [3, 0, 0, 4]], np.float32)
TABLE = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_a_sparse_tensor_is_fetched_and_evaluated_as_three_arrays(sess):
    found = sess.run(tf.SparseTensor(PLACES, VALUES, SIZES))
    assert isinstance(found, tf.SparseTensorValue)
    assert found.indices.tolist() == PLACES
    assert found.indices.dtype == np.int64
    assert [part.tolist() for part in tf.SparseTensor(PLACES, VALUES, SIZES).eval()] == [PLACES, VALUES, SIZES]


def test_a_sparse_tensor_is_fed_as_it_is_fetched(sess):
    fed = tf.SparseTensor(
        tf.placeholder(tf.int64, [None, 2]), tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int64, [2])
    )
    dense = tf.sparse_tensor_to_dense(fed)
    for value in (tf.SparseTensorValue(PLACES, VALUES, SIZES), (PLACES, VALUES, SIZES)):
        np.testing.assert_array_equal(sess.run(dense, {fed: value}), DENSE)
    with pytest.raises(TypeError, match="is fed three arrays, indices, values and shape"):
        sess.run(dense, {fed: VALUES[:2]})


def test_a_sparse_matrix_is_multiplied_without_being_filled_up(sess):
    sparse = tf.SparseTensor(PLACES, VALUES, SIZES)
    np.testing.assert_allclose(sess.run(tf.sparse_tensor_dense_matmul(sparse, TABLE)), DENSE @ TABLE)
    transposed = tf.sparse_tensor_dense_matmul(sparse, TABLE[:2].T, adjoint_a=True, adjoint_b=True)
    np.testing.assert_allclose(sess.run(transposed), DENSE.T @ TABLE[:2])
    with pytest.raises(ValueError, match="Dimensions 4 and 3 are not compatible"):
        tf.sparse_tensor_dense_matmul(sparse, TABLE.T)
    with pytest.raises(TypeError, match="Input must be a SparseTensor"):
        tf.sparse_tensor_dense_matmul(DENSE, TABLE)


def test_places_that_cannot_be_are_named(sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"a_indices\[1\] = \[5,0\] is not in \[2,4\]"):
        sess.run(tf.sparse_tensor_dense_matmul(tf.SparseTensor([[0, 1], [5, 0]], [1.0, 1.0], SIZES), TABLE))
    with pytest.raises(ValueError, match="Dimensions 3 and 2 are not compatible"):
        tf.SparseTensor(PLACES, VALUES[:2], SIZES)


def test_elements_and_rows_are_kept_or_left_out(sess):
    kept = tf.sparse_retain(tf.SparseTensor(PLACES, VALUES, SIZES), [True, False, True])
    assert sess.run(tf.sparse_tensor_to_dense(kept, -1.0)).tolist() == [[-1, 2, -1, -1], [-1, -1, -1, 4]]
    slices = tf.IndexedSlices(tf.constant([[1.0], [2.0], [3.0]]), tf.constant([5, 7, 9]))
    masked = sess.run(tf.sparse_mask(slices, [7]))
    assert (masked.indices.tolist(), masked.values.tolist()) == ([5, 9], [[1.0], [3.0]])


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
@pytest.mark.parametrize("weighted", [False, True])
def test_embeddings_of_several_ids_are_combined(combiner, weighted, sess):
    ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], np.array([1, 3, 3]), [2, 2])
    weights = np.array([0.5, 2.0, 3.0], np.float32) if weighted else np.ones(3, np.float32)
    sparse_weights = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], weights, [2, 2]) if weighted else None
    table = tf.constant(TABLE)
    combined = tf.nn.embedding_lookup_sparse(table, ids, sparse_weights, combiner=combiner)
    sums = np.stack([weights[0] * TABLE[1] + weights[1] * TABLE[3], weights[2] * TABLE[3]])
    divisors = {
        "sum": [1.0, 1.0],
        "mean": [weights[:2].sum(), weights[2]],
        "sqrtn": [np.sqrt((weights[:2] ** 2).sum()), weights[2]],
    }[combiner]
    np.testing.assert_allclose(sess.run(combined), sums / np.array(divisors)[:, None], rtol=1e-5)
    grad = sess.run(tf.convert_to_tensor(tf.gradients(combined, table)[0]))
    np.testing.assert_allclose(grad[1], weights[0] / divisors[0], rtol=1e-5)
    with pytest.raises(ValueError, match="combiner must be one of"):
        tf.nn.embedding_lookup_sparse(table, ids, None, combiner="max")
