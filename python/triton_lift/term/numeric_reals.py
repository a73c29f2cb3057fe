"""Tables of the named functions of reals: how numpy or a series computes each, and what is known of its error.

``ULPS`` covers a library's own error, ``ABSOLUTE`` an absolute one near a zero of the function.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from triton_lift.term.numeric_value import UNIT, Array, Num, error

ULPS = 16
"""Error of a library function in units of 2^-53 of its value: glibc states at most 10 ulp, numpy's own kernels at
most 4."""


def elementwise(f: Callable[[float], float]) -> Callable[[Array], Array]:
    """A function of one float over arrays: NaN outside its domain, infinite where it overflows."""

    def guarded(x: float) -> float:
        try:
            return f(x)
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf

    ufunc = np.frompyfunc(guarded, 1, 1)
    return lambda x: np.asarray(ufunc(x)).astype(np.float64)


def round_half_away(x: Array) -> Array:
    """C's ``round``: ties away from zero."""
    whole = np.trunc(x)
    return whole + np.where(np.abs(x - whole) >= 0.5, np.sign(x), 0.0)


def _inverse_erf(y: float) -> float:
    """Newton's method on erf, started from Giles' leading term; NaN outside [-1, 1]."""
    if not -1.0 < y < 1.0:
        return math.copysign(math.inf, y) if abs(y) == 1.0 else math.nan
    a = math.log1p(-y * y)
    b = 2.0 / (math.pi * 0.147) + a / 2.0
    x = math.copysign(math.sqrt(max(math.sqrt(b * b - a / 0.147) - b, 0.0)), y)
    for _ in range(6):
        slope = 2.0 / math.sqrt(math.pi) * math.exp(-x * x)
        if slope == 0.0:
            break
        # Near +-1 the complement has the digits, elsewhere the value itself.
        rest = abs(y) - math.erf(abs(x)) if abs(y) < 0.5 else math.erfc(abs(x)) - (1.0 - abs(y))
        x += math.copysign(1.0, y) * rest / slope
    return x


def _bessel(order: int) -> Callable[[Array], Array]:
    """J_n by its integral over a period; the trapezoidal rule converges exponentially there (DLMF 10.9.2)."""

    def value(x: float) -> float:
        n = 2 * (int(abs(x)) + 40) if abs(x) < 1e5 else 0
        if n == 0:
            return math.nan
        t = np.arange(n) * (2.0 * np.pi / n)
        return float(np.cos(order * t - x * np.sin(t)).mean())

    return elementwise(value)


MONOTONE: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "exp10": lambda x: np.power(10.0, x),
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "erf": elementwise(math.erf),
    "erfc": elementwise(math.erfc),
    "erfinv": elementwise(_inverse_erf),
    "sinh": np.sinh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "round": round_half_away,
    "roundeven": np.rint,
    "sign": np.sign,
}
EXACT = frozenset({"floor", "ceil", "trunc", "round", "roundeven", "sign"})
LIPSCHITZ: dict[str, tuple[Callable[[Array], Array], float]] = {
    "sin": (np.sin, 1.0),
    "cos": (np.cos, 1.0),
    "j0": (_bessel(0), 0.6),
    "j1": (_bessel(1), 0.5),
}
ABSOLUTE: dict[str, float] = {"sin": UNIT, "cos": UNIT, "j0": 64 * UNIT, "j1": 64 * UNIT, "erfinv": 64 * UNIT}
OPAQUE_ERROR: dict[str, Callable[[Array], Array]] = {
    "tan": np.tan,
    "cosh": np.cosh,
    "lgamma": elementwise(math.lgamma),
    "tgamma": elementwise(math.gamma),
}
"""Functions that are not monotone: bounded by the ends of the interval only where it is short, see `_local`."""
BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "pow": np.power,
    "fmod": np.fmod,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "copysign": np.copysign,
    "nextafter": np.nextafter,
    "fdim": lambda a, b: np.maximum(a - b, 0.0),
    "ldexp": lambda a, b: a * np.exp2(b),
}


def interval_error(f: Callable[[Array], Array], a: Num, val: Array) -> Array:
    """How far a monotone f moves from ``val = f(a.val)`` while its argument stays within its error."""
    # Widened by two ulps, so that an error below the spacing of the numbers still moves the argument.
    e = error(a) + 2 * np.spacing(np.abs(np.where(np.isfinite(a.val), a.val, 1.0)))
    spread = np.maximum(np.abs(f(a.val + e) - val), np.abs(f(a.val - e) - val))
    return np.where(error(a) == 0, 0.0, spread)
