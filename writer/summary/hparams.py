"""Hyperparameters, metrics and how a session went to the bytes of a Summary each.

A session is one training in one run. Everything is said in the plugin data of the summary's metadata, which is all
that TensorBoard reads, and of which it keeps the first of a run. The tensor, which it ignores, holds the same bytes
again: so a reader that looks at every record (``board`` does) finds what was added later.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from writer.format.messages import HParamsPluginData, HParamType, SessionEndStatus
from writer.format.plugins import (
    HPARAMS,
    HPARAMS_EXPERIMENT_TAG,
    HPARAMS_SESSION_END_TAG,
    HPARAMS_SESSION_START_TAG,
)
from writer.summary.metadata import metadata_of, strings, tensor_summary

HParam = bool | float | str

_TYPES: dict[type, int] = {
    bool: HParamType["DATA_TYPE_BOOL"],
    float: HParamType["DATA_TYPE_FLOAT64"],
    str: HParamType["DATA_TYPE_STRING"],
}


def session_start(hparams: Mapping[str, HParam], *, group_name: str = "", start_time: float) -> bytes:
    """The hyperparameters of a session that began at ``start_time``, in seconds since the epoch.

    Sessions with the same ``group_name`` are repetitions of one trial.
    """
    data = HParamsPluginData()
    data.session_start_info.group_name = group_name
    data.session_start_info.start_time_secs = start_time
    for name, value in hparams.items():
        _put(data.session_start_info.hparams[name], value)
    return _summary(HPARAMS_SESSION_START_TAG, data)


def session_end(status: str, end_time: float) -> bytes:
    """How a session ended: ``status`` is "success", "failure" or "unknown"."""
    data = HParamsPluginData()
    data.session_end_info.status = SessionEndStatus[f"STATUS_{status.upper()}"]
    data.session_end_info.end_time_secs = end_time
    return _summary(HPARAMS_SESSION_END_TAG, data)


def experiment(
    hparams: Mapping[str, HParam],
    metrics: Sequence[str],
    domains: Mapping[str, Sequence[HParam]],
    *,
    time_created: float,
) -> bytes:
    """Which hyperparameters and metrics (tags of scalars) are to be compared; ``domains`` are the values tried."""
    data = HParamsPluginData()
    data.experiment.time_created_secs = time_created
    for name, value in hparams.items():
        info = data.experiment.hparam_infos.add(name=name, type=_TYPES[type(value)])
        for choice in domains.get(name, ()):
            _put(info.domain_discrete.values.add(), choice)
    for tag in metrics:
        data.experiment.metric_infos.add().name.tag = tag
    return _summary(HPARAMS_EXPERIMENT_TAG, data)


def flatten(hparams: Mapping[str, Any], prefix: str = "") -> dict[str, HParam]:
    """Names to plain values. Nested names are joined with "/", lists and tuples become text; None is left out.

    Raises:
        TypeError: a name is no string, or a value is of another kind; the error names it.
    """
    flat: dict[str, HParam] = {}
    for name, value in hparams.items():
        if not isinstance(name, str):
            raise TypeError(f"add_hparams: names are strings, but got {name!r} of type {type(name).__name__}")
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}/")
        elif value is not None:
            flat[prefix + name] = plain(prefix + name, value)
    return flat


def plain(name: str, value: Any) -> HParam:
    """A hyperparameter's value as a bool, float or str; one-element arrays and tensors count as their element.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    try:
        item = value.item() if hasattr(value, "item") else value
    except (ValueError, RuntimeError, TypeError):
        item = value
    if isinstance(item, (bool, np.bool_)):
        return bool(item)
    if isinstance(item, str):
        return str(item)
    if isinstance(item, (int, float)):
        return float(item)
    raise TypeError(
        f"add_hparams: {name!r} wants a bool, a number, a string or None, but got {value!r} of type "
        f"{type(value).__name__}"
    )


def _put(message: Any, value: HParam) -> None:
    if isinstance(value, bool):
        message.bool_value = value
    elif isinstance(value, str):
        message.string_value = value
    else:
        message.number_value = value


def _summary(tag: str, data: Any) -> bytes:
    content = data.SerializeToString(deterministic=True)
    return tensor_summary(tag, strings([content]), metadata_of(tag, HPARAMS, content))
