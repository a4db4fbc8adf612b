"""Arrays that stay what they are."""

from __future__ import annotations

from typing import Any

from writer.methods.kinds import KindMethods


class TensorMethods(KindMethods):
    """Logs tensors."""

    def add_tensor(
        self,
        tag: str,
        tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        *,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs an array as it is. No dashboard shows it; programs read it back.

        Args:
            tag: name of the series.
            tensor: numbers, complex ones, too, in their own type; bfloat16 becomes float32.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: it is no array of numbers, or their type is not one of the format.
            ValueError: the tag is empty, or the array has 2 GiB or more.
        """
        from writer.format.plugins import TENSORS
        from writer.summary.arrays import COMPLEX, as_array
        from writer.summary.metadata import metadata_of, tensor_summary

        array = as_array(tag, tensor, "add_tensor", kinds=COMPLEX)
        metadata = metadata_of(tag, TENSORS, display_name=display_name, description=description)
        try:
            summary = tensor_summary(tag, array, metadata)
        except TypeError as error:
            raise TypeError(f"add_tensor: tag {tag!r}: {error}") from None
        self._log_summary(summary, global_step, walltime)
