"""Edge grids of operand values: what to run each op on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.interp.kernels import power_of_two
from triton_lift.term.numeric_floats import FLOAT_DTYPES

Array = NDArray[Any]


def int_edges(width: int) -> list[int]:
    """Ends of the range, around zero, and a few others."""
    if width == 1:
        return [0, 1]
    low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
    return [low, low + 1, -7, -2, -1, 0, 1, 2, 3, 10, high - 1, high]


FINITE = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -2.5,
    3.25,
    -3.75,
    7.0,
    -7.0,
    0.1,
    -0.3,
    100.0,
    2.0**-149,
    -(2.0**-149),
    2.0**-126,
    2.0**23,
    -(2.0**23) - 1,
    2.0**100,
    -(2.0**100),
]
"""Finite f32 values: signed zeros, ties of the rounding functions, subnormals, large ones."""

SPECIAL = [float("nan"), float("inf"), float("-inf")]


def float_edges(kind: str) -> list[float]:
    """The finite values rounded to the format, those beyond its range left out."""
    dtype = FLOAT_DTYPES[kind]
    with np.errstate(over="ignore"):
        rounded = [float(np.array(v).astype(dtype)) for v in FINITE]
    return [w for v, w in zip(FINITE, rounded, strict=True) if np.isfinite(w) and (v == 0 or abs(w / v) < 2)]


def edges(kind: str) -> list[Any]:
    """Edge values of an element type."""
    return int_edges(int(kind[1:])) if kind.startswith("i") else float_edges(kind)


def grid(columns: Sequence[Sequence[Any]]) -> tuple[list[Array], int]:
    """All tuples of the columns' values, as one array per column, repeated up to a power of two; and that size."""
    points = list(itertools.product(*columns))
    size = power_of_two(len(points))
    points = [points[i % len(points)] for i in range(size)]
    return [_column([p[c] for p in points]) for c in range(len(columns))], size


def _column(values: list[Any]) -> Array:
    return np.array(values, dtype=np.float64 if isinstance(values[0], float) else np.int64)
