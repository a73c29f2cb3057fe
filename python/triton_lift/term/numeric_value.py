"""Arrays of exact integers and of reals with a running error bound: the values that numeric evaluation computes with.

Integers are int64 while that is exact and Python integers (dtype object) beyond. Reals are float64, and every
operation adds its own rounding error
to a bound on the absolute error (running error analysis: Higham, "Accuracy and Stability of Numerical Algorithms",
2nd ed., section 3.3), so that the
bound is scaled by the condition of the very expression that was evaluated. The bound is not first order: products
keep the product of errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Mask = NDArray[np.bool_]
Poison = NDArray[np.uint8]

UNDEF, PARTIAL, OUTSIDE = 1, 2, 4
"""Why a value is undefined: an undef leaf; a partial function outside its domain; a read outside its array."""

UNIT = 2.0**-53
"""Unit roundoff of float64, in which reals are evaluated."""
_INT_MAX = 2**63 - 1
_TINY = 2.0**-1000
"""Below this magnitude a float64 operation may underflow, and its error is absolute, no longer relative."""
_UNDERFLOW = 2.0**-1074


@dataclass(frozen=True, slots=True)
class Num:
    """Numbers at n points.

    ``val``: int64 or object (exact integers; an infinite value among them is a Python float), or float64.
    ``err``: bound on ``|val - exact|`` per point in the same unit, None where all are exact; inf where a decision
    hung on a rounding error.
    ``poison``: bits that say why a point's value is undefined, 0 where it is not; None where all are defined.
    """

    val: Array
    err: Array | None = None
    poison: Poison | None = None

    @property
    def is_real(self) -> bool:
        """Held in float64."""
        return self.val.dtype.kind == "f"

    def take(self, index: Array) -> Num:
        """The values at the given positions."""
        return Num(
            self.val[index],
            None if self.err is None else self.err[index],
            None if self.poison is None else self.poison[index],
        )


@dataclass(frozen=True, slots=True)
class Bool:
    """Truth values at n points; ``fragile``: points where a rounding error may have decided; ``poison``: undefined."""

    val: Mask
    fragile: Mask | None = None
    poison: Poison | None = None

    def take(self, index: Array) -> Bool:
        """The values at the given positions."""
        return Bool(
            self.val[index],
            None if self.fragile is None else self.fragile[index],
            None if self.poison is None else self.poison[index],
        )


def either(a: Mask | None, b: Mask | None) -> Mask | None:
    """Union of two optional masks."""
    if a is None or b is None:
        return b if a is None else a
    return a | b


def both(a: Poison | None, b: Poison | None) -> Poison | None:
    """The reasons of two optional poisons together."""
    if a is None or b is None:
        return b if a is None else a
    return a | b


def mark(where: Mask, reason: int) -> Poison | None:
    """Poison at the true points, None where there are none."""
    return where.astype(np.uint8) * np.uint8(reason) if where.any() else None


def magnitude(a: Array) -> int:
    """Largest absolute value of an integer array, 0 when empty; infinities among objects count as huge."""
    if a.size == 0:
        return 0
    if a.dtype == object:
        return max(2**62 * 4 if isinstance(v, float) else abs(int(v)) for v in a.flat)
    return max(abs(int(a.max())), abs(int(a.min())))


def shrink(a: Array) -> Array:
    """An object array of integers as int64 where all of them fit."""
    if a.dtype == object and magnitude(a) <= _INT_MAX:
        return a.astype(np.int64)
    return a


def real_array(a: Array) -> Array:
    """As float64; integers beyond its range become infinite."""
    if a.dtype.kind == "f":
        return a.astype(np.float64, copy=False)
    if a.dtype == object:
        return np.array([_to_float(v) for v in a.flat], dtype=np.float64).reshape(a.shape)
    return a.astype(np.float64)


def _to_float(v: int | float) -> float:
    try:
        return float(v)
    except OverflowError:
        return np.inf if v > 0 else -np.inf


def to_real(a: Num) -> Num:
    """Integers as reals, with the rounding error where they exceed 2^53."""
    if a.is_real:
        return a
    val = real_array(a.val)
    if magnitude(a.val) <= 2**53:
        return Num(val, a.err, a.poison)
    inexact = np.abs(val) * UNIT
    inexact[~np.isfinite(val)] = 0.0
    return Num(val, inexact if a.err is None else a.err + inexact, a.poison)


def error(a: Num) -> Array:
    """The error bound as an array."""
    return np.zeros(a.val.shape) if a.err is None else a.err


def int_add(a: Array, b: Array) -> Array:
    """Exact sum of integer arrays."""
    if a.dtype == object or b.dtype == object or magnitude(a) + magnitude(b) > _INT_MAX:
        return shrink(a.astype(object) + b.astype(object))
    return a + b


def int_mul(a: Array, b: Array) -> Array:
    """Exact product of integer arrays."""
    if a.dtype == object or b.dtype == object or magnitude(a) * magnitude(b) > _INT_MAX:
        return shrink(a.astype(object) * b.astype(object))
    return a * b


def int_array(value: int, n: int) -> Array:
    """n copies of an integer."""
    return np.full(n, value, dtype=np.int64) if abs(value) <= _INT_MAX else np.full(n, value, dtype=object)


def add(a: Num, b: Num) -> Num:
    """Sum; of two integers exact."""
    poison = both(a.poison, b.poison)
    if not a.is_real and not b.is_real:
        err = None if a.err is None and b.err is None else error(a) + error(b)
        return Num(int_add(a.val, b.val), err, poison)
    a, b = to_real(a), to_real(b)
    with np.errstate(all="ignore"):
        val = a.val + b.val
        err = error(a) + error(b) + _sum_rounding(a.val, b.val, val)
    return Num(val, _sane(val, err, (a, b)), poison)


def mul(a: Num, b: Num) -> Num:
    """Product; of two integers exact."""
    poison = both(a.poison, b.poison)
    if not a.is_real and not b.is_real:
        err = None
        if a.err is not None or b.err is not None:
            err = _product_error(real_array(a.val), error(a), real_array(b.val), error(b))
        return Num(int_mul(a.val, b.val), err, poison)
    a, b = to_real(a), to_real(b)
    with np.errstate(all="ignore"):
        val = a.val * b.val
        err = _product_error(a.val, error(a), b.val, error(b)) + _product_rounding(a.val, b.val, val)
        small = (np.abs(val) < _TINY) & (a.val != 0) & (b.val != 0)
        if small.any():
            err = err + small * _UNDERFLOW
    return Num(val, _sane(val, err, (a, b)), poison)


def _sum_rounding(a: Array, b: Array, total: Array) -> Array:
    """The rounding error of a float64 sum, exactly (Knuth's two-sum); its bound where that is not finite."""
    part = total - a
    rest = (a - (total - part)) + (b - part)
    return np.where(np.isfinite(rest), np.abs(rest), UNIT * np.abs(total))


def _product_rounding(a: Array, b: Array, product: Array) -> Array:
    """The rounding error of a float64 product, exactly (Dekker's two-product with Veltkamp's splitting); its bound
    where
    the splitting could over- or underflow.
    """
    high_a, high_b = _high(a), _high(b)
    low_a, low_b = a - high_a, b - high_b
    rest = ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b
    safe = (np.abs(a) < 2.0**480) & (np.abs(b) < 2.0**480) & ((np.abs(product) > 2.0**-900) | (product == 0))
    return np.where(safe & np.isfinite(rest), np.abs(rest), UNIT * np.abs(product))


def _high(a: Array) -> Array:
    """The upper half of the significand."""
    scaled = a * 134217729.0  # 2^27 + 1
    return scaled - (scaled - a)


def _product_error(a: Array, ea: Array, b: Array, eb: Array) -> Array:
    with np.errstate(all="ignore"):
        # 0 * inf: an exact zero times an unbounded error is still zero.
        first = np.where(eb == 0, 0.0, np.abs(a) * eb)
        second = np.where(ea == 0, 0.0, np.abs(b) * ea)
        first = np.where((a == 0) & (ea == 0), 0.0, first)
        second = np.where((b == 0) & (eb == 0), 0.0, second)
        both = np.where((ea == 0) | (eb == 0), 0.0, ea * eb)
        return first + second + both


def _sane(val: Array, err: Array, operands: tuple[Num, ...]) -> Array:
    """Where finite operands gave a value that is not finite, nothing is known of the exact value."""
    bad = ~np.isfinite(val) | np.isnan(err)
    if not bad.any():
        return err
    given = np.zeros(val.shape, dtype=bool)
    for x in operands:
        given |= np.isinf(x.val) & (error(x) == 0)
    # An exact infinite operand gives an exact infinite result.
    return np.where(bad, np.where(given & np.isinf(val), 0.0, np.inf), err)


def monomial_power(a: Num, n: int) -> Num:
    """a^n, n >= 1, by repeated squaring."""
    result: Num | None = None
    base = a
    while n:
        if n & 1:
            result = base if result is None else mul(result, base)
        n >>= 1
        if n:
            base = mul(base, base)
    assert result is not None
    return result


def constant(numerator: int, denominator: int, n: int) -> Num:
    """n copies of a rational: an exact integer, else the nearest float64 with its rounding error."""
    if denominator == 1:
        return Num(int_array(numerator, n))
    value = numerator / denominator
    p, q = value.as_integer_ratio()
    err = None if p * denominator == numerator * q else np.full(n, abs(value) * UNIT + _UNDERFLOW)
    return Num(np.full(n, value), err)


def merge(parts: list[tuple[Array, Num]], n: int) -> Num:
    """Put parts, each with its positions, together; together they cover 0..n-1."""
    if len(parts) == 1 and len(parts[0][0]) == n and bool((parts[0][0] == np.arange(n)).all()):
        return parts[0][1]
    val = np.zeros(n, dtype=_common(parts))
    err: Array | None = None
    poison: Poison | None = None
    for index, part in parts:
        source = part
        if val.dtype.kind == "f" and not part.is_real:
            source = to_real(part)
        val[index] = source.val if val.dtype != object else source.val.astype(object)
        if source.err is not None:
            err = np.zeros(n) if err is None else err
            err[index] = source.err
        if source.poison is not None:
            poison = np.zeros(n, dtype=np.uint8) if poison is None else poison
            poison[index] = source.poison
    return Num(val, err, poison)


def _common(parts: list[tuple[Array, Num]]) -> np.dtype[Any]:
    """Reals win over integers, unless they are only infinities beside integers, or poison."""
    used = [p for i, p in parts if len(i)]
    reals = [p for p in used if p.is_real]
    if not used or len(reals) == len(used):
        return np.dtype(np.float64)
    if not reals:
        return np.dtype(object if any(p.val.dtype == object for p in used) else np.int64)
    finite = any(bool(np.isfinite(p.val if p.poison is None else p.val[p.poison == 0]).any()) for p in reals)
    return np.dtype(np.float64 if finite else object)
