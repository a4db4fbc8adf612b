"""Samples of complex numbers and Fourier transforms; other families have complex samples of their own."""

from __future__ import annotations

import numpy as np
from op_samples.sample import COMPLEX, MATRIX, RNG, ROW, SIGNED, Sample, op

WAVES = (RNG.uniform(-1.0, 1.0, (2, 3, 4, 5)) + 1j * RNG.uniform(-1.0, 1.0, (2, 3, 4, 5))).astype(np.complex64)
PARTS = (MATRIX.astype(np.float32), SIGNED.astype(np.float32))

SAMPLES: dict[str, list[Sample]] = {
    "Complex": [op("Complex", *PARTS), op("Complex", ROW.astype(np.float32), PARTS[1])],
    **{name: [op(name, COMPLEX), op(name, COMPLEX[0, 0])] for name in ("Real", "Imag", "Conj", "ComplexAbs")},
    **{
        f"{batch}{inverse}FFT{axes}": [op(f"{batch}{inverse}FFT{axes}", WAVES if batch else WAVES[(0,) * (4 - rank)])]
        for batch in ("", "Batch")
        for inverse in ("", "I")
        for axes, rank in (("", 1), ("2D", 2), ("3D", 3))
    },
}
