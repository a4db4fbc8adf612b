"""Numbers."""

from __future__ import annotations

from typing import Any

from writer import event
from writer.methods.base import Methods
from writer.summary.scalars import scalar, scalar_tensor


class ScalarMethods(Methods):
    """Logs numbers."""

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """Logs one number.

        Args:
            tag: name of the series; "/" groups it, as in ``train/loss``.
            scalar_value: a number, or an array or tensor of one element.
            global_step: integer step. Default 0.
            walltime: seconds since the epoch. Default now.
            new_style: store a rank-0 tensor with plugin metadata, not the compact ``simple_value``.
            double_precision: store float64, which takes a tensor; float32 otherwise.

        Raises:
            TypeError: the tag is no string, the value no single number, or the step no integer.
        """
        if new_style or double_precision:
            summary = scalar_tensor(tag, scalar_value, double_precision=double_precision)
        else:
            summary = scalar(tag, scalar_value)
        self._log(event.SUMMARY, summary, global_step, walltime)
