"""Lifts functions on numpy floats to a float format: compute wide enough, round once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ops import softfloat

Array = NDArray[Any]
Fn = Callable[..., Any]


def basic(fn: Fn, name: str, real: bool) -> Fn:
    """For +, -, *, /, sqrt and functions that choose or round among their operands: exact after one rounding.

    f16, bf16 and 8-bit formats compute in f32, where the second rounding is innocuous; f32 and f64 in themselves.
    """
    if real or name in ("f32", "f64"):
        return fn

    def lanes(*xs: Array) -> Array:
        return softfloat.convert(np.asarray(fn(*[x.astype(np.float32) for x in xs])), name)

    return lanes


def transcendental(fn: Fn, name: str, real: bool) -> Fn:
    """For functions without an exact result: the f64 result (below 1 ulp of f64 in libm), rounded once to the format.

    For f32 and narrower that is within 0.5000001 ulp of the true value; for f64 it is libm's result, within 1 ulp.
    """
    if real or name == "f64":
        return fn

    def lanes(*xs: Array) -> Array:
        wide = [x.astype(np.float64) if x.dtype.kind not in "iub" else x for x in xs]
        return softfloat.convert(np.asarray(fn(*wide)), name)

    return lanes


def scalar_function(fn: Callable[[float], float]) -> Fn:
    """Vectorise a function of ``math`` over f64; a domain error is NaN and an overflow an infinity."""

    def one(x: float) -> float:
        try:
            return fn(x)
        except ValueError:
            return float("nan")
        except OverflowError:
            return float("inf")

    mapped = np.frompyfunc(one, 1, 1)

    def lanes(x: Array) -> Array:
        return np.asarray(mapped(x), dtype=object).astype(np.float64)

    return lanes
