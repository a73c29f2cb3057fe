"""Forward error rules of float ops: |computed - real| of a result from the values and errors of the operands.

The computed operand values are exact numbers; `Num` arithmetic bounds what the operands' errors do to the exact
function, and `rounded` adds the
rounding of the result's format (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 2.2). In
real mode the
format is float64 for all, whose rounding `Num` already contains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import ml_dtypes
import numpy as np

from triton_lift.agree.memory import Array
from triton_lift.ir.model import FloatType, IntType, Op, PointerType, TensorType, Type
from triton_lift.term.numeric_floats import FLOAT_DTYPES
from triton_lift.term.numeric_functions import apply, recip
from triton_lift.term.numeric_value import Num, add, error, mul

MOVES = frozenset(
    {
        "tt.splat", "tt.unsplat", "tt.broadcast", "tt.reshape", "tt.expand_dims", "tt.trans", "ttg.convert_layout",
        "tt.cat", "tt.join", "tt.split",
    }
)  # fmt: skip
"""Ops that only move lanes: they move the errors alike."""
Rule = Callable[[Sequence[Num]], Num]
UNKNOWN = float("inf")
MAGIC: dict[str, tuple[float, float]] = {"f32": (2.0**23, 1.5 * 2.0**23), "f64": (2.0**52, 1.5 * 2.0**52)}
"""Constants whose sum with a small number is an integer, by format: the named functions ``fadd_<type>``."""


def element(kind: Type) -> Type:
    """The element of a tensor type, or the type itself."""
    return kind.element if isinstance(kind, TensorType) else kind


@cache
def limits(name: str) -> tuple[float, float, float]:
    """Unit roundoff, smallest positive number and largest finite number of a format."""
    info: Any = cast(Any, ml_dtypes.finfo)(FLOAT_DTYPES[name])
    return float(info.eps) / 2, float(info.smallest_subnormal), float(info.max)


def unit(name: str) -> float:
    """Unit roundoff of a format."""
    return limits(name)[0]


def rounded(value: Num, name: str, *, real: bool, steps: float = 1.0) -> Array:
    """Error after rounding to a format (`steps` times its unit); unbounded where the format overflows."""
    err = error(value)
    if real or name == "f64":
        return err
    u, least, largest = limits(name)
    with np.errstate(all="ignore"):
        size = np.abs(value.val)
        moved = err + 1.01 * steps * u * size + np.where(size > 0, least, 0.0)
        infinite = np.isinf(value.val) & (err == 0)
        return np.where((size > largest) & ~infinite, UNKNOWN, np.where(infinite, 0.0, moved))


def _sub(a: Num, b: Num) -> Num:
    return add(a, Num(-b.val, b.err))


def _div(a: Num, b: Num) -> Num:
    inverse = recip(b)
    unknown = np.where(b.val == 0, UNKNOWN, error(inverse))
    return mul(a, Num(inverse.val, unknown))


def _clamp(x: Num, lo: Num, hi: Num) -> Num:
    return apply("min", [apply("max", [x, lo]), hi])


ROUNDING_OPS: dict[str, Rule] = {
    "arith.addf": lambda a: add(a[0], a[1]),
    "arith.subf": lambda a: _sub(a[0], a[1]),
    "arith.mulf": lambda a: mul(a[0], a[1]),
    "arith.divf": lambda a: _div(a[0], a[1]),
    "tt.precise_divf": lambda a: _div(a[0], a[1]),
    "tt.approx_divf": lambda a: _div(a[0], a[1]),
    "tt.precise_sqrt": lambda a: apply("sqrt", list(a)),
    "math.fma": lambda a: add(mul(a[0], a[1]), a[2]),
    "arith.truncf": lambda a: a[0],
    "tt.fp_to_fp": lambda a: a[0],
    "arith.sitofp": lambda a: a[0],
    "arith.uitofp": lambda a: a[0],
    "math.powf": lambda a: apply("pow", list(a)),
    "math.fpowi": lambda a: apply("pow", list(a)),
    "math.atan2": lambda a: apply("atan2", list(a)),
}
"""Results rounded to their format."""
EXACT_OPS: dict[str, Rule] = {
    "arith.negf": lambda a: Num(-a[0].val, a[0].err),
    "arith.maximumf": lambda a: apply("max", list(a)),
    "arith.maxnumf": lambda a: apply("max", list(a)),
    "arith.minimumf": lambda a: apply("min", list(a)),
    "arith.minnumf": lambda a: apply("min", list(a)),
    "arith.remf": lambda a: apply("fmod", list(a)),
    "arith.extf": lambda a: a[0],
    "math.absf": lambda a: apply("abs", list(a)),
    "math.floor": lambda a: apply("floor", list(a)),
    "math.ceil": lambda a: apply("ceil", list(a)),
    "math.trunc": lambda a: apply("trunc", list(a)),
    "math.round": lambda a: apply("round", list(a)),
    "math.roundeven": lambda a: apply("roundeven", list(a)),
    "math.copysign": lambda a: apply("copysign", list(a)),
    "math.clampf": lambda a: _clamp(a[0], a[1], a[2]),
    "tt.clampf": lambda a: _clamp(a[0], a[1], a[2]),
}
"""Results that the format holds exactly."""
_UNARY = (
    "exp exp2 expm1 log log2 log10 log1p rsqrt cbrt sin cos tan sinh cosh tanh "
    "asin acos atan asinh acosh atanh erf erfc sqrt"
)


def _named(name: str) -> Rule:
    return lambda a: apply(name, list(a))


for _name in _UNARY.split():
    ROUNDING_OPS[f"math.{_name}"] = _named(_name)

_LIBRARY: dict[str, str] = {
    "pow": "pow",
    "powi": "pow",
    "atan2": "atan2",
    "hypot": "hypot",
    "fmod": "fmod",
    "exp10": "exp10",
    "lgamma": "lgamma",
    "tgamma": "tgamma",
    "fmax": "max",
    "fmin": "min",
    "fabs": "abs",
    "rint": "roundeven",
    "nearbyint": "roundeven",
    "round": "round",
    "floor": "floor",
    "ceil": "ceil",
    "trunc": "trunc",
    "copysign": "copysign",
    "fdim": "fdim",
    **{n: n for n in _UNARY.split()},
}


def library_rule(symbol: str) -> Rule | None:
    """The rule of a libdevice or ocml function by its symbol; None where there is none."""
    stem = symbol.removeprefix("__nv_").removeprefix("__ocml_").removesuffix("_f32").removesuffix("_f64")
    stem = stem.removeprefix("fast_")
    for core in (stem, stem.removesuffix("f")):
        if core in _LIBRARY:
            return _named(_LIBRARY[core])
    base, _, direction = stem.partition("_")
    if direction in ("rn", "rz", "rd", "ru") and base[:1] in ("f", "d"):
        return ROUNDING_OPS.get(f"arith.{base[1:]}f")
    return None


def float_name(kind: Type) -> str | None:
    """Format of a float (tensor) type, None for other types."""
    inner = element(kind)
    return inner.name if isinstance(inner, FloatType) else None


def compare_error(a: Num, b: Num) -> Array | None:
    """Where a comparison of a with b could come out otherwise: inf there, None where it nowhere could."""
    total = error(a) + error(b)
    with np.errstate(invalid="ignore"):
        turned = (total > 0) & ~(np.abs(a.val - b.val) > total)
    return np.where(turned, UNKNOWN, 0.0) if turned.any() else None


def select_error(c: Array | None, test: Array, a: Num, b: Num) -> Array | None:
    """Error of `test ? a : b` with the condition's error c."""
    if c is None:
        if a.err is None and b.err is None:
            return None
        return np.where(test, error(a), error(b))
    with np.errstate(invalid="ignore"):
        apart = np.abs(a.val.astype(np.float64) - b.val.astype(np.float64))
        apart = np.where(np.isnan(apart), UNKNOWN, apart)
        apart = np.where(a.val == b.val, 0.0, apart)
    return np.where(c > 0, apart + np.maximum(error(a), error(b)), np.where(test, error(a), error(b)))


