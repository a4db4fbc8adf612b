"""A WSGI application and an address in, answered requests out."""

from __future__ import annotations

import errno
import logging
import os
import socket
from typing import Any

from board.config import DEFAULT_PORT
from board.errors import BoardError
from board.web import security

_PORTS_TRIED = 100


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens on ``host``: on ``port``, or on the first free one from 6006 on if that is None.

    Raises:
        BoardError: the port is taken, or the address is none of this machine's.
    """
    family, address = _resolved(host)
    if port is not None:
        try:
            return _bound(family, address, port)
        except OSError as error:
            raise BoardError(_why(host, port, error)) from error
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        try:
            return _bound(family, address, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise BoardError(_why(host, candidate, error)) from error
    raise BoardError(
        f"ports {DEFAULT_PORT} to {DEFAULT_PORT + _PORTS_TRIED - 1} on {host} are all in use; "
        "name a free one with --port"
    )


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    if host.lower() == "localhost":  # not left to the resolver, which may be told to answer with another machine
        return socket.AF_INET, "127.0.0.1"
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise BoardError(f"--host={host}: no such address ({error.strerror})") from error
    family, _, _, _, address = found[0]
    return family, str(address[0])


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
        else:  # lets a restarted server take its port again; a port that somebody listens on stays refused
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and address == "::" and socket.has_dualstack_ipv6():
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind((address, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program; choose another with --port, or leave --port out"
    if error.errno == errno.EACCES:
        return f"port {port} on {host} needs rights that you do not have; choose one above 1023 with --port"
    return f"cannot listen on {host}, port {port}: {error.strerror}"


def url(host: str, port: int, path_prefix: str) -> str:
    """The address to type into a browser."""
    name = socket.gethostname() if host in ("0.0.0.0", "::", "[::]") else host
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{port}{path_prefix}/"


def create(application: Any, listener: socket.socket) -> Any:
    """A server of ``application`` on a listening socket; its ``run()`` returns at SystemExit or KeyboardInterrupt."""
    import waitress
    from waitress.channel import HTTPChannel
    from waitress.task import ErrorTask

    class RefusalTask(ErrorTask):
        """Requests that never reach the application, such as malformed ones, are answered with its headers too."""

        def execute(self) -> None:
            self.response_headers.extend(security.default_headers())
            super().execute()

    class Channel(HTTPChannel):
        error_task_class = RefusalTask

    server = waitress.create_server(
        application,
        sockets=[listener],
        threads=8,
        connection_limit=500,
        channel_timeout=60,
        max_request_header_size=64 << 10,
        max_request_body_size=8 << 20,
        ident="",
    )
    server.channel_class = Channel
    # Requests that wait for a thread are no news: a page that opens asks for more at once than there are threads.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return server
