"""Distributions of numbers."""

from __future__ import annotations

from typing import Any

from writer.event_file import EventFileWriter
from writer.methods.kinds import KindMethods
from writer.summary.scalars import scalar


class HistogramMethods(KindMethods):
    """Logs histograms."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._not_finite: set[str] = set()  # tags whose values were not all finite once

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: Any = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs the distribution of numbers: how many lie in each bucket.

        NaN and infinite values lie in no bucket. That there are some is warned of, once for each tag, and from then on
        the scalar ``<tag>/non_finite`` says at each step how many. No values make an empty histogram.

        Args:
            tag: name of the series.
            values: numbers of any shape, of any array library.
            bins: "tensorflow", as TensorFlow does it today: 30 buckets of equal width from the least value to the
                greatest (with ``new_style=False``, as it did then: "exponential"). Or a number of such buckets,
                increasing edges, "exponential" for the buckets of TensorFlow 0.8, each a tenth wider than the
                last, or a rule of `numpy.histogram_bin_edges`.
            max_bins: neighbouring buckets are joined until there are no more than these.
            new_style: False stores a HistogramProto with sums, as torch does, in place of a tensor.
            display_name: shown in place of the tag. The old encoding has no place for it.
            description: Markdown.

        Raises:
            TypeError: the values are no real numbers.
            ValueError: the tag is empty, or the bins are none; the error names the tag.
        """
        import numpy as np

        from writer.summary import histograms
        from writer.summary.arrays import as_array

        numbers = as_array(tag, values, "add_histogram")
        given = numbers.size
        if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
            self._tell_once("add_histogram", tag, f"{_count_of_strangers(numbers)} are left out")
            self._not_finite.add(tag)
            numbers = numbers[np.isfinite(numbers)]
        if isinstance(bins, str) and bins == "tensorflow":
            bins = histograms.DEFAULT_BUCKETS if new_style else "exponential"
        elif hasattr(bins, "__array__") or hasattr(bins, "detach"):
            bins = as_array(tag, bins, "add_histogram", "a number of bins or their edges")
            bins = bins.item() if bins.ndim == 0 else bins
        try:
            buckets = histograms.to_buckets(numbers, bins, max_bins)
        except (TypeError, ValueError) as error:
            raise type(error)(f"add_histogram: tag {tag!r}: {error}") from None
        if new_style:
            summary = histograms.histogram(tag, buckets, display_name=display_name, description=description)
        else:
            statistics = histograms.to_statistics(numbers, buckets)
            summary = histograms.legacy_histogram(tag, statistics, description=description)
        if tag in self._not_finite:
            summary += scalar(f"{tag}/non_finite", given - numbers.size)  # a Summary is its values in a row
        self._log_summary(summary, global_step, walltime)

    def add_histogram_raw(
        self,
        tag: str,
        min: Any,
        max: Any,
        num: Any,
        sum: Any,
        sum_squares: Any,
        bucket_limits: Any,
        bucket_counts: Any,
        global_step: Any = None,
        walltime: float | None = None,
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a distribution that is counted already.

        Args:
            tag: name of the series.
            min, max: the least and the greatest value.
            num, sum, sum_squares: how many values there are, their sum and the sum of their squares. The tensor
                has no place for these three; ``new_style=False`` keeps them.
            bucket_limits: the right edge of each bucket, increasing. The first bucket begins at ``min``.
            bucket_counts: how many values lie in each.

        Raises:
            TypeError: something is no number.
            ValueError: there are not as many limits as counts, limits do not increase, or counts are negative.
        """
        import numpy as np

        from writer.format.messages import HistogramProto
        from writer.summary import histograms
        from writer.summary.arrays import as_array

        limits, counts = (
            as_array(tag, values, "add_histogram_raw", what).astype(np.float64)
            for values, what in (
                (bucket_limits, "bucket_limits of numbers"),
                (bucket_counts, "bucket_counts of numbers"),
            )
        )
        if limits.ndim != 1 or limits.shape != counts.shape:
            raise ValueError(
                f"add_histogram_raw: tag {tag!r} wants as many bucket_limits as bucket_counts, "
                f"but got shapes {list(limits.shape)} and {list(counts.shape)}"
            )
        if not (np.diff(limits) > 0).all():
            raise ValueError(f"add_histogram_raw: tag {tag!r} wants bucket_limits that increase, but some do not")
        if not (counts >= 0).all():
            raise ValueError(f"add_histogram_raw: tag {tag!r} wants bucket_counts that are 0 or more, but some are not")
        numbers = {"min": min, "max": max, "num": num, "sum": sum, "sum_squares": sum_squares}
        told = {name: _as_float(tag, name, value) for name, value in numbers.items()}
        if new_style:
            buckets = histograms.from_limits(told["min"], told["max"], limits, counts)
            summary = histograms.histogram(tag, buckets, display_name=display_name, description=description)
        else:
            statistics = HistogramProto(**told, bucket_limit=limits.tolist(), bucket=counts.tolist())
            summary = histograms.legacy_histogram(tag, statistics, description=description)
        self._log_summary(summary, global_step, walltime)


def _as_float(tag: str, name: str, value: Any) -> float:
    from writer.summary.arrays import as_array

    array = as_array(tag, value, "add_histogram_raw", f"{name}= a number")
    if array.size != 1:
        raise ValueError(f"add_histogram_raw: tag {tag!r} wants {name}= a number, but got shape {list(array.shape)}")
    return float(array.reshape(()))


def _count_of_strangers(numbers: Any) -> str:
    import numpy as np

    nan = int(np.isnan(numbers).sum())
    infinite = int(np.isinf(numbers).sum())
    return f"{nan} NaN and {infinite} infinite of {numbers.size} values"
