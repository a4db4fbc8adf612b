"""A generative adversarial network: a forger and an expert that learn from each other.

The forger turns noise into numbers; the expert says of a number whether it is real or forged. Each step makes the
expert a little better at telling, then the forger at deceiving it. In the end the forged numbers are spread as the real
ones are, which come from a normal distribution with mean 3 and deviation 1. The histograms show how they get there:

    python examples/gan.py
    board --logdir=log_gan
"""

import argparse

import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="Numbers forged until an expert cannot tell them from real ones.")
parser.add_argument("--logdir", default="log_gan", help="where to log")
parser.add_argument("--steps", type=int, default=2000, help="how many steps each of the two learns")
flags = parser.parse_args()

BATCH = 128
random = np.random.RandomState(0)


def layer(values, units, name, activation=lambda sums: sums):
    """Weighted sums of all values, as many as there are units, and the activation of each."""
    with tf.variable_scope(name):
        size = values.get_shape()[1].value
        start = tf.random_normal_initializer(stddev=1 / np.sqrt(size), seed=size)
        weights = tf.get_variable("weights", [size, units], initializer=start)
        biases = tf.get_variable("biases", [units], initializer=tf.constant_initializer(0.0))
        return activation(tf.matmul(values, weights) + biases)


def forge(noise):
    """Noise ``[n, 1]`` in, numbers ``[n, 1]`` out."""
    return layer(layer(noise, 16, "hidden", tf.nn.softplus), 1, "number")


def judge(numbers):
    """Numbers ``[n, 1]`` in; out how real each looks, above zero if rather real."""
    # The squares let the expert see how far the numbers are spread.
    seen = tf.concat(1, [numbers, tf.square(numbers) / 10])
    return layer(layer(seen, 16, "hidden", tf.nn.tanh), 1, "verdict")


def cross_entropy(verdicts, truth):
    targets = tf.fill(tf.shape(verdicts), truth)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(verdicts, targets))


real = tf.placeholder(tf.float32, [None, 1], name="real")
noise = tf.placeholder(tf.float32, [None, 1], name="noise")
with tf.variable_scope("forger"):
    forged = forge(noise)
with tf.variable_scope("expert") as expert:
    of_real = judge(real)
    expert.reuse_variables()  # the same expert looks at both
    of_forged = judge(forged)

expert_loss = cross_entropy(of_real, 1.0) + cross_entropy(of_forged, 0.0)
forger_loss = cross_entropy(of_forged, 1.0)


def train(loss, name, rate):
    variables = [variable for variable in tf.trainable_variables() if variable.op.name.startswith(f"{name}/")]
    return tf.train.AdamOptimizer(rate, beta1=0.5).minimize(loss, var_list=variables, name=f"train_{name}")


# The expert learns faster: a forger that runs ahead makes the one number that deceives best, over and over.
train_expert = train(expert_loss, "expert", 1e-2)
train_forger = train(forger_loss, "forger", 1e-3)

mean = tf.reduce_mean(forged, name="mean")
deviation = tf.sqrt(tf.reduce_mean(tf.square(forged - mean)), name="deviation")
for name, value in [("expert loss", expert_loss), ("forger loss", forger_loss)]:
    tf.scalar_summary(name, value)
for name, value in [("mean", mean), ("deviation", deviation)]:
    tf.scalar_summary(f"forged {name}", value)
tf.histogram_summary("real numbers", real)
tf.histogram_summary("forged numbers", forged)
summaries = tf.merge_all_summaries()


def batch(count):
    """Real numbers, and noise to forge others from."""
    return {real: random.normal(3, 1, (count, 1)), noise: random.normal(size=(count, 1))}


with tf.Session() as sess:
    writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
    sess.run(tf.initialize_all_variables())
    for step in range(flags.steps):
        sess.run(train_expert, batch(BATCH))
        sess.run(train_forger, batch(BATCH))
        if step % 50 == 0:
            writer.add_summary(sess.run(summaries, batch(1000)), step)
    summary, *found = sess.run([summaries, mean, deviation], batch(5000))
    writer.add_summary(summary, flags.steps)
    writer.close()
    print(f"forged numbers have mean {found[0]:.2f} and deviation {found[1]:.2f}; real ones 3 and 1")
