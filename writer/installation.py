"""Modules that stand in for `torch.utils.tensorboard` and `tensorboardX`, for programs that import those by name."""

from __future__ import annotations

import importlib.machinery
import sys
from types import ModuleType
from typing import Any

PYTORCH = "torch.utils.tensorboard"
TENSORBOARDX = "tensorboardX"

# What stood in sys.modules before, by name; None where nothing did.
_replaced: dict[str, ModuleType | None] = {}


def install() -> None:
    """Has ``from torch.utils.tensorboard import SummaryWriter``, and the same of ``tensorboardX``, give this writer.

    For trainers that import one of them by themselves. Call it before the trainer is imported; modules that have
    imported theirs keep it. Neither package has to be installed. Doing it again changes nothing.

    The modules have SummaryWriter, FileWriter and, in ``summary``, the functions ``hparams`` and ``scalar``.
    """
    if _replaced:
        return
    for name in (PYTORCH, TENSORBOARDX):
        for module in _modules(name):
            _replaced[module.__name__] = sys.modules.get(module.__name__)
            sys.modules[module.__name__] = module
    _set_attribute_of_parent(sys.modules[PYTORCH])


def uninstall() -> None:
    """Takes `install` back: what is imported from now on is what was there before."""
    for name, module in _replaced.items():
        if module is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = module
    if _replaced:
        _set_attribute_of_parent(_replaced[PYTORCH])
    _replaced.clear()


def _modules(name: str) -> list[ModuleType]:
    """The package ``name`` and its modules ``writer`` and ``summary``."""
    from writer.file_writer import FileWriter
    from writer.summary_writer import SummaryWriter

    doc = f"graphboard's writer in place of {name}."
    package, writer, summary = (ModuleType(f"{name}{part}", doc) for part in ("", ".writer", ".summary"))
    for module in (package, writer, summary):
        # Some trainers look for the module before they import it, by its spec.
        module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, None, is_package=module is package)
    package.__path__ = []
    contents: dict[str, Any] = {"SummaryWriter": SummaryWriter, "FileWriter": FileWriter}
    vars(writer).update(contents)
    vars(package).update(contents, writer=writer, summary=summary)
    vars(summary).update(hparams=_hparams, scalar=_scalar)
    return [package, writer, summary]


def _set_attribute_of_parent(module: ModuleType | None) -> None:
    parent = sys.modules.get(PYTORCH.rpartition(".")[0])
    if parent is None:
        return
    if module is None:
        vars(parent).pop("tensorboard", None)
    else:
        vars(parent)["tensorboard"] = module


def _hparams(
    hparam_dict: Any = None, metric_dict: Any = None, hparam_domain_discrete: Any = None
) -> tuple[Any, Any, Any]:
    """Summary messages of an experiment, of a session's start and of its end, which is a success."""
    import time

    from writer.format.messages import Summary
    from writer.summary import hparams

    now = time.time()
    flat = hparams.flatten(hparam_dict or {})
    domains = {
        name: [hparams.plain(name, one) for one in many] for name, many in (hparam_domain_discrete or {}).items()
    }
    summaries = (
        hparams.experiment(flat, list(metric_dict or {}), domains, time_created=now),
        hparams.session_start(flat, start_time=now),
        hparams.session_end("success", now),
    )
    experiment, start, end = map(Summary.FromString, summaries)
    return experiment, start, end


def _scalar(name: str, tensor: Any, *_: Any, **__: Any) -> Any:
    """The Summary message of a number."""
    from writer.format.messages import Summary
    from writer.summary.scalars import scalar

    return Summary.FromString(scalar(name, tensor))
