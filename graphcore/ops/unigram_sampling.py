"""Classes drawn as often as they come: by frequencies that are given, or counted while the program learns; or all.

The classes drawn are others than TensorFlow draws for the same seeds; how often each is drawn is the same.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphcore import philox
from graphcore.errors import InvalidArgumentError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops.candidate_sampling import SAMPLER_LINE, draw_classes, sample, sampler_shape


def _weighted(weights: np.ndarray, blocks: philox.Blocks) -> Iterator[int]:
    """Classes without end, each as often as it weighs."""
    upper = np.cumsum(weights)
    start, count = 0, 64
    while True:

        def behind(numbers: np.ndarray, first: int = start) -> np.ndarray:
            return blocks(numbers + first)

        numbers = philox.uniform(behind, 2 * count, np.float64)
        yield from np.searchsorted(upper, numbers * upper[-1], side="right").tolist()
        start, count = start + count, 2 * count


def _probabilities(weights: np.ndarray, classes: np.ndarray) -> np.ndarray:
    inside = (classes >= 0) & (classes < len(weights))
    return np.where(inside, weights[np.where(inside, classes, 0)], 0) / weights.sum()


def _fixed_weights(op: Operation) -> np.ndarray:
    """How often each class is drawn, from the attrs: counts to the power of the distortion, in this shard."""
    attrs, range_max = op.attrs, op.attrs["range_max"]
    counts = list(attrs["unigrams"])
    if bool(counts) == bool(attrs["vocab_file"]):
        raise InvalidArgumentError(None, None, "Must provide exactly one of vocab_file and unigrams.")
    if not counts:
        with open(attrs["vocab_file"], newline="", encoding="utf-8") as file:
            counts = [float(row[-1]) for row in csv.reader(file) if row]
    weights = np.zeros(range_max)
    given = np.asarray(counts, np.float64) ** attrs["distortion"]
    reserved = attrs["num_reserved_ids"]
    if reserved + len(given) != range_max:
        raise InvalidArgumentError(
            None, None, f"range_max is {range_max}, but there are {reserved} reserved ids and {len(given)} counts"
        )
    weights[reserved:] = given
    weights[np.arange(range_max) % attrs["num_shards"] != attrs["shard"]] = 0
    if not weights.sum() > 0:
        raise InvalidArgumentError(None, None, "No class of this shard has a count above zero")
    return weights


def _bind_fixed(op: Operation, state: Any) -> Callable[[Any], Any]:
    stream = state.entry(op, lambda: philox.Stream(op.attrs["seed"], op.attrs["seed2"]))
    known: list[np.ndarray] = []

    def kernel(true_classes: Any) -> Any:
        if not known:  # in a run, where an error names the operation
            known.append(_fixed_weights(op))
        weights = known[0]
        if op.attrs["unique"] and np.count_nonzero(weights) < op.attrs["num_sampled"]:
            raise InvalidArgumentError(
                None,
                None,
                f"{op.attrs['num_sampled']} different classes are wanted, but {np.count_nonzero(weights)} can be drawn",
            )
        return draw_classes(
            op,
            stream,
            true_classes,
            lambda blocks: _weighted(weights, blocks),
            lambda classes: _probabilities(weights, classes),
        )

    return kernel


@dataclass
class _Learned:
    """What a learning sampler remembers from run to run in a session."""

    stream: philox.Stream
    counts: np.ndarray


def _bind_learned(op: Operation, state: Any) -> Callable[[Any], Any]:
    range_max = op.attrs["range_max"]
    learned = state.entry(
        op, lambda: _Learned(philox.Stream(op.attrs["seed"], op.attrs["seed2"]), np.ones(range_max, np.float64))
    )

    def kernel(true_classes: Any) -> Any:
        weights = learned.counts.copy()
        drawn = draw_classes(
            op,
            learned.stream,
            true_classes,
            lambda blocks: _weighted(weights, blocks),
            lambda classes: _probabilities(weights, classes),
        )
        inside = true_classes[(true_classes >= 0) & (true_classes < range_max)]
        np.add.at(learned.counts, inside, 1)
        return drawn

    return kernel


def _all_kernel(true_classes: Any, *, num_sampled: int) -> Any:
    return (
        np.arange(num_sampled, dtype=np.int64),
        np.ones(true_classes.shape, np.float32),
        np.ones(num_sampled, np.float32),
    )


def _declare(name: str, attrs: str, **how: Any) -> OpType:
    return OpType(
        f"{name}({SAMPLER_LINE}; {attrs}seed:int=0; seed2:int=0",
        shape=sampler_shape,
        gradient=no_gradient,
        stateful=True,
        **how,
    )


AllCandidateSampler = _declare("AllCandidateSampler", "", kernel=_all_kernel)
FixedUnigramCandidateSampler = _declare(
    "FixedUnigramCandidateSampler",
    "range_max:int>=1; vocab_file:string=; distortion:float=1; num_reserved_ids:int=0; num_shards:int>=1=1; "
    "shard:int>=0=0; unigrams:list(float)=[]; ",
    bind=_bind_fixed,
)
LearnedUnigramCandidateSampler = _declare("LearnedUnigramCandidateSampler", "range_max:int>=1; ", bind=_bind_learned)
ThreadUnsafeUnigramCandidateSampler = _declare(
    "ThreadUnsafeUnigramCandidateSampler", "range_max:int>=1; ", bind=_bind_learned
)


def all_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, seed: int | None = None, name: str | None = None
) -> list[Tensor]:
    """The classes from 0 to ``num_sampled``, each once: what makes an estimate exact, to compare others with.

    Parameters and results are those of `uniform_candidate_sampler`.
    """
    return sample(
        AllCandidateSampler, true_classes, seed, name, num_true=num_true, num_sampled=num_sampled, unique=unique
    )


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """`uniform_candidate_sampler` with probabilities in proportion to counts that are given.

    Args:
        vocab_file: a file with a line for each class, the count behind the last comma; or
        unigrams: a list of the counts.
        distortion: the power that counts are raised to: 1 keeps them, 0 makes all equal, 0.75 is usual for words.
        num_reserved_ids: that many classes, from 0 on, have no counts and are never drawn.
        num_shards, shard: draw only classes c with ``c % num_shards == shard``.

    In a run, `InvalidArgumentError` unless there is a count for each class that is not reserved.
    """
    if not 0 <= shard < num_shards or not math.isfinite(distortion):
        raise ValueError(f"There is no shard {shard} of {num_shards}, or no distortion {distortion}")
    return sample(
        FixedUnigramCandidateSampler,
        true_classes,
        seed,
        name,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=list(unigrams),
    )


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """`uniform_candidate_sampler` with probabilities in proportion to how often classes have been right so far.

    Each session counts for itself, beginning with 1 for each class; what is drawn knows of the runs before.
    """
    return sample(
        LearnedUnigramCandidateSampler,
        true_classes,
        seed,
        name,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
    )
