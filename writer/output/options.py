"""How a writer of event files goes about it: its options, checked."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal

from writer.output.queue import OnFull


@dataclass(frozen=True, kw_only=True)
class WriterOptions:
    """What `writer.EventFileWriter` can be told; it says what each option means.

    Raises:
        TypeError, ValueError: an option has no such value.
    """

    max_queue: int = 1000
    flush_secs: float = 2
    filename_suffix: str = ""
    memory_limit: int = 64 << 20
    on_full: OnFull = "wait"
    on_error: Literal["warn", "raise"] = "warn"
    sync: Literal["os", "fsync"] = "os"
    max_file_bytes: int | None = None
    handle_sigterm: bool = True

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("on_full", self.on_full, ("wait", "drop")),
            ("on_error", self.on_error, ("warn", "raise")),
            ("sync", self.sync, ("os", "fsync")),
        ):
            if value not in allowed:
                raise ValueError(f"{name} is one of {', '.join(map(repr, allowed))}, but got {value!r}")
        for name, number in (("memory_limit", self.memory_limit), ("max_file_bytes", self.max_file_bytes)):
            if number is None and name == "max_file_bytes":
                continue
            if not isinstance(number, Real):
                raise TypeError(f"{name} is a number of bytes, but got {number!r} of type {type(number).__name__}")
            if not number > 0:
                raise ValueError(f"{name} is a number of bytes above 0, but got {number!r}")
        for name, count in (("max_queue", self.max_queue), ("flush_secs", self.flush_secs)):
            if not isinstance(count, Real) or count != count:
                raise TypeError(f"{name} is a number, but got {count!r} of type {type(count).__name__}")
        suffix = self.filename_suffix
        if not isinstance(suffix, str):
            raise TypeError(f"filename_suffix is a string, but got {suffix!r} of type {type(suffix).__name__}")
        if any(character in suffix for character in "/\\\0"):
            raise ValueError(f"filename_suffix is part of a file's name, but got {suffix!r}")
