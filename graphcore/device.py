"""Names of devices in, their parts out; and how a name in an inner block completes one from an outer block.

A name is ``/job:<name>/replica:<n>/task:<n>/device:<TYPE>:<n>``, any part of which may be missing, and
``/cpu:0`` or ``/gpu:0`` are short for the last. Everything runs on this machine's CPU; the names are kept for
the graph's readers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphcore.operation import Operation

DeviceFunction = Callable[["Operation"], Any]
"""Given a new operation, with the device that inner blocks gave it, the device it is to have."""


@dataclass
class DeviceSpec:
    """The parts of a device's name; None for each that is not given."""

    job: str | None = None
    replica: int | None = None
    task: int | None = None
    device_type: str | None = None
    device_index: int | None = None

    @classmethod
    def from_string(cls, name: str) -> DeviceSpec:
        """The parts of ``name``.

        Raises:
            ValueError: a part is none of those above, or is there twice.
        """
        spec = cls()
        for part in filter(None, name.split("/")):
            words = part.split(":")
            if words[0] in ("job", "replica", "task") and len(words) == 2:
                given: dict[str, Any] = {words[0]: words[1] if words[0] == "job" else _number(name, words[1])}
            elif words[0] == "device" and len(words) in (2, 3):
                given = {"device_type": words[1].upper()}
                given |= {"device_index": _index(name, words[2])} if len(words) == 3 else {}
            elif words[0].lower() in ("cpu", "gpu") and len(words) == 2:
                given = {"device_type": words[0].upper(), "device_index": _index(name, words[1])}
            else:
                raise ValueError(f"Unknown attribute: '{words[0]}' in '{name}'")
            for field, value in given.items():
                if getattr(spec, field) is not None:
                    raise ValueError(f"Cannot specify multiple device types: '{name}' gives {field} twice")
                setattr(spec, field, value)
        return spec

    def merged_into(self, outer: DeviceSpec) -> DeviceSpec:
        """The parts of this one, completed by those of ``outer``."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        return DeviceSpec(**{k: getattr(outer, k) if value is None else value for k, value in mine.items()})

    def to_string(self) -> str:
        """The name in full form."""
        text = "".join(
            f"/{part}:{getattr(self, part)}" for part in ("job", "replica", "task") if getattr(self, part) is not None
        )
        if self.device_type is not None:
            text += f"/device:{self.device_type}:{'*' if self.device_index is None else self.device_index}"
        return text


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"'{text}' in device '{name}' is not a number")
    return int(text)


def _index(name: str, text: str) -> int | None:
    return None if text == "*" else _number(name, text)


def canonical_name(device: Any) -> str:
    """The full form of a device's name, or of a `DeviceSpec`; empty for None."""
    if device is None:
        return ""
    return (device if isinstance(device, DeviceSpec) else DeviceSpec.from_string(device)).to_string()


def merge_device(device: Any) -> DeviceFunction:
    """A device function that gives operations the parts of ``device`` that no inner block has given them.

    Args:
        device: a name or a `DeviceSpec`.
    """
    outer = device if isinstance(device, DeviceSpec) else DeviceSpec.from_string(device or "")
    return lambda op: DeviceSpec.from_string(op.device).merged_into(outer).to_string()
