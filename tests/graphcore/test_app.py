"""Flags and how programs begin."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

import graphcore as tf
from graphcore import flags

PROGRAM = """
    import graphcore as tf

    flags = tf.app.flags
    FLAGS = flags.FLAGS
    flags.DEFINE_float("learning_rate", 0.01, "Initial learning rate.")
    flags.DEFINE_integer("max_steps", 100, "Number of steps.")
    flags.DEFINE_string("train_dir", "data", "Directory for logs.")
    flags.DEFINE_boolean("fake_data", False, "Use made up data.")
    flags.DEFINE_bool("shuffle", True, "Shuffle them.")

    def main(argv):
        FLAGS.max_steps += 1
        print(FLAGS.learning_rate, FLAGS.max_steps, FLAGS.train_dir, FLAGS.fake_data, FLAGS.shuffle, argv[1:])
        return 3

    if __name__ == "__main__":
        tf.app.run()
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("program") / "train.py"
    path.write_text(textwrap.dedent(PROGRAM))
    return path


@pytest.fixture
def declared(monkeypatch):
    """Flags of this test alone, and a command line for them."""
    monkeypatch.setattr(flags, "FLAGS", flags._FlagValues())

    def set_line(*line):
        monkeypatch.setattr(sys, "argv", ["train.py", *line])
        return flags.FLAGS

    return set_line


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ([], "0.01 101 data False True []"),
        (
            ["--learning_rate=0.5", "--max_steps", "7", "--fake_data", "--noshuffle", "other", "--train_dir=/a=b"],
            "0.5 8 /a=b True False ['other']",
        ),
    ],
)
def test_a_program_is_run_with_its_flags(program, line, told):
    done = subprocess.run([sys.executable, str(program), *line], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (3, told, "")


def test_mistakes_on_the_command_line_are_told(program):
    done = subprocess.run([sys.executable, str(program), "--max_steps=many"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "argument --max_steps: invalid int value: 'many'" in done.stderr
    done = subprocess.run([sys.executable, str(program), "--learning_rat=1"], capture_output=True, text=True)
    assert "There is no flag --learning_rat. Did you mean --learning_rate?" in done.stderr
    assert done.stdout.startswith("0.01 ")
    done = subprocess.run([sys.executable, str(program), "--help"], capture_output=True, text=True)
    assert "Initial learning rate." in done.stdout


@pytest.mark.parametrize(
    ("given", "value"), [("--on", True), ("--on=false", False), ("--on=1", True), ("--noon", False)]
)
def test_switches(declared, given, value):
    found = declared(given)
    flags.DEFINE_boolean("on", None, "On or off.")
    assert found.on is value


def test_flags_declared_after_the_first_was_read(declared):
    found = declared("--first=1", "--second=2")
    flags.DEFINE_integer("first", 0, "")
    assert found.first == 1
    flags.DEFINE_integer("second", 0, "")
    assert found.second == 2
    with pytest.raises(ValueError, match="The flag --first is declared twice"):
        flags.DEFINE_string("first", "", "")
    with pytest.raises(AttributeError, match=r"There is no flag --secnd\. Did you mean second\?"):
        _ = found.secnd


def test_a_main_function_and_its_arguments_may_be_given(declared):
    declared()
    flags.DEFINE_integer("steps", 0, "")
    with pytest.raises(SystemExit) as ended:
        tf.app.run(lambda argv: f"{flags.FLAGS.steps} {argv}", ["program", "--steps=5", "rest"])
    assert ended.value.code == "5 ['program', 'rest']"
    assert tf.flags is tf.app.flags is flags
