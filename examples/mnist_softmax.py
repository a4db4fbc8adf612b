"""MNIST for beginners: which digit is it? Ten neurons, each of which has learned what its digit looks like.

A neuron multiplies each of the 784 pixels by a weight and adds everything up: evidence for its digit. Softmax turns the
evidence for ten digits into ten probabilities. Run this program, then look at how it learned:

    python examples/mnist_softmax.py
    board --logdir=log_mnist_softmax
"""

import argparse

import drawn_digits

import graphcore as tf

parser = argparse.ArgumentParser(description="Softmax regression on drawn digits.")
parser.add_argument("--logdir", default="log_mnist_softmax", help="where to log")
parser.add_argument("--steps", type=int, default=500, help="how many batches of 100 to learn from")
flags = parser.parse_args()

digits = drawn_digits.read_data_sets()

# Pictures and right answers, as many of them as are fed in a run.
x = tf.placeholder(tf.float32, [None, 784], name="x")
y_ = tf.placeholder(tf.float32, [None, 10], name="y_")

with tf.name_scope("softmax_layer"):
    W = tf.Variable(tf.zeros([784, 10]), name="W")
    b = tf.Variable(tf.zeros([10]), name="b")
    evidence = tf.matmul(x, W) + b
    y = tf.nn.softmax(evidence, name="y")

with tf.name_scope("cross_entropy"):
    # -sum(y_ * log(y)), computed from the evidence, for a probability may round to zero and has no logarithm then.
    cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(evidence, y_))

with tf.name_scope("train"):
    train_step = tf.train.GradientDescentOptimizer(0.2).minimize(cross_entropy)

with tf.name_scope("test"):
    correct = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

tf.scalar_summary("cross_entropy", cross_entropy)
tf.scalar_summary("accuracy", accuracy)
summaries = tf.merge_all_summaries()

with tf.Session() as sess:
    # Two runs in one directory, so that their curves share a chart: what it learns from, and what it has never seen.
    training = tf.train.SummaryWriter(f"{flags.logdir}/train", sess.graph)
    testing = tf.train.SummaryWriter(f"{flags.logdir}/test")
    sess.run(tf.initialize_all_variables())
    unseen = {x: digits.test.images, y_: digits.test.labels}
    for step in range(flags.steps):
        images, labels = digits.train.next_batch(100)
        if step % 10 == 0:
            testing.add_summary(sess.run(summaries, unseen), step)
        summary, _ = sess.run([summaries, train_step], {x: images, y_: labels})
        training.add_summary(summary, step)
    summary, reached = sess.run([summaries, accuracy], unseen)
    testing.add_summary(summary, flags.steps)
    print(f"accuracy on digits it has never seen: {reached:.3f}")
    training.close()
    testing.close()
