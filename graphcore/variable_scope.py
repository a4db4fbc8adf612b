"""Names in, variables out, the same variable for the same name: how functions that build layers share weights.

::

    def layer(x):
        w = tf.get_variable("w", [784, 10])
        return tf.matmul(x, w)

    with tf.variable_scope("model"):
        first = layer(images)                       # makes model/w
    with tf.variable_scope("model", reuse=True):
        second = layer(others)                      # finds model/w

The name of a variable depends on the open variable scopes alone, those of other operations on name scopes, too. Every
variable scope opens a name scope of its name, unique as these always are.
"""

from __future__ import annotations

import contextlib
import enum
import traceback
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphcore.dtypes import DType, as_dtype, float32
from graphcore.graph import Graph, GraphKeys
from graphcore.operation import Tensor
from graphcore.ops import initializers
from graphcore.ops.variables import Variable
from graphcore.scopes import add_to_collection, get_default_graph, graph_of, name_scope
from graphcore.shapes import TensorShape, as_shape

Regularizer = Callable[[Any], Any]


class Reuse(enum.Enum):
    """What a scope does about variables besides reusing them (True) and making them (False, None)."""

    AUTO_REUSE = 1

    def __repr__(self) -> str:
        return f"tf.{self.name}"


AUTO_REUSE = Reuse.AUTO_REUSE
"""For ``reuse=``: variables that are there are found, others are made. As in TensorFlow 1.4."""


class VariableScope:
    """What holds for `get_variable` in a block: a prefix of names, and what it does unless told otherwise.

    Attributes:
        name: what names of variables begin with; empty at the root.
        reuse: True if variables are to be there already, `AUTO_REUSE` if they may be; else they must not be.
        initializer: how variables begin if `get_variable` is not told.
        regularizer: what is computed from each new variable if `get_variable` is not told.
        caching_device: kept for programs that give it; everything runs on the CPU.
    """

    def __init__(
        self,
        reuse: bool | Reuse | None,
        name: str = "",
        initializer: Any = None,
        regularizer: Regularizer | None = None,
        caching_device: Any = None,
        name_scope: str = "",
    ) -> None:
        self.name = name
        self.reuse = reuse
        self.initializer = initializer
        self.regularizer = regularizer
        self.caching_device = caching_device
        self._name_scope = name_scope

    @property
    def original_name_scope(self) -> str:
        """The name scope that opening this scope by its object begins, before it is made unique."""
        return self._name_scope

    def reuse_variables(self) -> None:
        """From here on, `get_variable` finds variables that are there already, and makes none."""
        self.reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets how variables begin from here on."""
        self.initializer = initializer

    def set_regularizer(self, regularizer: Regularizer | None) -> None:
        """Sets what is computed from each new variable from here on."""
        self.regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Sets `caching_device`."""
        self.caching_device = caching_device


class _VariableStore:
    """The named variables of one graph, and the scope that is open in it."""

    def __init__(self) -> None:
        self.scope = VariableScope(False)
        self.variables: dict[str, Variable] = {}

    def found(self, name: str, shape: TensorShape, dtype: DType) -> Variable:
        """The variable of this name, if it is as wanted."""
        if name not in self.variables:
            raise ValueError(f"Variable {name} does not exist, disallowed. Did you mean to set reuse=None in VarScope?")
        variable = self.variables[name]
        if not shape.is_compatible_with(variable.get_shape()):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape {variable.get_shape()}."
            )
        if dtype != variable.dtype.base_dtype:
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} "
                f"and found dtype {variable.dtype.base_dtype.name}."
            )
        return variable

    def check_new(self, name: str) -> None:
        if name in self.variables:
            made_at = "".join(traceback.format_list(self.variables[name].op.traceback_summary()[-3:]))
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True in VarScope? "
                f"Originally defined at:\n\n{made_at}"
            )


