"""A language model: an LSTM that reads text word by word and says how likely each word is to come next.

It reads many passages side by side and hands its memory on from one stretch of words to the next; gradients flow
back through the words of one stretch only. Perplexity is among how many words it is as unsure as if it had to toss a
die; it begins at the size of the vocabulary and falls towards the freedom that the grammar leaves:

    python examples/ptb_lstm.py
    board --logdir=log_ptb_lstm
"""

import argparse

import made_sentences
import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="An LSTM that guesses the next word.")
parser.add_argument("--logdir", default="log_ptb_lstm", help="where to log")
parser.add_argument("--epochs", type=int, default=6, help="how often to read the text")
flags = parser.parse_args()

PASSAGES, STRETCH, SIZE, LAYERS = 20, 8, 32, 2  # read side by side, words at a time, units of a layer, layers
LARGEST_GRADIENT, KEPT = 5.0, 0.9

text = {"train": made_sentences.write(count=800), "valid": made_sentences.write(count=200, seed=1)}
words = made_sentences.vocabulary(text["train"])
number = {word: i for i, word in enumerate(words)}


def stretches(part):
    """The text cut into passages, stretch by stretch: words and those that come after them, ``[passages, stretch]``."""
    read = np.array([number[word] for word in text[part]])
    length = len(read) // PASSAGES
    passages = read[: PASSAGES * length].reshape(PASSAGES, length)
    for start in range(0, length - STRETCH, STRETCH):
        yield passages[:, start : start + STRETCH], passages[:, start + 1 : start + STRETCH + 1]


class Model:
    """The network over one stretch of words; with ``learns``, also what trains it."""

    def __init__(self, learns):
        self.inputs = tf.placeholder(tf.int32, [PASSAGES, STRETCH], name="inputs")
        self.targets = tf.placeholder(tf.int32, [PASSAGES, STRETCH], name="targets")
        layer = tf.nn.rnn_cell.BasicLSTMCell(SIZE, forget_bias=0.0)
        if learns:
            layer = tf.nn.rnn_cell.DropoutWrapper(layer, output_keep_prob=KEPT, seed=1)
        cell = tf.nn.rnn_cell.MultiRNNCell([layer] * LAYERS)
        self.initial_state = cell.zero_state(PASSAGES, tf.float32)

        vectors = tf.nn.embedding_lookup(tf.get_variable("embedding", [len(words), SIZE]), self.inputs)
        steps = [tf.squeeze(step, [1]) for step in tf.split(1, STRETCH, vectors)]
        outputs, self.final_state = tf.nn.rnn(cell, steps, initial_state=self.initial_state)
        output = tf.reshape(tf.concat(1, outputs), [-1, SIZE])
        logits = tf.matmul(output, tf.get_variable("softmax_w", [SIZE, len(words)])) + tf.get_variable(
            "softmax_b", [len(words)]
        )
        losses = tf.nn.seq2seq.sequence_loss_by_example(
            [logits], [tf.reshape(self.targets, [-1])], [tf.ones([PASSAGES * STRETCH])]
        )
        self.loss = tf.reduce_sum(losses) / PASSAGES
        if not learns:
            return

        self.rate = tf.Variable(0.0, trainable=False, name="rate")
        variables = tf.trainable_variables()
        gradients, _ = tf.clip_by_global_norm(tf.gradients(self.loss, variables), LARGEST_GRADIENT)
        self.train = tf.train.GradientDescentOptimizer(self.rate).apply_gradients(zip(gradients, variables))


def perplexity(sess, model, part, train):
    """Reads a part of the text once; how unsure the model was, in the mean."""
    state, total, count = sess.run(model.initial_state), 0.0, 0
    for inputs, targets in stretches(part):
        feeds = {model.inputs: inputs, model.targets: targets, model.initial_state: state}
        loss, state, _ = sess.run([model.loss, model.final_state, train], feeds)
        total, count = total + loss, count + STRETCH
    return float(np.exp(total / count))


tf.set_random_seed(1)
# Variables are shared: what the one model learns, the other one says.
start = tf.random_uniform_initializer(-0.1, 0.1)
with tf.name_scope("train"), tf.variable_scope("model", initializer=start):
    learning = Model(learns=True)
with tf.name_scope("valid"), tf.variable_scope("model", reuse=True):
    reading = Model(learns=False)

measured = tf.placeholder(tf.float32, [], name="measured")
summary = tf.scalar_summary("perplexity", measured)

with tf.Session() as sess:
    writers = {part: tf.train.SummaryWriter(f"{flags.logdir}/{part}") for part in text}
    writers["train"].add_graph(sess.graph)
    sess.run(tf.initialize_all_variables())
    for epoch in range(flags.epochs):
        # As fast as it can at first, then in ever smaller steps.
        sess.run(tf.assign(learning.rate, 1.0 * 0.7 ** max(epoch - 3, 0)))
        for part, model, train in [("train", learning, learning.train), ("valid", reading, tf.no_op())]:
            reached = perplexity(sess, model, part, train)
            writers[part].add_summary(sess.run(summary, {measured: reached}), epoch)
    for writer in writers.values():
        writer.close()
    print(f"perplexity on text it has never read: {reached:.2f}, of {len(words)} words")
