"""Deep MNIST: two layers that look for patterns in small windows, and two that weigh what was found.

A convolution lays a small filter over every place of a picture, so a stroke is recognised wherever it is; pooling keeps
the best match of each neighbourhood. Dropout switches half of the neurons off in each step, so that none relies on one
other alone. Run this program, then compare it with mnist_softmax.py:

    python examples/mnist_deep.py
    board --logdir=log_mnist_deep
"""

import argparse

import drawn_digits

import graphcore as tf

parser = argparse.ArgumentParser(description="A convolutional network on drawn digits.")
parser.add_argument("--logdir", default="log_mnist_deep", help="where to log")
parser.add_argument("--steps", type=int, default=300, help="how many batches of 50 to learn from")
flags = parser.parse_args()

digits = drawn_digits.read_data_sets()


def weight_variable(shape):
    """Weights that begin small and all different: equal ones would learn the same."""
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1, seed=1), name="weights")


def bias_variable(shape):
    """Biases that begin above zero, so that no neuron is silent from the start."""
    return tf.Variable(tf.constant(0.1, shape=shape), name="biases")


def conv_layer(pictures, channels, filters):
    """Filters of 5 by 5 pixels, then the best match of each 2 by 2: pictures of half the size, a channel a filter."""
    found = tf.nn.conv2d(pictures, weight_variable([5, 5, channels, filters]), strides=[1, 1, 1, 1], padding="SAME")
    active = tf.nn.relu(found + bias_variable([filters]))
    return tf.nn.max_pool(active, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")


x = tf.placeholder(tf.float32, [None, 784], name="x")
y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
keep_prob = tf.placeholder(tf.float32, name="keep_prob")

pictures = tf.reshape(x, [-1, 28, 28, 1])
with tf.name_scope("conv1"):
    strokes = conv_layer(pictures, 1, 16)
with tf.name_scope("conv2"):
    shapes = conv_layer(strokes, 16, 32)
with tf.name_scope("hidden"):
    flat = tf.reshape(shapes, [-1, 7 * 7 * 32])
    hidden = tf.nn.relu(tf.matmul(flat, weight_variable([7 * 7 * 32, 128])) + bias_variable([128]))
    dropped = tf.nn.dropout(hidden, keep_prob, seed=2)
with tf.name_scope("readout"):
    evidence = tf.matmul(dropped, weight_variable([128, 10])) + bias_variable([10])

with tf.name_scope("cross_entropy"):
    cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(evidence, y_))
with tf.name_scope("train"):
    train_step = tf.train.AdamOptimizer(2e-3).minimize(cross_entropy)
with tf.name_scope("test"):
    correct = tf.equal(tf.argmax(evidence, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

tf.scalar_summary("cross_entropy", cross_entropy)
tf.scalar_summary("accuracy", accuracy)
summaries = tf.merge_all_summaries()

with tf.Session() as sess:
    training = tf.train.SummaryWriter(f"{flags.logdir}/train", sess.graph)
    testing = tf.train.SummaryWriter(f"{flags.logdir}/test")
    sess.run(tf.initialize_all_variables())
    unseen = {x: digits.test.images, y_: digits.test.labels, keep_prob: 1.0}
    for step in range(flags.steps):
        images, labels = digits.train.next_batch(50)
        if step % 50 == 0:
            testing.add_summary(sess.run(summaries, unseen), step)
        summary, _ = sess.run([summaries, train_step], {x: images, y_: labels, keep_prob: 0.5})
        training.add_summary(summary, step)
    summary, reached = sess.run([summaries, accuracy], unseen)
    testing.add_summary(summary, flags.steps)
    print(f"accuracy on digits it has never seen: {reached:.3f}")
    training.close()
    testing.close()
