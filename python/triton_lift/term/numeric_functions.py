"""Concrete meanings of the named functions and predicates of docs/functions.md, each with the error that inexact
arguments cause.

A monotone function is bounded by its values at the ends of the argument's interval; a Lipschitz function by its
constant. Where a function
jumps inside the interval the error is the jump, or unbounded. ``ULPS`` covers the library's own error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np

from triton_lift.term.numeric_bits import BIT_FUNCTIONS
from triton_lift.term.numeric_value import (
    PARTIAL,
    UNIT,
    Array,
    Bool,
    Mask,
    Num,
    Poison,
    add,
    both,
    either,
    error,
    magnitude,
    mark,
    mul,
    real_array,
    shrink,
    to_real,
)
from triton_lift.util.diagnostic import Diagnostic, Unsupported

ULPS = 16
"""Error of a library function in units of 2^-53 of its value: glibc states at most 10 ulp, numpy's own kernels at
most 4."""

FLOAT_DTYPES: dict[str, Any] = {
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "f32": np.float32,
    "f64": np.float64,
    "f8E4M3FN": ml_dtypes.float8_e4m3fn,
    "f8E5M2": ml_dtypes.float8_e5m2,
    "f8E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "f8E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "f8E4M3": ml_dtypes.float8_e4m3,
    "f8E4M3B11FNUZ": ml_dtypes.float8_e4m3b11fnuz,
    "f8E3M4": ml_dtypes.float8_e3m4,
    "f4E2M1FN": ml_dtypes.float4_e2m1fn,
    "f6E2M3FN": ml_dtypes.float6_e2m3fn,
    "f6E3M2FN": ml_dtypes.float6_e3m2fn,
    "f8E8M0FNU": ml_dtypes.float8_e8m0fnu,
}
"""numpy types by MLIR spelling."""


def not_evaluable(message: str) -> Unsupported:
    """The error for a term that has no concrete value here."""
    return Unsupported(Diagnostic("error", "not-evaluable", message))


def _elementwise(f: Callable[[float], float]) -> Callable[[Array], Array]:
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

    return _elementwise(value)


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
    "erf": _elementwise(math.erf),
    "erfc": _elementwise(math.erfc),
    "erfinv": _elementwise(_inverse_erf),
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
    "lgamma": _elementwise(math.lgamma),
    "tgamma": _elementwise(math.gamma),
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


def apply(name: str, args: list[Num]) -> Num:
    """The named function at n points.

    Raises Unsupported for a name without a concrete meaning. A value that is not finite where the arguments are is
    poison (`log(-1)`, `recip(0)`).
    """
    poison: Poison | None = None
    for a in args:
        poison = both(poison, a.poison)
    with np.errstate(all="ignore"):
        result = _apply(name, args)
    return Num(result.val, result.err, both(result.poison, poison))


def _apply(name: str, args: list[Num]) -> Num:
    if name in ("max", "min"):
        return _extremum(name, args)
    if name == "abs":
        (a,) = args
        return Num(shrink(np.abs(a.val.astype(object))) if a.val.dtype == np.int64 else np.abs(a.val), a.err)
    if name == "recip":
        return recip(to_real(args[0]))
    if name == "rsqrt":
        return recip(_unary("sqrt", MONOTONE["sqrt"], to_real(args[0])))
    if name == "floordiv":
        return floordiv(*args)
    if name == "tdiv":
        return truncated_quotient(*args)
    if name == "nan":
        return Num(np.full(args[0].val.shape if args else (1,), np.nan))
    if name == "fptoi":
        return _truncate(args[0])
    if name in MONOTONE:
        return _unary(name, MONOTONE[name], to_real(args[0]))
    if name in LIPSCHITZ:
        f, slope = LIPSCHITZ[name]
        a = to_real(args[0])
        return Num(f(a.val), error(a) * slope + ABSOLUTE[name] * 2)
    if name in OPAQUE_ERROR:
        return _local(OPAQUE_ERROR[name], [to_real(args[0])])
    if name == "erfcinv":
        inner = add(Num(np.ones(args[0].val.shape)), mul(Num(np.full(args[0].val.shape, -1.0)), to_real(args[0])))
        return _unary("erfinv", MONOTONE["erfinv"], inner)
    if name in BINARY:
        return _binary(name, [to_real(a) for a in args])
    if match := re.fullmatch(r"(and|or|xor|shl|umulhi|smulhi|clz|ctz|popcount)_i(\d+)|(wrap|shr)_([su])(\d+)", name):
        base = match[1] or f"{match[3]}_{match[4]}"
        return _integer(BIT_FUNCTIONS[base], args, int(match[2] or match[5]))
    for prefix, convert in (("bits_", _bits), ("from_bits_", _from_bits), ("round_", _round)):
        if name.startswith(prefix) and name[len(prefix) :] in FLOAT_DTYPES:
            return convert(name[len(prefix) :], args[0])
    raise not_evaluable(f"the function '{name}' has no concrete meaning")


def _interval_error(f: Callable[[Array], Array], a: Num, val: Array) -> Array:
    # Widened by two ulps, so that an error below the spacing of the numbers still moves the argument.
    e = error(a) + 2 * np.spacing(np.abs(np.where(np.isfinite(a.val), a.val, 1.0)))
    spread = np.maximum(np.abs(f(a.val + e) - val), np.abs(f(a.val - e) - val))
    return np.where(error(a) == 0, 0.0, spread)


def _root_domain(a: Num) -> Num:
    """An argument that is negative only within its error stands for one that is not: the square root is met where it
    is defined."""
    inside = (a.val < 0) & (a.val + error(a) >= 0)
    return Num(np.where(inside, 0.0, a.val), np.where(inside, error(a) + np.abs(a.val), error(a)))


def _root_ends(x: Array) -> Array:
    return np.sqrt(np.maximum(x, 0.0))


def _unary(name: str, f: Callable[[Array], Array], a: Num) -> Num:
    if name == "sqrt":
        a = _root_domain(a)
    val = f(a.val)
    err = _interval_error(_root_ends if name == "sqrt" else f, a, val) + ABSOLUTE.get(name, 0.0)
    if name not in EXACT:
        err = (
            err
            + ULPS * UNIT * np.abs(np.where(np.isfinite(val), val, 0.0))
            + np.where(val == f(np.zeros(1)), 0.0, 2.0**-1074)
        )
    return _finish(a.val, val, err)


def _finish(arg: Array, val: Array, err: Array) -> Num:
    """Poison where a finite argument is outside the domain (NaN); unbounded error where the value overflowed."""
    outside = np.isnan(val) & ~np.isnan(arg)
    pole = np.isinf(val) & np.isfinite(arg)
    err = np.where(np.isnan(err) | pole, np.inf, err)
    err = np.where(np.isinf(arg) & ~outside, 0.0, err)
    return Num(val, err, mark(outside, PARTIAL))


def recip(a: Num) -> Num:
    """1/x; poison at an exact zero, unbounded where the interval of x holds zero."""
    e = error(a)
    val = 1.0 / a.val
    low = np.abs(a.val) - e
    err = np.where(low > 0, e / np.where(low > 0, low, 1.0) * np.abs(val), np.inf) + UNIT * np.abs(val) + 2.0**-1074
    err = np.where(np.isinf(a.val), 0.0, err)
    zero = (a.val == 0) & (e == 0)
    return Num(np.where(zero, 0.0, val), np.where(zero, 0.0, err), mark(zero, PARTIAL))


def floordiv(a: Num, b: Num) -> Num:
    """Floor division of exact integers; poison at zero; an uncertain operand makes the quotient unknown."""
    zero = np.asarray(b.val == 0, dtype=bool)
    overflow = a.val.dtype != object and magnitude(a.val) > 2**62
    top = a.val.astype(object) if overflow else a.val
    val = top // np.where(zero, 1, b.val)
    uncertain = (error(a) > 0) | (error(b) > 0)
    err = np.where(uncertain, np.inf, 0.0) if uncertain.any() else None
    return Num(val, err, mark(zero, PARTIAL))


def truncated_quotient(a: Num, b: Num) -> Num:
    """Integer division toward zero; poison at zero."""
    sign = np.where((a.val < 0) != (b.val < 0), -1, 1)
    # as Python integers: the magnitude of the least int64 is no int64
    size = floordiv(Num(np.abs(a.val.astype(object)), a.err), Num(np.abs(b.val.astype(object)), b.err))
    return Num(shrink(size.val * sign), size.err, size.poison)


def _extremum(name: str, args: list[Num]) -> Num:
    pick = np.maximum if name == "max" else np.minimum
    if any(a.is_real for a in args):
        args = [to_real(a) for a in args]
    val = args[0].val
    for a in args[1:]:
        val = pick(val, a.val)
    inexact = any(a.err is not None for a in args)
    err = np.max([error(a) for a in args], axis=0) if inexact else None
    return Num(val, err)


def _truncate(a: Num) -> Num:
    if not a.is_real:
        return a
    whole = np.trunc(a.val)
    low, high = np.trunc(a.val - error(a)), np.trunc(a.val + error(a))
    err = np.where(error(a) == 0, 0.0, np.maximum(np.abs(high - whole), np.abs(low - whole)))
    bad = ~np.isfinite(whole)
    whole = np.where(bad, 0.0, whole)
    if np.abs(whole).max(initial=0.0) < 2.0**63:
        val: Array = whole.astype(np.int64)
    else:
        val = np.array([int(v) for v in whole.flat], dtype=object)
    return Num(val, err if err.any() else None, mark(bad, PARTIAL))


def _local(f: Callable[..., Array], args: list[Num]) -> Num:
    """A smooth function, argument intervals at most 2^-20 relative wide: four times the change over the interval,
    which covers the curvature.

    Anything wider, and any interval over which the change is not small beside the value and 1, is unbounded.
    """
    val = f(*[a.val for a in args])
    err = ULPS * UNIT * np.abs(val) + 2.0**-1000
    for i, a in enumerate(args):
        e = error(a)
        for side in (e, -e):
            moved = [b.val if j != i else b.val + side for j, b in enumerate(args)]
            change = np.abs(f(*moved) - val)
            known = (e <= 2.0**-20 * np.maximum(np.abs(a.val), 2.0**-20)) & (
                change <= 2.0**-10 * np.maximum(np.abs(val), 1.0)
            )
            err = err + np.where(e == 0, 0.0, np.where(known, 4.0 * change + 4.0 * e, np.inf))
    return _finish(args[0].val, val, err)


def _binary(name: str, args: list[Num]) -> Num:
    a, b = args
    f = BINARY[name]
    val = f(a.val, b.val)
    match name:
        case "fdim":
            return Num(val, error(a) + error(b) + UNIT * np.abs(val))
        case "copysign":
            sure = (np.abs(b.val) > error(b)) | (error(b) == 0)
            return Num(val, np.where(sure, error(a), error(a) + 2 * np.abs(val)))
        case "hypot":
            return Num(val, error(a) + error(b) + ULPS * UNIT * val)
        case "fmod":
            q = np.trunc(a.val / b.val)
            corners = [np.trunc((a.val + s * error(a)) / (b.val + t * error(b))) for s in (-1, 1) for t in (-1, 1)]
            exact = (error(a) == 0) & (error(b) == 0)
            steady = np.all([c == q for c in corners], axis=0) & (np.abs(b.val) > error(b))
            moved = error(a) + np.abs(q) * error(b)
            return _finish(a.val, val, np.where(exact, 0.0, np.where(steady, moved + UNIT * np.abs(val), np.inf)))
        case "nextafter":
            exact = (error(a) == 0) & (error(b) == 0)
            return Num(val, np.where(exact, 0.0, np.inf))
        case "pow":
            whole = (error(b) == 0) & (b.val == np.trunc(b.val)) & (np.abs(a.val) > error(a))
            inside = (a.val > error(a)) | whole
            ends = [f(a.val + s * error(a), b.val + t * error(b)) for s in (-1, 1) for t in (-1, 1)]
            spread = np.max([np.abs(x - val) for x in ends], axis=0)
            exact = (error(a) == 0) & (error(b) == 0)
            err = np.where(exact, 0.0, np.where(inside, spread, np.inf)) + ULPS * UNIT * np.abs(val) + 2.0**-1074
            return _finish(a.val, val, err)
        case _:
            return _local(f, args)


def _integer(f: Callable[..., tuple[Array, Mask | None]], args: list[Num], width: int) -> Num:
    uncertain: Mask | None = None
    for a in args:
        if a.is_real:
            raise not_evaluable("a bit function of a real")
        if a.err is not None:
            uncertain = either(uncertain, a.err > 0)
    val, poison = f(width, *[a.val for a in args])
    err = None if uncertain is None or not uncertain.any() else np.where(uncertain, np.inf, 0.0)
    return Num(val, err, None if poison is None else mark(poison, PARTIAL))


def _pattern(dtype: str, x: Array) -> Array:
    stored = x.astype(FLOAT_DTYPES[dtype])
    return stored.view(np.dtype(f"i{stored.dtype.itemsize}")).astype(np.int64)


def _bits(dtype: str, a: Num) -> Num:
    val = _pattern(dtype, real_array(a.val))
    if a.err is None:
        return Num(val)
    low, high = _pattern(dtype, real_array(a.val) - a.err), _pattern(dtype, real_array(a.val) + a.err)
    steady = (low == val) & (high == val)
    return Num(val, np.where((a.err == 0) | steady, 0.0, np.inf))


def _from_bits(dtype: str, a: Num) -> Num:
    kind = np.dtype(FLOAT_DTYPES[dtype])
    mask = (1 << (8 * kind.itemsize)) - 1
    raw = np.array([int(v) & mask for v in a.val.flat], dtype=np.dtype(f"u{kind.itemsize}"))
    val = raw.view(kind).astype(np.float64)
    return Num(val, None if a.err is None else np.where(a.err > 0, np.inf, 0.0))


def _round(dtype: str, a: Num) -> Num:
    a = to_real(a)
    val = a.val.astype(FLOAT_DTYPES[dtype]).astype(np.float64)
    return Num(val, _interval_error(lambda x: x.astype(FLOAT_DTYPES[dtype]).astype(np.float64), a, val))


def predicate(name: str, args: list[Num]) -> Bool:
    """A named predicate on IEEE values; a value known only within an error is fragile where its sign matters."""
    (a,) = (to_real(x) for x in args)
    poison = a.poison
    unknown = np.isinf(error(a))
    fragile = unknown if unknown.any() else None
    match name:
        case "isnan":
            return Bool(np.isnan(a.val), fragile, poison)
        case "isinf":
            return Bool(np.isinf(a.val), fragile, poison)
        case "isposinf":
            return Bool(np.isposinf(a.val), fragile, poison)
        case "isneginf":
            return Bool(np.isneginf(a.val), fragile, poison)
        case "isfinite":
            return Bool(np.isfinite(a.val), fragile, poison)
        case "signbit":
            near = (error(a) > 0) & (np.abs(a.val) <= error(a))
            return Bool(np.signbit(a.val), near if near.any() else None, poison)
        case _:
            raise not_evaluable(f"the predicate '{name}' has no concrete meaning")
