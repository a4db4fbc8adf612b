"""``board tail``: a log directory that grows in, a line for each new scalar out, until Ctrl-C."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence

import board
from board.commands.terminal import moment, one_line
from board.console import say
from board.reading import LogDirectory
from writer.format import plugins

_POLL_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns 0 after Ctrl-C, 2 if the directory cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        news = News(board.open(options.directory), options.run, options.tag)
        say(f"{news.watched:,} scalar series so far; new points follow, Ctrl-C ends this", sys.stderr)
        while True:
            for line in news.lines():
                say(line)
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        say(f"board tail: {error}", sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="board tail",
        description="Print new scalars as they are logged: wall time, run, tag, step, value.",
        epilog="Stop with Ctrl-C.",
        allow_abbrev=False,
    )
    parser.add_argument("directory", metavar="DIR", help="log directory")
    parser.add_argument("--run", metavar="REGEX", type=_pattern, help="only runs in whose name this is found")
    parser.add_argument("--tag", metavar="REGEX", type=_pattern, help="only tags in whose name this is found")
    return parser


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error


class News:
    """What has been logged since the last look; None as a pattern means all."""

    def __init__(self, logs: LogDirectory, run: re.Pattern[str] | None, tag: re.Pattern[str] | None) -> None:
        self._logs = logs
        self._run = run
        self._tag = tag
        self._seen = self._counts()

    @property
    def watched(self) -> int:
        """The number of series."""
        return len(self._seen)

    def lines(self) -> Iterator[str]:
        """Reads on; a line for each new point."""
        self._logs.refresh()
        counts = self._counts()
        for (run, tag), count in counts.items():
            seen = self._seen.get((run, tag), 0)
            if count == seen:
                continue
            points = self._logs.scalars(run, tag)
            start = seen if count > seen else 0  # fewer: its file was replaced, and all is new
            new = (column[start:].tolist() for column in (points.steps, points.wall_times, points.values))
            for step, wall_time, value in zip(*new):
                yield f"{moment(wall_time)}  {one_line(run)}  {one_line(tag)}  {step}  {value:.7g}"
        self._seen = counts

    def _counts(self) -> dict[tuple[str, str], int]:
        return {
            (info.run, info.tag): info.count
            for info in self._logs.series()
            if info.metadata.plugin == plugins.SCALARS
            and (self._run is None or self._run.search(info.run))
            and (self._tag is None or self._tag.search(info.tag))
        }
