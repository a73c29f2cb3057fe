"""tt.load and tt.store through pointers and tensors of pointers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op, PointerType, Type
from triton_lift.ops.concrete.registry import Run, element, ints_attr, row, unsupported
from triton_lift.ops.concrete.value import Poison, Slot, Val, both

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


def pointee(op: Op) -> Type:
    """The element type behind the op's first operand."""
    kind = element(op.operands[0].type)
    if not isinstance(kind, PointerType):
        unsupported(op, "the address is not a pointer")
    return kind.pointee


def checked(machine: Machine, op: Op, address: Val, mask: Val | None) -> Array | None:
    """Report poison in the mask and in active addresses; gives the active lanes, None for all."""
    if mask is not None and mask.poison is not None:
        machine.check_poison("poison-mask", op, mask.poison, None)
    active = None if mask is None else mask.data
    if active is not None and active.all():
        active = None
    if address.poison is not None:
        machine.check_poison("poison-address", op, address.poison, active)
    return active


@row("tt.load")
def load(op: Op, real: bool) -> Run:
    """Masked-off lanes give ``other``, and are unspecified without it."""
    del real
    kind = pointee(op)
    sizes = ints_attr(op, "operandSegmentSizes") or (1, *(1 for _ in op.operands[1:3]), 0)[:3]
    if "boundaryCheck" in op.properties and (ints_attr(op, "boundaryCheck") or ()):
        unsupported(op, "block pointers (boundaryCheck)")
    has_mask, has_other = bool(sizes[1]), len(sizes) > 2 and bool(sizes[2])

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address = args[0]
        mask = args[1] if has_mask else None
        other = args[1 + has_mask] if has_other else None
        active = checked(machine, op, address, mask)
        data, poison = machine.memory.load(op, address.data, active, kind, None if other is None else other.data)
        if other is not None and other.poison is not None and active is not None:
            poison = both(poison, np.where(active, np.uint8(0), other.poison))
        if address.poison is not None:
            poison = both(poison, _at(address.poison, active))
        if mask is not None:
            poison = both(poison, mask.poison)
        return (Val(data, poison),)

    return run


def _at(poison: Poison, active: Array | None) -> Poison:
    return poison if active is None else np.where(active, poison, np.uint8(0))


@row("tt.store")
def store(op: Op, real: bool) -> Run:
    """Writes the active lanes; other cells stay."""
    del real
    kind = pointee(op)
    if "boundaryCheck" in op.properties and (ints_attr(op, "boundaryCheck") or ()):
        unsupported(op, "block pointers (boundaryCheck)")

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        address, value = args[0], args[1]
        mask = args[2] if len(args) > 2 else None
        active = checked(machine, op, address, mask)
        machine.check_poison("poison-store", op, value.poison, active)
        if active is not None and not active.any():
            return ()
        spread = machine.spread
        parts = machine.memory.store(
            op, spread(address.data), spread(value.data), value.poison, None if active is None else spread(active), kind
        )
        machine.record(op, "store", parts, value.data)
        return ()

    return run
