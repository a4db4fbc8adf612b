"""Raindrops on a pond: a partial differential equation, solved step by step on a grid.

Waves follow from two rules: the height of the water changes by its speed, and the speed by how much higher the
neighbours stand (the Laplace operator, a convolution with a 3 by 3 filter), less some damping. The pond is logged as
pictures, the energy in it as a curve:

    python examples/raindrops.py
    board --logdir=log_raindrops
"""

import argparse

import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="Waves on a pond in the rain.")
parser.add_argument("--logdir", default="log_raindrops", help="where to log")
parser.add_argument("--steps", type=int, default=500, help="how many steps of time to go")
parser.add_argument("--size", type=int, default=100, help="how many cells the pond is wide")
flags = parser.parse_args()

# How much higher than itself the cells around a cell stand, those at the corners counting half.
NEIGHBOURS = np.array([[0.5, 1.0, 0.5], [1.0, -6.0, 1.0], [0.5, 1.0, 0.5]], np.float32)


def laplace(field):
    """The Laplace operator on a grid ``[rows, columns]``."""
    as_picture = tf.expand_dims(tf.expand_dims(field, 0), -1)
    filtered = tf.nn.depthwise_conv2d(as_picture, NEIGHBOURS.reshape(3, 3, 1, 1), [1, 1, 1, 1], padding="SAME")
    return filtered[0, :, :, 0]


# Forty drops fall at once, each somewhere.
random = np.random.RandomState(0)
drops = np.zeros((flags.size, flags.size), np.float32)
rows, columns = random.randint(0, flags.size, (2, 40))
drops[rows, columns] = random.uniform(size=40)

time_step = tf.placeholder(tf.float32, shape=[], name="time_step")
damping = tf.placeholder(tf.float32, shape=[], name="damping")
height = tf.Variable(drops, name="height")
speed = tf.Variable(tf.zeros_like(drops), name="speed")

with tf.name_scope("wave_equation"):
    new_speed = speed + time_step * (laplace(height) - damping * speed)
    # By the new speed, not the old one: with that, the smallest waves would grow step by step.
    new_height = height + time_step * new_speed
    step = tf.group(height.assign(new_height), speed.assign(new_speed))

energy = tf.reduce_mean(tf.square(speed) - height * laplace(height), name="energy")
tf.scalar_summary("energy", energy)
tf.image_summary("pond", tf.reshape(tf.clip_by_value(height, -0.1, 0.1), [1, flags.size, flags.size, 1]), max_images=1)
summaries = tf.merge_all_summaries()

with tf.Session() as sess:
    writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
    sess.run(tf.initialize_all_variables())
    began = sess.run(energy)
    for i in range(flags.steps):
        sess.run(step, {time_step: 0.03, damping: 0.04})
        if i % 25 == 0 or i == flags.steps - 1:
            writer.add_summary(sess.run(summaries), i)
    writer.close()
    print(f"of the energy of the drops, {sess.run(energy) / began:.0%} is left in the waves")
