"""Names of the page's own files in, their bytes with the right types out."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from werkzeug.utils import safe_join

from board.errors import NotFoundError
from board.web.security import content_security_policy

# By ourselves: the operating system's table may call JavaScript text/plain, which browsers then refuse to run.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}

_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """``templates`` or ``static``: inside the package once installed, beside it in a source tree."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


assets = Blueprint("assets", __name__)


@assets.get("/")
@assets.get("/index.html")
def index() -> Response:
    """The page. Its only inline script, the import map, is allowed by its hash."""
    response = _file(folder("templates") / "index.html")
    scripts = _INLINE_SCRIPT.findall(response.get_data())
    hashes = [f"sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}" for script in scripts]
    response.headers["Content-Security-Policy"] = content_security_policy(hashes)
    response.make_conditional(request)
    return response


@assets.get("/static/<path:name>")
def static(name: str) -> Response:
    path = safe_join(str(folder("static")), name)
    if path is None:
        raise NotFoundError(f"no file {name!r}")
    response = _file(Path(path))
    response.make_conditional(request)
    return response


@assets.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it unasked; the page names its own icon."""
    return Response(status=204)


def _file(path: Path) -> Response:
    content_type = _TYPES.get(path.suffix)
    try:
        data = path.read_bytes() if content_type else None
    except (OSError, ValueError):  # ValueError: a null byte in the name
        data = None
    if data is None or content_type is None:
        raise NotFoundError(f"no file {path.name!r}")
    response: Response = current_app.response_class(data, content_type=content_type)
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    return response
