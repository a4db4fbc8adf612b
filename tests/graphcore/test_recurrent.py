"""Recurrent cells against their formulas, cells made of cells, runs over sequences, and losses of sequences."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

RNG = np.random.RandomState(3)
INPUTS = RNG.randn(4, 2, 3).astype(np.float32)  # steps, examples, numbers
cells = tf.nn.rnn_cell


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def value_of(sess, name):
    return sess.run(f"{name}:0")


def named_variables():
    return [variable.op.name for variable in tf.all_variables()]


def test_a_basic_cell_is_a_layer_of_input_and_state(sess):
    state = RNG.randn(2, 5).astype(np.float32)
    output, new_state = cells.BasicRNNCell(5)(INPUTS[0], state)
    sess.run(tf.initialize_all_variables())
    weights, bias = value_of(sess, "BasicRNNCell/Linear/Matrix"), value_of(sess, "BasicRNNCell/Linear/Bias")
    expected = np.tanh(np.concatenate([INPUTS[0], state], 1) @ weights + bias)
    np.testing.assert_allclose(sess.run(output), expected, rtol=1e-5)
    assert new_state is output


def test_a_gated_unit_keeps_as_much_of_its_state_as_the_gate_says(sess):
    state = RNG.randn(2, 5).astype(np.float32)
    output, _ = cells.GRUCell(5)(INPUTS[0], state)
    sess.run(tf.initialize_all_variables())
    names = ["Gates/Linear/Matrix", "Gates/Linear/Bias", "Candidate/Linear/Matrix", "Candidate/Linear/Bias"]
    w, b, w_candidate, b_candidate = (value_of(sess, f"GRUCell/{name}") for name in names)
    assert b.tolist() == [1.0] * 10
    reset, update = np.split(sigmoid(np.concatenate([INPUTS[0], state], 1) @ w + b), 2, axis=1)
    candidate = np.tanh(np.concatenate([INPUTS[0], reset * state], 1) @ w_candidate + b_candidate)
    np.testing.assert_allclose(sess.run(output), update * state + (1 - update) * candidate, rtol=1e-5)


def lstm(x, c, h, w, b, forget_bias=1.0, peepholes=(0, 0, 0)):
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ w + b, 4, axis=1)
    new_c = c * sigmoid(f + forget_bias + peepholes[0] * c) + sigmoid(i + peepholes[1] * c) * np.tanh(j)
    return new_c, np.tanh(new_c) * sigmoid(o + peepholes[2] * new_c)


@pytest.mark.parametrize("as_tuple", [False, True])
def test_a_cell_with_memory_writes_keeps_and_reads(as_tuple, sess):
    c, h = RNG.randn(2, 2, 5).astype(np.float32)
    cell = cells.BasicLSTMCell(5, forget_bias=0.5, state_is_tuple=as_tuple)
    state = cells.LSTMStateTuple(c, h) if as_tuple else np.concatenate([c, h], 1)
    output, new_state = cell(INPUTS[0], state)
    sess.run(tf.initialize_all_variables())
    w, b = value_of(sess, "BasicLSTMCell/Linear/Matrix"), value_of(sess, "BasicLSTMCell/Linear/Bias")
    expected_c, expected_h = lstm(INPUTS[0], c, h, w, b, forget_bias=0.5)
    np.testing.assert_allclose(sess.run(output), expected_h, rtol=1e-5)
    found = sess.run(new_state)
    np.testing.assert_allclose(found.c if as_tuple else found[:, :5], expected_c, rtol=1e-5)
    assert cell.state_size == (cells.LSTMStateTuple(5, 5) if as_tuple else 10)


def test_peepholes_let_the_gates_see_the_memory_and_a_projection_makes_the_output_small(sess):
    cell = cells.LSTMCell(5, use_peepholes=True, num_proj=2, num_unit_shards=2, cell_clip=0.4)
    c, h = RNG.randn(2, 5).astype(np.float32), RNG.randn(2, 2).astype(np.float32)
    output, state = cell(INPUTS[0], np.concatenate([c, h], 1))
    assert (cell.state_size, cell.output_size) == (7, 2)
    sess.run(tf.initialize_all_variables())
    w = np.concatenate([value_of(sess, f"LSTMCell/W_{i}") for i in range(2)])
    assert w.shape == (5, 20)
    peepholes = [value_of(sess, f"LSTMCell/W_{gate}_diag") for gate in "FIO"]
    i, j, f, o = np.split(np.concatenate([INPUTS[0], h], 1) @ w, 4, axis=1)
    kept = sigmoid(f + 1 + peepholes[0] * c) * c + sigmoid(i + peepholes[1] * c) * np.tanh(j)
    new_c = np.clip(kept, -0.4, 0.4)
    expected = sigmoid(o + peepholes[2] * new_c) * np.tanh(new_c) @ value_of(sess, "LSTMCell/W_P_0")
    np.testing.assert_allclose(sess.run(output), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sess.run(state), np.concatenate([new_c, expected], 1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("as_tuple", [False, True])
def test_stacked_cells_pass_their_outputs_up(as_tuple, sess):
    lowest, top = cells.GRUCell(5), cells.BasicRNNCell(2)
    stacked = cells.MultiRNNCell([lowest, top], state_is_tuple=as_tuple)
    state = stacked.zero_state(2, tf.float32)
    output, new_state = stacked(INPUTS[0], state)
    assert named_variables()[0] == "MultiRNNCell/Cell0/GRUCell/Gates/Linear/Matrix"
    with tf.variable_scope("MultiRNNCell", reuse=True):
        with tf.variable_scope("Cell0"):
            middle, _ = lowest(INPUTS[0], tf.zeros([2, 5]))
        with tf.variable_scope("Cell1"):
            expected, _ = top(middle, tf.zeros([2, 2]))
    sess.run(tf.initialize_all_variables())
    np.testing.assert_allclose(*sess.run([output, expected]))
    found = sess.run(new_state)
    assert [part.shape for part in found] == [(2, 5), (2, 2)] if as_tuple else found.shape == (2, 7)


def test_a_state_that_is_a_tuple_does_not_fit_beside_others():
    with pytest.raises(ValueError, match="needs state_is_tuple=True"):
        cells.MultiRNNCell([cells.BasicLSTMCell(2, state_is_tuple=True)])
    with pytest.raises(ValueError, match="at least one cell"):
        cells.MultiRNNCell([])


def test_wrappers_change_what_goes_in_and_out(sess):
    cell = cells.OutputProjectionWrapper(cells.InputProjectionWrapper(cells.BasicRNNCell(5), 4), 7)
    output, state = cell(INPUTS[0], cell.zero_state(2, tf.float32))
    words = cells.EmbeddingWrapper(cells.GRUCell(5), embedding_classes=10, embedding_size=4)
    told, _ = words(np.array([3, 9]), words.zero_state(2, tf.float32))
    silent, _ = cells.DropoutWrapper(cells.GRUCell(5), output_keep_prob=1e-9)(
        INPUTS[0], tf.zeros([2, 5]), tf.VariableScope(False, "silent")
    )
    sess.run(tf.initialize_all_variables())
    assert sess.run(output).shape == (2, 7)
    assert sess.run(state).shape == (2, 5)
    assert sess.run(told).shape == (2, 5)
    assert value_of(sess, "EmbeddingWrapper/embedding").shape == (10, 4)
    assert not sess.run(silent).any()
    with pytest.raises(ValueError, match=r"Parameter input_keep_prob must be between 0 and 1: 1\.5"):
        cells.DropoutWrapper(cells.GRUCell(5), input_keep_prob=1.5)
    with pytest.raises(TypeError, match="is not an RNNCell"):
        cells.DropoutWrapper("cell")


def test_a_run_over_a_sequence_shares_weights_and_hands_the_state_on(sess):
    cell = cells.BasicLSTMCell(5)
    outputs, state = tf.nn.rnn(cell, list(INPUTS), dtype=tf.float32)
    assert named_variables() == ["RNN/BasicLSTMCell/Linear/Matrix", "RNN/BasicLSTMCell/Linear/Bias"]
    sess.run(tf.initialize_all_variables())
    w, b = (value_of(sess, name) for name in named_variables())
    c = h = np.zeros((2, 5), np.float32)
    for value, found in zip(INPUTS, sess.run(outputs)):
        c, h = lstm(value, c, h, w, b)
        np.testing.assert_allclose(found, h, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sess.run(state), np.concatenate([c, h], 1), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("as_tuple", [False, True])
def test_sequences_that_end_early_keep_their_state(as_tuple, sess):
    cell = cells.BasicLSTMCell(5, state_is_tuple=as_tuple)
    lengths = tf.placeholder(tf.int32, [2])
    with tf.variable_scope("net"):
        outputs, state = tf.nn.rnn(cell, list(INPUTS), dtype=tf.float32, sequence_length=lengths)
    with tf.variable_scope("net", reuse=True):
        _, state_of_two = tf.nn.rnn(cell, list(INPUTS[:2]), dtype=tf.float32)
        _, state_of_all = tf.nn.rnn(cell, list(INPUTS), dtype=tf.float32)
    sess.run(tf.initialize_all_variables())
    found, last, of_two, of_all = sess.run([outputs, state, state_of_two, state_of_all], {lengths: [2, 4]})
    assert not found[2][0].any()
    assert not found[3][0].any()
    assert found[3][1].all()
    for one, two, four in zip(*([last, of_two, of_all] if as_tuple else [[last], [of_two], [of_all]])):
        np.testing.assert_allclose(one[0], two[0])
        np.testing.assert_allclose(one[1], four[1])


@pytest.mark.parametrize("as_tuple", [False, True])
@pytest.mark.parametrize("time_major", [False, True])
def test_a_loop_in_the_graph_gives_what_steps_of_their_own_give(as_tuple, time_major, sess):
    cell = cells.BasicLSTMCell(5, state_is_tuple=as_tuple)
    lengths = np.array([2, 4], np.int32)
    fed = tf.placeholder(tf.float32, [None, None, 3])
    with tf.variable_scope("net") as scope:
        outputs, state = tf.nn.dynamic_rnn(cell, fed, lengths, dtype=tf.float32, time_major=time_major)
        scope.reuse_variables()
        expected, expected_state = tf.nn.rnn(cell, list(INPUTS), dtype=tf.float32, sequence_length=lengths)
    assert named_variables() == ["net/RNN/BasicLSTMCell/Linear/Matrix", "net/RNN/BasicLSTMCell/Linear/Bias"]
    last = [tf.reduce_sum(outputs), tf.reduce_sum(tf.pack(expected))]
    gradients = [tf.gradients(total, tf.trainable_variables()) for total in last]
    sess.run(tf.initialize_all_variables())
    feeds = {fed: INPUTS if time_major else INPUTS.transpose(1, 0, 2)}
    found, wanted = sess.run([outputs, tf.pack(expected)], feeds)
    np.testing.assert_allclose(found if time_major else found.transpose(1, 0, 2), wanted, rtol=1e-5, atol=1e-6)
    for one, other in zip(*sess.run([state, expected_state], feeds)):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    for one, other in zip(*sess.run(gradients, feeds)):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_a_loop_takes_as_many_steps_as_there_are(sess):
    fed = tf.placeholder(tf.float32, [2, None, 3])
    outputs, _ = tf.nn.dynamic_rnn(cells.MultiRNNCell([cells.GRUCell(4)] * 2), fed, dtype=tf.float32)
    assert outputs.get_shape().as_list() == [2, None, 4]
    sess.run(tf.initialize_all_variables())
    for steps in (1, 7):
        assert sess.run(outputs, {fed: np.ones((2, steps, 3))}).shape == (2, steps, 4)
    with pytest.raises(ValueError, match="must have rank 3"):
        tf.nn.dynamic_rnn(cells.GRUCell(4), tf.zeros([2, 3]), dtype=tf.float32)


def test_two_directions_meet_at_every_step(sess):
    lengths = np.array([2, 4])
    outputs, forward, backward = tf.nn.bidirectional_rnn(
        cells.GRUCell(5), cells.GRUCell(2), list(INPUTS), dtype=tf.float32, sequence_length=lengths
    )
    with tf.variable_scope("BiRNN_BW", reuse=True):
        alone, _ = tf.nn.rnn(cells.GRUCell(2), [INPUTS[1], INPUTS[0]], dtype=tf.float32, scope=tf.get_variable_scope())
    sess.run(tf.initialize_all_variables())
    found, expected = sess.run([outputs, alone])
    assert [step.shape for step in found] == [(2, 7)] * 4
    # The shorter example is turned round within its two steps.
    np.testing.assert_allclose(found[0][0, 5:], expected[1][0], rtol=1e-5)
    np.testing.assert_allclose(found[1][0, 5:], expected[0][0], rtol=1e-5)
    assert sess.run([forward, backward])[1].shape == (2, 2)


def test_a_state_may_be_kept_outside_from_run_to_run(sess):
    class Saver:
        def __init__(self):
            self.kept = tf.Variable(tf.zeros([2, 5]))

        def state(self, name):
            return self.kept

        def save_state(self, name, state):
            return tf.assign(self.kept, state)

    saver = Saver()
    outputs, _ = tf.nn.state_saving_rnn(cells.BasicRNNCell(5), list(INPUTS), saver, "state")
    sess.run(tf.initialize_all_variables())
    for _ in range(2):
        last = sess.run(outputs)[-1]
        np.testing.assert_allclose(sess.run(saver.kept), last)


def test_what_a_run_cannot_do_without_is_said():
    cell = cells.GRUCell(5)
    with pytest.raises(ValueError, match="If no initial_state is provided, dtype must be"):
        tf.nn.rnn(cell, list(INPUTS))
    with pytest.raises(ValueError, match="inputs must not be empty"):
        tf.nn.rnn(cell, [], dtype=tf.float32)
    with pytest.raises(TypeError, match="inputs must be a list"):
        tf.nn.rnn(cell, tf.constant(INPUTS), dtype=tf.float32)
    with pytest.raises(TypeError, match="cell must be an instance of RNNCell"):
        tf.nn.rnn("GRU", list(INPUTS), dtype=tf.float32)
    with pytest.raises(ValueError, match="which is not known"):
        cell(tf.placeholder(tf.float32, [2, None]), tf.zeros([2, 5]))


def test_the_loss_of_a_sequence_counts_its_steps_by_their_weights(sess):
    logits = RNG.randn(3, 2, 5)
    targets = RNG.randint(0, 5, (3, 2))
    weights = np.array([[1.0, 1.0], [1.0, 0.5], [0.0, 1.0]])
    log_likelihood = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    losses = -np.take_along_axis(log_likelihood, targets[..., None], -1)[..., 0] * weights
    arguments = list(logits), list(targets), list(weights)
    by_example = tf.nn.seq2seq.sequence_loss_by_example(*arguments)
    np.testing.assert_allclose(sess.run(by_example), losses.sum(0) / weights.sum(0))
    whole = tf.nn.seq2seq.sequence_loss(*arguments, average_across_timesteps=False)
    np.testing.assert_allclose(sess.run(whole), losses.sum() / 2)
    other = tf.nn.seq2seq.sequence_loss_by_example(
        *arguments, softmax_loss_function=lambda logit, target: tf.cast(target, tf.float64)
    )
    np.testing.assert_allclose(sess.run(other), (targets * weights).sum(0) / weights.sum(0))
    with pytest.raises(ValueError, match=r"must be the same and not 0: 3, 3, 2"):
        tf.nn.seq2seq.sequence_loss(list(logits), list(targets)[:2], list(weights))


def test_a_network_learns_to_remember(sess):
    """The first number of a sequence, which no later input repeats, comes out at its end."""
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-0.3, 0.3, seed=1)):
        steps = [tf.placeholder(tf.float32, [None, 1]) for _ in range(5)]
        outputs, _ = tf.nn.rnn(cells.GRUCell(8), steps, dtype=tf.float32)
        guess = cells.linear(outputs[-1], 1, True)
    loss = tf.reduce_mean(tf.square(guess - steps[0]))
    train = tf.train.AdamOptimizer(0.02).minimize(loss)
    sess.run(tf.initialize_all_variables())
    losses = []
    for _ in range(150):
        batch = RNG.choice([-0.5, 0.5], (5, 32, 1))
        losses.append(sess.run([loss, train], dict(zip(steps, batch)))[0])
    assert np.mean(losses[:5]) > 0.2
    assert np.mean(losses[-5:]) < 0.02
