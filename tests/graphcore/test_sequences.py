"""``tf.nn.seq2seq``: sequences read and written, with attention or without, and models for several lengths."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

seq2seq, cells = tf.nn.seq2seq, tf.nn.rnn_cell
RNG = np.random.RandomState(6)
READ = [RNG.randint(0, 6, 2).astype(np.int32) for _ in range(3)]
WRITTEN = [RNG.randint(0, 5, 2).astype(np.int32) for _ in range(4)]
MODELS = {
    "plain": lambda read, written, feed: seq2seq.embedding_rnn_seq2seq(
        read, written, cells.GRUCell(4), 6, 5, 3, feed_previous=feed
    ),
    "tied": lambda read, written, feed: seq2seq.embedding_tied_rnn_seq2seq(
        read, written, cells.GRUCell(4), 6, 4, feed_previous=feed
    ),
    "attention": lambda read, written, feed: seq2seq.embedding_attention_seq2seq(
        read, written, cells.GRUCell(4), 6, 5, 3, num_heads=2, feed_previous=feed
    ),
    "attention from the start": lambda read, written, feed: seq2seq.embedding_attention_seq2seq(
        read, written, cells.BasicLSTMCell(4, state_is_tuple=True), 6, 5, 3, 1, None, feed, initial_state_attention=True
    ),
}


def names():
    return {variable.op.name for variable in tf.trainable_variables()}


def test_a_decoder_goes_on_from_the_state_of_an_encoder(sess):
    read, written = RNG.randn(3, 2, 4).astype(np.float32), RNG.randn(2, 2, 4).astype(np.float32)
    outputs, _ = seq2seq.basic_rnn_seq2seq(list(read), list(written), cells.GRUCell(4))
    assert {name.split("/")[1] for name in names()} == {"RNN", "rnn_decoder"}
    with tf.variable_scope("basic_rnn_seq2seq", reuse=True):
        _, state = tf.nn.rnn(cells.GRUCell(4), list(read), dtype=tf.float32)
        expected, _ = tf.nn.rnn(cells.GRUCell(4), list(written), state, scope="rnn_decoder")
    sess.run(tf.initialize_all_variables())
    np.testing.assert_allclose(*sess.run([tf.pack(outputs), tf.pack(expected)]))


def test_tied_weights_are_one_set(sess):
    read = list(RNG.randn(3, 2, 4).astype(np.float32))
    outputs, state = seq2seq.tied_rnn_seq2seq(read, read[:2], cells.GRUCell(4))
    assert {name.rsplit("/", 4)[0] for name in names()} == {"combined_tied_rnn_seq2seq/tied_rnn_seq2seq"}
    sess.run(tf.initialize_all_variables())
    np.testing.assert_array_equal(*sess.run([outputs[-1], state]))


@pytest.mark.parametrize("name", MODELS)
def test_models_of_symbols_give_logits_for_every_step(name, sess):
    outputs, _ = MODELS[name](READ, WRITTEN, False)
    sess.run(tf.initialize_all_variables())
    assert [logits.shape for logits in sess.run(outputs)] == [(2, 6 if name == "tied" else 5)] * 4
    assert all(grad is not None for grad in tf.gradients(outputs[-1], tf.trainable_variables()))


@pytest.mark.parametrize("name", MODELS)
def test_the_run_may_tell_whether_a_model_writes_on_its_own(name, sess):
    feed = tf.placeholder(tf.bool, [])
    with tf.variable_scope("model") as scope:
        outputs, _ = MODELS[name](READ, WRITTEN, feed)
        scope.reuse_variables()
        told, _ = MODELS[name](READ, WRITTEN, False)
        alone, _ = MODELS[name](READ, WRITTEN[:1] + [np.zeros(2, np.int32)] * 3, True)
    sess.run(tf.initialize_all_variables())
    for chosen, expected in ((False, told), (True, alone)):
        for one, other in zip(*sess.run([outputs, expected], {feed: chosen})):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_a_model_learns_to_turn_sequences_round(sess):
    steps, symbols = 4, 5
    read = [tf.placeholder(tf.int32, [None]) for _ in range(steps)]
    start = tf.zeros_like(read[0])
    targets = read[::-1]
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-0.3, 0.3, seed=1)) as scope:

        def build(feed):
            return seq2seq.embedding_attention_seq2seq(
                read, [start, *targets[:-1]], cells.GRUCell(24), symbols, symbols, 12, feed_previous=feed
            )[0]

        learning = build(False)
        scope.reuse_variables()
        writing = build(True)
    weights = [tf.ones_like(step, tf.float32) for step in targets]
    loss = seq2seq.sequence_loss(learning, targets, weights)
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
    right = tf.reduce_mean(tf.to_float(tf.equal(tf.argmax(tf.pack(writing), 2), tf.to_int64(tf.pack(targets)))))
    sess.run(tf.initialize_all_variables())
    for _ in range(250):
        sess.run(train, dict(zip(read, RNG.randint(0, symbols, (steps, 32)))))
    assert sess.run(right, dict(zip(read, RNG.randint(0, symbols, (steps, 200))))) > 0.9


def test_buckets_share_their_variables(sess):
    weights = [np.ones(2, np.float32)] * 4

    def model(read, written):
        return MODELS["plain"](read, written, False)

    outputs, losses = seq2seq.model_with_buckets(READ, WRITTEN, WRITTEN, weights, [(2, 2), (3, 4)], model)
    assert [len(steps) for steps in outputs] == [2, 4]
    assert len(names()) == 12  # a table and four of the cell to read, these and a projection to write
    sess.run(tf.initialize_all_variables())
    assert all(np.isfinite(sess.run(losses)))
    with pytest.raises(ValueError, match=r"Length of weights \(1\) must be at least that of last bucket \(4\)"):
        seq2seq.model_with_buckets(READ, WRITTEN, WRITTEN, weights[:1], [(3, 4)], model)


def test_what_attention_cannot_do_without_is_said():
    cell, states = cells.GRUCell(4), tf.zeros([2, 3, 4])
    with pytest.raises(ValueError, match="at least 1 input"):
        seq2seq.attention_decoder([], tf.zeros([2, 4]), states, cell)
    with pytest.raises(ValueError, match="less than 1 heads"):
        seq2seq.attention_decoder([tf.zeros([2, 4])], tf.zeros([2, 4]), states, cell, num_heads=0)
    with pytest.raises(ValueError, match="attention_states must be known"):
        seq2seq.attention_decoder([tf.zeros([2, 4])], tf.zeros([2, 4]), tf.placeholder(tf.float32, [2, None, 4]), cell)