def fold_error(
    combiner: str, value: Array, err: Array | None, axis: int, name: str, *, real: bool, prefix: bool
) -> Array | None:
    """Error of a fold by halves (or, with `prefix`, an inclusive scan one by one) of a known float combiner along an
    axis."""
    u = 2.0**-53 if real else max(unit(name), 2.0**-53)
    n = value.shape[axis]
    e = np.zeros(value.shape) if err is None else err

    def total(x: Array) -> Array:
        return np.cumsum(x, axis=axis) if prefix else np.sum(x, axis=axis)

    with np.errstate(all="ignore"):
        match combiner:
            case "arith.addf":
                # A scan folds one by one; a reduction combines halves, see `run`.
                slack = u * (n - 1 if prefix else math.ceil(math.log2(max(n, 2))))
                if slack >= 0.9:
                    return np.full(total(e).shape, UNKNOWN)
                size = np.abs(value) + e
                return _known(total(e) + 1.01 * slack / (1 - slack) * total(size))
            case "arith.mulf":
                product = np.cumprod if prefix else np.prod
                high, low = (np.abs(value) + e) * (1 + 2 * u), np.abs(value)
                # An underflow is off by the least number, and the factors above 1 that follow magnify it.
                least = 2.0**-1074 if real else limits(name)[1]
                lost = n * least * product(np.maximum(high, 1.0), axis=axis)
                return _known(product(high, axis=axis) - product(low, axis=axis) * (1 - 1e-12) + lost)
            case _:
                if err is None:
                    return None
                return np.maximum.accumulate(e, axis=axis) if prefix else np.max(e, axis=axis)


