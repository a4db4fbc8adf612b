"""A function that makes variables in; one that makes them in its first call and shares them in all others out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from graphcore.ops.variables import trainable_variables
from graphcore.variable_scope import VariableScope, variable_op_scope, variable_scope


class Template:
    """What `make_template` gives."""

    def __init__(self, name: str, func: Callable[..., Any]) -> None:
        self._name = name
        self._func = func
        self._scope: VariableScope | None = None
        self._variables_created = False

    @property
    def var_scope(self) -> VariableScope | None:
        """The scope of the variables; None before the first call."""
        return self._scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._scope is None:
            with variable_op_scope([], None, self._name) as self._scope:
                result = self._func(*args, **kwargs)
        else:
            # A first call that has failed is made up for.
            with variable_scope(self._scope, reuse=self._variables_created):
                before = len(trainable_variables())
                result = self._func(*args, **kwargs)
                made = trainable_variables()[before:]
                if made and self._variables_created:
                    raise ValueError(
                        "Trainable variable created when calling a template after the first time, perhaps you used "
                        f"tf.Variable when you meant tf.get_variable: {[variable.name for variable in made]}"
                    )
        self._variables_created = True
        return result


def make_template(name_: str, func_: Callable[..., Any], **kwargs: Any) -> Template:
    """A function like ``func_`` that has one set of variables, however often it is called.

    ::

        scale = tf.make_template("scale", lambda x: x * tf.get_variable("factor", []))
        first, second = scale(a), scale(b)  # both times by the one variable scale/factor

    Args:
        name_: of the scope of its variables, made unique at the first call.
        func_: makes its variables by `get_variable`.
        **kwargs: arguments of ``func_`` that are the same in every call.

    A later call raises ValueError if it makes another trainable variable.
    """
    return Template(name_, functools.partial(func_, **kwargs) if kwargs else func_)
