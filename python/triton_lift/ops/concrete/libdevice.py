"""tt.extern_elementwise on CUDA's libdevice (``__nv_*``) and ROCm's ocml (``__ocml_*_f32``) by name.

Source: NVIDIA libdevice user's guide. Results without an exact definition are the f64 result rounded once, while
libdevice documents up to a few ulp; both are faithful to the same real function. Names not listed are refused.
"""

from __future__ import annotations

import math as pymath
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, Op
from triton_lift.ops import softfloat
from triton_lift.ops.concrete import arith_float
from triton_lift.ops.concrete.libdevice_int import float_to_int, int_to_float, integer
from triton_lift.ops.concrete.lifting import basic, scalar_function, transcendental
from triton_lift.ops.concrete.math import UNARY, fused, power_int, round_half_away
from triton_lift.ops.concrete.registry import (
    Binary,
    Lanes,
    Run,
    Unary,
    element,
    float_name,
    row,
    str_attr,
    unsupported,
)
from triton_lift.ops.concrete.value import Poison, Slot, Val, both, join
from triton_lift.ops.softfloat import Rounding

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]
# --------------------------------------------------------------------- float functions: name -> f64 function

_INV_SQRT2 = 1.0 / pymath.sqrt(2.0)

# Rounded from f64.
_ROUNDED_1: dict[str, Unary] = {
    **UNARY,
    "exp10": lambda x: np.power(10.0, x),
    "rcbrt": lambda x: 1.0 / np.cbrt(x),
    "sinpi": lambda x: np.sin(np.pi * np.fmod(x, 2.0)),
    "cospi": lambda x: np.cos(np.pi * np.fmod(x, 2.0)),
    "lgamma": scalar_function(pymath.lgamma),
    "tgamma": scalar_function(pymath.gamma),
    "normcdf": lambda x: 0.5 * UNARY["erfc"](-x * _INV_SQRT2),
}
_ROUNDED_2: dict[str, Binary] = {
    "pow": np.power,
    "powi": power_int,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "rhypot": lambda x, y: 1.0 / np.hypot(x, y),
}
ROUNDED: dict[str, Lanes] = {**_ROUNDED_1, **_ROUNDED_2}

# Exact or correctly rounded by one rounding of the format's own arithmetic.
_EXACT_1: dict[str, Unary] = {
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "round": round_half_away,
    "rint": np.rint,
    "nearbyint": np.rint,
    "fabs": np.abs,
    "logb": lambda x: _logb(x),
}
_EXACT_2: dict[str, Binary] = {
    "fmod": np.fmod,
    "copysign": np.copysign,
    "fmax": arith_float.maxnum,
    "fmin": arith_float.minnum,
    "fdim": lambda a, b: np.where(np.isnan(a) | np.isnan(b), a + b, np.where(a > b, a - b, np.zeros((), a.dtype))),
    "remainder": lambda a, b: _ieee_remainder(a, b),
    "ldexp": np.ldexp,
    "scalbn": np.ldexp,
}
EXACTLY: dict[str, Lanes] = {**_EXACT_1, **_EXACT_2}


def _logb(x: Array) -> Array:
    exponent = np.frexp(x)[1] - 1
    return np.where(x == 0, -np.inf, np.where(np.isfinite(x), exponent, np.abs(x))).astype(x.dtype)


def _ieee_remainder(a: Array, b: Array) -> Array:
    def one(x: float, y: float) -> float:
        try:
            return pymath.remainder(x, y)
        except ValueError:
            return float("nan")

    mapped = np.frompyfunc(one, 2, 1)(a.astype(np.float64), b.astype(np.float64))
    return np.asarray(mapped, dtype=object).astype(a.dtype)


# Approximate intrinsics that stand for the same real function; single precision only.
_FAST: dict[str, Lanes] = {
    "fast_expf": np.exp,
    "fast_exp10f": _ROUNDED_1["exp10"],
    "fast_logf": np.log,
    "fast_log2f": np.log2,
    "fast_log10f": np.log10,
    "fast_sinf": np.sin,
    "fast_cosf": np.cos,
    "fast_tanf": np.tan,
    "fast_powf": np.power,
    "fast_tanhf": np.tanh,
    "fast_fdividef": np.divide,
}

# ------------------------------------------------------------------------------ directed rounding, f32 and f64

_SUFFIX = {
    "rn": Rounding.NEAREST_EVEN,
    "rz": Rounding.TOWARD_ZERO,
    "rd": Rounding.DOWN,
    "ru": Rounding.UP,
}


_PLAIN: dict[str, Lanes] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "sqrt": np.sqrt,
    "rcp": np.reciprocal,
}


