"""Layouts of the custom-scalars dashboard: nested dicts to the bytes of a Summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from writer.format.messages import Layout
from writer.format.plugins import CUSTOM_SCALARS, CUSTOM_SCALARS_TAG
from writer.summary.metadata import metadata_of, tensor_summary

_METHOD = "add_custom_scalars"


def to_layout(layout: Any) -> Any:
    """The Layout of ``{category: {title of a chart: [kind, tags]}}``; a Layout of any library's class as it is.

    A chart of the kind "Multiline" draws all scalars whose tag one of the regular expressions ``tags`` matches; one of
    the kind "Margin" a value with a band around it, ``tags`` being those of the value, its lower and its upper bound,
    or a list of such triples.

    Raises:
        TypeError: a part is not of its type.
        ValueError: there is no such kind, or a margin has no three tags. Errors name the category and chart.
    """
    if hasattr(layout, "SerializeToString"):
        return Layout.FromString(layout.SerializeToString())
    message = Layout()
    for category, charts in _items(layout, "the layout"):
        entry = message.category.add(title=category)
        for title, content in _items(charts, f"category {category!r}"):
            where = f"chart {title!r} of category {category!r}"
            if isinstance(content, str) or not isinstance(content, Sequence) or len(content) != 2:
                raise TypeError(f"{_METHOD}: {where} wants [kind, tags], but got {content!r}")
            kind, tags = content
            chart = entry.chart.add(title=title)
            if kind == "Multiline":
                chart.multiline.tag.extend(_strings(tags, where))
            elif kind == "Margin":
                for series in _triples(tags, where):
                    value, lower, upper = series
                    chart.margin.series.add(value=value, lower=lower, upper=upper)
            else:
                raise ValueError(f"{_METHOD}: {where} wants the kind 'Multiline' or 'Margin', but got {kind!r}")
    return message


def merge(known: Any, added: Any) -> Any:
    """A Layout with the charts of both; one of ``added`` replaces one of the same category and title."""
    merged = Layout.FromString(known.SerializeToString())
    for category in added.category:
        into = next((one for one in merged.category if one.title == category.title), None)
        if into is None:
            merged.category.add().CopyFrom(category)
            continue
        for chart in category.chart:
            same = next((one for one in into.chart if one.title == chart.title), None)
            (into.chart.add() if same is None else same).CopyFrom(chart)
        into.closed = category.closed
    return merged


def layout_summary(layout: Any) -> bytes:
    """A Summary that holds a Layout message."""
    content = np.array(layout.SerializeToString(), object)
    return tensor_summary(CUSTOM_SCALARS_TAG, content, metadata_of(CUSTOM_SCALARS_TAG, CUSTOM_SCALARS))


def _items(mapping: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(mapping, Mapping):
        raise TypeError(f"{_METHOD}: {where} is a dict, but got {mapping!r} of type {type(mapping).__name__}")
    for name in mapping:
        if not isinstance(name, str):
            raise TypeError(f"{_METHOD}: titles in {where} are strings, but got {name!r}")
    return list(mapping.items())


def _strings(tags: Any, where: str) -> list[str]:
    if isinstance(tags, str) or not isinstance(tags, Sequence) or not all(isinstance(tag, str) for tag in tags):
        raise TypeError(f"{_METHOD}: {where} wants a list of tags, but got {tags!r}")
    return list(tags)


def _triples(tags: Any, where: str) -> list[list[str]]:
    nested = isinstance(tags, Sequence) and bool(tags) and not any(isinstance(tag, str) for tag in tags)
    triples = [_strings(triple, where) for triple in (tags if nested else [tags])]
    for triple in triples:
        if len(triple) != 3:
            raise ValueError(f"{_METHOD}: {where} wants the tags of value, lower and upper bound, but got {triple}")
    return triples
