"""Linear regression: the line through a cloud of points, found by going downhill on the mean squared error.

Two numbers are learned, the slope and the height at zero. Watch them settle on the values that the points were made
with, while the error falls to the noise that no line explains:

    python examples/linear_regression.py
    board --logdir=log_linear_regression
"""

import argparse

import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="A line through points.")
parser.add_argument("--logdir", default="log_linear_regression", help="where to log")
parser.add_argument("--steps", type=int, default=200, help="how many steps to go downhill")
flags = parser.parse_args()

# A hundred points around the line y = 3 x + 2.
random = np.random.RandomState(0)
x_data = random.uniform(-1, 1, 100).astype(np.float32)
y_data = (3 * x_data + 2 + random.normal(0, 0.2, 100)).astype(np.float32)

slope = tf.Variable(tf.random_uniform([1], -1.0, 1.0, seed=1), name="slope")
height = tf.Variable(tf.zeros([1]), name="height")
y = slope * x_data + height

loss = tf.reduce_mean(tf.square(y - y_data), name="loss")
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

tf.scalar_summary("loss", loss)
tf.scalar_summary("slope", tf.reshape(slope, []))
tf.scalar_summary("height", tf.reshape(height, []))
summaries = tf.merge_all_summaries()

with tf.Session() as sess:
    writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
    sess.run(tf.initialize_all_variables())
    for step in range(flags.steps):
        summary, _ = sess.run([summaries, train])
        writer.add_summary(summary, step)
    writer.close()
    print(f"y = {sess.run(slope)[0]:.2f} x + {sess.run(height)[0]:.2f}")
