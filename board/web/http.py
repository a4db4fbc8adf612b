"""Values in, HTTP responses out: JSON that every parser takes, long answers in pieces, gzip where accepted."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from flask import Request, Response

from board.errors import ClientError

_WORTH_COMPRESSING = 1024  # bytes
_GZIP_LEVEL = 3
# Columns of a series take half the room: steps and wall times differ little from row to row.
_COMPRESSIBLE = ("text/", "application/json", "application/octet-stream", "image/svg+xml")


def json_response(value: Any, status: int = 200) -> Response:
    """JSON text. Numbers that are not finite come as "NaN", "Infinity" and "-Infinity", which JSON lacks."""
    return Response(json_text(value), status, mimetype="application/json")


def json_text(value: Any) -> str:
    """JSON as `json_response` gives it."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_spelled_out(value), allow_nan=False, separators=(",", ":"))


def streamed_response(pieces: Iterable[str | bytes], content_type: str) -> Response:
    """A long answer, made and sent piece by piece: neither memory nor other requests have to bear all of it at once.

    What is told in two pieces comes whole: with its length known, the connection can stay open.
    """
    coming = (piece.encode() if isinstance(piece, str) else piece for piece in pieces)
    begun = list(islice(coming, 3))
    if len(begun) < 3:
        return Response(b"".join(begun), content_type=content_type)
    return Response(chain(begun, coming), content_type=content_type)


def _spelled_out(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _spelled_out(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled_out(item) for item in value]
    return value


def text_response(text: str, status: int = 200, mimetype: str = "text/plain") -> Response:
    return Response(text, status, content_type=f"{mimetype}; charset=utf-8")


def compressed(request: Request, response: Response) -> Response:
    """The response in gzip, if it is long text and the client takes that."""
    if (
        response.status_code == 200
        and not response.direct_passthrough
        and response.content_type.startswith(_COMPRESSIBLE)
        and "Content-Encoding" not in response.headers
    ):
        response.vary.add("Accept-Encoding")
        if response.is_streamed:
            if request.accept_encodings["gzip"] > 0:
                response.response = _gzipped(response.iter_encoded())
                response.headers["Content-Encoding"] = "gzip"
            return response
        data = response.get_data()
        if len(data) >= _WORTH_COMPRESSING and request.accept_encodings["gzip"] > 0:
            response.set_data(gzip.compress(data, _GZIP_LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            etag, _ = response.get_etag()
            if etag is not None:  # other bytes than the plain ones: the tag no longer promises equality
                response.set_etag(etag, weak=True)
    return response


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    gzipped = zlib.compressobj(_GZIP_LEVEL, wbits=31)  # 31: with the header of gzip
    for piece in pieces:
        data = gzipped.compress(piece)
        if data:
            yield data
    yield gzipped.flush()


def required(arguments: Any, name: str) -> str:
    """A parameter that a route cannot do without."""
    value: str | None = arguments.get(name)
    if value is None:
        raise ClientError(f"parameter {name!r} is missing")
    return value


def flag(arguments: Any, name: str) -> bool:
    """A parameter that is true or false; false if it is left out."""
    value = arguments.get(name, "false")
    if value not in ("true", "false"):
        raise ClientError(f"{name}: {value[:50]!r} is neither true nor false")
    return bool(value == "true")
