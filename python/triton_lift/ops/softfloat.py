"""Float formats and their conversions, bit-exact: IEEE 754-2019, and for 8 bits OCP OFP8 and the fnuz variants.

Real mode replaces every float format by f64 and makes conversions the identity; that choice is made by the callers.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import Any, cast

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# The MLIR spelling of each format, and the numpy or ml_dtypes type with the same values and bits.
FORMATS: dict[str, np.dtype[Any]] = {
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16),
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "f8E4M3FN": np.dtype(ml_dtypes.float8_e4m3fn),
    "f8E5M2": np.dtype(ml_dtypes.float8_e5m2),
    "f8E4M3FNUZ": np.dtype(ml_dtypes.float8_e4m3fnuz),
    "f8E5M2FNUZ": np.dtype(ml_dtypes.float8_e5m2fnuz),
    "f8E4M3B11FNUZ": np.dtype(ml_dtypes.float8_e4m3b11fnuz),
    "f8E4M3": np.dtype(ml_dtypes.float8_e4m3),
    "f8E3M4": np.dtype(ml_dtypes.float8_e3m4),
}

# Formats whose pattern 0x80 is NaN: they have no negative zero.
_UNSIGNED_ZERO = tuple(FORMATS[name] for name in ("f8E4M3FNUZ", "f8E5M2FNUZ", "f8E4M3B11FNUZ"))
_UINTS: dict[int, np.dtype[Any]] = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}
_MAX_FINITE: dict[str, float] = {
    name: float(np.float32(cast(Any, ml_dtypes.finfo(dtype)).max))
    for name, dtype in FORMATS.items()
    if dtype.itemsize == 1
}
_IEEE = tuple(np.dtype(t) for t in (np.float16, np.float32, np.float64))


class Rounding(Enum):
    """IEEE rounding directions that Triton and arith name."""

    NEAREST_EVEN = "rtne"
    TOWARD_ZERO = "rtz"
    DOWN = "down"
    UP = "up"


def width(name: str) -> int:
    """The width of the format in bits."""
    return FORMATS[name].itemsize * 8


def to_bits(x: Array) -> Array:
    """The bit patterns of a float array, as unsigned integers of the same width."""
    return x.view(_UINTS[x.dtype.itemsize])


def from_bits(bits: Array, name: str) -> Array:
    """The floats of format ``name`` whose patterns are ``bits`` (any integer array; taken modulo the width)."""
    dtype = FORMATS[name]
    return np.asarray(bits).astype(_UINTS[dtype.itemsize]).view(dtype)


def f64_to_f32_odd(x: Array) -> Array:
    """Round f64 to f32 "to odd", so that a second rounding to a format of at most 22 bits is the correct single one.

    Source: Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd".
    """
    near = x.astype(np.float32)
    back = near.astype(np.float64)
    inexact = (back != x) & np.isfinite(x)
    if not np.any(inexact):
        return near
    bits = near.view(np.uint32)
    bits = np.where(np.abs(back) > np.abs(x), bits - np.uint32(1), bits) | np.uint32(1)
    return np.where(inexact, bits, near.view(np.uint32)).view(np.float32)


def convert(x: Array, name: str, rounding: Rounding = Rounding.NEAREST_EVEN, *, saturate: bool = False) -> Array:
    """Convert floats to format ``name`` with one correct rounding.

    ``saturate`` clamps what overflows an 8-bit format, infinities too, to the largest finite value (PTX ``cvt`` with
    ``.satfinite``, the only form that 8-bit targets have); NaN stays NaN.
    """
    target = FORMATS[name]
    if x.dtype == target:
        return x
    if saturate and target.itemsize == 1:
        x = _saturated(x, _MAX_FINITE[name])
    elif rounding is Rounding.TOWARD_ZERO and target.itemsize == 1:
        x = np.where(np.isfinite(x.astype(np.float32)), _saturated(x, _MAX_FINITE[name]), x)
    near = _nearest(x, target)
    if rounding is Rounding.NEAREST_EVEN or target.itemsize > x.dtype.itemsize:
        return near
    return _redirect(x.astype(np.float64), near, rounding)


def _saturated(x: Array, limit: float) -> Array:
    wide = x.astype(np.float64 if x.dtype == np.float64 else np.float32)
    return np.where(np.abs(wide) > limit, np.copysign(wide.dtype.type(limit), wide), wide)


def _nearest(x: Array, target: np.dtype[Any]) -> Array:
    if target in _IEEE:
        return x.astype(target)
    return (f64_to_f32_odd(x) if x.dtype == np.float64 else x.astype(np.float32)).astype(target)


def _redirect(exact: Array, near: Array, rounding: Rounding) -> Array:
    """Step ``near`` to its neighbour where it lies on the wrong side of ``exact``."""
    value = near.astype(np.float64)
    match rounding:
        case Rounding.NEAREST_EVEN:
            return near
        case Rounding.TOWARD_ZERO:
            inward, outward = np.abs(value) > np.abs(exact), np.zeros(np.shape(exact), bool)
        case Rounding.DOWN:
            inward, outward = (value > exact) & (value > 0), (value > exact) & (value <= 0)
        case Rounding.UP:
            inward, outward = (value < exact) & (value < 0), (value < exact) & (value >= 0)
    if near.dtype in _UNSIGNED_ZERO:
        # Below its only zero lies the pattern 0x81: step from 0x80.
        below = outward & (value == 0) & (exact < 0)
        near = np.where(below, np.uint8(0x80), to_bits(near)).view(near.dtype)
    return step_magnitude(near, inward, outward & np.isfinite(exact))


def step_magnitude(x: Array, inward: Array, outward: Array) -> Array:
    """The neighbour of ``x`` with smaller (``inward``) or larger (``outward``) magnitude, per lane."""
    bits = to_bits(x)
    one = np.ones((), bits.dtype)
    moved = np.where(inward, bits - one, np.where(outward, bits + one, bits))
    if x.dtype in _UNSIGNED_ZERO:
        moved = np.where(inward & (moved == 0x80), np.zeros((), bits.dtype), moved)
    return moved.view(x.dtype)


def compute_dtype(name: str) -> np.dtype[Any]:
    """The type in which +, -, *, / and sqrt of format ``name`` are done: one later rounding is then innocuous.

    f32 holds 24 >= 2p + 2 bits for p <= 11 (Figueroa, "When is double rounding innocuous?").
    """
    return FORMATS[name] if name in ("f32", "f64") else FORMATS["f32"]


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """``(s, e)`` with s = fl(a + b) and s + e = a + b exactly (Knuth), where nothing overflows."""
    total = a + b
    other = total - a
    return total, (a - (total - other)) + (b - other)


def fma(a: Array, b: Array, c: Array, name: str) -> Array:
    """a*b + c with one rounding, in format ``name``; all arguments are of that format."""
    if name == "f64":
        return _fma64(a, b, c)
    wide = np.float64
    product = a.astype(wide) * b.astype(wide)  # exact: at most 48 bits, and f64's exponents suffice
    total, error = two_sum(product, c.astype(wide))
    bits = np.asarray(total).view(np.uint64)
    fix = (error != 0) & np.isfinite(total) & np.isfinite(error) & ((bits & np.uint64(1)) == 0)
    grow = (error > 0) == (total > 0)
    one = np.uint64(1)
    odd = np.where(fix, np.where(grow, bits + one, bits - one), bits).view(wide)
    return convert(odd, name)


def _fma64(a: Array, b: Array, c: Array) -> Array:
    plain = a * b + c
    exact = np.isfinite(a) & np.isfinite(b) & np.isfinite(c)

    def one(x: float, y: float, z: float, fallback: float, finite: bool) -> float:
        if not finite:
            return fallback
        value = Fraction(x) * Fraction(y) + Fraction(z)
        if value == 0:
            return fallback
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")

    mapped = np.frompyfunc(one, 5, 1)(a, b, c, plain, exact)
    return np.asarray(mapped, dtype=object).astype(np.float64)


def rounded(error: Array, near: Array, rounding: Rounding) -> Array:
    """Redirect ``near`` (nearest f32 results) given the sign of the exact result minus ``near`` per lane."""
    value = near.astype(np.float64)
    match rounding:
        case Rounding.NEAREST_EVEN:
            return near
        case Rounding.TOWARD_ZERO:
            inward = ((value > 0) & (error < 0)) | ((value < 0) & (error > 0))
            outward = np.zeros(np.shape(near), bool)
        case Rounding.DOWN:
            inward, outward = (error < 0) & (value > 0), (error < 0) & (value < 0)
        case Rounding.UP:
            inward, outward = (error > 0) & (value < 0), (error > 0) & (value > 0)
    return step_magnitude(near, inward, outward)
