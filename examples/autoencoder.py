"""An autoencoder: a network that squeezes pictures through a few numbers and draws them again from these.

Nobody tells it what the pictures show. To draw them again, it has to find out by itself what they have in common. The
log shows pictures and what came of them side by side, and how the error falls:

    python examples/autoencoder.py
    board --logdir=log_autoencoder
"""

import argparse

import drawn_digits
import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="Drawn digits squeezed into a few numbers and drawn again.")
parser.add_argument("--logdir", default="log_autoencoder", help="where to log")
parser.add_argument("--steps", type=int, default=500, help="how many batches of 100 to learn from")
parser.add_argument("--code", type=int, default=16, help="how many numbers are to say all about a picture")
flags = parser.parse_args()

digits = drawn_digits.read_data_sets(train=2000, test=200)


def layer(values, units, activation, name, bias=0.0):
    """Weighted sums of all values, as many as there are units, and the activation of each."""
    size = values.get_shape()[1].value
    with tf.name_scope(name):
        spread = np.sqrt(2 / (size + units))
        weights = tf.Variable(tf.truncated_normal([size, units], stddev=spread, seed=units), name="weights")
        biases = tf.Variable(tf.constant(bias, shape=[units]), name="biases")
        return activation(tf.matmul(values, weights) + biases)


pictures = tf.placeholder(tf.float32, [None, 784], name="pictures")
with tf.name_scope("encoder"):
    code = layer(layer(pictures, 128, tf.nn.elu, "hidden"), flags.code, tf.nn.tanh, "code")
with tf.name_scope("decoder"):
    # It begins with a grey that has as much ink as the pictures. From any other it would first learn to draw more or
    # less of everything, whatever the code says, and might never come back to the code.
    ink = digits.train.images.mean()
    light = float(np.log(ink / (1 - ink)))
    drawn = layer(layer(code, 128, tf.nn.elu, "hidden"), 784, tf.nn.sigmoid, "drawn", bias=light)

error = tf.reduce_mean(tf.square(drawn - pictures), name="error")
with tf.name_scope("train"):
    train = tf.train.AdamOptimizer(2e-3).minimize(error)

curve = tf.scalar_summary("error", error)
side_by_side = tf.reshape(tf.concat(1, [tf.reshape(p, [-1, 28, 28]) for p in (pictures, drawn)]), [-1, 56, 28, 1])
shown = tf.merge_summary([curve, tf.image_summary("picture above, drawn below", side_by_side, max_images=5)])

with tf.Session() as sess:
    training = tf.train.SummaryWriter(f"{flags.logdir}/train", sess.graph)
    testing = tf.train.SummaryWriter(f"{flags.logdir}/test")
    sess.run(tf.initialize_all_variables())
    unseen = {pictures: digits.test.images}
    for step in range(flags.steps):
        if step % 100 == 0:
            testing.add_summary(sess.run(shown, unseen), step)
        summary, _ = sess.run([curve, train], {pictures: digits.train.next_batch(100)[0]})
        training.add_summary(summary, step)
    summary, reached = sess.run([shown, error], unseen)
    testing.add_summary(summary, flags.steps)
    # What one would get who drew the mean of all pictures every time.
    blind = np.mean(np.square(digits.test.images - digits.train.images.mean(axis=0)))
    print(f"error on digits it has never seen: {reached:.4f}; of drawing their mean: {blind:.4f}")
    training.close()
    testing.close()
