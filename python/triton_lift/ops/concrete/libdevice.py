"""tt.extern_elementwise on CUDA's libdevice (``__nv_*``) and ROCm's ocml (``__ocml_*_f32``) by name.

Source: NVIDIA libdevice user's guide. Results without an exact definition are the f64 result rounded once, while libdevice
documents up to a few ulp; both are faithful to the same real function. Names not listed are refused.
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
from triton_lift.ops.concrete.lifting import basic, scalar_function, transcendental
from triton_lift.ops.concrete.math import (
    EXACT,
    UNARY,
    leading_zeros,
    ones,
    power_int,
    round_half_away,
    trailing_zeros,
)
from triton_lift.ops.concrete.registry import Lanes, Run, element, float_name, int_width, row, str_attr, unsupported
from triton_lift.ops.concrete.value import CONVERSION, Poison, Slot, Val, both, join, mark
from triton_lift.ops.integers import exact, signed, unsigned, wrap
from triton_lift.ops.softfloat import Rounding, from_bits, to_bits

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]
Fn = Callable[..., Array]

# --------------------------------------------------------------------- float functions: name -> f64 function

_INV_SQRT2 = 1.0 / pymath.sqrt(2.0)

# Rounded from f64.
FUNCTIONS: dict[str, Fn] = {
    **UNARY,
    "exp10": lambda x: np.power(10.0, x),
    "pow": np.power,
    "powi": power_int,
    "atan2": np.arctan2,
    "hypot": np.hypot,
    "rcbrt": lambda x: 1.0 / np.cbrt(x),
    "rhypot": lambda x, y: 1.0 / np.hypot(x, y),
    "sinpi": lambda x: np.sin(np.pi * np.fmod(x, 2.0)),
    "cospi": lambda x: np.cos(np.pi * np.fmod(x, 2.0)),
    "lgamma": scalar_function(pymath.lgamma),
    "tgamma": scalar_function(pymath.gamma),
    "normcdf": lambda x: 0.5 * UNARY["erfc"](-x * _INV_SQRT2),
    "logb": lambda x: np.where(x == 0, -np.inf, np.where(np.isfinite(x), np.frexp(x)[1] - 1.0, np.abs(x))),
}

# Exact or correctly rounded by one rounding of the format's own arithmetic.
EXACT_FUNCTIONS: dict[str, Fn] = {
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "round": round_half_away,
    "rint": np.rint,
    "nearbyint": np.rint,
    "fabs": EXACT["absf"],
    "fmod": np.fmod,
    "copysign": np.copysign,
    "fmax": arith_float.maxnum,
    "fmin": arith_float.minnum,
    "fdim": lambda a, b: np.where(np.isnan(a) | np.isnan(b), a + b, np.where(a > b, a - b, np.zeros((), a.dtype))),
    "remainder": lambda a, b: _ieee_remainder(a, b),
    "ldexp": lambda x, n: np.ldexp(x, n),
    "scalbn": lambda x, n: np.ldexp(x, n),
    "nextafter": np.nextafter,
}


def _ieee_remainder(a: Array, b: Array) -> Array:
    def one(x: float, y: float) -> float:
        try:
            return pymath.remainder(x, y)
        except ValueError:
            return float("nan")

    mapped = np.frompyfunc(one, 2, 1)(a.astype(np.float64), b.astype(np.float64))
    return np.asarray(mapped, dtype=object).astype(a.dtype)


# Approximate intrinsics that stand for the same real function; single precision only.
_FAST = {
    "fast_expf": np.exp,
    "fast_exp10f": FUNCTIONS["exp10"],
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


def _directed(base: str, rounding: Rounding, name: str) -> Lanes | None:
    """f32 +, -, *, /, sqrt, 1/x in a named rounding; the sign of the error is exact in f64. f64 only to nearest."""
    plain: dict[str, Fn] = {
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "div": np.divide,
        "sqrt": np.sqrt,
        "rcp": lambda x: 1 / x,
    }
    fn = plain.get(base)
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
        return softfloat.rounded(lambda *_: error(args, near), near, rounding, (near, near))

    return lanes


def _by_name(stem: str, name: str, real: bool) -> Lanes | None:
    """The function of a libdevice name without prefix and float suffix."""
    if stem in FUNCTIONS:
        return transcendental(FUNCTIONS[stem], name, real)
    if stem in EXACT_FUNCTIONS:
        return basic(EXACT_FUNCTIONS[stem], name, real)
    if stem == "fma":
        return (lambda a, b, c: a * b + c) if real else (lambda a, b, c: softfloat.fma(a, b, c, name))
    base, _, suffix = stem.partition("_")
    if suffix in _SUFFIX and base[:1] in ("f", "d") and base[1:] in ("add", "sub", "mul", "div", "sqrt", "rcp"):
        rounding = Rounding.NEAREST_EVEN if real else _SUFFIX[suffix]
        return _directed(base[1:], rounding, name)
    return None


# ------------------------------------------------------------------------------------------ float to other

_TESTS: dict[str, Fn] = {
    "isnan": np.isnan,
    "isinf": np.isinf,
    "finite": np.isfinite,
    "isfinite": np.isfinite,
    "signbit": np.signbit,
}
_ROUND_TO_INT: dict[str, Fn] = {
    "rint": np.rint,
    "round": round_half_away,
}


def _float_result(op: Op, stem: str, real: bool) -> Lanes | None:
    """Functions whose operands and result are floats of one format (powi, ldexp take an integer beside)."""
    name = float_name(op, op.results[0].type)
    if stem in _FAST:
        return transcendental(_FAST[stem], name, real)
    if not op.operands or not isinstance(element(op.operands[0].type), FloatType):
        return _from_int(op, stem, name, real)
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


def _from_int(op: Op, stem: str, name: str, real: bool) -> Lanes | None:
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


def _int_from_float(op: Op, stem: str, real: bool) -> Callable[[Array], tuple[Array, Poison | None]] | None:
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


def _to_int(rounding: Fn, w: int, *, is_signed: bool) -> Callable[[Array], tuple[Array, Poison | None]]:
    low, high = (-(1 << (w - 1)), (1 << (w - 1)) - 1) if is_signed else (0, (1 << w) - 1)
    raw = np.int64 if is_signed else np.uint64

    def lanes(x: Array) -> tuple[Array, Poison | None]:
        whole = rounding(x.astype(np.float64))
        fits = (whole >= float(low)) & (whole < float(high + 1))
        data = np.where(fits, whole, 0.0).astype(raw)
        data = np.where(whole < low, raw(low), np.where(whole > high, raw(high), data))
        return wrap(data, w), mark(~fits, CONVERSION)

    return lanes


# ---------------------------------------------------------------------------------------- integers to integers


def _integer(op: Op, stem: str) -> Lanes | None:
    w = int_width(op, op.results[0].type)
    source = int_width(op, op.operands[0].type)
    table: dict[str, Lanes] = {
        "abs": lambda x: wrap(np.abs(signed(x, w)), w),
        "clz": lambda x: wrap(leading_zeros(x, source), w),
        "popc": lambda x: wrap(ones(x, source), w),
        "ffs": lambda x: wrap(np.where(signed(x, source) == 0, 0, trailing_zeros(x, source) + 1), w),
        "brev": lambda x: _reverse(x, w),
        "min": np.minimum,
        "max": np.maximum,
        "umin": lambda a, b: wrap(np.minimum(unsigned(a, w), unsigned(b, w)), w),
        "umax": lambda a, b: wrap(np.maximum(unsigned(a, w), unsigned(b, w)), w),
        "mulhi": lambda a, b: wrap(exact(signed(a, w)) * exact(signed(b, w)) >> w, w),
        "umulhi": lambda a, b: wrap(exact(unsigned(a, w)) * exact(unsigned(b, w)) >> w, w),
        "mul64hi": lambda a, b: wrap(exact(signed(a, w)) * exact(signed(b, w)) >> w, w),
        "umul64hi": lambda a, b: wrap(exact(unsigned(a, w)) * exact(unsigned(b, w)) >> w, w),
    }
    aliases = {"llabs": "abs", "clzll": "clz", "popcll": "popc", "ffsll": "ffs", "brevll": "brev", "llmin": "min"}
    aliases |= {"llmax": "max", "ullmin": "umin", "ullmax": "umax"}
    return table.get(aliases.get(stem, stem))


def _reverse(x: Array, w: int) -> Array:
    u = unsigned(x, w).astype(np.uint64)
    out = np.zeros_like(u)
    for k in range(w):
        out |= ((u >> np.uint64(k)) & np.uint64(1)) << np.uint64(w - 1 - k)
    return wrap(out, w)


def _stem(op: Op) -> str:
    symbol = str_attr(op, "symbol")
    if symbol.startswith("__nv_"):
        return symbol.removeprefix("__nv_")
    if symbol.startswith("__ocml_") and symbol.endswith("_f32"):
        return symbol.removeprefix("__ocml_").removesuffix("_f32") + "f"
    if symbol.startswith("__ocml_") and symbol.endswith("_f64"):
        return symbol.removeprefix("__ocml_").removesuffix("_f64")
    unsupported(op, f"external function {symbol!r} is not known")


@row("tt.extern_elementwise")
def extern_elementwise(op: Op, real: bool) -> Run:
    """A function of libdevice or ocml, lane by lane."""
    stem = _stem(op)
    total: Lanes | None = None
    some: Callable[[Array], tuple[Array, Poison | None]] | None = None
    if isinstance(element(op.results[0].type), FloatType):
        total = _float_result(op, stem, real)
    elif isinstance(element(op.operands[0].type), FloatType):
        some = _int_from_float(op, stem, real)
    else:
        total = _integer(op, stem)
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