_stores: weakref.WeakKeyDictionary[Graph, _VariableStore] = weakref.WeakKeyDictionary()


def _store() -> _VariableStore:
    return _stores.setdefault(get_default_graph(), _VariableStore())


def get_variable_scope() -> VariableScope:
    """The variable scope that is open in the default graph."""
    return _store().scope


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = float32,
    initializer: Any = None,
    regularizer: Regularizer | None = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
) -> Variable:
    """The variable called ``name`` in the open variable scope: a new one, or, in a scope that reuses, the one there is.

    Args:
        name: behind the scope's name and a slash, the name of the variable.
        shape: a list of sizes; may be left out for a variable that is there, and where ``initializer`` is a value.
        dtype: the type of the elements.
        initializer: a function of shape and ``dtype=`` that gives the initial value (see
            `graphcore.constant_initializer` and its like), or that value itself. By default that of the scope, else
            `graphcore.uniform_unit_scaling_initializer`, or zeros for types without fractions.
        regularizer: a function of the variable; what it gives joins the collection ``REGULARIZATION_LOSSES``, for the
            program to add to its loss. By default that of the scope.
        trainable: optimizers change it, unless told which variables to change.
        collections: what to file it under, instead of all variables.

    Raises:
        ValueError: a variable of that name exists and the scope does not reuse, or the reverse; or it has another
            shape or type; or ``shape`` of a new one is not known.
    """
    store = _store()
    scope = store.scope
    full_name = f"{scope.name}/{name}" if scope.name else name
    wanted_shape, wanted_dtype = as_shape(shape), as_dtype(dtype).base_dtype
    may_be_there = scope.reuse is AUTO_REUSE or scope.reuse is None
    if full_name in store.variables if may_be_there else scope.reuse:
        return store.found(full_name, wanted_shape, wanted_dtype)
    store.check_new(full_name)
    initial_value = _initial_value(
        scope.initializer if initializer is None else initializer, full_name, wanted_shape, wanted_dtype
    )
    # The name shall depend on variable scopes alone.
    with name_scope(None):
        variable = Variable(
            initial_value,
            trainable=trainable,
            collections=collections,
            caching_device=scope.caching_device,
            name=full_name,
            dtype=wanted_dtype,
        )
        store.variables[full_name] = variable
        penalty = scope.regularizer if regularizer is None else regularizer
        if penalty is not None:
            with name_scope(f"{full_name}/Regularizer/"):
                loss = penalty(variable)
            if loss is not None:
                add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
    return variable


def _initial_value(initializer: Any, name: str, shape: TensorShape, dtype: DType) -> Any:
    """The initial value of a new variable, or a function that gives it."""
    if isinstance(initializer, (Tensor, Variable)):
        if not shape.is_compatible_with(initializer.get_shape()):
            raise ValueError(
                f"Variable {name}: shape {shape} was specified, but the initial value has {initializer.get_shape()}"
            )
        return initializer
    if initializer is not None and not callable(initializer):
        if not shape.is_fully_defined():
            return initializer
        return lambda: initializers.constant_initializer(initializer)(shape.as_list(), dtype=dtype)
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new variable ({name}) must be fully defined, but instead was {shape}.")
    if initializer is None:
        fractions = dtype.is_floating
        initializer = initializers.uniform_unit_scaling_initializer() if fractions else initializers.zeros_initializer
    return lambda: initializer(shape.as_list(), dtype=dtype)


@contextlib.contextmanager
def _opened(scope: VariableScope) -> Iterator[VariableScope]:
    store = _store()
    before, store.scope = store.scope, scope
    try:
        yield scope
    finally:
        store.scope = before


