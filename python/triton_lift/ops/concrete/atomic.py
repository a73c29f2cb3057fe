"""Atomics: one program after the other, and one lane after the other where lanes share a cell.

Every order is admissible on a machine; this one is deterministic. A floating-point sum depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, Op, Type
from triton_lift.ops.concrete import arith_float
from triton_lift.ops.concrete.lifting import basic
from triton_lift.ops.concrete.registry import Run, element, float_name, int_attr, int_width, row, storage, unsupported
from triton_lift.ops.concrete.tt_memory import checked, pointee
from triton_lift.ops.concrete.value import MASKED, Poison, Slot, Val, both, join, mark
from triton_lift.ops.integers import signed, unsigned, wrap

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]
Combine = Callable[[Array, Array], Array]

# Triton's RMWOp, by number.
AND, OR, XOR, ADD, FADD, MAX, MIN, UMAX, UMIN, XCHG = range(1, 11)


def combiner(op: Op, kind: Type, code: int, real: bool) -> Combine:
    """old, operand -> new for one of the read-modify-write operations."""
    if isinstance(element(kind), FloatType):
        name = float_name(op, kind)
        floats: dict[int, Combine] = {
            ADD: np.add,
            FADD: np.add,
            MAX: arith_float.maxnum,
            MIN: arith_float.minnum,
        }
        if code == XCHG:
            return lambda old, new: new
        if code not in floats:
            unsupported(op, f"atomic operation {code} on floats")
        return basic(floats[code], name, real)
    w = int_width(op, kind)
    ints: dict[int, Combine] = {
        AND: np.bitwise_and,
        OR: np.bitwise_or,
        XOR: np.bitwise_xor,
        ADD: lambda a, b: wrap(signed(a, w) + signed(b, w), w),
        MAX: lambda a, b: wrap(np.maximum(signed(a, w), signed(b, w)), w),
        MIN: lambda a, b: wrap(np.minimum(signed(a, w), signed(b, w)), w),
        UMAX: lambda a, b: wrap(np.maximum(unsigned(a, w), unsigned(b, w)), w),
        UMIN: lambda a, b: wrap(np.minimum(unsigned(a, w), unsigned(b, w)), w),
        XCHG: lambda old, new: new,
    }
    if code not in ints:
        unsupported(op, f"atomic operation {code} on integers")
    return ints[code]


def rounds(index: Array) -> Iterator[Array]:
    """Split positions into groups without equal indices, earlier positions of an index first."""
    left = np.arange(len(index))
    while len(left):
        _, first = np.unique(index[left], return_index=True)
        first.sort()
        yield left[first]
        left = np.delete(left, first)


def apply_atomic(
    machine: Machine,
    op: Op,
    kind: Type,
    address: Array,
    value: Array,
    active: Array | None,
    update: Callable[[Array, Array], Array],
    poison: Poison | None = None,
) -> tuple[Array, Poison | None]:
    """Run ``update(old, positions)`` on every active lane in order; gives the old values and their poison.

    ``positions`` are flat lane numbers of the full shape, ``value`` is only for the trace. ``poison`` is that of the
    operands: it goes into the cells.
    """
    memory = machine.memory
    parts = memory.atomic_parts(op, address, active, kind)
    shape = np.broadcast_shapes(address.shape, value.shape)
    old = np.zeros(shape, storage(op, kind, machine.real))
    seen = np.zeros(shape, bool)
    found: Poison | None = None
    flat_old = old.reshape(-1)
    for part in parts:
        cells = memory.cells(op, part.state, kind)
        lanes = np.flatnonzero(np.broadcast_to(part.lanes, shape))
        index = np.broadcast_to(part.index, shape).reshape(-1)[lanes]
        before = memory.cell_poison(op, part, kind)
        found = both(found, before)
        for group in rounds(index):
            at, positions = index[group], lanes[group]
            current = cells[at].astype(old.dtype, copy=False)
            flat_old[positions] = current
            cells[at] = update(current, positions).astype(cells.dtype, copy=False)
        memory.taint(op, part, both(before, poison), kind)
        seen |= np.broadcast_to(part.lanes, shape)
    machine.record(op, "atomic", parts, value)
    return old, both(found, mark(~seen, MASKED))


@row("tt.atomic_rmw")
def atomic_rmw(op: Op, real: bool) -> Run:
    """Combine into memory and give the old value; masked-off lanes give an unspecified one."""
    kind = pointee(op)
    combine = combiner(op, kind, int_attr(op, "atomic_rmw_op"), real)

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address, value = args[0], args[1]
        mask = args[2] if len(args) > 2 else None
        active = checked(machine, op, address, mask)
        machine.check_poison("poison-store", op, value.poison, active)
        shape = np.broadcast_shapes(address.data.shape, value.data.shape)
        flat = np.broadcast_to(value.data, shape).reshape(-1)
        old, poison = apply_atomic(
            machine, op, kind, address.data, value.data, active, lambda o, at: combine(o, flat[at]), value.poison
        )
        return (Val(old, both(poison, address.poison)),)

    return run


@row("tt.atomic_cas")
def atomic_cas(op: Op, real: bool) -> Run:
    """Store ``val`` where memory holds the bits of ``cmp``; gives the old value."""
    kind = pointee(op)
    del real

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address, compare, value = args
        active = checked(machine, op, address, None)
        poison_in = join((compare, value))
        machine.check_poison("poison-store", op, poison_in, active)
        shape = np.broadcast_shapes(address.data.shape, value.data.shape, compare.data.shape)
        new = np.broadcast_to(value.data, shape).reshape(-1)
        want = np.broadcast_to(compare.data, shape).reshape(-1)

        def update(old: Array, at: Array) -> Array:
            return np.where(_same_bits(old, want[at]), new[at], old)

        old, poison = apply_atomic(machine, op, kind, address.data, value.data, active, update, poison_in)
        return (Val(old, both(poison, address.poison)),)

    return run


def _same_bits(a: Array, b: Array) -> Array:
    bits = np.dtype(f"u{a.dtype.itemsize}")
    return np.ascontiguousarray(a).view(bits) == np.ascontiguousarray(b).view(bits)


@row("tt.atomic_load")
def atomic_load(op: Op, real: bool) -> Run:
    """An atomic read."""
    del real
    kind = pointee(op)

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address = args[0]
        active = checked(machine, op, address, args[1] if len(args) > 1 else None)
        zero = np.zeros((1,) * address.data.ndim, storage(op, kind, machine.real))
        old, poison = apply_atomic(machine, op, kind, address.data, zero, active, lambda o, _at: o)
        return (Val(old, both(poison, address.poison)),)

    return run


@row("tt.atomic_store")
def atomic_store(op: Op, real: bool) -> Run:
    """An atomic write."""
    del real
    kind = pointee(op)

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address, value = args[0], args[1]
        active = checked(machine, op, address, args[2] if len(args) > 2 else None)
        machine.check_poison("poison-store", op, value.poison, active)
        shape = np.broadcast_shapes(address.data.shape, value.data.shape)
        flat = np.broadcast_to(value.data, shape).reshape(-1)
        apply_atomic(machine, op, kind, address.data, value.data, active, lambda _o, at: flat[at], value.poison)
        return ()

    return run
