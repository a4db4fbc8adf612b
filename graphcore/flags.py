"""Flags declared by a program in; their values, from the command line, out: the public namespace ``tf.app.flags``.

::

    flags = tf.app.flags
    flags.DEFINE_float("learning_rate", 0.01, "Initial learning rate.")
    FLAGS = flags.FLAGS

    def main(_):
        print(FLAGS.learning_rate)          # python train.py --learning_rate=0.1

    if __name__ == "__main__":
        tf.app.run()
"""

# ruff: noqa: N802 - the names are TensorFlow's
from __future__ import annotations

import argparse
import difflib
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["FLAGS", "DEFINE_bool", "DEFINE_boolean", "DEFINE_float", "DEFINE_integer", "DEFINE_string"]

_log = logging.getLogger(__name__)


class _FlagValues:
    """The value of each flag as an attribute. The command line is read when the first one is asked for."""

    def __init__(self) -> None:
        # Attributes are flags; what is not one therefore goes around __setattr__.
        self.__dict__["_parser"] = argparse.ArgumentParser(allow_abbrev=False)
        self.__dict__["_values"] = {}
        self.__dict__["_parsed"] = False

    def _declare(self, name: str, default: Any, told: str, convert: Callable[[str], Any], **more: Any) -> None:
        """Raises ValueError when the name is taken."""
        if name in self._values:
            raise ValueError(f"The flag --{name} is declared twice")
        self._values[name] = default
        self._parser.add_argument(f"--{name}", dest=name, default=default, help=told, type=convert, **more)
        self.__dict__["_parsed"] = False

    def _parse(self, args: Sequence[str] | None = None) -> list[str]:
        """Reads the command line; what is on it that is no flag."""
        found, others = self._parser.parse_known_args(sys.argv[1:] if args is None else args)
        self._values.update(vars(found))
        self.__dict__["_parsed"] = True
        for other in others:
            if other.startswith("--"):
                name = other[2:].partition("=")[0]
                near = difflib.get_close_matches(name, self._values, n=1, cutoff=0.8)
                if near:
                    _log.warning("There is no flag --%s. Did you mean --%s?", name, near[0])
        return others

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own questions
            raise AttributeError(name)
        if not self._parsed:
            self._parse()
        if name not in self._values:
            near = difflib.get_close_matches(name, self._values, n=1)
            raise AttributeError(f"There is no flag --{name}" + (f". Did you mean {near[0]}?" if near else ""))
        return self._values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if not self._parsed:
            self._parse()
        self._values[name] = value


FLAGS = _FlagValues()
"""The values of all flags: ``FLAGS.learning_rate``. They may be assigned to."""


def DEFINE_string(flag_name: str, default_value: str | None, docstring: str) -> None:
    """Declares a flag that holds text. ``docstring`` is shown by ``--help``."""
    FLAGS._declare(flag_name, default_value, docstring, str)


def DEFINE_integer(flag_name: str, default_value: int | None, docstring: str) -> None:
    """Declares a flag that holds a whole number."""
    FLAGS._declare(flag_name, default_value, docstring, int)


def DEFINE_float(flag_name: str, default_value: float | None, docstring: str) -> None:
    """Declares a flag that holds a number."""
    FLAGS._declare(flag_name, default_value, docstring, float)


def DEFINE_boolean(flag_name: str, default_value: bool | None, docstring: str) -> None:
    """Declares a flag that is on or off: ``--name``, ``--name=true``, ``--noname``, ``--name=false``."""
    FLAGS._declare(flag_name, default_value, docstring, _truth, nargs="?", const=True)
    FLAGS._parser.add_argument(
        f"--no{flag_name}", dest=flag_name, action="store_false", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )


DEFINE_bool = DEFINE_boolean


def _truth(text: str) -> bool:
    words = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}
    if text.lower() not in words:
        raise argparse.ArgumentTypeError(f"'{text}' is neither true nor false")
    return words[text.lower()]
