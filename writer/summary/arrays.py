"""Values of any array library to numpy arrays of numbers.

No such library is imported: torch, TensorFlow, JAX, CuPy and the rest are known by the methods of their tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from writer.summary.tags import checked_tag

REAL = "biuf"  # kinds of numpy's element types
COMPLEX = REAL + "c"


def as_array(tag: str, value: Any, method: str, what: str = "an array of numbers", kinds: str = REAL) -> np.ndarray:
    """``value`` as an array of booleans, integers or floats, of any shape; not copied if that can be helped.

    Taken are numbers, sequences of numbers, and the arrays and tensors of numpy, torch (of any device, with or
    without gradients), TensorFlow, JAX, CuPy and whatever else has ``__array__``. Element types that numpy does
    not have, such as bfloat16, become float32.

    Args:
        tag: the series it is for, told in errors.
        method: what the caller called, told in errors.
        what: what the method wants, told in errors.
        kinds: `REAL` numbers, or `COMPLEX` ones, too.

    Raises:
        TypeError: the tag is no string, or the value holds something else than such numbers.
        ValueError: the tag is empty, or the value is a ragged sequence.
    """
    checked_tag(tag, method)
    try:
        array = _to_numpy(value)
    except ValueError as error:
        raise ValueError(f"{method}: tag {tag!r} wants {what}, but got {_told(value)}: {error}") from None
    except (TypeError, RuntimeError, AttributeError) as error:
        raise TypeError(f"{method}: tag {tag!r} wants {what}, but got {_told(value)}: {error}") from None
    if array.dtype.kind == "V" and array.dtype.names is None:  # bfloat16 and float8 of ml_dtypes
        array = array.astype(np.float32)
    if array.dtype.kind not in kinds:
        raise TypeError(f"{method}: tag {tag!r} wants {what}, but got {_told(value)}")
    return array


def _to_numpy(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    if hasattr(value, "detach"):
        return _from_torch(value)
    for to_host in ("asnumpy", "numpy"):  # MXNet; TensorFlow, Paddle
        if callable(getattr(value, to_host, None)):
            return np.asarray(getattr(value, to_host)())
    if type(value).__module__.partition(".")[0] == "cupy":  # it has __array__, which refuses
        return np.asarray(value.get())
    if isinstance(value, (list, tuple)) and value and not isinstance(value[0], (int, float)):
        return np.asarray([_to_numpy(item) for item in value])
    return np.asarray(value)


def _from_torch(tensor: Any) -> np.ndarray:
    tensor = tensor.detach()
    if getattr(tensor, "is_sparse", False):
        tensor = tensor.to_dense()
    tensor = tensor.cpu()
    for resolve in ("resolve_conj", "resolve_neg"):
        if hasattr(tensor, resolve):
            tensor = getattr(tensor, resolve)()
    try:
        return np.asarray(tensor.numpy())
    except TypeError:  # bfloat16 and float8, which numpy does not have
        return np.asarray(tensor.float().numpy())


def _told(value: Any) -> str:
    """What came, in a few words."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    name = type(value).__name__
    if shape is not None and dtype is not None:
        return f"{name} of {dtype}, shape {list(shape)}"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} of type {name}"
