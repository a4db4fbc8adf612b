"""A store that is read for the first time in, a line on the terminal out that says how far that has come."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

from board.commands.terminal import size
from board.console import say
from board.store import Store

# What is read sooner needs no line.
AFTER_SECONDS = 2.0
_EVERY_SECONDS = 0.5


class ReadingLine:
    """The last line of a terminal, rewritten while reading goes on; other lines come above it.

    Args:
        store: what is being read.
        stream: where the line stands; nothing but a terminal gets one. Standard output unless told otherwise.
    """

    def __init__(self, store: Store, stream: TextIO | None = None) -> None:
        self._store = store
        self._stream = stream or sys.stdout
        self._lock = threading.Lock()  # lines come from several threads
        self._shown = 0  # letters that stand in the line
        self._ended = threading.Event()

    def say(self, line: str, stream: TextIO | None = None) -> None:
        """Prints a line of its own."""
        with self._lock:
            self._show("")
            say(line, stream)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Shows the line as long as the first reading lasts; takes it away at the end."""
        thread = threading.Thread(target=self._follow, name="reading line", daemon=True)
        if _is_terminal(self._stream):
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            with self._lock:
                self._show("")

    def _follow(self) -> None:
        pause = AFTER_SECONDS
        while not self._ended.wait(pause) and self._store.progress.loading:
            with self._lock:
                # Asked for again: what ends the reading is said under this lock, and nothing may stand behind that.
                if self._store.progress.loading and not self._ended.is_set():
                    self._show(reading(self._store))
            pause = _EVERY_SECONDS

    def _show(self, text: str) -> None:
        """Puts ``text`` in the place of what stood in the line."""
        if not text and not self._shown:
            return
        text = text[: shutil.get_terminal_size().columns - 1]  # a line that wraps could not be taken back
        # Blanks and not an escape sequence: older consoles print those.
        blank = f"\r{' ' * self._shown}\r" if len(text) < self._shown else "\r"
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(blank + text)
            self._stream.flush()
        self._shown = len(text)


def reading(store: Store) -> str:
    """How far the reading has come, in words: of the files that have been opened so far."""
    progress, runs = store.progress, store.totals.runs
    share = f" ({100 * progress.bytes_read // progress.bytes_known} %)" if progress.bytes_known else ""
    return (
        f"reading: {size(progress.bytes_read)} of {size(progress.bytes_known)}{share}, "
        f"{runs:,} run{'' if runs == 1 else 's'} so far"
    )


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
