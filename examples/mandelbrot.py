"""The Mandelbrot set: where squaring a complex number and adding the place it began at stays bounded.

Nothing is learned here; the graph is a machine for arrays. Each step squares all numbers at once and counts how long
each stays near zero. The counts are logged as a picture, which grows sharper step by step:

    python examples/mandelbrot.py
    board --logdir=log_mandelbrot
"""

import argparse

import numpy as np

import graphcore as tf

parser = argparse.ArgumentParser(description="The Mandelbrot set, as pictures and as a number.")
parser.add_argument("--logdir", default="log_mandelbrot", help="where to log")
parser.add_argument("--steps", type=int, default=100, help="how often to square")
parser.add_argument("--pixel", type=float, default=0.01, help="the size of a pixel; the set is 2.5 wide")
flags = parser.parse_args()

imaginary, real = np.mgrid[-1.3 : 1.3 : flags.pixel, -2.1 : 0.6 : flags.pixel]
places = tf.constant((real + 1j * imaginary).astype(np.complex64), name="places")
numbers = tf.Variable(places, name="numbers")
counts = tf.Variable(tf.zeros_like(places, tf.float32), name="counts")

# A number once beyond 2 never comes back. It soon overflows; what is not a number is not near zero either.
with tf.name_scope("square_and_add"):
    squared = numbers * numbers + places
    bounded = tf.cast(tf.complex_abs(squared) < 2, tf.float32)
    step = tf.group(numbers.assign(squared), counts.assign_add(bounded))

rows, columns = real.shape
tf.image_summary("counts", tf.reshape(tf.log(counts + 1), [1, rows, columns, 1]), max_images=1)
area = tf.reduce_sum(bounded, name="area") * flags.pixel**2
tf.scalar_summary("area", area)
summaries = tf.merge_all_summaries()

sess = tf.InteractiveSession()
writer = tf.train.SummaryWriter(flags.logdir, sess.graph)
tf.initialize_all_variables().run()
for i in range(flags.steps):
    step.run()
    if i % 10 == 0 or i == flags.steps - 1:
        writer.add_summary(summaries.eval(), i)
print(f"the area of the set is about {area.eval():.2f}")
writer.close()
sess.close()
