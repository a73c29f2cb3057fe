"""arith on integers, exact in their width. Source: MLIR "arith" dialect reference (poison where it says so)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op
from triton_lift.ops.concrete.registry import (
    Binary,
    Run,
    add_row,
    elementwise,
    int_attr,
    int_width,
    partial,
    row,
    shape,
    unsupported,
)
from triton_lift.ops.concrete.value import DIVISION, SHIFT, UNSPECIFIED, Poison, Slot, Val, join, mark
from triton_lift.ops.integers import exact, least, signed, unsigned, wrap

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


def _ring(name: str, fn: Callable[[Array, Array], Array]) -> None:
    """+, - and *: computed in the carrier, which wraps, then reduced to the width."""

    def factory(op: Op, real: bool) -> Binary:
        del real
        w = int_width(op, op.results[0].type)
        if w in (8, 16, 32, 64):
            return fn
        return lambda a, b: wrap(fn(signed(a, w), signed(b, w)), w)

    elementwise(name)(factory)


_ring("arith.addi", np.add)
_ring("arith.subi", np.subtract)
_ring("arith.muli", np.multiply)


def truncated(a: Array, b: Array) -> tuple[Array, Array]:
    """Quotient toward zero and remainder with the dividend's sign; no divisor is zero."""
    q = a // b
    r = a - q * b
    step = (r != 0) & ((a < 0) != (b < 0))
    return q + step, np.where(step, r - b, r)


def _division(name: str, fn: Callable[[Array, Array], Array], *, is_signed: bool) -> None:
    """Division by zero, and INT_MIN / -1 for the signed quotients, are undefined behaviour."""

    def factory(op: Op, real: bool) -> Callable[[Array, Array], tuple[Array, Poison | None]]:
        del real
        w = int_width(op, op.results[0].type)
        read = signed if is_signed else unsigned

        def lanes(a: Array, b: Array) -> tuple[Array, Poison | None]:
            x, y = read(a, w), read(b, w)
            bad = y == 0
            if is_signed:
                bad = bad | ((x == least(w)) & (y == -1))
            if bad.any():
                y = np.where(bad, np.ones((), y.dtype), y)
            return wrap(fn(x, y), w), mark(bad, DIVISION)

        return lanes

    partial(name)(factory)


