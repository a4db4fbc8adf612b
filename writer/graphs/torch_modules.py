"""A torch module and an input for it to a GraphDef; scopes follow the tree of modules."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any


def is_torch_model(value: Any) -> bool:
    """Whether this is a module, or a program that torch has exported; torch is not imported to find out."""
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    exported = getattr(getattr(torch, "export", None), "ExportedProgram", ())  # torch before 2.1 has none
    return isinstance(value, (torch.nn.Module, exported))


def to_graph_def(model: Any, inputs: Any, *, verbose: bool = False, strict_trace: bool = True) -> Any:
    """The GraphDef of what ``model`` does with ``inputs``, in evaluation mode.

    It is exported (`torch.export`), which keeps to the names that the module gives its arguments; what cannot be
    exported is traced (`torch.jit.trace`).

    Args:
        model: a `torch.nn.Module`, or a `torch.export.ExportedProgram`, which needs no inputs.
        inputs: a tensor, or a tuple or list of the arguments, or a dict of them by name.
        verbose: print what torch made of it.
        strict_trace: False lets tracing record lists and dicts that the module changes or returns.

    Raises:
        ValueError: there are no inputs.
        RuntimeError: torch can neither export nor trace it; the error has both reasons.
    """
    import torch

    from writer.graphs import torch_export, torch_trace

    if not isinstance(model, torch.nn.Module):
        if verbose:
            print(model.graph)
        return torch_export.convert(model)
    if inputs is None:
        raise ValueError("add_graph: a torch module needs input_to_model, an example of what it is called with")
    if isinstance(inputs, dict):
        arguments, keywords = (), inputs
    else:
        arguments, keywords = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,), {}
    reason: Exception | None = None
    with _evaluation(model), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that one of the two ways is out of fashion, and what tracing cannot see
        if not isinstance(model, torch.jit.ScriptModule) and hasattr(torch, "export"):
            try:
                program = torch.export.export(model, arguments, keywords, strict=False)
                if verbose:
                    print(program.graph)
                return torch_export.convert(program)
            except Exception as error:  # whatever in the module cannot be exported
                reason = error
        try:
            if keywords:
                traced = torch.jit.trace(model, example_kwarg_inputs=keywords, strict=strict_trace, check_trace=False)
            else:
                traced = torch.jit.trace(model, arguments, strict=strict_trace, check_trace=False)
        except Exception as error:
            raise RuntimeError(
                f"add_graph: {type(model).__name__} can neither be traced ({_first_line(error)}) "
                f"nor exported ({_first_line(reason)})"
            ) from error
        if verbose:
            print(traced.inlined_graph)
        return torch_trace.convert(traced)


@contextlib.contextmanager
def _evaluation(model: Any) -> Iterator[None]:
    """All modules in evaluation mode, and afterwards each in the mode it was in."""
    training = [module for module in model.modules() if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True


def _first_line(error: Exception | None) -> str:
    if error is None:
        return "a scripted module"
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
