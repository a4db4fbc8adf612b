"""Samples of random numbers and of candidate sampling."""

from __future__ import annotations

import numpy as np
from op_samples.sample import CUBE, Sample, int32, op

import graphcore as tf

SAMPLES: dict[str, list[Sample]] = {
    "RandomUniformInt": [op("RandomUniformInt", int32(2, 3), np.int64(-5), np.int64(2**40), seed=1)],
    **{
        name: [
            op(name, np.array([[1, 5], [0, 2], [7, 7]]), num_true=2, num_sampled=4, unique=unique, range_max=9, seed=3)
            for unique in (True, False)
        ]
        for name in ("UniformCandidateSampler", "LogUniformCandidateSampler")
    },
    "AllCandidateSampler": [
        op("AllCandidateSampler", np.array([[1, 5], [0, 2], [7, 7]]), num_true=2, num_sampled=8, unique=True)
    ],
    "FixedUnigramCandidateSampler": [
        op(
            "FixedUnigramCandidateSampler",
            np.array([[1, 5], [0, 2], [7, 7]]),
            num_true=2,
            num_sampled=4,
            unique=False,
            range_max=8,
            unigrams=[1.0, 2.0, 3.0, 0.0, 5.0, 6.0],
            num_reserved_ids=2,
            distortion=0.5,
            seed=3,
        )
    ],
    **{
        name: [
            op(name, np.array([[1, 5], [0, 2], [7, 7]]), num_true=2, num_sampled=4, unique=False, range_max=9, seed=3)
        ]
        for name in ("LearnedUnigramCandidateSampler", "ThreadUnsafeUnigramCandidateSampler")
    },
    "ComputeAccidentalHits": [
        op("ComputeAccidentalHits", np.array([[1, 5], [0, 2], [7, 7]]), np.array([7, 3, 1, 8]), num_true=2)
    ],
    "RandomShuffle": [op("RandomShuffle", CUBE, seed=1, gradient_wrt=())],
    "RandomUniform": [op("RandomUniform", int32(2, 3), dtype=dtype, seed=1) for dtype in (tf.float32, tf.float64)],
    "RandomStandardNormal": [op("RandomStandardNormal", int32(2, 3), dtype=tf.float64, seed2=1)],
    "TruncatedNormal": [op("TruncatedNormal", int32(70), dtype=dtype, seed=2) for dtype in (tf.float32, tf.float64)],
}
