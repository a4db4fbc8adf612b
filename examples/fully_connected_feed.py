"""A network written in four functions: inference, loss, training, evaluation; and a loop that feeds it.

This is how larger programs are built. Each function takes tensors and adds what it is there for; only the loop knows
where the pictures come from. Every so often it saves the variables, so that a program that was stopped goes on where it
was:

    python examples/fully_connected_feed.py
    python examples/fully_connected_feed.py --steps=2000
    board --logdir=log_fully_connected
"""

import argparse
import math
import os

import drawn_digits

import graphcore as tf

parser = argparse.ArgumentParser(description="Two hidden layers on drawn digits, with checkpoints.")
parser.add_argument("--logdir", default="log_fully_connected", help="where to log, and to save the variables")
parser.add_argument("--steps", type=int, default=1000, help="up to which step to learn")
parser.add_argument("--batch", type=int, default=100, help="pictures in a batch")
parser.add_argument("--rate", type=float, default=0.1, help="how far to step downhill")
parser.add_argument("--hidden", type=int, nargs=2, default=[128, 32], help="units of the hidden layers")
flags = parser.parse_args()

PIXELS, CLASSES = 784, 10


def linear(values, units):
    """Weighted sums of all values, as many as there are units."""
    size = values.get_shape()[1].value
    spread = 1 / math.sqrt(size)
    weights = tf.Variable(tf.truncated_normal([size, units], stddev=spread, seed=units), name="weights")
    biases = tf.Variable(tf.zeros([units]), name="biases")
    return tf.matmul(values, weights) + biases


def inference(images, units):
    """Pictures ``[n, 784]`` in, logits ``[n, 10]`` out."""
    values = images
    for i, count in enumerate(units, 1):
        with tf.name_scope(f"hidden{i}"):
            values = tf.nn.relu(linear(values, count))
    with tf.name_scope("softmax_linear"):
        return linear(values, CLASSES)


def loss(logits, labels):
    """How surprised the network is by the right answers, int32 ``[n]``."""
    cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(logits, labels, name="xentropy")
    return tf.reduce_mean(cross_entropy, name="xentropy_mean")


def training(loss, rate):
    """An operation that makes a step downhill, and counts it."""
    tf.scalar_summary("loss", loss)
    step = tf.Variable(0, name="global_step", trainable=False)
    return tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step), step


def evaluation(logits, labels):
    """How many of the pictures are recognised."""
    return tf.reduce_sum(tf.cast(tf.nn.in_top_k(logits, labels, 1), tf.int32))


digits = drawn_digits.read_data_sets()
images = tf.placeholder(tf.float32, [None, PIXELS], name="images")
labels = tf.placeholder(tf.int32, [None], name="labels")
logits = inference(images, flags.hidden)
mean_loss = loss(logits, labels)
train, global_step = training(mean_loss, flags.rate)
recognised = evaluation(logits, labels)
summaries = tf.merge_all_summaries()
saver = tf.train.Saver()


def feeds(pictures, one_hot):
    return {images: pictures, labels: one_hot.argmax(axis=1)}


def fraction(sess, data):
    """Of a data set, the fraction recognised."""
    return sess.run(recognised, feeds(data.images, data.labels)) / len(data.images)


with tf.Session() as sess:
    writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
    sess.run(tf.initialize_all_variables())
    saved = tf.train.latest_checkpoint(flags.logdir)
    if saved:
        saver.restore(sess, saved)
        print(f"goes on from step {sess.run(global_step)}")
    step = int(sess.run(global_step))
    while step < flags.steps:
        fed = feeds(*digits.train.next_batch(flags.batch))
        sess.run(train, fed)
        step += 1
        if step % 100 == 0 or step == flags.steps:
            summary, reached = sess.run([summaries, mean_loss], fed)
            writer.add_summary(summary, step)
            print(f"step {step}: loss {reached:.2f}")
        if step % 500 == 0 or step == flags.steps:
            saver.save(sess, os.path.join(flags.logdir, "checkpoint_of_step"), global_step=step)
            print(f"  recognised {fraction(sess, digits.train):.3f} of what it learns from")
            print(f"  recognised {fraction(sess, digits.test):.3f} of what it has never seen")
    writer.close()
