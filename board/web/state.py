"""What the routes of one application share."""

from __future__ import annotations

import secrets
from typing import cast

from flask import current_app

from board.annotations import Journal, places
from board.config import Config
from board.query.run_facts import FactsOfRuns
from board.store import Store


class State:
    """The settings and the store that an application serves.

    Attributes:
        journal: what people say of runs.
        runs: what is known of all runs, for tables of them.
        instance: names this server process. A page that sees another one knows that its cursors are void.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self.store = store
        self.journal = Journal(places.directories(config.logdir), places.author)
        self.runs = FactsOfRuns(store, self.journal.annotations)
        self.instance = secrets.token_hex(8)


def state() -> State:
    """That of the application which answers the present request."""
    return cast(State, current_app.extensions["board"])
