"""What a program runs on and from, as Markdown: command, source, packages, host.

Nothing that looks like a secret is in it, and no environment variable that was not asked for (`writer.redaction`).
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence

from writer.redaction import HIDDEN, hide_in_arguments, hide_secrets, is_secret_name

_GIT_SECONDS = 5.0


def command() -> str:
    """How the program was called, and where."""
    line = shlex.join(hide_in_arguments(sys.orig_argv))
    return f"{_fenced(line, 'sh')}\n\nin `{os.getcwd()}`"


def host() -> str:
    """The machine and the Python that the program runs on."""
    facts = {
        "host": socket.gethostname(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(_cores()),
        "memory": _memory(),
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "interpreter": sys.executable,
        "process": str(os.getpid()),
    }
    return _table({name: value for name, value in facts.items() if value})


def packages() -> str:
    """The installed distributions with their versions, by name."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name.lower(), f"{name}=={distribution.version}")
    return _fenced("\n".join(line for _, line in sorted(found.items())))


def variables(names: Sequence[str], values: Mapping[str, str]) -> str:
    """The variables of these names, as far as they are set; those named like secrets without their values."""
    shown = {name: HIDDEN if is_secret_name(name) else hide_secrets(values[name]) for name in names if name in values}
    return _table(shown)


def git(directory: str, max_diff_bytes: int) -> dict[str, str]:
    """The commit that is checked out where ``directory`` lies, and what was changed since; empty outside of git.

    Returns:
        "git": commit, branch and changed files. "git_diff": the changes to files that git knows, cut after
        ``max_diff_bytes``; there is none if nothing was changed.
    """
    head = _run_git(directory, "log", "-1", "--format=%H%n%cI%n%s")
    if head is None:
        return {}
    commit, date, subject = [*head.splitlines(), "", ""][:3]
    branch = (_run_git(directory, "rev-parse", "--abbrev-ref", "HEAD") or "").strip()
    remote = (_run_git(directory, "config", "--get", "remote.origin.url") or "").strip()
    status = (_run_git(directory, "status", "--porcelain") or "").rstrip()
    facts = {"commit": commit, "date": date, "subject": subject, "branch": branch, "remote": hide_secrets(remote)}
    text = _table({name: value for name, value in facts.items() if value})
    if not status:
        return {"git": f"{text}\n\nNothing was changed since."}
    lines = status.splitlines()
    listed = "\n".join(lines[:200]) + (f"\n... and {len(lines) - 200} more" if len(lines) > 200 else "")
    told = {"git": f"{text}\n\nChanged since:\n\n{_fenced(listed)}"}
    diff = _run_git(directory, "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--no-prefix")
    if diff:
        size = len(diff.encode())
        cut = hide_secrets(diff.encode()[:max_diff_bytes].decode("utf-8", "ignore"))
        told["git_diff"] = _fenced(cut, "diff")
        if size > max_diff_bytes:
            told["git_diff"] += f"\n\nCut: the first {max_diff_bytes:,} of {size:,} bytes."
    return told


def _run_git(directory: str, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", directory, *arguments],
            capture_output=True,
            timeout=_GIT_SECONDS,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):  # no git, or a work tree on a slow disk
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            found = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB"
    except (AttributeError, ValueError, OSError):  # not on Windows
        return ""


def _table(rows: Mapping[str, str]) -> str:
    lines = ["| what | value |", "|---|---|"]
    for key, text in rows.items():
        escaped = " ".join(text.split()).replace("|", "\\|")
        lines.append(f"| {key} | {escaped} |")
    return "\n".join(lines)


def _fenced(text: str, language: str = "") -> str:
    """A block of code; its fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
