"""Values in, text as people read it in a terminal out: tables, sizes, times."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Of spans below the last number: a unit and its seconds, that of the rest and its seconds.
_UNITS = (
    ("min", _MINUTE, "s", 1, _HOUR),
    ("h", _HOUR, "min", _MINUTE, _DAY),
    ("d", _DAY, "h", _HOUR, math.inf),
)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines with aligned columns; those numbered in ``right`` end flush."""
    cells = [[one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return [
        "  ".join(
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in cells
    ]


def one_line(cell: str) -> str:
    """Names come from logs: what would steer the terminal is escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cell)


def size(count: int) -> str:
    """Bytes in powers of 1000."""
    number, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while number >= 999.95 and len(units) > 1:
        number /= 1000
        units.pop(0)
    return f"{count} B" if units[0] == "B" else f"{number:.1f} {units[0]}"


def duration(seconds: float) -> str:
    """A finite time span in the two units that matter: 850 ms, 12.4 s, 3 min 20 s, 5 h 12 min, 2 d 3 h."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    fitting = (unit for unit in _UNITS if round(seconds / unit[3]) * unit[3] < unit[4])
    name, size_of, rest_name, size_of_rest, _ = next(fitting)
    rounded = round(seconds / size_of_rest) * size_of_rest
    rest = rounded % size_of // size_of_rest
    return f"{rounded // size_of:,} {name}" + (f" {rest} {rest_name}" if rest else "")


def moment(wall_time: float | None) -> str:
    """Seconds since the epoch as local time."""
    if wall_time is None:
        return "-"
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(wall_time))
    except (OverflowError, ValueError, OSError):
        return f"{wall_time:.0f} s"
