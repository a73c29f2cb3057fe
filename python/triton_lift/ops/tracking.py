"""Who read and wrote each cell of a buffer, program by program: conflicts, poison, and reads of other programs' stores.

Source of the conflict rules: design section 1, "no program reads a cell that another writes".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, Op, Type
from triton_lift.ops.concrete.registry import byte_size, storage, unsupported
from triton_lift.ops.concrete.value import Poison
from triton_lift.ops.events import CROSS_KINDS, EventLog

Array = NDArray[Any]

_PENDING_LIMIT = 1 << 22


class Divergent(Exception):
    """Programs run together cannot go on together; the caller runs them one after the other."""


@dataclass(slots=True)
class State:
    """One buffer: its cells in the carrier of ``kind`` (i1 as int8), bytes per cell, and the maps per tracking unit."""

    number: int
    kind: Type
    cells: Array
    size: int
    poison: Poison | None
    unit: int = 0
    writer: Array | None = None
    reader: Array | None = None
    many: Array | None = None
    atomic: Array | None = None
    atomic_many: Array | None = None
    pending: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])
    pending_size: int = 0

    @property
    def length(self) -> int:
        """Length in bytes (logical bytes: in real mode a float still counts as its own format)."""
        return len(self.cells) * self.size


@dataclass(frozen=True, slots=True)
class Part:
    """The lanes of one access that fall into one buffer: cell indices in units of the access, and which lanes."""

    state: State
    index: Array
    lanes: Array


class Tracker:
    """The maps of all buffers; ``pids`` are the linear ids of the programs that run now."""

    def __init__(self, states: Sequence[State], log: EventLog, *, real: bool) -> None:
        self.states = list(states)
        self.log = log
        self.real = real
        self.pids: Array = np.zeros(1, np.int32)

    def _report(self, event: str, op: Op, lanes: Array, detail: str = "") -> None:
        if not lanes.any():
            return
        if len(self.pids) == 1:
            self.log.add(event, op, int(self.pids[0]), lanes, detail)
            return
        if event in CROSS_KINDS:
            raise Divergent
        full = np.broadcast_to(lanes, (len(self.pids), *lanes.shape[1:]))
        for row, pid in enumerate(self.pids):
            self.log.add(event, op, int(pid), full[row], detail)

    def _units(self, op: Op, part: Part, kind: Type) -> tuple[Array, Array]:
        """Tracking units (lanes, units per lane) of the active lanes, and their program ids (lanes, 1)."""
        state, size = part.state, byte_size(op, kind)
        self._maps(state)
        if size != state.unit and state.unit > 1:
            self._refine(state)
        shape = np.broadcast_shapes(part.index.shape, part.lanes.shape)
        if len(self.pids) > 1:
            shape = (len(self.pids), *shape[1:])
        lanes = np.broadcast_to(part.lanes, shape)
        index = np.broadcast_to(part.index, shape)
        pids = self.pids.reshape((-1,) + (1,) * (len(shape) - 1))
        if lanes.all():
            flat, who = index.reshape(-1, 1), np.broadcast_to(pids, shape).reshape(-1, 1)
        else:
            flat, who = index[lanes].reshape(-1, 1), np.broadcast_to(pids, shape)[lanes].reshape(-1, 1)
        if size != state.unit:
            flat = flat * size + np.arange(size)
        return flat, who

    def _maps(self, state: State) -> None:
        if state.unit == 0:
            state.unit = state.size

    def _refine(self, state: State) -> None:
        """From one unit per cell to one per byte: somebody accesses the buffer with another element size."""
        self._flush(state)
        factor = state.unit
        for name in ("writer", "reader", "many", "atomic", "atomic_many", "poison"):
            old = getattr(state, name)
            if old is not None:
                setattr(state, name, np.repeat(old, factor))
        state.unit = 1

    def _count(self, state: State) -> int:
        return state.length // state.unit

    def cell_poison(self, op: Op, part: Part, kind: Type) -> Poison | None:
        """The poison of the cells that the lanes of ``part`` see; unwritten ones are reported."""
        state = part.state
        if state.poison is None:
            return None
        self._maps(state)
        size = byte_size(op, kind)
        if size != state.unit and state.unit > 1:
            self._refine(state)
        assert state.poison is not None
        if size == state.unit:
            found = state.poison[part.index]
        else:
            found = np.bitwise_or.reduce(state.poison[part.index[..., None] * size + np.arange(size)], axis=-1)
        found = np.where(part.lanes, found, np.uint8(0))
        if not found.any():
            return None
        self._report("uninitialised-read", op, (found & 2) != 0)
        return found

    def _note_read(self, op: Op, part: Part, kind: Type) -> None:
        state = part.state
        units, who = self._units(op, part, kind)
        if state.writer is None and state.atomic is None:
            state.pending.append((units, who))
            state.pending_size += units.size
            if state.pending_size > _PENDING_LIMIT:
                self._flush(state)
            return
        if state.writer is not None:
            last = state.writer[units]
            self._report("cross-read", op, self._spread(part, ((last >= 0) & (last != who)).any(axis=1)))
        self._against_atomic(op, part, units, who)
        self._mark_readers(state, units, who)

    def _flush(self, state: State) -> None:
        for units, who in state.pending:
            self._mark_readers(state, units, who)
        state.pending.clear()
        state.pending_size = 0

    def _mark_readers(self, state: State, units: Array, who: Array) -> None:
        if state.reader is None or state.many is None:
            state.reader = np.full(self._count(state), -1, np.int32)
            state.many = np.zeros(self._count(state), bool)
        last = state.reader[units]
        clash = (last >= 0) & (last != who)
        if clash.any():
            state.many[units[clash]] = True
        state.reader[units] = who
        again = state.reader[units] != who
        if again.any():
            state.many[units[again]] = True

    def _write(self, op: Op, part: Part, value: Array, poison: Poison | None, kind: Type) -> None:
        state = part.state
        units, who = self._units(op, part, kind)
        self._flush(state)
        cells = self._view(op, state, kind)
        shape = np.broadcast_shapes(value.shape, part.lanes.shape)
        lanes = np.broadcast_to(part.lanes, shape)
        index = np.broadcast_to(part.index, shape)[lanes]
        new = np.broadcast_to(value, shape)[lanes].astype(cells.dtype, copy=False)
        old = cells[index]
        cells[index] = new
        clash = _differ(cells[index], new)
        if clash.any():
            self._report("store-conflict", op, self._spread(part, clash))
        if state.reader is not None and state.many is not None:
            seen = state.reader[units]
            hit = ((seen >= 0) & ((seen != who) | state.many[units])).any(axis=1)
            self._report("cross-read", op, self._spread(part, hit))
        if state.writer is None:
            state.writer = np.full(self._count(state), -1, np.int32)
        else:
            last = state.writer[units]
            again = ((last >= 0) & (last != who)).any(axis=1)
            if again.any():
                differ = _differ(old, new)
                self._report("write-conflict", op, self._spread(part, again & differ))
                self._report("write-same", op, self._spread(part, again & ~differ))
        self._against_atomic(op, part, units, who)
        state.writer[units] = who
        if len(self.pids) > 1 and (state.writer[units] != who).any():
            raise Divergent
        self._write_poison(state, units, lanes, poison, shape)

    def _write_poison(
        self, state: State, units: Array, lanes: Array, poison: Poison | None, shape: tuple[int, ...]
    ) -> None:
        if poison is None:
            if state.poison is not None:
                state.poison[units] = 0
            return
        if state.poison is None:
            state.poison = np.zeros(self._count(state), np.uint8)
        state.poison[units] = np.broadcast_to(poison, shape)[lanes].reshape(-1, 1)

    def _note_atomic(self, op: Op, part: Part, kind: Type) -> None:
        state = part.state
        units, who = self._units(op, part, kind)
        self._flush(state)
        mixed = np.zeros(len(units), bool)
        if state.writer is not None:
            last = state.writer[units]
            mixed |= ((last >= 0) & (last != who)).any(axis=1)
        if state.reader is not None and state.many is not None:
            seen = state.reader[units]
            mixed |= ((seen >= 0) & ((seen != who) | state.many[units])).any(axis=1)
        self._report("atomic-mixed", op, self._spread(part, mixed))
        if state.atomic is None or state.atomic_many is None:
            state.atomic = np.full(self._count(state), -1, np.int32)
            state.atomic_many = np.zeros(self._count(state), bool)
        last = state.atomic[units]
        state.atomic_many[units[(last >= 0) & (last != who)]] = True
        state.atomic[units] = who

    def _against_atomic(self, op: Op, part: Part, units: Array, who: Array) -> None:
        state = part.state
        if state.atomic is None or state.atomic_many is None:
            return
        last = state.atomic[units]
        mixed = ((last >= 0) & ((last != who) | state.atomic_many[units])).any(axis=1)
        self._report("atomic-mixed", op, self._spread(part, mixed))

    def _spread(self, part: Part, flags: Array) -> Array:
        """Put flags of the active lanes back into the lane shape."""
        shape = np.broadcast_shapes(part.index.shape, part.lanes.shape)
        if len(self.pids) > 1:
            shape = (len(self.pids), *shape[1:])
        full = np.zeros(shape, bool)
        full[np.broadcast_to(part.lanes, shape)] = flags
        return full

    def _view(self, op: Op, state: State, kind: Type) -> Array:
        if kind == state.kind:
            return state.cells
        size = byte_size(op, kind)
        if self.real and (isinstance(kind, FloatType) or isinstance(state.kind, FloatType)):
            unsupported(op, f"real mode cannot read cells of {state.kind} as {kind}")
        dtype = storage(op, kind, self.real)
        raw = state.cells.view(np.uint8)
        return raw[: len(raw) - len(raw) % size].view(np.int8 if dtype == np.bool_ else dtype)


def _differ(a: Array, b: Array) -> Array:
    """Which cells hold different bits (two NaNs of one pattern are equal)."""
    if a.dtype == object:
        return np.asarray(a != b, dtype=bool)
    bits = np.dtype(f"u{a.dtype.itemsize}")
    return a.view(bits) != b.view(bits)
