"""What a series holds, as Python programs get it: columns of scalars, and everything else value by value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

import numpy as np

from board.store import BlobReference


class Scalars(NamedTuple):
    """All points of a scalar series, in the order they were logged. The arrays are read-only."""

    run: str
    tag: str
    steps: np.ndarray  # int64 [n]
    wall_times: np.ndarray  # float64 [n], seconds since the epoch
    values: np.ndarray  # float64 [n], may hold NaN and infinities

    def to_pandas(self) -> Any:
        """A DataFrame with the columns step, wall_time and value.

        Raises:
            ImportError: pandas is not installed.
        """
        return pandas().DataFrame({"step": self.steps, "wall_time": self.wall_times, "value": self.values})


class Histogram(NamedTuple):
    """The distribution of some numbers at one step, as counts in k buckets."""

    step: int
    wall_time: float  # seconds since the epoch
    lefts: np.ndarray  # [k], left edges
    rights: np.ndarray  # [k], right edges
    counts: np.ndarray  # [k]

    @classmethod
    def of(cls, place: BlobReference, array: np.ndarray) -> Histogram:
        if array.ndim != 2 or array.shape[1] != 3:
            raise ValueError(f"a histogram has the shape [k, 3], but this tensor has {list(array.shape)}")
        return cls(place.step, place.wall_time, *array.T)


class Image(NamedTuple):
    """The pictures that were logged together at one step."""

    step: int
    wall_time: float  # seconds since the epoch
    width: int  # pixels
    height: int  # pixels
    pictures: tuple[bytes, ...]  # encoded, mostly as PNG

    @property
    def encoded(self) -> bytes:
        """The first picture; most writers log one at a time."""
        return self.pictures[0]

    def array(self, index: int = 0) -> np.ndarray:
        """A picture's pixels, uint8 [height, width] or [height, width, channels].

        Raises:
            ImportError: Pillow, which decodes it, is not installed.
        """
        import io

        from PIL import Image as Pillow

        with Pillow.open(io.BytesIO(self.pictures[index])) as picture:
            return np.asarray(picture)

    @classmethod
    def of(cls, place: BlobReference, array: np.ndarray) -> Image:
        if array.ndim != 1 or len(array) < 2:
            raise ValueError(f"images have the shape [k + 2], but this tensor has {list(array.shape)}")
        return cls(place.step, place.wall_time, int(array[0]), int(array[1]), tuple(array[2:]))


class Audio(NamedTuple):
    """The clips that were logged together at one step."""

    step: int
    wall_time: float  # seconds since the epoch
    clips: tuple[bytes, ...]  # encoded, mostly as WAV

    @property
    def encoded(self) -> bytes:
        """The first clip; most writers log one at a time."""
        return self.clips[0]

    @classmethod
    def of(cls, place: BlobReference, array: np.ndarray) -> Audio:
        clips = array[:, 0] if array.ndim == 2 else array  # the second column holds labels
        return cls(place.step, place.wall_time, tuple(clips))


class Text(NamedTuple):
    """The text that was logged at one step: a single string, a list or a table of them."""

    step: int
    wall_time: float  # seconds since the epoch
    strings: np.ndarray  # str objects, any shape; bytes that are no UTF-8 come as U+FFFD

    @property
    def text(self) -> str:
        """All strings, one below another."""
        return "\n".join(self.strings.ravel())

    @classmethod
    def of(cls, place: BlobReference, array: np.ndarray) -> Text:
        if array.dtype != object:
            raise ValueError(f"text was wanted, but this tensor holds {array.dtype}")
        strings = np.empty(array.shape, object)
        strings.ravel()[:] = [string.decode("utf-8", "replace") for string in array.ravel()]
        return cls(place.step, place.wall_time, strings)


class Tensor(NamedTuple):
    """The tensor that was logged at one step, in the current format of its plugin."""

    step: int
    wall_time: float  # seconds since the epoch
    value: np.ndarray  # strings come as objects (bytes)

    @classmethod
    def of(cls, place: BlobReference, array: np.ndarray) -> Tensor:
        return cls(place.step, place.wall_time, array)


class HParams(NamedTuple):
    """The hyperparameters of a run, and how it went."""

    values: dict[str, float | str | bool | None]
    group: str  # runs of one group are repetitions of one trial
    start_time: float | None  # seconds since the epoch, if logged
    end_time: float | None
    status: str  # "unknown", "success", "failure" or "running"


Value = TypeVar("Value")


class Values(Sequence[Value], Generic[Value]):
    """The values of a series, in the order they were logged. Each is read from its event file when it is asked for.

    Indexing and iteration raise `LookupError` if the event file is gone or has been replaced (see
    `LogDirectory.refresh`), and `ValueError` if the value itself is damaged.
    """

    def __init__(
        self,
        places: Sequence[BlobReference],
        read: Callable[[BlobReference], np.ndarray],
        make: Callable[[BlobReference, np.ndarray], Value],
    ) -> None:
        self._places = places
        self._read = read
        self._make = make

    @property
    def steps(self) -> np.ndarray:
        """int64 [n]"""
        return np.array([place.step for place in self._places], np.int64)

    @property
    def wall_times(self) -> np.ndarray:
        """float64 [n], seconds since the epoch."""
        return np.array([place.wall_time for place in self._places], np.float64)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Value: ...
    @overload
    def __getitem__(self, index: slice) -> Values[Value]: ...
    def __getitem__(self, index: int | slice) -> Value | Values[Value]:
        if isinstance(index, slice):
            return Values(self._places[index], self._read, self._make)
        place = self._places[index]
        return self._make(place, self._read(place))


def pandas() -> Any:
    """The module pandas, which is not a dependency.

    Raises:
        ImportError: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module("pandas")
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas, which is not installed") from error
