"""Building the graph of a language model, and importing the package: graphcore against tf.compat.v1, in turn.

python benchmarks/building.py [ROUNDS]

The model is two LSTM layers over 5 steps, written out, with its gradients, clipped, and gradient descent.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from measure import ROOT, in_turn, ratio, require_peers, summary

MODEL = """
import time
def build(size=200, steps=5, batch=20, words=1000):
    ids, targets = tf.placeholder(tf.int32, [batch, steps]), tf.placeholder(tf.int64, [batch, steps])
    table = tf.Variable(tf.random_uniform([words, size], -0.1, 0.1))
    inputs = [tf.squeeze(part, [1]) for part in tf.split(tf.nn.embedding_lookup(table, ids), steps, 1)]
    for layer in range(2):
        weights = tf.Variable(tf.random_uniform([2 * size, 4 * size], -0.1, 0.1))
        biases = tf.Variable(tf.zeros([4 * size]))
        state, output, outputs = tf.zeros([batch, size]), tf.zeros([batch, size]), []
        for step_input in inputs:
            gates = tf.nn.bias_add(tf.matmul(tf.concat([step_input, output], 1), weights), biases)
            i, j, f, o = tf.split(gates, 4, 1)
            state = state * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
            output = tf.tanh(state) * tf.sigmoid(o)
            outputs.append(output)
        inputs = outputs
    flat = tf.reshape(tf.concat(inputs, 1), [-1, size])
    logits = tf.matmul(flat, tf.Variable(tf.random_uniform([size, words], -0.1, 0.1))) + tf.Variable(tf.zeros([words]))
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=tf.reshape(targets, [-1]))
    loss, variables = tf.reduce_sum(losses) / batch, tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    tf.train.GradientDescentOptimizer(1.0).apply_gradients(zip(gradients, variables))
def seconds():
    with tf.Graph().as_default() as graph:
        begin = time.perf_counter()
        build()
        return time.perf_counter() - begin, len(graph.get_operations())
seconds()
taken, count = min(seconds() for _ in range(5))
print(1 / taken)
"""
OURS, THEIRS = "import graphcore as tf\n", "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
IMPORTING = """
import time
begin = time.perf_counter()
{statement}
taken = time.perf_counter() - begin
status = open("/proc/self/status").read()
print({wanted})
"""
SECONDS, MEGABYTES = "taken", "int(status.partition('VmHWM:')[2].split()[0]) / 1024"


def printed(python: str, script: str) -> float:
    """The number that a program prints, run in a fresh process."""
    done = subprocess.run([python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    peer = require_peers()
    ours, theirs = in_turn(
        rounds, partial(printed, sys.executable, OURS + MODEL), partial(printed, peer, THEIRS + MODEL)
    )
    print(f"graphs built a second: graphcore {summary(ours)}, tf.compat.v1 {summary(theirs)}")
    print(f"    ratio {ratio(ours, theirs)}")
    for what, wanted in (("seconds", SECONDS), ("megabytes", MEGABYTES)):
        ours, theirs = in_turn(
            rounds,
            partial(printed, sys.executable, IMPORTING.format(statement="import graphcore", wanted=wanted)),
            partial(printed, peer, IMPORTING.format(statement="import tensorflow", wanted=wanted)),
        )
        print(f"importing, {what}: graphcore {summary(ours)}, tensorflow {summary(theirs)}")
        print(f"    ratio {ratio(ours, theirs)}")


if __name__ == "__main__":
    main()
