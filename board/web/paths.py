"""The path of a request in, the path that the application knows out, when a proxy serves it under a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class Prefix:
    """WSGI around WSGI: moves a prefix from PATH_INFO to SCRIPT_NAME; nothing is served outside of it.

    Args:
        prefix: ``/tb``, or ``""`` for none.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], prefix: str) -> None:
        self._application = application
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not self._prefix or path.startswith(self._prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :]
            return self._application(environ, start_response)
        if path == self._prefix:
            # The page's addresses are relative to its own, which has to end in a slash for that.
            return _plain(start_response, "301 Moved Permanently", "", ("Location", self._prefix + "/"))
        return _plain(start_response, "404 Not Found", f"Nothing is served outside of {self._prefix}/.\n")


def _plain(start: Callable[..., Any], status: str, text: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    body = text.encode()
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers])
    return [body]
