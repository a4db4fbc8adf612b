"""MNIST with summaries: what to log of a network, so that one can see how it learns and where it does not.

Of each layer the log has the weights as histograms and their mean, deviation and extremes as curves, of the activations
before and after the neurons' function likewise; then the pictures that go in, the accuracy on what it learns from and
on what it has never seen, and how long each operation took:

    python examples/mnist_with_summaries.py
    board --logdir=log_mnist_with_summaries
"""

import argparse

import drawn_digits

import graphcore as tf

parser = argparse.ArgumentParser(description="A network on drawn digits that logs all there is to see.")
parser.add_argument("--logdir", default="log_mnist_with_summaries", help="where to log")
parser.add_argument("--steps", type=int, default=300, help="how many batches of 100 to learn from")
flags = parser.parse_args()

digits = drawn_digits.read_data_sets()

with tf.name_scope("input"):
    x = tf.placeholder(tf.float32, [None, 784], name="x")
    y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
    keep_prob = tf.placeholder(tf.float32, name="keep_prob")
    tf.image_summary("input", tf.reshape(x, [-1, 28, 28, 1]), max_images=5)
    tf.scalar_summary("keep_prob", keep_prob)


def summarize(value, name):
    """Logs how the elements of a tensor are spread."""
    with tf.name_scope("summaries"):
        mean = tf.reduce_mean(value)
        deviation = tf.sqrt(tf.reduce_mean(tf.square(value - mean)))
        tf.scalar_summary(f"mean/{name}", mean)
        tf.scalar_summary(f"deviation/{name}", deviation)
        tf.scalar_summary(f"greatest/{name}", tf.reduce_max(value))
        tf.scalar_summary(f"least/{name}", tf.reduce_min(value))
        tf.histogram_summary(name, value)


def layer(values, units, name, activation=tf.nn.relu):
    """Weighted sums of all values, as many as there are units, the activation of each, and summaries of everything."""
    with tf.name_scope(name):
        with tf.name_scope("weights"):
            shape = [values.get_shape()[1].value, units]
            weights = tf.Variable(tf.truncated_normal(shape, stddev=0.1, seed=units))
            summarize(weights, f"{name}/weights")
        with tf.name_scope("biases"):
            biases = tf.Variable(tf.constant(0.1, shape=[units]))
            summarize(biases, f"{name}/biases")
        with tf.name_scope("sums"):
            sums = tf.matmul(values, weights) + biases
            tf.histogram_summary(f"{name}/sums", sums)
        activations = activation(sums, "activation")
        tf.histogram_summary(f"{name}/activations", activations)
        return activations


hidden = layer(x, 100, "layer1")
dropped = tf.nn.dropout(hidden, keep_prob, seed=1)
evidence = layer(dropped, 10, "layer2", activation=tf.identity)

with tf.name_scope("cross_entropy"):
    cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(evidence, y_))
    tf.scalar_summary("cross entropy", cross_entropy)
with tf.name_scope("train"):
    train_step = tf.train.AdamOptimizer(0.002).minimize(cross_entropy)
with tf.name_scope("accuracy"):
    correct = tf.equal(tf.argmax(evidence, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
    tf.scalar_summary("accuracy", accuracy)

merged = tf.merge_all_summaries()
unseen = {x: digits.test.images, y_: digits.test.labels, keep_prob: 1.0}


def next_feeds():
    images, labels = digits.train.next_batch(100)
    return {x: images, y_: labels, keep_prob: 0.9}


with tf.Session() as sess:
    training = tf.train.SummaryWriter(f"{flags.logdir}/train", sess.graph)
    testing = tf.train.SummaryWriter(f"{flags.logdir}/test")
    sess.run(tf.initialize_all_variables())
    for step in range(flags.steps):
        if step % 10 == 0:
            testing.add_summary(sess.run(merged, unseen), step)
        if step % 100 == 99:
            # Measured: how long each operation took, and how large its outputs were.
            options, measured = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
            summary, _ = sess.run([merged, train_step], next_feeds(), options=options, run_metadata=measured)
            training.add_run_metadata(measured, f"step {step}", step)
        else:
            summary, _ = sess.run([merged, train_step], next_feeds())
        training.add_summary(summary, step)
    summary, reached = sess.run([merged, accuracy], unseen)
    testing.add_summary(summary, flags.steps)
    print(f"accuracy on digits it has never seen: {reached:.3f}")
    training.close()
    testing.close()
