"""What can be set: each setting once, with its help. The command line is built from it."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Sequence
from typing import Any

from board import __version__

DEFAULT_PORT = 6006


def _setting(default: Any, help: str, **argument: Any) -> Any:
    """A field of `Config`, with what argparse has to know of its flag."""
    return dataclasses.field(default=default, metadata={"help": help, **argument})


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of one server."""

    logdir: str = _setting("", "directory to show, with everything below it; it need not exist yet", metavar="DIR")
    host: str = _setting(
        "localhost",
        "address to listen on (default: localhost, which only this machine can reach; 0.0.0.0: everyone can)",
        metavar="HOST",
    )
    port: int | None = _setting(
        None,
        f"port to listen on (default: {DEFAULT_PORT}, or the next free one; 0: any free one)",
        metavar="PORT",
        type=int,
    )
    allowed_host: tuple[str, ...] = _setting(
        (),
        "answer requests for this host name too, such as that of a proxy in front; may be repeated",
        metavar="NAME",
        action="append",
    )
    path_prefix: str = _setting(
        "", "serve everything below this path, as a proxy in front may want it (example: /board)", metavar="PATH"
    )
    memory_limit: int = _setting(
        512,
        "megabytes of points in memory (default: 512); with --no-cache, all points in their compact form come on top",
        metavar="MB",
        type=int,
    )

    cache_dir: str = _setting(
        "",
        "keep what was read from one start to the next in this directory (default: graphboard in the user's cache "
        "directory)",
        metavar="DIR",
    )
    no_cache: bool = _setting(False, "keep nothing: read all files at each start", action="store_true")

    read_only: bool = _setting(
        False, "let nobody change anything: titles, notes and stars are shown, not edited", action="store_true"
    )

    def __post_init__(self) -> None:
        prefix = self.path_prefix.strip("/")
        object.__setattr__(self, "path_prefix", f"/{prefix}" if prefix else "")
        object.__setattr__(self, "allowed_host", tuple(self.allowed_host or ()))


def parse(arguments: Sequence[str] | None = None) -> Config:
    """The settings that a command line asks for. Exits with code 2, and says why, if it makes no sense."""
    parser = _parser()
    given = vars(parser.parse_args(arguments))
    positional = given.pop("directory")
    if positional is not None and given["logdir"]:
        parser.error(f"two directories are given, {positional!r} and --logdir={given['logdir']!r}; one is wanted")
    given["logdir"] = positional or given["logdir"]
    if not given["logdir"]:
        parser.error("which directory? Give it as --logdir=DIR, or just DIR")
    if given["port"] is not None and not 0 <= given["port"] <= 65535:
        parser.error(f"--port={given['port']}: a port is a number from 0 to 65535")
    if given["memory_limit"] < 0:
        parser.error(f"--memory-limit={given['memory_limit']}: a number of megabytes is wanted, 0 or more")
    if given["no_cache"] and given["cache_dir"]:
        parser.error("--cache-dir says where to keep an index, --no-cache to keep none; one of them is wanted")
    given["logdir"] = os.path.expanduser(given["logdir"])
    given["cache_dir"] = os.path.expanduser(given["cache_dir"])
    return Config(**given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="board",
        usage="board --logdir=DIR [--port=PORT] [--host=HOST] [--memory-limit=MB]\n"
        "             [--cache-dir=DIR | --no-cache]\n"
        "             [--allowed-host=NAME] [--path-prefix=PATH] [--read-only]",
        description="Show everything that training runs have logged below a directory, live, in a browser.",
        epilog="Flags may be written --flag=value or --flag value. Stop with Ctrl-C. "
        "Other commands, each with a --help: board inspect, board doctor, board tail.",
        allow_abbrev=False,
    )
    parser.add_argument("directory", nargs="?", metavar="DIR", help="the same as --logdir=DIR")
    for field in dataclasses.fields(Config):
        flag = f"--{field.name.replace('_', '-')}"
        default = None if field.default == () else field.default  # argparse cannot append to a tuple
        parser.add_argument(flag, dest=field.name, default=default, **field.metadata)
    parser.add_argument("--version", action="version", version=f"graphboard {__version__}")
    return parser
