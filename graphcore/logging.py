"""What a program tells while it runs: the public namespace ``tf.logging``, on Python's module of that name.

All goes to the logger ``graphcore``, to which this package tells its warnings, too.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from typing import Any

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "debug",
    "error",
    "fatal",
    "flush",
    "get_verbosity",
    "info",
    "log",
    "log_every_n",
    "log_first_n",
    "log_if",
    "set_verbosity",
    "warn",
    "warning",
]

DEBUG, INFO, WARN, ERROR, FATAL = logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL

_logger = logging.getLogger("graphcore")
if not logging.getLogger().handlers and not _logger.handlers:
    # A program that has set up logging by itself decides where it goes.
    _handler = logging.StreamHandler(sys.stderr)
    _handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
    _logger.addHandler(_handler)
    _logger.propagate = False

debug, info, warning, warn, error = _logger.debug, _logger.info, _logger.warning, _logger.warning, _logger.error
fatal, log = _logger.critical, _logger.log

_told: Counter[tuple[str, int]] = Counter()


def set_verbosity(verbosity: int) -> None:
    """Tells messages from this level on: `DEBUG`, `INFO`, `WARN` (as it is at first), `ERROR` or `FATAL`."""
    _logger.setLevel(verbosity)


def get_verbosity() -> int:
    """From which level on messages are told."""
    return _logger.getEffectiveLevel()


def flush() -> None:
    """Has everything told on its way."""
    for handler in _logger.handlers:
        handler.flush()


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Tells ``msg % args`` if a condition holds."""
    if condition:
        _logger.log(level, msg, *args)


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Tells ``msg % args`` the first time this line of the program comes here, and each ``n``-th time after that."""
    log_if(level, msg, _times() % n == 0, *args)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Tells ``msg % args`` the first ``n`` times this line of the program comes here."""
    log_if(level, msg, _times() < n, *args)


def _times() -> int:
    """How often the line of the program that called the caller has come here before."""
    frame = sys._getframe(2)
    line = frame.f_code.co_filename, frame.f_lineno
    _told[line] += 1
    return _told[line] - 1
