"""What buffers and scalars of a launch hold: finite reals and integers of a few kinds, from a seeded generator."""

from __future__ import annotations

import numpy as np

from triton_lift.agree.memory import Array, Buffer, storage_dtype
from triton_lift.ir.model import FloatType, IntType, Type

FLOAT_STYLES = ("normal", "positive", "small", "edge")
INT_STYLES = ("index", "positive", "index", "small", "index", "positive", "bits", "edge")
INDEX_STYLES = ("index", "cyclic", "positive", "rows", "index", "cyclic", "small", "rows")

_EDGE_REALS = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 0.25, -7.0, 12.0, -0.125)


def float_cells(rng: np.random.Generator, style: str, n: int) -> Array:
    """n finite reals."""
    match style:
        case "positive":
            return rng.uniform(0.125, 2.0, n)
        case "small":
            return rng.normal(0.0, 0.05, n)
        case "edge":
            return rng.choice(np.array(_EDGE_REALS), n)
        case _:
            return rng.normal(0.0, 1.0, n)


def int_cells(rng: np.random.Generator, style: str, width: int, n: int, bound: int) -> Array:
    """n integers of a width; style ``index`` gives 0 <= v < bound, the others ignore ``bound``."""
    low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
    match style:
        case "cyclic" | "rows":
            # Distinct along a row, or along a column, so that scattering by them is injective.
            run = 1 if style == "cyclic" else int(rng.integers(1, max(2, min(bound + 1, 65))))
            return (np.arange(n) // run) % max(1, min(bound, high + 1))
        case "positive":
            return rng.integers(1, max(2, min(bound + 1, high)), n)
        case "small":
            return rng.integers(max(-9, low), min(9, high), n, endpoint=True)
        case "bits":
            return rng.integers(low, high, n, endpoint=True)
        case "edge":
            return rng.choice(np.array([low, low + 1, -1, 0, 1, 2, high - 1, high], dtype=np.int64), n)
        case _:
            return rng.integers(0, max(1, min(bound, high + 1)), n)


def make_buffer(
    rng: np.random.Generator, kind: Type, cells: int, offset: int, *, floats: str, integers: str, bound: int
) -> Buffer:
    """A buffer of random cells; floats are rounded to the format, values that would not be finite in it become 1."""
    dtype = storage_dtype(kind)
    match kind:
        case FloatType():
            with np.errstate(all="ignore"):
                stored = float_cells(rng, floats, cells).astype(dtype)
                wrong = ~np.isfinite(stored.astype(np.float64))
            stored[wrong] = 1.0
            return Buffer(kind, stored, offset)
        case IntType(width=1):
            return Buffer(kind, rng.integers(0, 2, cells).astype(dtype), offset)
        case IntType(width=width):
            return Buffer(kind, int_cells(rng, integers, width, cells, bound).astype(dtype), offset)
        case _:
            return Buffer(kind, np.zeros(cells, dtype=dtype), offset)