def _within(
    name_or_scope: str | VariableScope,
    name_scope: str,
    reuse: bool | Reuse | None,
    initializer: Any,
    regularizer: Regularizer | None,
    caching_device: Any,
) -> VariableScope:
    """A scope inside the open one, or like the one given; what is not said is as there."""
    old = get_variable_scope()
    if isinstance(name_or_scope, VariableScope):
        like, name = name_or_scope, name_or_scope.name
    else:
        like, name = old, f"{old.name}/{name_or_scope}" if old.name else name_or_scope
    return VariableScope(
        reuse or old.reuse or like.reuse,
        name,
        like.initializer if initializer is None else initializer,
        like.regularizer if regularizer is None else regularizer,
        like.caching_device if caching_device is None else caching_device,
        name_scope,
    )


@contextlib.contextmanager
def variable_scope(
    name_or_scope: str | VariableScope | None,
    reuse: bool | Reuse | None = None,
    initializer: Any = None,
    regularizer: Regularizer | None = None,
    caching_device: Any = None,
    *,
    default_name: str | None = None,
    values: Sequence[Any] | None = None,
) -> Iterator[VariableScope]:
    """Prefixes the names of variables made by `get_variable` in the block, and opens a name scope.

    Args:
        name_or_scope: a name, for a scope in the open one; or a scope, which is entered again, wherever that is done.
        reuse: True: variables are to be there already. `AUTO_REUSE`: they are made unless they are there. Holds for all
            scopes inside, and cannot be undone there.
        initializer, regularizer, caching_device: what holds where `get_variable` is not told; see `VariableScope`.
        default_name: used, made unique, where ``name_or_scope`` is None: see `variable_op_scope`.
        values: the tensors that come in, for the graph to be known.

    Raises:
        TypeError: ``name_or_scope`` is of another type.
    """
    if name_or_scope is None and default_name is not None:
        with variable_op_scope(
            values or [], None, default_name, initializer, regularizer, caching_device, reuse
        ) as scope:
            yield scope
        return
    if not isinstance(name_or_scope, (str, VariableScope)):
        raise TypeError("VariableScope: name_scope must be a string or VariableScope.")
    prefix = name_or_scope.original_name_scope if isinstance(name_or_scope, VariableScope) else name_or_scope
    with graph_of(values or []).as_default(), contextlib.ExitStack() as stack:
        # The root has no name; going back to it leaves the name scope as it is.
        if prefix:
            stack.enter_context(name_scope(prefix))
        yield stack.enter_context(
            _opened(_within(name_or_scope, prefix, reuse, initializer, regularizer, caching_device))
        )


@contextlib.contextmanager
def variable_op_scope(
    values: Sequence[Any],
    name_or_scope: str | VariableScope | None,
    default_name: str,
    initializer: Any = None,
    regularizer: Regularizer | None = None,
    caching_device: Any = None,
    reuse: bool | Reuse | None = None,
) -> Iterator[VariableScope]:
    """The variable scope of a function that makes variables, in the graph of ``values``.

    Args:
        values: the tensors that come in.
        name_or_scope: what the caller has given as name, for `variable_scope`; None if nothing.
        default_name: taken, and made unique, in place of None, so that each call has variables of its own.
        initializer, regularizer, caching_device, reuse: as for `variable_scope`.

    Raises:
        TypeError: no default name. ValueError: ``reuse`` where no name is given.
    """
    if default_name is None:
        raise TypeError("default_name cannot be None")
    with graph_of(values).as_default():
        if name_or_scope is not None:
            with variable_scope(name_or_scope, reuse, initializer, regularizer, caching_device) as scope:
                yield scope
            return
        if reuse and reuse is not AUTO_REUSE:
            raise ValueError("reuse=True cannot be used without a name_or_scope")
        with name_scope(default_name) as unique:
            parts = default_name.count("/") + 1
            name = "/".join(unique.rstrip("/").split("/")[-parts:])
            with _opened(_within(name, name, None, initializer, regularizer, caching_device)) as scope:
                yield scope


def no_regularizer(_: Any) -> None:
    """Computes nothing; given to `get_variable` or a scope, it keeps off the regularizer of the scope around."""
