"""arith on floats, correctly rounded in their format. Source: MLIR "arith" reference; IEEE 754-2019 section 5.

``arith.divf`` is computed correctly rounded although GPUs lower it approximately: any faithful result is admissible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op
from triton_lift.ops.concrete.lifting import basic
from triton_lift.ops.concrete.registry import Binary, Lanes, elementwise, float_name, int_attr, unsupported

Array = NDArray[Any]


def _float_op(name: str, fn: Callable[..., Array]) -> None:
    def factory(op: Op, real: bool) -> Lanes:
        return basic(fn, float_name(op, op.results[0].type), real)

    elementwise(name)(factory)


def _ordered_zero(fn: Binary, sign: float) -> Binary:
    """Give max (sign 1) or min (sign -1) of zeros of both signs the result that treats -0 as less than +0."""

    def lanes(a: Array, b: Array) -> Array:
        out = np.asarray(fn(a, b))
        zeros = (a == 0) & (b == 0)
        if not np.any(zeros):
            return out
        s = out.dtype.type(sign)
        return np.where(zeros, s * (s * a + s * b), out).astype(out.dtype, copy=False)

    return lanes


# maximumf/minimumf propagate NaN; maxnumf/minnumf drop it. MLIR leaves the zero of maxnumf open; PTX orders it.
maximum: Binary = _ordered_zero(np.maximum, 1.0)
minimum: Binary = _ordered_zero(np.minimum, -1.0)
maxnum: Binary = _ordered_zero(np.fmax, 1.0)
minnum: Binary = _ordered_zero(np.fmin, -1.0)

_float_op("arith.addf", np.add)
_float_op("arith.subf", np.subtract)
_float_op("arith.mulf", np.multiply)
_float_op("arith.divf", np.divide)
_float_op("arith.remf", np.fmod)
_float_op("arith.negf", np.negative)
_float_op("arith.maximumf", maximum)
_float_op("arith.minimumf", minimum)
_float_op("arith.maxnumf", maxnum)
_float_op("arith.minnumf", minnum)
_float_op("tt.precise_divf", np.divide)
_float_op("tt.approx_divf", np.divide)
_float_op("tt.precise_sqrt", np.sqrt)


def _clamp(x: Array, low: Array, high: Array) -> Array:
    return minnum(maxnum(x, low), high)


def clamp_nan(x: Array, low: Array, high: Array) -> Array:
    """min(max(x, low), high), where NaN wins."""
    return minimum(maximum(x, low), high)


@elementwise("tt.clampf")
def clampf(op: Op, real: bool) -> Lanes:
    """min(max(x, low), high): a NaN x gives NaN when propagateNan is all (65535), else ``low``."""
    name = float_name(op, op.results[0].type)
    match int_attr(op, "propagateNan", 0):
        case 0:
            return basic(_clamp, name, real)
        case 0xFFFF:
            return basic(clamp_nan, name, real)
        case other:
            return unsupported(op, f"unknown propagateNan {other}")


def _ordered(a: Array, b: Array) -> Array:
    return ~(np.isnan(a) | np.isnan(b))


def _unordered(fn: Binary) -> Binary:
    return lambda a, b: fn(a, b) | ~_ordered(a, b)


def _constant(value: bool) -> Binary:
    return lambda a, b: np.full(np.broadcast_shapes(a.shape, b.shape), value)


# Numbers of arith.cmpf's predicates: false oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno true.
_CMPF: tuple[Binary, ...] = (
    _constant(False),
    np.equal,
    np.greater,
    np.greater_equal,
    np.less,
    np.less_equal,
    lambda a, b: np.not_equal(a, b) & _ordered(a, b),
    _ordered,
    _unordered(np.equal),
    _unordered(np.greater),
    _unordered(np.greater_equal),
    _unordered(np.less),
    _unordered(np.less_equal),
    np.not_equal,
    lambda a, b: ~_ordered(a, b),
    _constant(True),
)


@elementwise("arith.cmpf")
def cmpf(op: Op, real: bool) -> Binary:
    """All sixteen predicates; exact in any format, so narrow formats compare in f32."""
    predicate = int_attr(op, "predicate")
    if not 0 <= predicate < len(_CMPF):
        unsupported(op, f"unknown predicate {predicate}")
    fn = _CMPF[predicate]
    if real or float_name(op, op.operands[0].type) in ("f16", "f32", "f64"):
        return lambda a, b: np.asarray(fn(a, b), dtype=bool)
    return lambda a, b: np.asarray(fn(a.astype(np.float32), b.astype(np.float32)), dtype=bool)