_division("arith.divsi", lambda a, b: truncated(a, b)[0], is_signed=True)
_division("arith.remsi", lambda a, b: truncated(a, b)[1], is_signed=True)
_division("arith.divui", lambda a, b: a // b, is_signed=False)
_division("arith.remui", lambda a, b: a % b, is_signed=False)
_division("arith.floordivsi", lambda a, b: a // b, is_signed=True)
_division("arith.ceildivsi", lambda a, b: a // b + (a % b != 0), is_signed=True)
_division("arith.ceildivui", lambda a, b: a // b + (a % b != 0), is_signed=False)


def _shift(name: str, fn: Callable[[Array, Array], Array], *, is_signed: bool) -> None:
    """The amount is unsigned; at least the width gives poison."""

    def factory(op: Op, real: bool) -> Callable[[Array, Array], tuple[Array, Poison | None]]:
        del real
        w = int_width(op, op.results[0].type)

        def lanes(a: Array, b: Array) -> tuple[Array, Poison | None]:
            amount = unsigned(b, w)
            bad = amount >= w
            x = signed(a, w) if is_signed else unsigned(a, w)
            safe = np.where(bad, np.zeros((), amount.dtype), amount).astype(x.dtype, copy=False)
            return wrap(np.asarray(fn(x, safe)), w), mark(bad, SHIFT)

        return lanes

    partial(name)(factory)


_shift("arith.shli", lambda a, n: a << n, is_signed=True)
_shift("arith.shrsi", lambda a, n: a >> n, is_signed=True)
_shift("arith.shrui", lambda a, n: a >> n, is_signed=False)


def _bits(name: str, fn: Callable[[Array, Array], Array], absorbing: int | None) -> None:
    """Bitwise ops; an unspecified (not poison) operand does not matter where the other one absorbs it."""

    def build(op: Op, real: bool) -> Run:
        del real
        w = int_width(op, op.results[0].type)

        def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
            a, b = args
            data = fn(a.data, b.data)
            if a.poison is None and b.poison is None:
                return (Val(data),)
            poison = join(args)
            if absorbing is not None and poison is not None:
                decided = _decides(a, absorbing, w) | _decides(b, absorbing, w)
                loose = (poison & ~np.uint8(UNSPECIFIED)) == 0
                poison = np.where(decided & loose, np.uint8(0), poison)
            return (Val(data, poison),)

        return run

    add_row(name, build)


def _decides(x: Val, absorbing: int, w: int) -> Array:
    hit = signed(x.data, w) == absorbing
    return hit if x.poison is None else hit & (x.poison == 0)


_bits("arith.andi", np.bitwise_and, 0)
_bits("arith.ori", np.bitwise_or, -1)
_bits("arith.xori", np.bitwise_xor, None)


def _extreme(name: str, fn: Callable[[Array, Array], Array], *, is_signed: bool) -> None:
    def factory(op: Op, real: bool) -> Binary:
        del real
        w = int_width(op, op.results[0].type)
        read = signed if is_signed else unsigned
        return lambda a, b: wrap(fn(read(a, w), read(b, w)), w)

    elementwise(name)(factory)


_extreme("arith.minsi", np.minimum, is_signed=True)
_extreme("arith.maxsi", np.maximum, is_signed=True)
_extreme("arith.minui", np.minimum, is_signed=False)
_extreme("arith.maxui", np.maximum, is_signed=False)

# Numbers of arith.cmpi's predicates: eq ne slt sle sgt sge ult ule ugt uge.
_CMPI: tuple[Callable[[Array, Array], Array], ...] = (
    np.equal,
    np.not_equal,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
)


@elementwise("arith.cmpi")
def cmpi(op: Op, real: bool) -> Binary:
    """Predicate 2..5 compare signed, 6..9 unsigned."""
    del real
    predicate = int_attr(op, "predicate")
    if not 0 <= predicate < len(_CMPI):
        unsupported(op, f"unknown predicate {predicate}")
    w = int_width(op, op.operands[0].type)
    fn = _CMPI[predicate]
    read = unsigned if predicate >= 6 else signed
    return lambda a, b: np.asarray(fn(read(a, w), read(b, w)), dtype=bool)


def _extended(name: str, *, is_signed: bool, add: bool) -> None:
    """addui_extended: (sum, carry as i1); mul*_extended: (low half, high half)."""

    def build(op: Op, real: bool) -> Run:
        del real
        w = int_width(op, op.results[0].type)
        read = signed if is_signed else unsigned

        def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
            a, b = (exact(np.asarray(read(x.data, w))) for x in args)
            full = a + b if add else a * b
            high = full >> w
            poison = join(args)
            second = np.asarray(high != 0, dtype=bool) if add else wrap(high, w)
            return Val(wrap(full, w), poison), Val(second, poison)

        return run

    add_row(name, build)


_extended("arith.addui_extended", is_signed=False, add=True)
_extended("arith.mului_extended", is_signed=False, add=False)
_extended("arith.mulsi_extended", is_signed=True, add=False)


@elementwise("tt.mulhiui")
def mulhiui(op: Op, real: bool) -> Binary:
    """The high half of the unsigned product."""
    del real
    w = int_width(op, op.results[0].type)
    if w <= 32:
        return lambda a, b: wrap(
            (unsigned(a, w).astype(np.uint64) * unsigned(b, w).astype(np.uint64)) >> np.uint64(w), w
        )
    return lambda a, b: wrap(exact(unsigned(a, w)) * exact(unsigned(b, w)) >> w, w)


@row("arith.select")
def select(op: Op, real: bool) -> Run:
    """Takes a side per lane, or whole for a scalar condition; poison comes from the condition and the side taken."""
    del real
    cond_type, value_type = op.operands[0].type, op.operands[1].type
    pad = len(shape(value_type)) - len(shape(cond_type))

    def run(machine: Machine, args: Sequence[Slot]) -> Sequence[Slot]:
        cond, yes, no = args
        if not (isinstance(cond, Val) and isinstance(yes, Val) and isinstance(no, Val)):
            assert isinstance(cond, Val)
            return (yes if machine.scalar(op, cond) else no,)
        c, cp = cond
        if pad:
            c = c.reshape(c.shape + (1,) * pad)
            cp = None if cp is None else cp.reshape(cp.shape + (1,) * pad)
        data = np.where(c, yes.data, no.data)
        poison: Poison | None = None
        if yes.poison is not None or no.poison is not None:
            zero = np.uint8(0)
            poison = np.where(c, zero if yes.poison is None else yes.poison, zero if no.poison is None else no.poison)
        if cp is not None:
            poison = cp if poison is None else poison | cp
        return (Val(data, poison),)

    return run
