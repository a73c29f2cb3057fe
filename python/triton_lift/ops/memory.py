"""Concrete global memory: typed buffers in one flat 64-bit address space.

Buffer k starts at ``(k + 1) << 44``, so a pointer is an int64, distinct buffers never overlap, and a null pointer
hits none.
"""

from __future__ import annotations

import numpy as np

from triton_lift.ir.model import Op, Type
from triton_lift.ops.concrete.registry import byte_size, storage
from triton_lift.ops.concrete.value import MASKED, OUT_OF_BOUNDS, Poison, both, mark
from triton_lift.ops.tracking import Array, Divergent, Part, State, Tracker

_SHIFT = 44
_HALF = 1 << (_SHIFT - 1)


def base_address(buffer: int) -> int:
    """The address of the first cell of buffer number ``buffer``."""
    return (buffer + 1) << _SHIFT


class Memory(Tracker):
    """All buffers of one evaluation."""

    # ------------------------------------------------------------------------------------------- access

    def load(
        self, op: Op, address: Array, active: Array | None, kind: Type, other: Array | None
    ) -> tuple[Array, Poison | None]:
        """Read a tensor of ``kind`` elements; lanes outside ``active`` give ``other``, or are poison without it."""
        dtype = storage(op, kind, self.real)
        parts, bad = self._parts(op, address, active, kind, "out-of-bounds-load")
        whole = parts[0] if len(parts) == 1 and bad is None and active is None else None
        poison: Poison | None = None
        if whole is not None:
            data = self._view(op, whole.state, kind)[whole.index].astype(dtype, copy=False)
            poison = self.cell_poison(op, whole, kind)
        else:
            fill = np.zeros((), dtype) if other is None else other
            shape = np.broadcast_shapes(address.shape, fill.shape, () if active is None else active.shape)
            data = np.array(np.broadcast_to(fill, shape))
            for part in parts:
                lanes = np.broadcast_to(part.lanes, data.shape)
                index = np.broadcast_to(part.index, data.shape)
                data[lanes] = self._view(op, part.state, kind)[index[lanes]].astype(dtype, copy=False)
                poison = both(poison, self.cell_poison(op, part, kind))
            if other is None and active is not None:
                poison = both(poison, mark(~active, MASKED))
            if bad is not None:
                poison = both(poison, mark(bad, OUT_OF_BOUNDS))
        for part in parts:
            self._note_read(op, part, kind)
        return data, poison

    def store(
        self, op: Op, address: Array, value: Array, poison: Poison | None, active: Array | None, kind: Type
    ) -> list[Part]:
        """Write a tensor; arrays have the full shape (P, ...). Returns the lanes per buffer."""
        parts, _ = self._parts(op, address, active, kind, "out-of-bounds-store")
        for part in parts:
            self._write(op, part, value, poison, kind)
        return parts

    def atomic_parts(self, op: Op, address: Array, active: Array | None, kind: Type) -> list[Part]:
        """The valid lanes of an atomic access, noted as atomic; one program at a time."""
        if len(self.pids) != 1:
            raise Divergent
        parts, _ = self._parts(op, address, active, kind, "out-of-bounds-store")
        for part in parts:
            self._note_atomic(op, part, kind)
        return parts

    def taint(self, op: Op, part: Part, poison: Poison | None, kind: Type) -> None:
        """Set the poison of the cells of an atomic access."""
        if poison is None and part.state.poison is None:
            return
        units, _ = self._units(op, part, kind)
        shape = np.broadcast_shapes(part.index.shape, part.lanes.shape)
        self._write_poison(part.state, units, np.broadcast_to(part.lanes, shape), poison, shape)

    def cells(self, op: Op, state: State, kind: Type) -> Array:
        """The cells of ``state`` seen as ``kind`` (i1 as int8); writing to it writes memory."""
        return self._view(op, state, kind)

    # --------------------------------------------------------------------------------------- addressing

    def _parts(
        self, op: Op, address: Array, active: Array | None, kind: Type, event: str
    ) -> tuple[list[Part], Array | None]:
        size = byte_size(op, kind)
        owner = (address + _HALF) >> _SHIFT
        first = int(owner.flat[0]) if owner.size else 0
        if bool((owner == first).all()):
            owners = [first]
        else:
            owners = [
                int(o) for o in np.unique(owner if active is None else owner[np.broadcast_to(active, owner.shape)])
            ]
        parts: list[Part] = []
        bad: Array | None = None
        for number in owners:
            mine = active
            if len(owners) > 1:
                mine = owner == number if active is None else (owner == number) & active
            part, wrong = self._part(op, address, mine, number - 1, size)
            if part is not None:
                parts.append(part)
            if wrong is not None:
                bad = wrong if bad is None else bad | wrong
        if bad is not None:
            self._report(event, op, bad)
        return parts, bad

    def _part(
        self, op: Op, address: Array, active: Array | None, number: int, size: int
    ) -> tuple[Part | None, Array | None]:
        everyone = active if active is not None else np.ones(address.shape, bool)
        if not 0 <= number < len(self.states):
            return None, everyone if everyone.any() else None
        state = self.states[number]
        offset = address - base_address(number)
        count = state.length // size
        index = offset // size
        valid = (index >= 0) & (index < count)
        if size > 1:
            crooked = offset & (size - 1)
            if crooked.any():
                self._report("misaligned", op, everyone & (crooked != 0))
                valid = valid & (crooked == 0)
        if valid.all():
            return Part(state, index, everyone), None
        wrong = everyone & ~valid
        return Part(state, np.where(valid, index, 0), everyone & valid), wrong if wrong.any() else None
