"""The tutorials among the examples run as their readers run them; they learn, and what they log shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import board

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run_example(name: str, logdir: Path, *arguments: str) -> str:
    """What the example prints."""
    command = [sys.executable, str(EXAMPLES / name), f"--logdir={logdir}", *arguments]
    # Tests run side by side: threads of the linear algebra that wait for a core in turns make each other slow.
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=logdir.parent, capture_output=True, text=True, timeout=300, env=one_thread)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("name", "steps", "at_least"),
    [("mnist_softmax.py", 200, 0.85), ("mnist_deep.py", 100, 0.9)],
    ids=["softmax", "deep"],
)
def test_mnist_learns_and_logs(name, steps, at_least, tmp_path):
    logdir = tmp_path / "log"
    printed = run_example(name, logdir, f"--steps={steps}")
    reached = float(re.fullmatch(r"accuracy on digits it has never seen: (0\.\d+)\n", printed)[1])
    assert reached >= at_least

    logs = board.open(logdir, cache=False)
    assert logs.runs == ["test", "train"]
    for run in logs.runs:
        assert logs.tags(run, "scalars") == ["accuracy", "cross_entropy"]
    assert logs.damage == []
    training = logs.scalars("train", "cross_entropy")
    assert training.steps.tolist() == list(range(steps))
    assert training.values[-10:].mean() < training.values[:10].mean() / 2
    testing = logs.scalars("test", "accuracy")
    assert testing.steps[-1] == steps
    assert testing.values[-1] == pytest.approx(reached, abs=1e-3)
    assert testing.values[0] < 0.3
    assert {"x", "y_", "train/gradients/Fill"} <= {node.name for node in logs.graph("train")}


def numbers_in(printed: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+|-?\d+", printed)]


def test_linear_regression_finds_the_line(tmp_path):
    slope, height = numbers_in(run_example("linear_regression.py", tmp_path / "log"))
    assert abs(slope - 3) < 0.1
    assert abs(height - 2) < 0.1
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.tags(".", "scalars") == ["height", "loss", "slope"]
    assert logs.scalars(".", "slope").values[-1] == pytest.approx(slope, abs=0.01)
    # What is left is the noise of the points, whose deviation is 0.2.
    assert logs.scalars(".", "loss").values[-1] == pytest.approx(0.04, abs=0.01)


def test_mnist_with_summaries_logs_everything_there_is_to_see(tmp_path):
    reached = numbers_in(run_example("mnist_with_summaries.py", tmp_path / "log", "--steps=120"))[0]
    assert reached > 0.9
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.runs == ["test", "train"]
    assert {"accuracy", "cross entropy", "mean/layer1/weights", "keep_prob"} <= set(logs.tags("train", "scalars"))
    assert {"layer1/weights", "layer2/sums", "layer1/activations"} <= set(logs.tags("test", "histograms"))
    assert logs.tags("train", "images") == [f"input/image/{i}" for i in range(5)]
    assert logs.scalars("test", "keep_prob").values.tolist() == [1.0] * 13
    assert {"layer1/weights/Variable", "layer1/activation"} <= {node.name for node in logs.graph("train")}


def test_a_network_that_is_fed_goes_on_where_it_was_saved(tmp_path):
    printed = run_example("fully_connected_feed.py", tmp_path / "log", "--steps=300")
    assert numbers_in(printed.splitlines()[-1])[0] > 0.9
    assert "goes on" not in printed
    again = run_example("fully_connected_feed.py", tmp_path / "log", "--steps=400")
    assert again.startswith("goes on from step 300\n")
    # Steps of both programs, in one curve.
    losses = board.open(tmp_path / "log", cache=False).scalars(".", "loss")
    assert losses.steps.tolist() == [100, 200, 300, 400]
    assert losses.values[-1] < losses.values[0] / 2


def test_words_of_a_kind_come_to_lie_beside_each_other(tmp_path):
    printed = run_example("word2vec_basic.py", tmp_path / "log", "--steps=1500")
    assert numbers_in(printed.splitlines()[-1])[0] >= 80
    logs = board.open(tmp_path / "log", cache=False)
    losses = logs.scalars(".", "loss").values
    assert losses[-5:].mean() < losses[:5].mean() / 2
    assert logs.tags(".", "histograms") == ["vectors"]


def test_a_language_model_learns_what_word_comes_next(tmp_path):
    reached, words = numbers_in(run_example("ptb_lstm.py", tmp_path / "log", "--epochs=5"))
    assert words > 40
    assert reached < 8
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.scalars("valid", "perplexity").values[-1] == pytest.approx(reached, abs=0.01)
    assert logs.scalars("train", "perplexity").values[0] > 20
    names = {node.name for node in logs.graph("train")}
    assert "model/RNN/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix" in names


def test_the_area_of_the_mandelbrot_set(tmp_path):
    area = numbers_in(run_example("mandelbrot.py", tmp_path / "log", "--pixel=0.02"))[0]
    assert area == pytest.approx(1.51, abs=0.06)  # as far as is known, 1.5066
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.tags(".", "images") == ["counts/image"]
    areas = logs.scalars(".", "area").values
    assert (areas[1:] <= areas[:-1]).all()


def test_raindrops_lose_their_energy_slowly(tmp_path):
    left = numbers_in(run_example("raindrops.py", tmp_path / "log", "--size=60"))[0]
    assert 40 < left < 70  # exp(-damping * time) is 0.55
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.tags(".", "images") == ["pond/image"]
    energy = logs.scalars(".", "energy").values
    assert energy[-1] < energy[0]


def test_an_autoencoder_draws_better_than_who_draws_the_mean(tmp_path):
    error, blind = numbers_in(run_example("autoencoder.py", tmp_path / "log", "--steps=200"))
    assert error < 0.85 * blind
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.scalars("test", "error").values[-1] == pytest.approx(error, abs=1e-4)
    assert len(logs.tags("test", "images")) == 5


def test_forged_numbers_are_spread_as_the_real_ones(tmp_path):
    mean, deviation, *_ = numbers_in(run_example("gan.py", tmp_path / "log", "--steps=1200"))
    assert abs(mean - 3) < 0.4
    assert abs(deviation - 1) < 0.4
    logs = board.open(tmp_path / "log", cache=False)
    assert logs.tags(".", "histograms") == ["forged numbers", "real numbers"]
    means = logs.scalars(".", "forged mean").values
    assert abs(means[0]) < 2 < means[-1]


def test_drawn_digits_are_what_mnist_is_and_the_same_each_time(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import drawn_digits

    digits = drawn_digits.read_data_sets(train=40, test=20)
    again = drawn_digits.read_data_sets(train=40, test=20)
    for one, other in zip(digits, again):
        assert (one.images == other.images).all()
        assert (one.labels == other.labels).all()
    assert digits.train.images.shape == (40, 784)
    assert digits.train.images.dtype == "float32"
    assert (digits.train.images.min(), digits.train.images.max()) == (0.0, 1.0)
    assert digits.train.labels.sum(axis=0).tolist() == [4] * 10
    first = [digits.train.next_batch(20)[0] for _ in range(2)]
    assert {picture.tobytes() for batch in first for picture in batch} == {
        picture.tobytes() for picture in digits.train.images
    }
