"""``board inspect``: a log directory or an event file in, a table of its runs, tags, counts, steps and times out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

import board
from board.commands.terminal import moment, size, table
from board.compat import EventAccumulator
from board.compat.series import PlaceTags, ScalarTags
from board.console import say
from board.logs import discovery
from board.reading import LogDirectory
from writer.format import plugins

_KINDS = ("scalars", "histograms", "images", "audio", "tensors")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns 0, 1 if there was nothing to list, or 2 if it could not be looked for."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.directory is None) == (options.event_file is None):
        parser.error("a log directory or --event_file=FILE is wanted, and not both")
    try:
        if options.event_file is not None:
            runs = [_of_file(options.event_file, options.tag)]
        else:
            runs = _of_directory(board.open(options.directory), options.tag)
    except OSError as error:
        say(f"board inspect: {error}", sys.stderr)
        return 2
    found = any(run["tags"] for run in runs)
    if options.json:
        say(json.dumps({"runs": runs}, indent=2))
    else:
        for run in runs:
            _print(run)
        if not found:
            say(_nothing(len(runs), options.directory or options.event_file, options.tag))
    return 0 if found else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="board inspect",
        description="List what a log directory or an event file holds: runs and their tags, with kind, number of "
        "values, first and last step, time span and sizes. "
        "Exit code 0: something is listed; 1: there was nothing to list; 2: it could not be looked for.",
        allow_abbrev=False,
    )
    parser.add_argument("directory", nargs="?", metavar="DIR", help="log directory")
    parser.add_argument("--event_file", "--event-file", metavar="FILE", help="look at this one file instead")
    parser.add_argument("--tag", metavar="TAG", help="list this tag only")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _nothing(runs: int, path: str, tag: str | None) -> str:
    if runs == 0:
        return f"no event files (their names contain 'tfevents') in {path}, or below"
    files = "the event file" if os.path.isfile(path) else f"the event files of {runs:,} run{'' if runs == 1 else 's'}"
    return f"no values {'' if tag is None else f'under tag {tag!r} '}in {files}"


def _of_directory(logs: LogDirectory, tag: str | None) -> list[dict[str, Any]]:
    sizes: dict[str, list[int]] = {}
    for source in discovery.find(logs.directory).files:
        sizes.setdefault(source.run, []).append(os.path.getsize(source.path))
    by_run = logs.series_by_run()
    runs = []
    for run in logs.runs:
        tags = []
        for info in by_run.get(run, []):
            if tag not in (None, info.tag):
                continue
            plugin = info.metadata.plugin
            columns = logs.scalars(run, info.tag) if plugin == plugins.SCALARS else logs.tensors(run, info.tag)
            tags.append(_entry(info.tag, plugin or "tensors", columns.steps, columns.wall_times))
        runs.append({"run": run, "files": len(sizes.get(run, ())), "bytes": sum(sizes.get(run, ())), "tags": tags})
    return runs


def _of_file(path: str, tag: str | None) -> dict[str, Any]:
    """A single file, by the kinds that its values are spelled as."""
    if os.path.isdir(path):
        raise IsADirectoryError(f"{path} is a directory; give it without --event_file")
    events = EventAccumulator(path, purge_orphaned_data=False).Reload()
    of_kind: tuple[ScalarTags | PlaceTags[Any], ...] = (
        events.scalars,
        events.histograms,
        events.images,
        events.audios,
        events.tensors,
    )
    tags = []
    for kind, series in zip(_KINDS, of_kind):
        for name in sorted(series.Keys()):
            if tag in (None, name):
                tags.append(_entry(name, kind, *series.steps_and_wall_times(name)))
    return {"run": path, "files": 1, "bytes": os.path.getsize(path), "tags": tags}


def _entry(tag: str, kind: str, steps: np.ndarray, wall_times: np.ndarray) -> dict[str, Any]:
    return {
        "tag": tag,
        "kind": kind,
        "count": len(steps),
        "first_step": int(steps[0]) if len(steps) else None,
        "last_step": int(steps[-1]) if len(steps) else None,
        "first_wall_time": float(wall_times.min()) if len(steps) else None,
        "last_wall_time": float(wall_times.max()) if len(steps) else None,
    }


def _print(run: dict[str, Any]) -> None:
    tags = run["tags"]
    if not tags:
        return
    files = f"{run['files']:,} file{'' if run['files'] == 1 else 's'}"
    say("  ".join([*table([run["run"]], []), files, size(run["bytes"])]))
    header = ["  tag", "kind", "values", "first step", "last step", "from", "to"]
    rows = [
        [
            f"  {entry['tag']}",
            entry["kind"],
            f"{entry['count']:,}",
            str(entry["first_step"]),
            str(entry["last_step"]),
            moment(entry["first_wall_time"]),
            moment(entry["last_wall_time"]),
        ]
        for entry in tags
    ]
    for line in table(header, rows, right=(2, 3, 4)):
        say(line)
    say("")
