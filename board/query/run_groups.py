"""Runs and what to group them by in, groups with names out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from board.query.filter import Value
from board.query.filter.patterns import PatternError, compiled
from board.query.run_columns import ColumnsOfRuns
from board.query.run_facts import RunFacts

SEEDS = "seeds"
DIRECTORY = "directory"

_SEED = re.compile(
    r"(^|[._/ -])(random[._ -]?)?(seed|random_state|rng|replicate|repeat)s?([._ -]?(id|number|index))?$", re.I
)
# A part of a name that says which repetition it is: "seed=3", "seed_3", "s3".
_SEED_IN_NAME = re.compile(r"(?<![A-Za-z])(seed|rep|replicate|trial|fold)s?[=_.:-]?\d+(?![0-9A-Za-z])", re.I)


class GroupError(ValueError):
    """What to group by means nothing."""


class Group(NamedTuple):
    """Runs that are alike."""

    name: str
    runs: list[str]


Key = Callable[[RunFacts], tuple[Value, ...]]


def grouped(runs: Sequence[RunFacts], by: Sequence[str], columns: ColumnsOfRuns) -> list[Group]:
    """Groups in the order of their first runs.

    Args:
        by: names of columns; "directory"; "seeds": all hyperparameters but the seed; a regular expression between
            slashes, whose brackets, or all of which, make the key.

    Raises:
        GroupError: one of these means nothing.
    """
    keys = [_key(name, runs, columns) for name in by]
    found: dict[tuple[tuple[Value, ...], ...], list[RunFacts]] = {}
    for run in runs:
        found.setdefault(tuple(key(run) for _, key in keys), []).append(run)
    names = _names(list(found), [labels for labels, _ in keys])
    return [Group(name, [run.name for run in members]) for name, members in zip(names, found.values())]


def has_seeds(runs: Sequence[RunFacts]) -> bool:
    """Whether some runs differ in nothing but their seed."""
    _, key = _seeds(runs)
    seen: set[tuple[Value, ...]] = set()
    for run in runs:
        if not _is_repetition(run):
            continue
        of_run = key(run)
        if of_run in seen:
            return True
        seen.add(of_run)
    return False


def _is_repetition(run: RunFacts) -> bool:
    return any(_SEED.search(name) for name in run.hparams) or bool(_SEED_IN_NAME.search(run.name))


def _key(name: str, runs: Sequence[RunFacts], columns: ColumnsOfRuns) -> tuple[list[str], Key]:
    if name == SEEDS:
        return _seeds(runs)
    if name == DIRECTORY:
        return [""], lambda run: (run.name.rpartition("/")[0] or ".",)
    if len(name) > 1 and name.startswith("/") and name.endswith("/"):
        return _captured(name[1:-1])
    try:
        column = columns.named(name)
    except LookupError as error:
        raise GroupError(str(error.args[0])) from None
    return [column.label], lambda run: (column.value(run),)


def _captured(source: str) -> tuple[list[str], Key]:
    try:
        pattern = compiled(source)
    except PatternError as error:
        raise GroupError(str(error)) from None
    named = {number: label for label, number in pattern.groupindex.items()}
    labels = [named.get(number, "") for number in range(1, pattern.groups + 1)] or [""]

    def key(run: RunFacts) -> tuple[Value, ...]:
        match = pattern.search(run.name)
        if match is None:
            return (None,) * len(labels)
        return match.groups() if pattern.groups else (match[0],)

    return labels, key


def _seeds(runs: Sequence[RunFacts]) -> tuple[list[str], Key]:
    """All hyperparameters but the seed. A run without any is told by its name without the part that says its seed."""
    names = sorted({name for run in runs for name in run.hparams if not _SEED.search(name)})

    def key(run: RunFacts) -> tuple[Value, ...]:
        rest = "" if run.hparams else _SEED_IN_NAME.sub("", run.name).strip("/_.-, ")
        return (*(run.hparams.get(name) for name in names), rest)

    return [*names, ""], key


def _names(keys: Sequence[tuple[tuple[Value, ...], ...]], labels: Sequence[Sequence[str]]) -> list[str]:
    """What tells groups apart: the parts of their keys that differ among them."""
    flat = [[value for part in key for value in part] for key in keys]
    titles = [label for part in labels for label in part]
    if not flat:
        return []
    differing = [place for place in range(len(titles)) if len({row[place] for row in flat}) > 1] or [
        place for place in range(len(titles)) if flat[0][place] not in (None, "")
    ]
    names = [
        ", ".join(text for place in differing if (text := _part(titles[place], row[place]))) or "all" for row in flat
    ]
    counts: dict[str, int] = {}
    for place, name in enumerate(names):  # keys that read alike, such as 1 and "1"
        counts[name] = counts.get(name, 0) + 1
        if counts[name] > 1:
            names[place] = f"{name} ({counts[name]})"
    return names


def _part(label: str, value: Value) -> str:
    if value is None:
        return f"no {label}" if label else "others"
    if isinstance(value, tuple):
        value = ", ".join(value)
    text = ("true" if value else "false") if isinstance(value, bool) else value
    shown = f"{text:g}" if isinstance(text, float | int) else text
    return f"{label}={shown}" if label and shown else shown
