"""Steps per second of the tutorial's neuron: graphcore against tf.compat.v1, each in its own process, in turn.

python benchmarks/train_step.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys

from measure import ROOT, in_turn, ratio, require_peers, summary

# What both run; only how `tf` is imported differs.
PROGRAM = """
import time
x = tf.constant(1.0, name='input')
w = tf.Variable(0.8, name='weight')
y = tf.multiply(w, x, name='output')
y_ = tf.constant(0.0, name='correct_value')
loss = tf.pow(y - y_, 2, name='loss')
train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
sess = tf.Session()
sess.run(tf.global_variables_initializer())
fetch = {fetch}
for _ in range(300):
    sess.run(fetch)
rates = []
for _ in range(10):
    begin = time.perf_counter()
    for _ in range({steps}):
        sess.run(fetch)
    rates.append({steps} / (time.perf_counter() - begin))
print(sorted(rates)[len(rates) // 2])
"""
OURS = "import graphcore as tf\n"
THEIRS = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"


def rate(python: str, import_line: str, fetch: str, steps: int) -> float:
    """Median steps per second of ten blocks in a fresh process."""
    script = import_line + PROGRAM.format(fetch=fetch, steps=steps)
    done = subprocess.run([python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    peer = require_peers()
    for fetch in ("train_step", "y"):
        ours, theirs = in_turn(
            rounds,
            lambda: rate(sys.executable, OURS, fetch, 2000),  # noqa: B023 called before the next turn
            lambda: rate(peer, THEIRS, fetch, 500),  # noqa: B023
        )
        print(f"sess.run({fetch}): graphcore {summary(ours, 'k/s', 1e-3)}, tf.compat.v1 {summary(theirs, 'k/s', 1e-3)}")
        print(f"    ratio {ratio(ours, theirs)}")


if __name__ == "__main__":
    main()
