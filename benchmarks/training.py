"""Steps per second of training: graphcore on numpy and on JAX against tf.compat.v1, each in its own process, in turn.

python benchmarks/training.py [ROUNDS [NAME ...]]

The programs are the same for all: what is in PROGRAMS, behind one of IMPORTS.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

from measure import ROOT, in_turn, ratio, require_peers, summary

IMPORTS = {
    "numpy": "import graphcore as tf\nsession = tf.Session",
    "jax": "import graphcore as tf\nsession = lambda: tf.Session(engine='jax')",
    "tf.compat.v1": "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nsession = tf.Session",
}

IMPORTS["numpy, one BLAS thread"] = IMPORTS["numpy"]
# OpenBLAS's threads wait for each other without sleeping; where others want the cores, too, one thread is far faster.
ENVIRONMENTS = {"numpy, one BLAS thread": {"OPENBLAS_NUM_THREADS": "1"}}

# The whole loop of "Hello, TensorFlow!": summaries, add_summary, a step of training.
ARTICLE = """
import tempfile
x = tf.constant(1.0, name='input')
w = tf.Variable(0.8, name='weight')
y = tf.multiply(w, x, name='output')
y_ = tf.constant(0.0, name='correct_value')
loss = tf.pow(y - y_, 2, name='loss')
train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
for value in [x, w, y, y_, loss]:
    tf.summary.scalar(value.op.name, value)
summaries = tf.summary.merge_all()
sess = session()
writer = tf.summary.FileWriter(tempfile.mkdtemp(), sess.graph)
count = 0
def step():
    global count
    writer.add_summary(sess.run(summaries), count)
    sess.run(train_step)
    count += 1
"""
NEURON = """
x = tf.constant(1.0)
w = tf.Variable(0.8)
loss = tf.pow(w * x - tf.constant(0.0), 2)
train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
sess = session()
def step():
    sess.run(train_step)
"""
# 784-128-10 with a batch of 100.
PERCEPTRON = """
rng = np.random.RandomState(0)
pictures, classes = rng.rand(100, 784).astype(np.float32), np.eye(10, dtype=np.float32)[rng.randint(0, 10, 100)]
x, y_ = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])
w1, b1 = tf.Variable(rng.randn(784, 128).astype(np.float32) / 28), tf.Variable(tf.zeros([128]))
w2, b2 = tf.Variable(rng.randn(128, 10).astype(np.float32) / 11), tf.Variable(tf.zeros([10]))
logits = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y_))
train_step = tf.train.{optimizer}.minimize(loss)
sess = session()
def step():
    sess.run(train_step, {{x: pictures, y_: classes}})
"""
# 28x28: 5x5x32, pool, 5x5x64, pool, 512, 10, with a batch of 64 and momentum.
CONVOLUTIONAL = """
rng = np.random.RandomState(0)
pictures, classes = rng.rand(64, 28, 28, 1).astype(np.float32), rng.randint(0, 10, 64)
x, y_ = tf.placeholder(tf.float32, [None, 28, 28, 1]), tf.placeholder(tf.int64, [None])
def weights(*shape):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1, seed=1))
def layer(inputs, channels, filters):
    convolved = tf.nn.conv2d(inputs, weights(5, 5, channels, filters), [1, 1, 1, 1], 'SAME')
    active = tf.nn.relu(tf.nn.bias_add(convolved, tf.Variable(tf.zeros([filters]))))
    return tf.nn.max_pool(active, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')
flat = tf.reshape(layer(layer(x, 1, 32), 32, 64), [-1, 7 * 7 * 64])
hidden = tf.nn.relu(tf.matmul(flat, weights(7 * 7 * 64, 512)) + tf.Variable(tf.zeros([512])))
logits = tf.matmul(hidden, weights(512, 10)) + tf.Variable(tf.zeros([10]))
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=y_))
train_step = tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss)
sess = session()
def step():
    sess.run(train_step, {x: pictures, y_: classes})
"""
# name: program, steps a block, engines
PROGRAMS = {
    "article": (ARTICLE, 200, ["numpy"]),
    "neuron": (NEURON, 1000, ["numpy"]),
    "perceptron, gradient descent": (
        PERCEPTRON.format(optimizer="GradientDescentOptimizer(0.1)"),
        50,
        ["numpy", "numpy, one BLAS thread", "jax"],
    ),
    "perceptron, Adam": (
        PERCEPTRON.format(optimizer="AdamOptimizer(1e-3)"),
        50,
        ["numpy", "numpy, one BLAS thread", "jax"],
    ),
    "convolutional": (CONVOLUTIONAL, 3, ["numpy", "numpy, one BLAS thread", "jax"]),
}
HARNESS = """
import time
sess.run(tf.global_variables_initializer())
for _ in range({steps}):
    step()
rates = []
for _ in range(9):
    begin = time.perf_counter()
    for _ in range({steps}):
        step()
    rates.append({steps} / (time.perf_counter() - begin))
print(sorted(rates)[4])
"""


def rate(python: str, engine: str, program: str, steps: int) -> float:
    """Median steps per second of nine blocks in a fresh process, after an unrecorded one."""
    script = f"import numpy as np\n{IMPORTS[engine]}\n{program}{HARNESS.format(steps=steps)}"
    environment = os.environ | ENVIRONMENTS.get(engine, {})
    done = subprocess.run(
        [python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        sys.exit(done.stderr)
    return float(done.stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    peer = require_peers()
    print("| steps a second | graphcore, engine | tf.compat.v1 | ratio |")
    for name, (program, steps, engines) in PROGRAMS.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        pythons = {
            engine: peer if engine == "tf.compat.v1" else sys.executable for engine in [*engines, "tf.compat.v1"]
        }
        measured = in_turn(
            rounds, *[partial(rate, python, engine, program, steps) for engine, python in pythons.items()]
        )
        for engine, rates in zip(engines, measured):
            theirs = measured[-1]
            print(f"| {name} | {engine} {summary(rates)} | {summary(theirs)} | {ratio(rates, theirs)} |", flush=True)


if __name__ == "__main__":
    main()
