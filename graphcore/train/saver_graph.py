"""Variables in; the operations that save and restore them, and the SaverDef message that names these, out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from graphcore.operation import Operation, Tensor
from graphcore.ops import array, assignment, control_flow, saving
from graphcore.ops.constant import constant
from graphcore.ops.rearrange import reshape
from graphcore.ops.variables import Variable
from graphcore.scopes import control_dependencies, device, op_scope

VariablesToSave = Sequence[Variable] | Mapping[str, Variable | Sequence[Variable]]


class _ToSave(NamedTuple):
    """A variable, under which name to save it, and as which slice of what (empty: as it is)."""

    name: str
    spec: str
    variable: Variable


class SaverGraphBuilder:
    """Adds the operations of a `graphcore.train.Saver` to the default graph.

    A run of the save operation, fed a file name, writes the file; a run of ``restore_all`` reads it and assigns.
    """

    def __init__(self, reshape: bool, sharded: bool, restore_sequentially: bool) -> None:
        self._reshape = reshape
        self._sharded = sharded
        self._restore_sequentially = restore_sequentially

    def build(
        self,
        var_list: VariablesToSave,
        max_to_keep: int,
        keep_checkpoint_every_n_hours: float,
        name: str | None,
    ) -> Any:
        """The SaverDef message of new operations.

        Raises:
            ValueError: there are no variables, or two under one name, or one under two.
            TypeError: something to save is no variable, or a name no string.
        """
        from writer.format.messages import SaverDef

        to_save = _named(var_list)
        with op_scope([one.variable for one in to_save], name, "save"):
            filename = constant("model")
            if self._sharded:
                saved, restored = self._in_shards(filename, to_save)
            else:
                saved = self._save(filename, to_save)
                restored = self._restore(filename, to_save, -1, "restore_all")
        return SaverDef(
            filename_tensor_name=filename.name,
            save_tensor_name=saved.name,
            restore_op_name=restored.name,
            max_to_keep=max_to_keep,
            sharded=self._sharded,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
        )

    def _save(self, filename: Tensor, to_save: Sequence[_ToSave]) -> Tensor:
        """The file name, once the file is written."""
        save = saving.SaveSlices(
            filename,
            [one.name for one in to_save],
            [one.spec for one in to_save],
            [one.variable.ref() for one in to_save],
            name="save",
        )
        return control_flow.with_dependencies([save], filename)

    def _restore(self, filename: Tensor, to_save: Sequence[_ToSave], preferred_shard: int, name: str) -> Operation:
        assigned: list[Tensor] = []
        for one in to_save:
            ref, shape = one.variable.ref(), one.variable.get_shape()
            with control_dependencies(assigned[-1:] if self._restore_sequentially else []):
                value = saving.RestoreSlice(
                    filename,
                    one.name,
                    one.spec,
                    dt=ref.dtype.base_dtype,
                    preferred_shard=preferred_shard,
                    name="restore_slice",
                )
            if self._reshape:
                value = reshape(value, shape.as_list() if shape.is_fully_defined() else array.shape(one.variable))
            check = not self._reshape and shape.is_fully_defined()
            assigned.append(assignment.assign(ref, value, validate_shape=check))
        return control_flow.group(*assigned, name=name)

    def _in_shards(self, filename: Tensor, to_save: Sequence[_ToSave]) -> tuple[Tensor, Operation]:
        """The pattern of the files' names, once they are written; what restores them."""
        by_device: dict[str, list[_ToSave]] = {}
        for one in to_save:
            by_device.setdefault(one.variable.device or "", []).append(one)
        shards = sorted(by_device.items())
        count = constant(len(shards), name="num_shards")
        saved = []
        for i, (where, some) in enumerate(shards):
            with device(where):
                saved.append(self._save(saving.ShardedFilename(filename, i, count), some))
        with control_dependencies([tensor.op for tensor in saved]):
            pattern = saving.ShardedFilespec(filename, count)
        restored = []
        for i, (where, some) in enumerate(shards):
            with device(where):
                restored.append(self._restore(filename, some, i, "restore_shard"))
        return pattern, control_flow.group(*restored, name="restore_all")


def _named(var_list: VariablesToSave) -> list[_ToSave]:
    """What to save, sorted by name; parts of one variable in their order."""
    named: dict[str, list[Variable]] = {}
    names: dict[Variable, str] = {}
    for name, variable in _pairs(var_list):
        if not isinstance(variable, Variable):
            raise TypeError(f"Variable to save is not a Variable: {variable}")
        if variable in names:
            both = f"{names[variable]} and {name}"
            if names[variable] == name:
                raise ValueError(f"At least two variables have the same name: {name}")
            raise ValueError(f"The same variable will be restored with two names: {both}")
        names[variable] = name
        named.setdefault(name, []).append(variable)
    if not named:
        raise ValueError("No variables to save")
    found = []
    for name, parts in sorted(named.items()):
        for part in parts:
            if part.save_slice_info is None and len(parts) > 1:
                raise ValueError(f"At least two variables have the same name: {name}")
            spec = "" if part.save_slice_info is None else part.save_slice_info.spec
            found.append(_ToSave(name, spec, part))
    return found


def _pairs(var_list: VariablesToSave) -> Iterator[tuple[str, Any]]:
    """Names in the checkpoint, each with a variable or a part of one."""
    if isinstance(var_list, Variable):
        raise TypeError(f"var_list must be a list of variables, or a dict, not one variable: {var_list.name}")
    if not isinstance(var_list, Mapping):
        for variable in var_list:
            info = getattr(variable, "save_slice_info", None)
            yield (info.full_name if info is not None else getattr(variable, "name", "")[: -len(":0")]), variable
        return
    for name, given in var_list.items():
        if not isinstance(name, str):
            raise TypeError(f"Names in the checkpoint must be strings, each with its variable, but one is {name!r}")
        for one in given if isinstance(given, (list, tuple)) else [given]:
            yield name, one
