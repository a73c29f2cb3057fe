"""Structured control flow (scf), terminators, and tt.func. Source: MLIR "scf" and "cf" dialect references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from triton_lift.ir.model import Op
from triton_lift.ops.concrete.registry import Run, add_row, int_attr, int_width, row, unsupported
from triton_lift.ops.concrete.value import Slot, Val
from triton_lift.ops.integers import carrier

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine


def _terminator(op: Op, real: bool) -> Run:
    del real
    unsupported(op, "a terminator is not run by itself")


for _name in (
    "scf.yield",
    "scf.condition",
    "tt.return",
    "tt.reduce.return",
    "tt.scan.return",
    "tt.map_elementwise.return",
    "cf.br",
    "cf.cond_br",
):
    add_row(_name, _terminator, terminator=True)


@row("scf.if")
def scf_if(op: Op, real: bool) -> Run:
    """Runs one of its regions; without an else region nothing."""
    del real
    then, other = op.regions[0], op.regions[1] if len(op.regions) > 1 else None

    def run(machine: Machine, args: Sequence[Slot]) -> Sequence[Slot]:
        region = then if machine.scalar(op, args[0]) else other
        if region is None or not region.blocks:
            return ()
        return machine.run_region(region, ()).values

    return run


@row("scf.execute_region")
def execute_region(op: Op, real: bool) -> Run:
    """Runs its region once."""
    del real
    return lambda machine, _args: machine.run_region(op.regions[0], ()).values


@row("scf.for")
def scf_for(op: Op, real: bool) -> Run:
    """ceil((ub - lb) / step) trips over exact integers; the step must be positive, else the behaviour is undefined."""
    del real
    w = int_width(op, op.operands[0].type)
    dtype = carrier(w)
    unsigned = bool(int_attr(op, "unsignedCmp", 0))

    def run(machine: Machine, args: Sequence[Slot]) -> Sequence[Slot]:
        low, high, step = (machine.scalar(op, a) for a in args[:3])
        if unsigned:
            low, high = low % (1 << w), high % (1 << w)
        if step <= 0:
            machine.report("bad-step", op, np.ones((1,), bool), f"step {step}")
            unsupported(op, f"scf.for with step {step}")
        values = list(args[3:])
        for i in range(low, high, step):
            k = i - (1 << w) if i >= 1 << (w - 1) else i
            values = machine.run_region(op.regions[0], [Val(np.array([k], dtype)), *values]).values
        return values

    return run


@row("scf.while")
def scf_while(op: Op, real: bool) -> Run:
    """Before-region, then the after-region while its condition holds."""
    del real

    def run(machine: Machine, args: Sequence[Slot]) -> Sequence[Slot]:
        values = list(args)
        while True:
            left = machine.run_region(op.regions[0], values)
            if left.op.name != "scf.condition":
                unsupported(left.op, "scf.while whose before-region does not end in scf.condition")
            values = left.values[1:]
            if not machine.scalar(left.op, left.values[0]):
                return values
            values = machine.run_region(op.regions[1], values).values

    return run
