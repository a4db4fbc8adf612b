"""Importing the package is quick because it leaves out what only some programs need."""

from __future__ import annotations

import subprocess
import sys


def test_what_an_import_does_not_pull_in():
    code = "import sys, graphcore; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "graphcore.ops.math" in loaded
    assert not loaded & {
        "board",
        "flask",
        "waitress",
        "plotly",
        "tensorflow",
        "tensorboard",
        "asyncio",
        "unittest",
        "jax",
    }


def test_the_writer_is_there_when_it_is_asked_for():
    code = "import graphcore as tf, writer; assert tf.train.SummaryWriter is writer.SummaryWriter"
    subprocess.run([sys.executable, "-c", code], check=True)
