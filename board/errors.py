"""What can go wrong at the rim, by what the person who sees it should do next."""

from __future__ import annotations


class BoardError(Exception):
    """The board cannot start; the message says why and what to change. The command ends with code 1."""


class ClientError(Exception):
    """A request that cannot be answered as it was put; the message names the parameter. HTTP 400."""


class NotFoundError(Exception):
    """A request for something that is not in the log (or not yet). HTTP 404."""