def _known(err: Array) -> Array:
    return np.where(np.isnan(err), UNKNOWN, err)


SELECTING = frozenset({"arith.maximumf", "arith.maxnumf", "arith.minimumf", "arith.minnumf"})
FOLDS = SELECTING | {"arith.addf", "arith.mulf"}
INEXACT_PREFIXES = ("math.", "tt.extern", "tt.dot")


def is_exact_region(op: Op) -> bool:
    """Whether no op below rounds: comparisons, selections and integer ops only."""
    for inner in op.walk():
        if inner is op:
            continue
        if inner.name in ROUNDING_OPS or inner.name.startswith(INEXACT_PREFIXES):
            return False
    return True


def pointee_size(kind: Type) -> int | None:
    """Bytes per element behind a pointer (tensor) type."""
    inner = element(kind)
    if not isinstance(inner, PointerType):
        return None
    match inner.pointee:
        case FloatType(name=name) if name in FLOAT_DTYPES:
            return np.dtype(FLOAT_DTYPES[name]).itemsize
        case IntType(width=width):
            return max(1, width // 8)
        case PointerType():
            return 8
        case _:
            return None


def constants(func: Op) -> frozenset[int]:
    """Numbers of the values that are constants, or constants with their lanes moved."""
    found: set[int] = set()
    for op in func.walk():
        moved = op.name in MOVES and all(v.number in found for v in op.operands)
        if op.name == "arith.constant" or moved:
            found.update(v.number for v in op.results)
    return frozenset(found)


def is_float_arithmetic(func: Op) -> bool:
    """Whether anything in the function computes with floats, so that machine mode may differ from real mode."""
    harmless = MOVES | {"tt.load", "tt.store", "arith.select", "arith.constant", "tt.gather"}
    for op in func.walk():
        if op.name in harmless or op is func:
            continue
        if any(float_name(v.type) for v in (*op.operands, *op.results)):
            return True
    return False
