"""``board doctor``: a log directory in, what is wrong with it and a clean copy of what can be read out."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

import board
from board.commands.repair import repair
from board.commands.terminal import duration, moment, table
from board.console import say
from board.errors import BoardError
from board.query.run_status import Pulse
from board.reading import LogDirectory
from writer.format import plugins

# Clocks of machines that work together differ by less than this, seconds.
_SKEW = 60.0


class Finding(NamedTuple):
    """One thing that is not as it should be."""

    kind: str  # damage, unreadable, empty run, stalled run, restart or clock
    where: str  # a run or a file, relative to the log directory
    what: str
    repairable: bool  # a repaired copy is without it

    @property
    def is_fault(self) -> bool:
        """Whether the log is at fault. A run that is silent may just have ended without saying so."""
        return self.kind != "stalled run"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Returns 0 if nothing is wrong with the logs, though runs may have stalled, 1 if something is, 2 if it could not be
    looked for.
    """
    options = _parser().parse_args(arguments)
    try:
        findings = list(examine(board.open(options.directory, cache=False)))
        copied = repair(options.directory, options.repair) if options.repair else None
    except (OSError, BoardError) as error:
        say(f"board doctor: {error}", sys.stderr)
        return 2
    if options.json:
        answer = {"findings": [finding._asdict() for finding in findings]}
        say(json.dumps(answer if copied is None else {**answer, "repaired": copied._asdict()}, indent=2))
    else:
        rows = [[found.kind, found.where, found.what, "yes" if found.repairable else "no"] for found in findings]
        lines = table(["finding", "where", "what", "repairable"], rows) if rows else ["nothing is wrong"]
        for line in lines:
            say(line)
        if copied is not None:
            say(f"{copied.files:,} files copied to {options.repair}, {copied.left_out:,} bytes left out")
    return 1 if any(finding.is_fault for finding in findings) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="board doctor",
        description="Look for what is wrong with the logs below a directory: damaged records, unreadable files, runs "
        "without values, steps logged again after a restart, clocks that went back or are ahead. Runs that have fallen "
        "silent are listed, too. "
        "Exit code 0: nothing is wrong, though runs may be silent; 1: something is; 2: it could not be looked for.",
        allow_abbrev=False,
    )
    parser.add_argument("directory", metavar="DIR", help="log directory; it is only read")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument(
        "--repair", metavar="OUT", help="copy all readable records to this new directory, which must lie outside of DIR"
    )
    return parser


def examine(logs: LogDirectory, now: float | None = None) -> Iterator[Finding]:
    """All findings: of files first, then run by run.

    Args:
        now: seconds since the epoch; wall times behind it are ahead of this machine's clock, and silence lasts till
            then.
    """
    now = time.time() if now is None else now
    for place in logs.damage:
        ending = "; it may still be being written" if place.pending else ""
        what = f"byte {place.offset}, {place.length} bytes: {place.reason}{ending}"
        yield Finding("damage", place.file, what, not place.pending)
    for entry in logs.unreadable:
        yield Finding("unreadable", entry.path, entry.reason, False)
    by_run = logs.series_by_run()
    for run in logs.runs:
        series = by_run.get(run, [])
        if not series:
            yield Finding("empty run", run, "its event files hold no values", False)
        back, ahead, rewritten, usual = 0.0, 0.0, [], Pulse(0, math.inf)
        for info in series:
            if info.metadata.plugin != plugins.SCALARS:
                continue
            scalars = logs.scalars(run, info.tag)
            if len(scalars.steps) and (np.diff(scalars.steps) < 0).any():
                rewritten.append(info.tag)
            if len(scalars.wall_times):
                back = min(back, float(np.diff(scalars.wall_times).min(initial=0.0)))
                ahead = max(ahead, float(scalars.wall_times.max()))
                usual = max(usual, Pulse.of(scalars.wall_times), key=lambda pulse: pulse.points)
        if rewritten:
            more = f" and {len(rewritten) - 1} more" if len(rewritten) > 1 else ""
            yield Finding("restart", run, f"steps go back in tag {rewritten[0]!r}{more}", False)
        if back < -_SKEW:
            yield Finding("clock", run, f"the wall time goes back by {-back:.0f} s", False)
        if ahead > now + _SKEW:
            yield Finding("clock", run, f"wall times reach {moment(ahead)}, which is still to come", False)
        ended = any(info.tag == plugins.HPARAMS_SESSION_END_TAG for info in series)
        last = max((logs.statistics(run, info.tag).last_wall_time for info in series), default=0.0)
        if not ended and usual.is_missed(now - last):
            what = f"no event for {duration(now - last)}; before that one every {duration(usual.interval)}"
            yield Finding("stalled run", run, what, False)
