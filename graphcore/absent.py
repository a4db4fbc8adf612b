"""A name that a module does not have in, the error that says so out, with the name that may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def absent(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """The error for ``module.name``.

    Args:
        module: as programs write it, ``tf`` or ``tf.nn``.
        known: the names that there are.
    """
    if name.startswith("__"):  # Python's own questions, to which no is an ordinary answer
        return AttributeError(name)
    message = f"graphcore has no {module}.{name} (yet)"
    by_lower_case = {candidate.lower(): candidate for candidate in known if not candidate.startswith("_")}
    near = difflib.get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.8)
    return AttributeError(f"{message}. Did you mean {module}.{by_lower_case[near[0]]}?" if near else message)
