"""What is said of one run, and which values its fields may have."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

_LONGEST_TITLE = 200
_LONGEST_NOTES = 20_000
_MOST_TAGS = 30
_LONGEST_TAG = 60
_COLOR = re.compile(r"[a-z]{0,20}")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")


class AnnotationError(ValueError):
    """A field or a value that an annotation does not have."""


@dataclass(frozen=True)
class Annotation:
    """What is said of a run. Nothing said is the same as the initial value said."""

    title: str = ""  # shown in place of the run's name
    starred: bool = False
    hidden: bool = False  # neither listed nor drawn unless asked for
    tags: tuple[str, ...] = ()
    color: str = ""  # name of a colour of the page's palette; "": the one it has anyway
    notes: str = ""

    def said(self) -> dict[str, Any]:
        """The fields that are not at their initial values."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value != getattr(NOTHING, name)}


NOTHING = Annotation()
FIELDS = tuple(field.name for field in dataclasses.fields(Annotation))


def checked(field: str, value: Any) -> Any:
    """A value as the field holds it.

    Raises:
        AnnotationError: there is no such field, or it cannot hold this value; the message says so.
    """
    if field in ("starred", "hidden"):
        if not isinstance(value, bool):
            raise AnnotationError(f"{field}: true or false is wanted")
        return value
    if field == "tags":
        return _tags(value)
    if field not in FIELDS:
        raise AnnotationError(f"{field[:50]!r} is none of {', '.join(FIELDS)}")
    if not isinstance(value, str):
        raise AnnotationError(f"{field}: text is wanted")
    if field == "notes":
        return _short(field, value, _LONGEST_NOTES)
    if field == "color" and not _COLOR.fullmatch(value):
        raise AnnotationError(f"color: the name of a colour is wanted, not {value[:50]!r}")
    return _one_line(field, value, _LONGEST_TITLE)


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(tag, str) for tag in value):
        raise AnnotationError("tags: a list of texts is wanted")
    tags = tuple(dict.fromkeys(tag for tag in (_one_line("tags", tag, _LONGEST_TAG) for tag in value) if tag))
    if len(tags) > _MOST_TAGS:
        raise AnnotationError(f"tags: at most {_MOST_TAGS} are kept, but {len(tags)} came")
    if any("," in tag for tag in tags):
        raise AnnotationError("tags: a tag has no comma in it")
    return tags


def _one_line(field: str, text: str, longest: int) -> str:
    if _FORBIDDEN.search(text):
        raise AnnotationError(f"{field}: one line of text is wanted, without control characters")
    return _short(field, text.strip(), longest)


def _short(field: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise AnnotationError(f"{field}: at most {longest} characters are kept, but {len(text)} came")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise AnnotationError(f"{field}: half of a surrogate pair is no text") from None
    return text
