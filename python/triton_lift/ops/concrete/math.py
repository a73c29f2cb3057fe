"""The math dialect. Source: MLIR "math" dialect reference; accuracy as ``lifting.transcendental`` says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op
from triton_lift.ops import softfloat
from triton_lift.ops.concrete import arith_float
from triton_lift.ops.concrete.lifting import basic, scalar_function, transcendental
from triton_lift.ops.concrete.registry import Lanes, Run, Ternary, Unary, elementwise, float_name, int_width, row
from triton_lift.ops.concrete.value import Slot, Val, join
from triton_lift.ops.integers import signed, unsigned, wrap

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


def round_half_away(x: Array) -> Array:
    """Nearest integer, ties away from zero; exact, keeps the sign of zero."""
    whole = np.trunc(x)
    step = np.where(np.abs(x - whole) >= 0.5, np.copysign(np.ones((), x.dtype), x), np.zeros((), x.dtype))
    return np.copysign(np.where(np.isfinite(x), whole + step, x), x).astype(x.dtype, copy=False)


def rsqrt(x: Array) -> Array:
    """1 / sqrt(x) in f64."""
    return 1.0 / np.sqrt(x)


def cot(x: Array) -> Array:
    """1 / tan(x)."""
    return 1.0 / np.tan(x)


erf: Unary = scalar_function(math.erf)
erfc: Unary = scalar_function(math.erfc)

# Functions of one argument whose result is rounded from f64.
UNARY: dict[str, Unary] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "rsqrt": rsqrt,
    "cbrt": np.cbrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "erf": erf,
    "erfc": erfc,
}

# Functions of one argument that are exact, or correctly rounded (sqrt).
EXACT: dict[str, Unary] = {
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "round": round_half_away,
    "roundeven": np.rint,
    "absf": np.abs,
}


def _rounded(name: str, fn: Lanes) -> None:
    def factory(op: Op, real: bool) -> Lanes:
        return transcendental(fn, float_name(op, op.results[0].type), real)

    elementwise(name)(factory)


def _exact(name: str, fn: Lanes) -> None:
    def factory(op: Op, real: bool) -> Lanes:
        return basic(fn, float_name(op, op.results[0].type), real)

    elementwise(name)(factory)


for _name, _fn in UNARY.items():
    _rounded(f"math.{_name}", _fn)
for _name, _fn in EXACT.items():
    _exact(f"math.{_name}", _fn)
_rounded("math.atan2", np.arctan2)
_rounded("math.powf", np.power)
_exact("math.copysign", np.copysign)
_exact("math.clampf", arith_float.clamp_nan)


def power_int(x: Array, n: Array) -> Array:
    """x ** n in f64 for an integer n."""
    return np.power(x, n.astype(np.float64))


_rounded("math.fpowi", power_int)


def fused(name: str, real: bool) -> Ternary:
    """a*b + c rounded once to format ``name``; real mode computes in f64."""
    if real:
        return lambda a, b, c: a * b + c
    return lambda a, b, c: softfloat.fma(a, b, c, name)


@elementwise("math.fma")
def fma(op: Op, real: bool) -> Lanes:
    """a*b + c, rounded once."""
    return fused(float_name(op, op.results[0].type), real)


@row("math.sincos")
def sincos(op: Op, real: bool) -> Run:
    """(sin x, cos x)."""
    name = float_name(op, op.results[0].type)
    sin, cos = transcendental(np.sin, name, real), transcendental(np.cos, name, real)

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        poison = join(args)
        return Val(sin(args[0].data), poison), Val(cos(args[0].data), poison)

    return run


def _test(name: str, fn: Unary) -> None:
    def factory(op: Op, real: bool) -> Unary:
        float_name(op, op.operands[0].type)
        del real
        return lambda x: np.asarray(fn(x.astype(np.float64)), dtype=bool)

    elementwise(name)(factory)


_test("math.isnan", np.isnan)
_test("math.isinf", np.isinf)
_test("math.isfinite", np.isfinite)


@elementwise("math.absi")
def absi(op: Op, real: bool) -> Unary:
    """Absolute value; the least integer maps to itself."""
    del real
    w = int_width(op, op.results[0].type)
    return lambda x: wrap(np.abs(signed(x, w)), w)


def _population(u: Array) -> Array:
    """The number of one bits of uint64 (Warren, "Hacker's Delight", 5-1)."""
    u = u - ((u >> np.uint64(1)) & np.uint64(0x5555555555555555))
    u = (u & np.uint64(0x3333333333333333)) + ((u >> np.uint64(2)) & np.uint64(0x3333333333333333))
    u = (u + (u >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return ((u * np.uint64(0x0101010101010101)) >> np.uint64(56)).astype(np.int64)


def leading_zeros(x: Array, w: int) -> Array:
    """Zeros above the highest one, of the unsigned reading of ``w`` bits (at most 64)."""
    u = unsigned(x, w).astype(np.uint64)
    for shift in (1, 2, 4, 8, 16, 32):
        u = u | (u >> np.uint64(shift))
    return w - _population(u)


def trailing_zeros(x: Array, w: int) -> Array:
    """Zeros below the lowest one; the width for zero."""
    u = unsigned(x, w).astype(np.uint64)
    low = _population(~u & (u - np.uint64(1)))
    return np.minimum(low, w)


def ones(x: Array, w: int) -> Array:
    """The number of one bits."""
    return _population(unsigned(x, w).astype(np.uint64))


def _count(name: str, fn: Callable[[Array, int], Array]) -> None:
    def build(op: Op, real: bool) -> Unary:
        del real
        w = int_width(op, op.results[0].type)
        return lambda x: wrap(fn(x, w), w)

    elementwise(name)(build)


_count("math.ctlz", leading_zeros)
_count("math.cttz", trailing_zeros)
_count("math.ctpop", ones)
