"""Variables to a checkpoint file, and values out of one: the ops that `graphcore.train.Saver` is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError, NotFoundError, PermissionDeniedError, UnknownError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

if TYPE_CHECKING:
    from graphcore.checkpoint.entries import SlicedArray
    from graphcore.state import SessionState


def _texts(values: Any) -> list[str]:
    return [text.decode() for text in as_array(values).ravel().tolist()]


def _text(what: str, value: Any) -> str:
    texts = _texts(value)
    if len(texts) != 1:
        raise InvalidArgumentError(None, None, f"{what} must be one string, but there are {len(texts)}")
    return texts[0]


def _save(op: Operation, filename: str, names: list[str], specs: list[str], data: Iterable[Any]) -> None:
    from graphcore.checkpoint import entries, table
    from graphcore.checkpoint.writing import write_whole

    arrays = [as_array(value) for value in data]
    if not len(names) == len(specs) == len(arrays):
        raise InvalidArgumentError(
            None,
            None,
            f"{len(names)} names and {len(specs)} slices are given for {len(arrays)} tensors to save in {filename}",
        )
    dtypes = op.attrs["T"]
    try:
        sliced = [_sliced(*given) for given in zip(names, specs, arrays, dtypes)]
        write_whole(filename, table.build(entries.entries_of(sliced)))
    except FileNotFoundError as error:
        raise NotFoundError(None, None, f"{filename} cannot be written: {error}; is its directory there?") from None
    except PermissionError as error:
        raise PermissionDeniedError(None, None, f"{filename} cannot be written: {error}") from None
    except OSError as error:
        raise UnknownError(None, None, f"{filename} cannot be written: {error}") from None


def _sliced(name: str, spec: str, array: np.ndarray, dtype: Any) -> SlicedArray:
    from graphcore.checkpoint.entries import SlicedArray
    from graphcore.checkpoint.tensor_slice import TensorSlice, parse_shape_and_slice, sizes_of

    parsed = parse_shape_and_slice(spec)
    if parsed is None:
        return SlicedArray(name, array.shape, TensorSlice.whole(array.ndim), array, dtype)
    shape, part = parsed
    sizes = sizes_of(part.within(shape))
    if sizes != array.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"Slice '{spec}' of tensor '{name}' has the shape {brackets(sizes)}, but what is to be saved has "
            f"{brackets(array.shape)}",
        )
    return SlicedArray(name, shape, part, array, dtype)


def _save_kernel(op: Operation, state: SessionState) -> Callable[..., None]:
    def kernel(filename: Any, tensor_names: Any, *data: Any) -> None:
        names = _texts(tensor_names)
        _save(op, _text("filename", filename), names, [""] * len(names), data)

    return kernel


def _save_slices_kernel(op: Operation, state: SessionState) -> Callable[..., None]:
    def kernel(filename: Any, tensor_names: Any, shapes_and_slices: Any, *data: Any) -> None:
        _save(op, _text("filename", filename), _texts(tensor_names), _texts(shapes_and_slices), data)

    return kernel


def _restore_kernel(op: Operation, state: SessionState) -> Callable[..., Any]:
    dtype = op.attrs["dt"]

    def kernel(file_pattern: Any, tensor_name: Any, shape_and_slice: Any = b"") -> Any:
        from graphcore.checkpoint.reader import reader_of
        from graphcore.checkpoint.tensor_slice import parse_shape_and_slice

        part = parse_shape_and_slice(_text("shape_and_slice", shape_and_slice))
        reader = reader_of(_text("file_pattern", file_pattern))
        return reader.read(_text("tensor_name", tensor_name), dtype, part)

    return kernel


def _restored_shape(op: Operation) -> list[TensorShape]:
    """Known if only a part of a tensor is wanted."""
    from graphcore.checkpoint.tensor_slice import parse_shape_and_slice, sizes_of

    spec = constant_value(op.inputs[2]) if len(op.inputs) > 2 else None
    parsed = parse_shape_and_slice(_text("shape_and_slice", spec)) if spec is not None else None
    return [unknown_shape() if parsed is None else TensorShape(sizes_of(parsed[1].within(parsed[0])))]


def _sharded_filename(basename: Any, shard: Any, num_shards: Any) -> bytes:
    return f"{_text('basename', basename)}-{int(shard):05d}-of-{int(num_shards):05d}".encode()


def _sharded_filespec(basename: Any, num_shards: Any) -> bytes:
    return f"{_text('basename', basename)}-?????-of-{int(num_shards):05d}".encode()


Save = OpType(
    "Save(filename:string, tensor_names:string, data:T) -> - | T:list(type)",
    shape=common_shapes.none,
    bind=_save_kernel,
    gradient=no_gradient,
    stateful=True,
)
SaveSlices = OpType(
    "SaveSlices(filename:string, tensor_names:string, shapes_and_slices:string, data:T) -> - | T:list(type)",
    shape=common_shapes.none,
    bind=_save_slices_kernel,
    gradient=no_gradient,
    stateful=True,
)
Restore = OpType(
    "Restore(file_pattern:string, tensor_name:string) -> tensor:dt | dt:type; preferred_shard:int=-1",
    shape=_restored_shape,
    bind=_restore_kernel,
    gradient=no_gradient,
    stateful=True,
)
RestoreSlice = OpType(
    "RestoreSlice(file_pattern:string, tensor_name:string, shape_and_slice:string) -> tensor:dt | "
    "dt:type; preferred_shard:int=-1",
    shape=_restored_shape,
    bind=_restore_kernel,
    gradient=no_gradient,
    stateful=True,
)
ShardedFilename = OpType(
    "ShardedFilename(basename:string, shard:int32, num_shards:int32) -> filename:string",
    shape=common_shapes.scalar,
    kernel=_sharded_filename,
    gradient=no_gradient,
)
ShardedFilespec = OpType(
    "ShardedFilespec(basename:string, num_shards:int32) -> filename:string",
    shape=common_shapes.scalar,
    kernel=_sharded_filespec,
    gradient=no_gradient,
)
