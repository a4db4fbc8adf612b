"""Some classes drawn from very many, so that a loss over all of them can be estimated from a few.

The draws are those of TensorFlow's kernels for the same seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphcore import philox
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int64
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic
from graphcore.random_seed import get_seed
from graphcore.shapes import TensorShape

# How far on the next run begins, for each class drawn.
_BLOCKS_PER_SAMPLE = 512
SAMPLER_LINE = (
    "true_classes:int64) -> sampled_candidates:int64, true_expected_count:float32, sampled_expected_count:float32 | "
    "num_true:int>=1; num_sampled:int>=1; unique:bool"
)
"""What the signatures of all samplers share."""
_LEAST = float(np.finfo(np.float32).min)


def _uniform_probability(classes: np.ndarray, range_max: int) -> np.ndarray:
    return np.full(classes.shape, 1 / range_max)


def _uniform_classes(words: np.ndarray, range_max: int) -> np.ndarray:
    return (words[0::2] | words[1::2] << np.uint64(32)) % np.uint64(range_max)


def _log_uniform_probability(classes: np.ndarray, range_max: int) -> np.ndarray:
    return np.log1p(1 / (classes + 1)) / np.log(range_max + 1)


def _log_uniform_classes(words: np.ndarray, range_max: int) -> np.ndarray:
    # 52 random bits as the fraction of a number in [1, 2), less 1.
    bits = np.uint64(1023 << 52) | (words[0::2] & np.uint64(0xFFFFF)) << np.uint64(32) | words[1::2]
    evenly = bits.view(np.float64) - 1
    return (np.exp(evenly * np.log(range_max + 1)).astype(np.int64) - 1) % range_max


def _draws(blocks: philox.Blocks, of_words: Callable[[np.ndarray, int], np.ndarray], range_max: int) -> Iterator[int]:
    """Classes without end, two random words each."""
    start, count = 0, 64
    while True:
        words = blocks(np.arange(start, start + count)).ravel().astype(np.uint64)
        yield from of_words(words, range_max).tolist()
        start, count = start + count, 2 * count


def draw_classes(
    op: Operation,
    stream: philox.Stream,
    true_classes: Any,
    draws: Callable[[philox.Blocks], Iterator[int]],
    probability: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a sampler gives: the classes drawn, and how often those of the examples and those drawn were expected.

    Args:
        op: the sampler, for its attrs.
        draws: classes without end, out of blocks of random words.
        probability: of classes, float64, to be drawn by one draw.
    """
    count, unique = op.attrs["num_sampled"], op.attrs["unique"]
    if true_classes.ndim != 2 or true_classes.shape[1] != op.attrs["num_true"]:
        raise InvalidArgumentError(
            None,
            None,
            f"true_classes must be [batch, {op.attrs['num_true']}], but it is {brackets(true_classes.shape)}",
        )

    def tries(blocks: philox.Blocks, wanted: int) -> np.ndarray:
        """All that is drawn until there are enough (different) classes."""
        drawn: list[int] = []
        different: set[int] = set()
        for one in draws(blocks):
            drawn.append(one)
            different.add(one)
            if len(different if unique else drawn) == wanted:
                break
        return np.array(drawn, np.int64)

    def expected(classes: np.ndarray, tries: int) -> np.ndarray:
        each = probability(classes)
        # Where some were drawn again: the probability to be among all that was drawn.
        counts = each * count if tries == count else -np.expm1(tries * np.log1p(-each))
        return counts.astype(np.float32)

    drawn = stream.draw(count, tries, used_blocks=_BLOCKS_PER_SAMPLE * count)
    sampled = drawn[np.sort(np.unique(drawn, return_index=True)[1])] if unique else drawn
    return sampled, expected(true_classes, len(drawn)), expected(sampled, len(drawn))


