"""Runs blocks and regions of ops over concrete values; control-flow rows call back into it.

Each block is prepared once: per op its run function and the numbers of its operands and results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Block, Op, Region
from triton_lift.ops.concrete.registry import Run, concrete_rows, ints_attr, place, unsupported
from triton_lift.ops.concrete.value import Desc, Poison, Slot, describe
from triton_lift.ops.events import EventLog, Program, StoreRecord
from triton_lift.ops.memory import Memory
from triton_lift.ops.tracking import Divergent, Part
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

Array = NDArray[Any]
Observe = Callable[[Op, Sequence[Slot]], None]


class _Step(NamedTuple):
    op: Op
    run: Run
    operands: tuple[int, ...]
    results: tuple[int, ...]


class _Prepared(NamedTuple):
    args: tuple[int, ...]
    steps: tuple[_Step, ...]
    last: Op
    last_operands: tuple[int, ...]


class Exit(NamedTuple):
    """How a region was left: the terminator and its operand values."""

    op: Op
    values: list[Slot]


class Machine:
    """State of one evaluation. ``programs`` is (P, 3) int32: the ids of the programs that run together."""

    def __init__(
        self,
        memory: Memory,
        log: EventLog,
        grid: Program,
        *,
        real: bool,
        tree: bool,
        max_steps: int,
        observe: Observe | None,
        trace: list[StoreRecord] | None,
    ) -> None:
        self.memory = memory
        self.log = log
        self.grid = grid
        self.real = real
        self.tree = tree
        self.max_steps = max_steps
        self.observe = observe
        self.trace = trace
        self.steps = 0
        self.programs: Array = np.zeros((1, 3), np.int32)
        self._regs: dict[int, Slot] = {}
        self._prepared: dict[int, _Prepared] = {}

    # --------------------------------------------------------------------------------------------- running

    def run_region(self, region: Region, args: Sequence[Slot]) -> Exit:
        """Run ``region`` from its entry block until a terminator that leaves it."""
        blocks = {b.label: b for b in region.blocks}
        block = region.blocks[0]
        values = list(args)
        while True:
            left = self.run_block(block, values)
            match left.op.name:
                case "cf.br":
                    block, values = blocks[left.op.successors[0]], left.values
                case "cf.cond_br":
                    label, values = self._cond_br(left)
                    block = blocks[label]
                case _:
                    return left

    def run_block(self, block: Block, args: Sequence[Slot]) -> Exit:
        """Run one block with its arguments bound to ``args``."""
        prepared = self._prepared.get(id(block)) or self._prepare(block)
        regs, observe = self._regs, self.observe
        for number, value in zip(prepared.args, args, strict=True):
            regs[number] = value
        self.steps += len(prepared.steps) + 1
        if self.steps > self.max_steps:
            raise BudgetExceeded(
                Diagnostic(
                    "error",
                    "eval-budget",
                    f"more than {self.max_steps} op visits",
                    place(prepared.last),
                    prepared.last.name,
                )
            )
        for op, run, operands, results in prepared.steps:
            out = run(self, [regs[n] for n in operands])
            for number, value in zip(results, out, strict=True):
                regs[number] = value
            if observe is not None:
                observe(op, out)
        return Exit(prepared.last, [regs[n] for n in prepared.last_operands])

    def _prepare(self, block: Block) -> _Prepared:
        steps: list[_Step] = []
        if not block.ops:
            raise ValueError(f"block ^{block.label} is empty")
        *body, last = block.ops
        for op in body:
            found = concrete_rows.get(op.name)
            if found is None:
                unsupported(op, "no concrete meaning for this op")
            if found.terminator:
                unsupported(op, "a terminator in the middle of a block")
            run = found.build(op, self.real)
            steps.append(_Step(op, run, tuple(v.number for v in op.operands), tuple(v.number for v in op.results)))
        end = concrete_rows.get(last.name)
        if end is None or not end.terminator:
            unsupported(last, "no concrete meaning for this terminator")
        prepared = _Prepared(
            tuple(v.number for v in block.args), tuple(steps), last, tuple(v.number for v in last.operands)
        )
        self._prepared[id(block)] = prepared
        return prepared

    def _cond_br(self, left: Exit) -> tuple[str, list[Slot]]:
        sizes = ints_attr(left.op, "operandSegmentSizes") or (1, len(left.values) - 1, 0)
        taken = bool(self.scalar(left.op, left.values[0]))
        if taken:
            return left.op.successors[0], left.values[1 : 1 + sizes[1]]
        return left.op.successors[1], left.values[1 + sizes[1] :]

    # --------------------------------------------------------------------------------- for the rows' use

    def scalar(self, op: Op, value: Slot) -> int:
        """The one integer that decides control flow at ``op``; it must be the same for all programs that run now."""
        if isinstance(value, Desc):
            unsupported(op, "a descriptor where an integer is needed")
        flat = np.ravel(value.data)
        if value.poison is not None:
            self.check_poison("poison-branch", op, value.poison, None)
        if flat.size != 1 and not bool((flat == flat[0]).all()):
            if len(self.programs) == 1:
                unsupported(op, "control flow that differs per lane")
            raise Divergent
        return int(flat[0])

    def check_poison(self, event: str, op: Op, poison: Poison | None, active: Array | None) -> None:
        """Report poison lanes that are observed (the active ones)."""
        if poison is None:
            return
        lanes = poison != 0 if active is None else (poison != 0) & active
        if not lanes.any():
            return
        self.report(event, op, lanes, describe(int(np.bitwise_or.reduce(np.where(lanes, poison, 0), axis=None))))

    def report(self, event: str, op: Op, lanes: Array, detail: str = "") -> None:
        """Log ``event`` at the true lanes (leading axis: programs)."""
        count = len(self.programs)
        full = np.broadcast_to(lanes, (count, *lanes.shape[1:])) if lanes.ndim else lanes.reshape(1)
        for row, pid in enumerate(self.memory.pids):
            self.log.add(event, op, int(pid), full[row] if full.shape[0] == count else full, detail)

    def spread(self, data: Array) -> Array:
        """``data`` with its leading axis widened to all programs."""
        count = len(self.programs)
        return data if data.shape[0] == count else np.broadcast_to(data, (count, *data.shape[1:]))

    def record(self, op: Op, kind: str, parts: Sequence[Part], values: Array) -> None:
        """Append to the trace of stores, one record per program and buffer."""
        if self.trace is None:
            return
        for part in parts:
            full = np.broadcast_shapes(part.index.shape, part.lanes.shape, values.shape)
            index, lanes = np.broadcast_to(part.index, full), np.broadcast_to(part.lanes, full)
            shown = np.broadcast_to(values, full)
            for row in range(full[0]):
                program = (int(self.programs[row, 0]), int(self.programs[row, 1]), int(self.programs[row, 2]))
                self.trace.append(
                    StoreRecord(
                        program, op, kind, part.state.number, index[row].copy(), shown[row].copy(), lanes[row].copy()
                    )
                )
