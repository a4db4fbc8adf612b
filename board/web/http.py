"""Values in, HTTP responses out: JSON that every parser takes, blocks of float64, text in gzip where accepted."""

from __future__ import annotations

import gzip
import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import numpy as np
from flask import Request, Response

from board.errors import ClientError

_ALIGNMENT = 8
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


def streamed_response(pieces: Iterable[str], content_type: str) -> Response:
    """A long text, made and sent piece by piece: neither memory nor other requests have to bear all of it at once.

    What is told in two pieces comes whole: with its length known, the connection can stay open.
    """
    coming = iter(pieces)
    begun = list(islice(coming, 3))
    if len(begun) < 3:
        return Response("".join(begun), content_type=content_type)
    return Response((piece.encode() for piece in chain(begun, coming)), content_type=content_type)


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


def blocks_response(header: dict[str, Any], blocks: Sequence[np.ndarray]) -> Response:
    """Binary columns behind a JSON header.

    ``uint32 length | header, padded with spaces | blocks``: little-endian float64 throughout, the blocks
    beginning at a multiple of 8 bytes, so that a browser can lay typed arrays over them without copying.
    """
    text = json.dumps(_spelled_out(header), allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-(4 + len(text)) % _ALIGNMENT)
    parts = [struct.pack("<I", len(text)), text]
    parts.extend(np.ascontiguousarray(block, "<f8").tobytes() for block in blocks)
    return Response(b"".join(parts), mimetype="application/octet-stream")


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