def _sampler(
    name: str,
    probability: Callable[[np.ndarray, int], np.ndarray],
    of_words: Callable[[np.ndarray, int], np.ndarray],
) -> OpType:
    """Declares a sampler that draws classes with a probability each."""

    def bind(op: Operation, state: Any) -> Callable[[Any], Any]:
        stream = state.entry(op, lambda: philox.Stream(op.attrs["seed"], op.attrs["seed2"]))
        range_max = op.attrs["range_max"]
        return lambda true_classes: draw_classes(
            op,
            stream,
            true_classes,
            lambda blocks: _draws(blocks, of_words, range_max),
            lambda classes: probability(classes.astype(np.float64), range_max),
        )

    return OpType(
        f"{name}({SAMPLER_LINE}; range_max:int>=1; seed:int=0; seed2:int=0",
        shape=sampler_shape,
        bind=bind,
        gradient=no_gradient,
        stateful=True,
    )


def sampler_shape(op: Operation) -> list[TensorShape]:
    """The shapes of a sampler's outputs. ValueError if more different classes are wanted than there are."""
    if op.attrs["unique"] and op.attrs["num_sampled"] > op.attrs.get("range_max", op.attrs["num_sampled"]):
        raise ValueError(
            f"{op.type} cannot draw {op.attrs['num_sampled']} different classes out of {op.attrs['range_max']}"
        )
    sampled = TensorShape([op.attrs["num_sampled"]])
    return [sampled, op.inputs[0].get_shape().merge_with([None, op.attrs["num_true"]]), sampled]


UniformCandidateSampler = _sampler("UniformCandidateSampler", _uniform_probability, _uniform_classes)
LogUniformCandidateSampler = _sampler("LogUniformCandidateSampler", _log_uniform_probability, _log_uniform_classes)


def _accidental_hits_kernel(true_classes: Any, sampled_candidates: Any) -> Any:
    # A right class that an example names twice is hit twice.
    rows, _, places = np.nonzero(true_classes[:, :, None] == sampled_candidates)
    return rows.astype(np.int32), places.astype(np.int64), np.full(len(rows), _LEAST, np.float32)


ComputeAccidentalHits = OpType(
    "ComputeAccidentalHits(true_classes:int64, sampled_candidates:int64) -> indices:int32, ids:int64, "
    "weights:float32 | num_true:int>=1; seed:int=0; seed2:int=0",
    shape=lambda op: [TensorShape([None])] * 3,
    kernel=_accidental_hits_kernel,
    gradient=no_gradient,
)


def sample(sampler: OpType, true_classes: Any, seed: int | None, name: str | None, **attrs: Any) -> list[Tensor]:
    """Adds an operation that draws classes."""
    seed1, seed2 = get_seed(seed)
    classes = arithmetic.cast(convert_to_tensor(true_classes, name="true_classes"), int64)
    return sampler(classes, seed=seed1, seed2=seed2, name=name, **attrs)


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """Classes drawn evenly from ``[0, range_max)``, new ones in each run.

    Args:
        true_classes: the right classes of each example, int32 or int64 ``[batch, num_true]``.
        num_sampled: how many classes to draw for the whole batch.
        unique: draw each class at most once.
        seed: makes the draws reproducible, see `graphcore.set_random_seed`.

    Returns: the classes drawn, int64 ``[num_sampled]``; how often each of ``true_classes`` was to be expected among
    them, float32 ``[batch, num_true]``; and how often each of those drawn, float32 ``[num_sampled]``.

    Raises:
        ValueError: more different classes are wanted than there are.
    """
    return sample(
        UniformCandidateSampler,
        true_classes,
        seed,
        name,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
    )


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """`uniform_candidate_sampler` with the probability ``log((c + 2) / (c + 1)) / log(range_max + 1)`` of class c.

    That is about how often words come that are numbered by falling frequency.
    """
    return sample(
        LogUniformCandidateSampler,
        true_classes,
        seed,
        name,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
    )


def compute_accidental_hits(
    true_classes: Any, sampled_candidates: Any, num_true: int, seed: int | None = None, name: str | None = None
) -> list[Tensor]:
    """Where a class that was drawn is a right class of an example.

    Returns: rows of the examples (int32), places among the classes drawn (int64), and for each the least float32,
    which added to a logit takes the class out of a softmax.
    """
    seed1, seed2 = get_seed(seed)
    classes = arithmetic.cast(convert_to_tensor(true_classes, name="true_classes"), int64)
    return ComputeAccidentalHits(classes, sampled_candidates, num_true=num_true, seed=seed1, seed2=seed2, name=name)
