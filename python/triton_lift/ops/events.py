"""What an evaluation reports beside its result: events with the op they happened at, and the trace of stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op

Array = NDArray[Any]
Program = tuple[int, int, int]

# kind -> what it says. The `cross-*`, `write-*` and `atomic-*` kinds are about two programs.
EVENT_KINDS: dict[str, str] = {
    "out-of-bounds-load": "an unmasked lane reads outside its buffer",
    "out-of-bounds-store": "an unmasked lane writes outside its buffer",
    "misaligned": "an unmasked lane's address is not a multiple of the element size",
    "uninitialised-read": "an unmasked lane reads a cell that nothing has written",
    "poison-store": "an unmasked lane stores an undefined value",
    "poison-address": "an unmasked lane has an undefined address",
    "poison-mask": "a mask lane is undefined",
    "poison-branch": "a branch condition or loop bound is undefined",
    "poison-assume": "an assumption or assertion is undefined",
    "store-conflict": "two lanes of one store write different values to one cell",
    "write-conflict": "two programs write different values to one cell",
    "write-same": "two programs write the same value to one cell",
    "cross-read": "a program reads a cell that another program writes",
    "atomic-mixed": "a cell is accessed atomically by one program and plainly by another",
    "assert-violated": "tt.assert or cf.assert is false",
    "assume-violated": "llvm.intr.assume is false",
    "bad-step": "scf.for with a step that is not positive",
}
CROSS_KINDS = frozenset({"write-conflict", "write-same", "cross-read", "atomic-mixed", "store-conflict"})


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """``count`` lanes had this at ``op``; ``program`` and ``lane`` (row-major) are the first of them."""

    kind: str
    op: Op
    where: str
    program: Program
    lane: int
    count: int
    detail: str = ""

    def __str__(self) -> str:
        text = f": {self.detail}" if self.detail else ""
        where = f"{self.where}: {self.kind} ({self.op.name})"
        return f"{where}, program {self.program} lane {self.lane}, {self.count} in all{text}"


@dataclass(frozen=True, slots=True, eq=False)
class StoreRecord:
    """One visit of a storing op by one program.

    ``buffer`` numbers the buffers of the result; ``offsets`` are element indices into it (int64, shape of the stored
    tensor), meaningful where ``mask`` is true; ``values`` are what is stored (for an atomic: its operand). ``kind``
    is 'store', 'atomic' or 'descriptor'.
    """

    program: Program
    op: Op
    kind: str
    buffer: int
    offsets: Array
    values: Array
    mask: Array


class EventLog:
    """Collects events, one per (kind, op) with a count."""

    def __init__(self, where: Callable[[Op], str], program: Callable[[int], Program]) -> None:
        self._where = where
        self._program = program
        self._found: dict[tuple[str, int], Event] = {}

    def add(self, kind: str, op: Op, program: int, lanes: Array, detail: str = "") -> None:
        """Note ``kind`` at the true ``lanes`` (any shape); nothing happens when there are none."""
        count = int(np.count_nonzero(lanes))
        if count == 0:
            return
        key = (kind, id(op))
        old = self._found.get(key)
        if old is None:
            first = int(np.argmax(np.ravel(lanes)))
            self._found[key] = Event(kind, op, self._where(op), self._program(program), first, count, detail)
        else:
            self._found[key] = Event(
                kind, op, old.where, old.program, old.lane, old.count + count, old.detail or detail
            )

    def events(self) -> tuple[Event, ...]:
        """All events, in the order in which each was first seen."""
        return tuple(self._found.values())
