"""A store and a run in, its hyperparameters and how its training ended out.

A script says these in summaries of the plugin hparams. What it says later is added, and replaces values of the same
names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from board.store import BlobReference, Store
from writer.format import plugins
from writer.format.messages import HParamsPluginData, SessionEndStatus

_STATUS = {number: name.removeprefix("STATUS_").lower() for name, number in SessionEndStatus.items()}

HParam = float | str | bool | None


@dataclass(frozen=True)
class Session:
    """What a run says of itself.

    Attributes:
        hparams: names to values, in the order of the names.
        group_name: of the trial; repetitions of a trial share one; "" if none was given.
        start_time, end_time: seconds since the epoch; None if not said.
        status: "success", "failure", "running" or "unknown", as the session ended; None while it has not.
    """

    hparams: dict[str, HParam]
    group_name: str
    start_time: float | None
    end_time: float | None
    status: str | None


def session(store: Store, run: str) -> Session | None:
    """None if the run said nothing of hyperparameters.

    Raises:
        LookupError: an event file that holds some of it is gone or cannot be read.
        google.protobuf.message.DecodeError: what it holds is damaged.
    """
    started = _said(store, run, plugins.HPARAMS_SESSION_START_TAG)
    ended = _said(store, run, plugins.HPARAMS_SESSION_END_TAG)
    if not started and not ended:
        return None
    starts = [data.session_start_info for data in started]
    values = {name: _plain(value) for start in starts for name, value in start.hparams.items()}
    end = ended[-1].session_end_info if ended and not _began_again(store, run) else None
    return Session(
        hparams=dict(sorted(values.items())),
        group_name=next((start.group_name for start in reversed(starts) if start.group_name), ""),
        start_time=(starts[0].start_time_secs or None) if starts else None,
        end_time=(end.end_time_secs or None) if end else None,
        status=_STATUS.get(end.status, "unknown") if end else None,
    )


def readable_session(store: Store, run: str) -> Session | None:
    """The same, but None, too, for what cannot be read: a table of thousands of runs goes on without it."""
    try:
        return session(store, run)
    except (LookupError, DecodeError, OSError, ValueError):
        return None


def _began_again(store: Store, run: str) -> bool:
    """Whether a run was resumed after its session had ended."""
    begun = store.statistics(run, plugins.HPARAMS_SESSION_START_TAG)
    ended = store.statistics(run, plugins.HPARAMS_SESSION_END_TAG)
    return begun is not None and ended is not None and begun.last_wall_time > ended.last_wall_time


def _said(store: Store, run: str, tag: str) -> list[Any]:
    """What was said of a session under a tag, in the order it was logged."""
    metadata = store.metadata(run, tag)
    if metadata is None or metadata.plugin != plugins.HPARAMS:
        return []
    said = [metadata.content]
    # The first is in the series' metadata. Writers that add to it later say it in the tensor, too.
    later = store.blobs(run, tag)
    if len(later) > 1:
        said += [content for place in later for content in _content(store, place)]
    return [HParamsPluginData.FromString(content) for content in said]


def _content(store: Store, place: BlobReference) -> list[bytes]:
    value = store.read(place)
    return [value.item()] if value.dtype == object and value.size == 1 else []


def _plain(value: Any) -> HParam:
    """A google.protobuf.Value of one of the kinds that hyperparameters have."""
    kind = value.WhichOneof("kind")
    plain: HParam = None if kind in (None, "null_value") else getattr(value, kind)
    return plain
