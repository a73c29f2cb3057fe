"""Triton ops without memory or shape: program ids, ranges, pointer offsets, assertions, ops without effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op, PointerType
from triton_lift.ops.concrete.registry import (
    Binary,
    Build,
    Run,
    add_row,
    byte_size,
    element,
    elementwise,
    int_attr,
    int_width,
    row,
    unsupported,
)
from triton_lift.ops.concrete.value import Slot, Val
from triton_lift.ops.integers import signed

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


def _axis(op: Op) -> int:
    axis = int_attr(op, "axis")
    if axis not in (0, 1, 2):
        unsupported(op, f"axis {axis} of the grid")
    return axis


@row("tt.get_program_id")
def get_program_id(op: Op, real: bool) -> Run:
    """The id of this program along an axis of the grid."""
    del real
    axis = _axis(op)

    def run(machine: Machine, _args: Sequence[Val]) -> Sequence[Slot]:
        return (Val(machine.programs[:, axis]),)

    return run


@row("tt.get_num_programs")
def get_num_programs(op: Op, real: bool) -> Run:
    """The extent of the grid along an axis."""
    del real
    axis = _axis(op)

    def run(machine: Machine, _args: Sequence[Val]) -> Sequence[Slot]:
        return (Val(np.array([machine.grid[axis]], np.int32)),)

    return run


@row("tt.make_range")
def make_range(op: Op, real: bool) -> Run:
    """start, start + 1, ..., end - 1 as i32."""
    del real
    value = (Val(np.arange(int_attr(op, "start"), int_attr(op, "end"), dtype=np.int32).reshape(1, -1)),)

    def run(_machine: Machine, _args: Sequence[Val]) -> Sequence[Slot]:
        return value

    return run


@elementwise("tt.addptr")
def addptr(op: Op, real: bool) -> Binary:
    """The address plus the (signed) offset times the size of the pointee."""
    del real
    pointer = element(op.operands[0].type)
    if not isinstance(pointer, PointerType):
        unsupported(op, "addptr on something that is not a pointer")
    size = np.int64(byte_size(op, pointer.pointee))
    w = int_width(op, op.operands[1].type)
    return lambda address, offset: address + signed(offset, w).astype(np.int64) * size


def _condition(name: str, event: str) -> None:
    def build(op: Op, real: bool) -> Run:
        del real

        def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
            condition = args[0]
            machine.check_poison("poison-assume", op, condition.poison, None)
            failed = ~condition.data
            if failed.any():
                machine.report(event, op, failed)
            return ()

        return run

    add_row(name, build)


_condition("tt.assert", "assert-violated")
_condition("cf.assert", "assert-violated")
_condition("llvm.intr.assume", "assume-violated")


def _nothing() -> Build:
    def build(op: Op, real: bool) -> Run:
        del real
        if op.results:
            unsupported(op, "an op of no effect with results")
        return lambda _machine, _args: ()

    return build


# Output and scheduling: no effect on values or memory. A barrier orders one program's accesses, which run in order
# here.
for _name in (
    "tt.print",
    "ttg.barrier",
    "gpu.barrier",
    "tt.grid_dependency_wait",
    "tt.grid_dependency_launch_dependents",
    "nvvm.barrier0",
):
    add_row(_name, _nothing())


def _refused(reason: str) -> Build:
    def build(op: Op, real: bool) -> Run:
        del real
        unsupported(op, reason)

    return build


add_row("tt.call", _refused("calls are not followed; Triton inlines them unless noinline is set"))
add_row("tt.elementwise_inline_asm", _refused("inline assembly has no meaning here"))
add_row("tt.dot_scaled", _refused("block-scaled dot is not evaluated yet"))
add_row("tt.atomic_poll", _refused("polling waits for another program"))
