"""Classes drawn from many, and losses that need no more than these."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

RNG = np.random.RandomState(0)
TRUE = np.array([[0], [3], [7]])


def drawn(sampler, count, unique, range_max, sess, runs=1):
    made = sampler(TRUE, 1, count, unique, range_max, seed=5)
    return [[value.ravel().tolist() for value in sess.run(made)] for _ in range(runs)]


def test_the_classes_drawn_are_those_of_tensorflow(sess):
    # From TensorFlow 2.21.
    ((sampled, right, expected),) = drawn(tf.nn.log_uniform_candidate_sampler, 5, True, 20, sess)
    assert sampled == [0, 4, 7, 6, 1]
    np.testing.assert_allclose(right, [0.836085, 0.413057, 0.241328], rtol=1e-5)
    np.testing.assert_allclose(expected, [0.836085, 0.350967, 0.241328, 0.269447, 0.632288], rtol=1e-5)
    ((sampled, right, expected),) = drawn(tf.nn.log_uniform_candidate_sampler, 5, False, 20, sess)
    assert sampled == [0, 4, 7, 6, 0]
    np.testing.assert_allclose(right, [1.138351, 0.366467, 0.193434], rtol=1e-5)
    ((sampled, right, expected),) = drawn(tf.nn.uniform_candidate_sampler, 5, True, 20, sess)
    assert sampled == [15, 8, 16, 1, 0]
    assert right == [0.25] * 3
    assert expected == [0.25] * 5


@pytest.mark.parametrize("sampler", [tf.nn.log_uniform_candidate_sampler, tf.nn.uniform_candidate_sampler])
def test_how_often_a_class_is_expected_is_how_often_it_comes(sampler, sess):
    count = 20_000
    sampled, right, _ = sess.run(sampler(TRUE, 1, count, False, 8, seed=1))
    found = np.bincount(sampled, minlength=8)
    assert len(found) == 8
    # Five standard errors of a count.
    assert (np.abs(found[TRUE] - right) < 5 * np.sqrt(right)).all()


def test_all_classes_can_be_drawn_but_no_more(sess):
    ((sampled, _, _),) = drawn(tf.nn.log_uniform_candidate_sampler, 9, True, 9, sess)
    assert sorted(sampled) == list(range(9))
    with pytest.raises(ValueError, match="UniformCandidateSampler cannot draw 10 different classes out of 9"):
        tf.nn.uniform_candidate_sampler(TRUE, 1, 10, True, 9)
    assert len(drawn(tf.nn.uniform_candidate_sampler, 10, False, 9, sess)[0][0]) == 10


def test_draws_differ_from_run_to_run_and_start_again_with_a_session(fresh_graph):
    made = tf.nn.log_uniform_candidate_sampler(TRUE, 1, 8, True, 1000, seed=5)[0]
    sessions = []
    for _ in range(2):
        with tf.Session(graph=fresh_graph) as sess:
            sessions.append([sess.run(made).tolist() for _ in range(2)])
    assert sessions[0] == sessions[1]
    assert sessions[0][0] != sessions[0][1]


def test_accidental_hits(sess):
    rows, places, weights = sess.run(tf.nn.compute_accidental_hits([[0, 2], [3, 1]], np.array([3, 0, 5, 1]), 2))
    assert list(zip(rows.tolist(), places.tolist())) == [(0, 1), (1, 0), (1, 3)]
    assert (weights == np.finfo(np.float32).min).all()


def losses(function, hits: bool, sess):
    """A loss over classes that are drawn, and the numbers to compute it from."""
    weights, biases, inputs = (RNG.randn(*shape) for shape in [(30, 4), (30,), (3, 4)])
    labels = np.array([[1, 2], [3, 0], [5, 5]])
    sampled_values = tf.nn.log_uniform_candidate_sampler(labels, 2, 6, True, 30, seed=7)
    loss = function(
        weights, biases, inputs, labels, 6, 30, 2, sampled_values=sampled_values, remove_accidental_hits=hits
    )
    value, (sampled, right_counts, counts) = sess.run([loss, sampled_values])
    assert set(sampled) & set(labels.ravel())  # or there would be nothing to remove
    right = (inputs[:, None] * weights[labels]).sum(-1) + biases[labels] - np.log(right_counts)
    others = inputs @ weights[sampled].T + biases[sampled] - np.log(counts)
    if hits:
        others[(labels[:, :, None] == sampled).any(axis=1)] = -np.inf
    return value, np.concatenate([right, others], axis=1)


@pytest.mark.parametrize("hits", [True, False])
def test_nce_tells_right_classes_from_those_drawn(hits, sess):
    value, logits = losses(tf.nn.nce_loss, hits, sess)
    right = np.arange(8) < 2
    expected = np.where(right, np.logaddexp(0, logits) - logits / 2, np.logaddexp(0, logits)).sum(axis=1)
    np.testing.assert_allclose(value, expected, rtol=1e-6)


@pytest.mark.parametrize("hits", [True, False])
def test_a_sampled_softmax_is_one_over_right_classes_and_those_drawn(hits, sess):
    value, logits = losses(tf.nn.sampled_softmax_loss, hits, sess)
    log_sum = np.log(np.exp(logits).sum(axis=1))
    np.testing.assert_allclose(value, log_sum - logits[:, :2].mean(axis=1), rtol=1e-6)


def test_the_gradients_are_rows_of_the_classes_that_took_part(sess):
    weights, biases = tf.Variable(np.float32(RNG.randn(50, 4))), tf.Variable(tf.zeros([50]))
    loss = tf.nn.nce_loss(weights, biases, tf.ones([2, 4]), [[3], [9]], 5, 50)
    grads = tf.gradients(loss, [weights, biases])
    assert all(isinstance(grad, tf.IndexedSlices) for grad in grads)
    sess.run(tf.initialize_all_variables())
    of_weights, of_biases = sess.run(grads)
    assert of_weights.indices[:2].tolist() == [3, 9]
    assert of_weights.values.shape == (7, 4)
    np.testing.assert_array_equal(of_weights.indices, of_biases.indices)


def test_places_become_a_whole_tensor(sess):
    assert sess.run(tf.sparse_to_dense([1, 3], [5], 7)).tolist() == [0, 7, 0, 7, 0]
    assert sess.run(tf.sparse_to_dense(2, [3], 1.5, -1.0)).tolist() == [-1, -1, 1.5]
    assert sess.run(tf.sparse_to_dense([[0, 1], [1, 0]], [2, 2], [5, 6], 1)).tolist() == [[1, 5], [6, 1]]
    for places, message in [
        ([1, 1], r"sparse_indices\[1\] = \[1\] is repeated"),
        ([2, 1], r"sparse_indices\[1\] = \[1\] is out of order"),
        ([1, 5], r"sparse_indices\[1\] = \[5\] is not in \[5\]"),
    ]:
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(tf.sparse_to_dense(places, [5], 7))
    assert sess.run(tf.sparse_to_dense([2, 1], [3], [7, 8], validate_indices=False)).tolist() == [0, 8, 7]


def test_words_that_stand_together_come_to_lie_together(sess):
    # Skip-grams of a language of twenty words, in which each word stands among the four others of its family only.
    rng, words, width = np.random.RandomState(0), 20, 8
    embeddings = tf.Variable(tf.random_uniform([words, width], -1.0, 1.0, seed=1))
    weights = tf.Variable(tf.truncated_normal([words, width], stddev=0.3, seed=2))
    biases = tf.Variable(tf.zeros([words]))
    centre, context = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.int32, [None, 1])
    embedded = tf.nn.embedding_lookup(embeddings, centre)
    sampled = tf.nn.uniform_candidate_sampler(context, 1, 5, True, words, seed=3)
    loss = tf.reduce_mean(tf.nn.nce_loss(weights, biases, embedded, context, 5, words, sampled_values=sampled))
    train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    normal = tf.nn.l2_normalize(embeddings, 1)
    similarity = tf.matmul(normal, normal, transpose_b=True)
    sess.run(tf.initialize_all_variables())
    seen = []
    for _ in range(600):
        family = 5 * rng.randint(0, 4, 64)
        pair = (family[:, None] + np.array([rng.permutation(5)[:2] for _ in range(64)])).astype(np.int32)
        seen.append(sess.run([loss, train], {centre: pair[:, 0], context: pair[:, 1:]})[0])
    assert np.mean(seen[-50:]) < np.mean(seen[:50]) / 2
    nearest = sess.run(tf.nn.top_k(similarity, 5)[1])
    in_family = nearest // 5 == np.arange(words)[:, None] // 5
    assert in_family.mean() > 0.9


def test_classes_are_drawn_as_often_as_their_counts_say(sess):
    counts = [1.0, 4.0, 9.0, 16.0]
    drawn, _, expected = tf.nn.fixed_unigram_candidate_sampler(
        np.array([[2]]), 1, 5000, False, range_max=5, unigrams=counts, num_reserved_ids=1, distortion=0.5, seed=1
    )
    found, expected_counts = sess.run([drawn, expected])
    np.testing.assert_allclose(np.bincount(found, minlength=5) / 5000, [0, 0.1, 0.2, 0.3, 0.4], atol=0.03)
    np.testing.assert_allclose(expected_counts, np.array([0, 0.1, 0.2, 0.3, 0.4])[found] * 5000, rtol=1e-5)


def test_counts_may_stand_in_a_file_and_be_shared_out(sess, tmp_path):
    vocabulary = tmp_path / "words.csv"
    vocabulary.write_text("the,10\ncat,5\nsat,5\n")
    drawn = tf.nn.fixed_unigram_candidate_sampler(
        np.array([[0]]), 1, 50, False, 3, vocab_file=str(vocabulary), num_shards=2, shard=0, seed=1
    )[0]
    assert set(sess.run(drawn)) == {0, 2}
    wrong = tf.nn.fixed_unigram_candidate_sampler(np.array([[0]]), 1, 5, False, 9, vocab_file=str(vocabulary))[0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="there are 0 reserved ids and 3 counts"):
        sess.run(wrong)
    neither = tf.nn.fixed_unigram_candidate_sampler(np.array([[0]]), 1, 5, False, 9)[0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="exactly one of vocab_file and unigrams"):
        sess.run(neither)


def test_a_sampler_learns_which_classes_come(fresh_graph):
    drawn = tf.nn.learned_unigram_candidate_sampler(np.full((1, 50), 3), 50, 200, False, range_max=5, seed=1)[0]
    for _ in range(2):
        with tf.Session(graph=fresh_graph) as session:
            shares = [np.mean(session.run(drawn) == 3) for _ in range(4)]
        assert 0.1 < shares[0] < 0.3
        assert shares[-1] > 0.9


def test_all_classes_are_the_exact_case(sess):
    sampled, of_true, of_sampled = sess.run(tf.nn.all_candidate_sampler(np.array([[1], [0]]), 1, 4, True))
    assert sampled.tolist() == [0, 1, 2, 3]
    assert of_true.tolist() == [[1.0], [1.0]]
    assert of_sampled.tolist() == [1.0] * 4
