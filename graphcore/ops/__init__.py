"""The op types, and the functions that build on them: one module for each family.

The modules need each other, mostly for gradients; all are imported here, and then Python's operators get their
functions.
"""

from __future__ import annotations

from graphcore.operators import FUNCTIONS, SCOPED
from graphcore.ops import arithmetic, comparison, indexing, math
from graphcore.ops import saving as saving  # no function of its own, but graphs that are imported have such ops

SCOPED.update(
    {
        "add": arithmetic.add,
        "sub": arithmetic.sub,
        "mul": arithmetic.mul,
        "truediv": arithmetic.truediv,
        "floordiv": arithmetic.floordiv,
        "mod": arithmetic.mod,
        "pow": arithmetic.pow,
        "and": comparison.logical_and,
        "or": comparison.logical_or,
        "xor": comparison.logical_xor,
    }
)
FUNCTIONS.update(
    {
        "getitem": indexing.getitem,
        "less": comparison.less,
        "less_equal": comparison.less_equal,
        "greater": comparison.greater,
        "greater_equal": comparison.greater_equal,
        "neg": math.neg,
        "abs": math.abs,
        "logical_not": comparison.logical_not,
    }
)