def _directed(base: str, rounding: Rounding, name: str) -> Lanes | None:
    """f32 +, -, *, /, sqrt, 1/x in a named rounding; the sign of the error is exact in f64. f64 only to nearest."""
    fn = _PLAIN.get(base)
    if fn is None:
        return None
    if rounding is Rounding.NEAREST_EVEN:
        return fn
    if name != "f32":
        return None

    def error(args: Sequence[Array], near: Array) -> Array:
        """The exact result minus ``near``, up to a positive factor, in f64 without rounding."""
        wide = [x.astype(np.float64) for x in args]
        r = near.astype(np.float64)
        match base:
            case "add" | "sub":
                total, low = softfloat.two_sum(wide[0], wide[1] if base == "add" else -wide[1])
                return (total - r) + low
            case "mul":
                return wide[0] * wide[1] - r
            case "sqrt":
                return wide[0] - r * r
            case _:
                top, bottom = (wide[0], wide[1]) if base == "div" else (np.ones_like(r), wide[0])
                return (top - r * bottom) * np.sign(bottom)

    def lanes(*args: Array) -> Array:
        near = np.asarray(fn(*args))
        return softfloat.rounded(error(args, near), near, rounding)

    return lanes


def _by_name(stem: str, name: str, real: bool) -> Lanes | None:
    """The function of a libdevice name without prefix and float suffix."""
    if stem in ROUNDED:
        return transcendental(ROUNDED[stem], name, real)
    if stem in EXACTLY:
        return basic(EXACTLY[stem], name, real)
    if stem == "fma":
        return fused(name, real)
    base, _, suffix = stem.partition("_")
    if suffix in _SUFFIX and base[:1] in ("f", "d") and base[1:] in _PLAIN:
        rounding = Rounding.NEAREST_EVEN if real else _SUFFIX[suffix]
        return _directed(base[1:], rounding, name)
    return None


def _float_result(op: Op, stem: str, real: bool) -> Lanes | None:
    """Functions whose operands and result are floats of one format (powi, ldexp take an integer beside)."""
    name = float_name(op, op.results[0].type)
    if stem in _FAST:
        return transcendental(_FAST[stem], name, real)
    if not op.operands or not isinstance(element(op.operands[0].type), FloatType):
        return int_to_float(op, stem, name, real)
    for candidate in _stems(stem, name):
        found = _by_name(candidate, name, real)
        if found is not None:
            return found
    return None


def _stems(stem: str, name: str) -> Sequence[str]:
    """``expf`` and ``fmul_rn`` name f32 functions, ``exp`` and ``dmul_rn`` f64 ones; a mismatch gives none."""
    base, _, suffix = stem.partition("_")
    if suffix in _SUFFIX:
        if base in ("fmaf", "fma"):
            return ("fma",) if suffix == "rn" and (base == "fmaf") == (name == "f32") else ()
        if base == "fsqrt" or base[:1] == "f":
            return (stem,) if name == "f32" else ()
        return (stem,) if name == "f64" else ()
    if name == "f32":
        return (stem[:-1],) if stem.endswith("f") else ()
    return (stem,) if name == "f64" else ()


def _stem(op: Op) -> str:
    symbol = str_attr(op, "symbol")
    if symbol.startswith("__nv_"):
        return symbol.removeprefix("__nv_")
    if symbol.startswith("__ocml_") and symbol.endswith("_f32"):
        return symbol.removeprefix("__ocml_").removesuffix("_f32") + "f"
    if symbol.startswith("__ocml_") and symbol.endswith("_f64"):
        return symbol.removeprefix("__ocml_").removesuffix("_f64")
    return unsupported(op, f"external function {symbol!r} is not known")


@row("tt.extern_elementwise")
def extern_elementwise(op: Op, real: bool) -> Run:
    """A function of libdevice or ocml, lane by lane."""
    stem = _stem(op)
    total: Lanes | None = None
    some: Callable[[Array], tuple[Array, Poison | None]] | None = None
    if isinstance(element(op.results[0].type), FloatType):
        total = _float_result(op, stem, real)
    elif isinstance(element(op.operands[0].type), FloatType):
        some = float_to_int(op, stem, real)
    else:
        total = integer(op, stem)
    if total is not None:
        lanes = total
        return lambda _machine, args: (Val(np.asarray(lanes(*[a.data for a in args])), join(args)),)
    if some is None:
        unsupported(op, f"external function {str_attr(op, 'symbol')!r} is not known for these types")
    partial = some

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        data, own = partial(args[0].data)
        return (Val(data, both(join(args), own)),)

    return run
