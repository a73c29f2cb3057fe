"""Constants and conversions: arith casts, bitcasts, tt.fp_to_fp. Source: MLIR "arith" reference; PTX ISA "cvt".

In real mode conversions between float formats are the identity and a bitcast goes through the declared format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import (
    DenseElementsAttr,
    FloatAttr,
    FloatType,
    IntAttr,
    Op,
    PointerType,
)
from triton_lift.ops import softfloat
from triton_lift.ops.concrete.registry import (
    Run,
    Unary,
    element,
    elementwise,
    float_name,
    int_attr,
    int_width,
    partial,
    row,
    shape,
    storage,
    unsupported,
)
from triton_lift.ops.concrete.value import CONVERSION, EXPLICIT, Poison, Slot, Val, mark
from triton_lift.ops.integers import signed, unsigned, wrap
from triton_lift.ops.softfloat import Rounding, convert, from_bits, to_bits

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


def literal(op: Op, real: bool) -> Array:
    """The value of an ``arith.constant``, with a leading axis of 1."""
    kind = op.results[0].type
    match op.properties.get("value", op.attributes.get("value")):
        case IntAttr(value=value):
            numbers: tuple[int, ...] = (value,)
        case FloatAttr(bits=bits):
            numbers = (bits,)
        case DenseElementsAttr(values=values):
            numbers = values
        case other:
            unsupported(op, f"constant of {type(other).__name__}")
    raw = np.array(numbers, dtype=object)
    if isinstance(element(kind), FloatType):
        flat = from_bits(raw, float_name(op, kind))
        flat = flat.astype(np.float64) if real else flat
    else:
        flat = wrap(raw, int_width(op, kind))
    full = (1, *shape(kind))
    return np.broadcast_to(flat.reshape((1,) * len(full)), full) if len(numbers) == 1 else flat.reshape(full)


@row("arith.constant")
def constant(op: Op, real: bool) -> Run:
    """A literal: integers in their width, floats by their bits."""
    value = (Val(literal(op, real)),)

    def run(_machine: Machine, _args: Sequence[Val]) -> Sequence[Slot]:
        return value

    return run


@row("ub.poison")
def poison(op: Op, real: bool) -> Run:
    """A value that is undefined in every lane."""
    full = (1, *shape(op.results[0].type))
    value = (Val(np.zeros(full, storage(op, op.results[0].type, real)), np.full(full, EXPLICIT, np.uint8)),)

    def run(_machine: Machine, _args: Sequence[Val]) -> Sequence[Slot]:
        return value

    return run


@elementwise("arith.extsi")
def extsi(op: Op, real: bool) -> Unary:
    """Sign extension; a true i1 becomes -1."""
    del real
    source, target = int_width(op, op.operands[0].type), int_width(op, op.results[0].type)
    return lambda x: wrap(signed(x, source), target)


@elementwise("arith.extui")
def extui(op: Op, real: bool) -> Unary:
    """Zero extension."""
    del real
    source, target = int_width(op, op.operands[0].type), int_width(op, op.results[0].type)
    return lambda x: wrap(unsigned(x, source), target)


@elementwise("arith.trunci")
def trunci(op: Op, real: bool) -> Unary:
    """Reduction modulo 2**width."""
    del real
    source, target = int_width(op, op.operands[0].type), int_width(op, op.results[0].type)
    return lambda x: wrap(signed(x, source), target)


@elementwise("arith.index_cast")
def index_cast(op: Op, real: bool) -> Unary:
    """Sign extension or truncation; index is 64 bits."""
    return trunci(op, real)


@elementwise("arith.index_castui")
def index_castui(op: Op, real: bool) -> Unary:
    """Zero extension or truncation; index is 64 bits."""
    return extui(op, real)


def _narrow_from_int(x: Array, name: str) -> Array:
    """Integers of up to 64 bits to a format of at most 16 bits with one rounding: fold the low bits into a sticky
    bit.
    """
    big = (x > (1 << 53)) | (x < -(1 << 53)) if x.dtype.itemsize == 8 else np.zeros(x.shape, bool)
    if big.any():
        twelve = x.dtype.type(12)
        high = x >> twelve
        sticky = (x & x.dtype.type(4095)) != 0
        x = np.where(big, (high | sticky.astype(x.dtype)) << twelve, x)
    return convert(x.astype(np.float64), name)


def _int_to_float(op: Op, real: bool, *, is_signed: bool) -> Unary:
    source, name = int_width(op, op.operands[0].type), float_name(op, op.results[0].type)
    if source > 64:
        unsupported(op, "integers wider than 64 bits to float")
    read = signed if is_signed else unsigned
    if real:
        return lambda x: read(x, source).astype(np.float64)
    if name in ("f32", "f64"):
        dtype = softfloat.FORMATS[name]
        return lambda x: read(x, source).astype(dtype)
    return lambda x: _narrow_from_int(np.asarray(read(x, source)), name)


@elementwise("arith.sitofp")
def sitofp(op: Op, real: bool) -> Unary:
    """Signed to float, nearest even; a true i1 is -1.0. Real mode is exact up to 53 bits."""
    return _int_to_float(op, real, is_signed=True)


@elementwise("arith.uitofp")
def uitofp(op: Op, real: bool) -> Unary:
    """Unsigned to float, nearest even."""
    return _int_to_float(op, real, is_signed=False)


def _float_to_int(op: Op, *, is_signed: bool) -> Any:
    w = int_width(op, op.results[0].type)
    if w > 64:
        unsupported(op, "float to integers wider than 64 bits")
    low, high = (-(1 << (w - 1)), (1 << (w - 1)) - 1) if is_signed else (0, (1 << w) - 1)
    raw = np.int64 if is_signed else np.uint64

    def lanes(x: Array) -> tuple[Array, Poison | None]:
        whole = np.trunc(x.astype(np.float64))
        fits = (whole >= float(low)) & (whole < float(high + 1))
        if fits.all():
            return wrap(whole.astype(raw), w), None
        data = np.where(fits, whole, 0.0).astype(raw)
        data = np.where(whole < low, raw(low), np.where(whole > high, raw(high), data))
        return wrap(data, w), mark(~fits, CONVERSION)

    return lanes


@partial("arith.fptosi")
def fptosi(op: Op, real: bool) -> Any:
    """Toward zero; what does not fit is poison (carried as PTX has it: saturated, NaN as 0)."""
    del real
    return _float_to_int(op, is_signed=True)


@partial("arith.fptoui")
def fptoui(op: Op, real: bool) -> Any:
    """Toward zero; what does not fit is poison."""
    del real
    return _float_to_int(op, is_signed=False)


@elementwise("arith.extf")
def extf(op: Op, real: bool) -> Unary:
    """Exact widening."""
    name = float_name(op, op.results[0].type)
    return (lambda x: x) if real else (lambda x: convert(x, name))


_ARITH_ROUNDING = {0: Rounding.NEAREST_EVEN, 1: Rounding.DOWN, 2: Rounding.UP, 3: Rounding.TOWARD_ZERO}


@elementwise("arith.truncf")
def truncf(op: Op, real: bool) -> Unary:
    """Narrowing, nearest even unless ``roundingmode`` says otherwise."""
    name = float_name(op, op.results[0].type)
    mode = int_attr(op, "roundingmode", 0)
    if mode not in _ARITH_ROUNDING:
        unsupported(op, f"rounding mode {mode}")
    rounding = _ARITH_ROUNDING[mode]
    return (lambda x: x) if real else (lambda x: convert(x, name, rounding))


@elementwise("tt.fp_to_fp")
def fp_to_fp(op: Op, real: bool) -> Unary:
    """Casts that involve 8-bit formats, or a named rounding (0 rtz, 1 rtne); overflow to 8 bits saturates as in PTX."""
    name = float_name(op, op.results[0].type)
    mode = int_attr(op, "rounding", 1)
    if mode not in (0, 1):
        unsupported(op, f"rounding mode {mode}")
    rounding = Rounding.TOWARD_ZERO if mode == 0 else Rounding.NEAREST_EVEN
    return (lambda x: x) if real else (lambda x: convert(x, name, rounding, saturate=True))


def _bitcast(op: Op, real: bool) -> Unary:
    source, target = element(op.operands[0].type), element(op.results[0].type)
    if isinstance(source, PointerType) and isinstance(target, PointerType):
        return lambda x: x
    if isinstance(source, FloatType):
        name = float_name(op, source)
        bits: Unary = (lambda x: to_bits(convert(x, name))) if real else to_bits
        w = softfloat.width(name)
    else:
        w = int_width(op, source)
        bits = lambda x: x  # noqa: E731
    if isinstance(target, FloatType):
        into = float_name(op, target)
        if softfloat.width(into) != w:
            unsupported(op, "bitcast between different widths")
        if real:
            return lambda x: from_bits(bits(x), into).astype(np.float64)
        return lambda x: from_bits(bits(x), into)
    if int_width(op, target) != w:
        unsupported(op, "bitcast between different widths")
    return lambda x: wrap(bits(x), w)


@elementwise("arith.bitcast")
def arith_bitcast(op: Op, real: bool) -> Unary:
    """Same bits, other type; real mode rounds to the declared float format first."""
    return _bitcast(op, real)


@elementwise("tt.bitcast")
def tt_bitcast(op: Op, real: bool) -> Unary:
    """As arith.bitcast; a pointer keeps its address."""
    return _bitcast(op, real)


@elementwise("tt.int_to_ptr")
def int_to_ptr(op: Op, real: bool) -> Unary:
    """An address from an integer."""
    del real
    w = int_width(op, op.operands[0].type)
    return lambda x: wrap(unsigned(x, w), 64)


@elementwise("tt.ptr_to_int")
def ptr_to_int(op: Op, real: bool) -> Unary:
    """The address as an integer (a model address: 16-byte aligned at the start of every buffer)."""
    del real
    w = int_width(op, op.results[0].type)
    return lambda x: wrap(x, w)
