"""docs/http_api.md names every route, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from board.config import Config
from board.logs import blobs
from board.store import Store
from board.web.app import create_app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "http_api.md"


def routes() -> set[tuple[str, str]]:
    """Method and address of every route, without those that only repeat others under an experiment's name."""
    rules = create_app(Config(logdir="."), Store(blobs.read)).url_map.iter_rules()
    found = set()
    for rule in rules:
        address = re.sub(r"<(?:\w+:)?\w+>", "PATH", rule.rule).lstrip("/") or "/"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if not rule.rule.startswith("/experiment/"):
                found.add((method, "/index.html" if address == "index.html" else address))
    return found


def test_every_route_is_documented_and_every_documented_route_exists():
    documented = set(re.findall(r"`(GET|POST) ([^`?]+)[^`]*`", PAGE.read_text(encoding="utf-8")))
    assert documented == routes()
