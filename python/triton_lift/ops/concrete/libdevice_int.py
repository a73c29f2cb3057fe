"""libdevice functions between integers and floats, and on integers alone. Source: NVIDIA libdevice user's guide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op
from triton_lift.ops import softfloat
from triton_lift.ops.concrete.math import leading_zeros, ones, round_half_away, trailing_zeros
from triton_lift.ops.concrete.registry import Lanes, Unary, float_name, int_width
from triton_lift.ops.concrete.value import CONVERSION, Poison, mark
from triton_lift.ops.integers import exact, signed, unsigned, wrap
from triton_lift.ops.softfloat import from_bits, to_bits

Array = NDArray[Any]
Partial = Callable[[Array], tuple[Array, Poison | None]]


_TESTS: dict[str, Unary] = {
    "isnan": np.isnan,
    "isinf": np.isinf,
    "finite": np.isfinite,
    "isfinite": np.isfinite,
    "signbit": np.signbit,
}
_ROUND_TO_INT: dict[str, Unary] = {
    "rint": np.rint,
    "round": round_half_away,
}


def int_to_float(op: Op, stem: str, name: str, real: bool) -> Unary | None:
    """Conversions and bit casts from an integer to format ``name``; None for an unknown name."""
    w = int_width(op, op.operands[0].type)
    if stem in ("int_as_float", "uint_as_float", "longlong_as_double"):
        return (lambda x: from_bits(x, name).astype(np.float64)) if real else (lambda x: from_bits(x, name))
    if stem in ("int2float_rn", "ll2float_rn", "int2double_rn", "ll2double_rn"):
        dtype = np.dtype(np.float64) if real else softfloat.FORMATS[name]
        return lambda x: signed(x, w).astype(dtype)
    if stem in ("uint2float_rn", "ull2float_rn", "uint2double_rn", "ull2double_rn"):
        dtype = np.dtype(np.float64) if real else softfloat.FORMATS[name]
        return lambda x: unsigned(x, w).astype(dtype)
    return None


def float_to_int(op: Op, stem: str, real: bool) -> Partial | None:
    """Tests, conversions and bit casts from a float to an integer; None for an unknown name."""
    name, w = float_name(op, op.operands[0].type), int_width(op, op.results[0].type)
    if stem in ("float_as_int", "float_as_uint", "double_as_longlong"):
        return lambda x: (wrap(to_bits(softfloat.convert(x, name) if real else x), w), None)
    core = stem.removesuffix("d") if stem in ("isnand", "isinfd", "isfinited", "signbitd") else stem.removesuffix("f")
    if core in _TESTS:
        test = _TESTS[core]
        return lambda x: (wrap(np.asarray(test(x)).astype(np.int64), w), None)
    for prefix in ("ll", "l"):
        if core.startswith(prefix) and core.removeprefix(prefix) in _ROUND_TO_INT:
            return _to_int(_ROUND_TO_INT[core.removeprefix(prefix)], w, is_signed=True)
    kind, _, suffix = stem.partition("_")
    modes = {"rn": np.rint, "rz": np.trunc, "rd": np.floor, "ru": np.ceil}
    if suffix in modes and kind in ("float2int", "float2ll", "double2int", "double2ll"):
        return _to_int(modes[suffix], w, is_signed=True)
    if suffix in modes and kind in ("float2uint", "float2ull", "double2uint", "double2ull"):
        return _to_int(modes[suffix], w, is_signed=False)
    return None


def _to_int(rounding: Unary, w: int, *, is_signed: bool) -> Partial:
    low, high = (-(1 << (w - 1)), (1 << (w - 1)) - 1) if is_signed else (0, (1 << w) - 1)
    raw = np.int64 if is_signed else np.uint64

    def lanes(x: Array) -> tuple[Array, Poison | None]:
        whole = rounding(x.astype(np.float64))
        fits = (whole >= float(low)) & (whole < float(high + 1))
        data = np.where(fits, whole, 0.0).astype(raw)
        data = np.where(whole < low, raw(low), np.where(whole > high, raw(high), data))
        return wrap(data, w), mark(~fits, CONVERSION)

    return lanes


# One operand of width w; the result is reduced to the result's width.
_INT_1: dict[str, Callable[[Array, int], Array]] = {
    "abs": lambda x, w: np.abs(signed(x, w)),
    "clz": leading_zeros,
    "popc": ones,
    "ffs": lambda x, w: np.where(signed(x, w) == 0, 0, trailing_zeros(x, w) + 1),
    "brev": lambda x, w: _reverse(x, w),
}
_INT_2: dict[str, Callable[[Array, Array, int], Array]] = {
    "min": lambda a, b, w: np.minimum(signed(a, w), signed(b, w)),
    "max": lambda a, b, w: np.maximum(signed(a, w), signed(b, w)),
    "umin": lambda a, b, w: np.minimum(unsigned(a, w), unsigned(b, w)),
    "umax": lambda a, b, w: np.maximum(unsigned(a, w), unsigned(b, w)),
    "mulhi": lambda a, b, w: exact(signed(a, w)) * exact(signed(b, w)) >> w,
    "umulhi": lambda a, b, w: exact(unsigned(a, w)) * exact(unsigned(b, w)) >> w,
}
_ALIASES = {
    "llabs": "abs",
    "clzll": "clz",
    "popcll": "popc",
    "ffsll": "ffs",
    "brevll": "brev",
    "llmin": "min",
    "llmax": "max",
    "ullmin": "umin",
    "ullmax": "umax",
    "mul64hi": "mulhi",
    "umul64hi": "umulhi",
}


def integer(op: Op, stem: str) -> Lanes | None:
    """Functions of integers alone; None for an unknown name."""
    w, target = int_width(op, op.operands[0].type), int_width(op, op.results[0].type)
    name = _ALIASES.get(stem, stem)
    if name in _INT_1:
        unary = _INT_1[name]

        def one(x: Array) -> Array:
            return wrap(unary(x, w), target)

        return one
    if name in _INT_2:
        binary = _INT_2[name]

        def two(a: Array, b: Array) -> Array:
            return wrap(binary(a, b, w), target)

        return two
    return None


def _reverse(x: Array, w: int) -> Array:
    u = unsigned(x, w).astype(np.uint64)
    out = np.zeros_like(u)
    for k in range(w):
        out |= ((u >> np.uint64(k)) & np.uint64(1)) << np.uint64(w - 1 - k)
    return wrap(out, w)
