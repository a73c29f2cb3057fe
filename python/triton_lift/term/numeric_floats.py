"""Functions that make or read IEEE values: bit patterns, and rounding to a format."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from triton_lift.term.numeric_reals import interval_error
from triton_lift.term.numeric_value import Array, Num, error, real_array, to_real

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

def _pattern(dtype: str, x: Array) -> Array:
    stored = x.astype(FLOAT_DTYPES[dtype])
    return stored.view(np.dtype(f"i{stored.dtype.itemsize}")).astype(np.int64)


def bits(dtype: str, a: Num) -> Num:
    """The bit pattern of the IEEE value, as a signed integer."""
    val = _pattern(dtype, real_array(a.val))
    if a.err is None:
        return Num(val)
    low, high = _pattern(dtype, real_array(a.val) - a.err), _pattern(dtype, real_array(a.val) + a.err)
    steady = (low == val) & (high == val)
    return Num(val, np.where((a.err == 0) | steady, 0.0, np.inf))


def from_bits(dtype: str, a: Num) -> Num:
    """The value with the bit pattern in the low bits of an integer."""
    kind = np.dtype(FLOAT_DTYPES[dtype])
    mask = (1 << (8 * kind.itemsize)) - 1
    raw = np.array([int(v) & mask for v in a.val.flat], dtype=np.dtype(f"u{kind.itemsize}"))
    val = raw.view(kind).astype(np.float64)
    return Num(val, None if a.err is None else np.where(a.err > 0, np.inf, 0.0))


def round_to(dtype: str, a: Num) -> Num:
    """The nearest value of the format, ties to even."""
    a = to_real(a)
    val = a.val.astype(FLOAT_DTYPES[dtype]).astype(np.float64)
    return Num(val, interval_error(lambda x: x.astype(FLOAT_DTYPES[dtype]).astype(np.float64), a, val))


def rounded_sum(dtype: str, a: Num, b: Num) -> Num:
    """The exact sum, rounded once to the format: what IEEE 754 says an addition in it gives.

    The float64 sum is first rounded to odd (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008),
    so that rounding it again to a format of at most 51 bits is as rounding the exact sum.
    """
    a, b = to_real(a), to_real(b)
    total = a.val + b.val
    if dtype != "f64":
        part = total - a.val
        rest = (a.val - (total - part)) + (b.val - part)  # exact: Knuth's two-sum
        even = (total.view(np.int64) & 1) == 0
        inexact = np.isfinite(total) & (rest != 0) & even
        total = np.where(inexact, np.nextafter(total, np.where(rest > 0, np.inf, -np.inf)), total)
    unsure = error(a) + error(b)
    val = total.astype(FLOAT_DTYPES[dtype]).astype(np.float64)
    return Num(val, interval_error(lambda x: x.astype(FLOAT_DTYPES[dtype]).astype(np.float64), Num(total, unsure), val))
