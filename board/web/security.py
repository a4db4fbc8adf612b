"""Who may ask, and what a browser may do with the answer.

The event files are written by others, and any page open in the same browser can send requests to localhost. So
requests for a host that is not ours are refused before they are routed (DNS rebinding), requests that another
site's page makes in the background are refused, and every response forbids all that the page does not need.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Request

METHODS = ("GET", "HEAD", "POST")

_POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types graphboard"
)

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_NO_CACHE = ("Cache-Control", "no-cache")

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")


def content_security_policy(script_hashes: Iterable[str] = ()) -> str:
    """The policy of a page whose inline scripts have these hashes (``sha256-...``)."""
    return _POLICY.format(scripts="".join(f" '{digest}'" for digest in script_hashes))


def default_headers() -> list[tuple[str, str]]:
    """What every response carries, unless it says otherwise itself."""
    return [*_HEADERS, _NO_CACHE, ("Content-Security-Policy", content_security_policy())]


class AllowedHosts:
    """The names under which this server answers.

    Localhost always; beyond loopback also the address bound, this machine's names, and any literal IP address,
    since a page cannot be rebound to a name that is a number.

    Args:
        bound: the host that the server was told to listen on.
        more: further names, such as that of a proxy in front.
    """

    def __init__(self, bound: str, more: Iterable[str] = ()) -> None:
        self._any_address = not is_loopback(bound)
        self._names = {"localhost", bound.lower(), *(name.lower().rstrip(".") for name in more)}
        if self._any_address:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def __contains__(self, host: str) -> bool:
        """Whether the value of a Host header, with or without a port, is one of ours."""
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match["name"].lower()
        if name.removesuffix(".") in self._names:
            return True
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self._any_address or address.is_loopback


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on ``host``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Guard:
    """WSGI around WSGI: refuses what must not reach the application, and completes the headers of every answer."""

    def __init__(self, application: Callable[..., Iterable[bytes]], allowed: AllowedHosts) -> None:
        self._application = application
        self._allowed = allowed

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            return start_response(
                status, headers + [item for item in default_headers() if item[0].lower() not in present], *rest
            )

        host = environ.get("HTTP_HOST", "")
        if host not in self._allowed:
            return _refuse(
                start, "403 Forbidden", f"Host {host[:200]!r} is not served here; --allowed-host NAME allows a name.\n"
            )
        if environ["REQUEST_METHOD"] not in METHODS:
            allow = ", ".join(METHODS)
            return _refuse(start, "405 Method Not Allowed", f"Only {allow} are served.\n", ("Allow", allow))
        site, mode = environ.get("HTTP_SEC_FETCH_SITE", ""), environ.get("HTTP_SEC_FETCH_MODE", "")
        if site == "cross-site" and mode != "navigate":
            return _refuse(start, "403 Forbidden", "Pages of other sites may not ask here.\n")
        return self._application(environ, start)


def refusal_of_change(request: Request) -> str | None:
    """Why a request that would change something is refused; None if it is not.

    `Guard` refuses what browsers say comes from another site. Old ones do not say it, and a form of another site may
    send its fields while it navigates. But a form cannot send JSON; a script that would has to ask first, which is not
    answered; and browsers tell what page a change comes from: it has to be one of ours.
    """
    if request.mimetype != "application/json":
        return "what changes something is sent as application/json"
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in (request.host.lower(), *_forwarded(request)):
        return f"pages of {origin[:200]} may not change anything here"
    return None


def _forwarded(request: Request) -> list[str]:
    """The host that a proxy was asked for. A page of another site cannot set this header."""
    names = (name.strip().lower() for name in request.headers.get("X-Forwarded-Host", "").split(","))
    return [name for name in names if name]  # the origin "null" has no host, and is nobody's


def _refuse(start: Callable[..., Any], status: str, text: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    body = text.encode("ascii", "backslashreplace")
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers])
    return [body]
