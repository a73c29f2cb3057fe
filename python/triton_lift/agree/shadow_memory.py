"""The error map of memory: a bound per cell, kept by the addresses that the evaluator hands out (buffer k at (k + 1)
<< 44)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from triton_lift.agree import shadow_rules as rules
from triton_lift.agree.memory import Array, Buffer, Descriptor, Launch
from triton_lift.ir.model import FloatType, Op, PointerType, Value
from triton_lift.ops.concrete.registry import int_attr, ints_attr
from triton_lift.ops.memory import base_address

_SHIFT = 44
_HALF = 1 << (_SHIFT - 1)
_ADD, _FADD, _MAX, _MIN, _UMAX, _UMIN, _EXCHANGE = 4, 5, 6, 7, 8, 9, 10

Data = Callable[[Value], Array]
Errors = Sequence[Array | None]


class ShadowMemory:
    """Bounds per buffer, in the evaluator's order of buffers: by first appearance among the arguments."""

    def __init__(self, launch: Launch) -> None:
        self._number: dict[int, int] = {}
        self._errors: list[Array] = []
        self._size: list[int] = []
        self.inexact = False
        for position, buffer in launch.buffers().items():
            self._number[position] = len(self._errors)
            self._errors.append(np.zeros(len(buffer.cells)))
            self._size.append(buffer.cells.dtype.itemsize)

    def base(self, position: int, arg: Buffer | Descriptor) -> Array:
        """The address that the evaluator gives the argument's pointer."""
        buffer = arg if isinstance(arg, Buffer) else arg.buffer
        number = self._number[position]
        return np.array([base_address(number) + buffer.offset * buffer.cells.dtype.itemsize], np.int64)

    def of(self, position: int) -> Array:
        """Bounds of the cells behind an argument."""
        return self._errors[self._number[position]]

    def worst(self) -> float:
        """The largest bound of any cell."""
        return max((float(e.max(initial=0.0)) for e in self._errors), default=0.0)

    def raise_all(self, address: Array, err: float) -> None:
        """Raise the bound of every cell of the buffer at an address."""
        number = int((int(address.reshape(-1)[0]) + _HALF) >> _SHIFT) - 1
        if err and 0 <= number < len(self._errors):
            np.maximum(self._errors[number], err, out=self._errors[number])
            self.inexact = True

    def _cells(self, op: Op, address: Array) -> list[tuple[int, Array, Array]] | None:
        """(buffer, lanes, cell of each lane) per buffer; None where an access does not fit the buffer's cells."""
        size = rules.pointee_size(op.operands[0].type)
        flat = address.reshape(-1)
        owner = ((flat + _HALF) >> _SHIFT) - 1
        found: list[tuple[int, Array, Array]] = []
        for number in np.unique(owner):
            n = int(number)
            if not 0 <= n < len(self._errors):
                continue
            if size != self._size[n]:
                return None
            lanes = np.flatnonzero(owner == number)
            cells = (flat[lanes] - base_address(n)) // size
            inside = (cells >= 0) & (cells < len(self._errors[n]))
            found.append((n, lanes[inside], cells[inside].astype(np.intp)))
        return found

    def load(self, op: Op, data: Data, errs: Errors) -> Array | None:
        """Bounds of the loaded lanes."""
        if not self.inexact and all(e is None for e in errs):
            return None
        shape = np.broadcast_shapes(*(data(v).shape for v in (*op.operands, *op.results)))
        sizes = ints_attr(op, "operandSegmentSizes") or (1, *(1 for _ in op.operands[1:3]))[:3]
        has_mask = len(sizes) > 1 and bool(sizes[1])
        out = np.zeros(shape).reshape(-1)
        active = np.ones(shape, dtype=bool) if not has_mask else np.broadcast_to(data(op.operands[1]), shape) != 0
        parts = self._cells(op, np.broadcast_to(data(op.operands[0]), shape))
        if parts is None:
            return np.full(shape, np.inf)
        for number, lanes, cells in parts:
            out[lanes] = self._errors[number][cells]
        out = np.where(active.reshape(-1), out, 0.0).reshape(shape)
        if len(op.operands) > 2 and errs[2] is not None:
            out = np.where(active, out, np.broadcast_to(errs[2], shape))
        for e in errs[: 1 + has_mask]:
            if e is not None:
                out = np.where(np.broadcast_to(e, shape) > 0, np.inf, out)
        return out

    def store(self, op: Op, data: Data, errs: Errors) -> bool:
        """Note a store; True where it cannot be followed."""
        if not self.inexact and all(e is None for e in errs):
            return False
        operands = op.operands
        address = operands[0]
        shape = np.broadcast_shapes(*(data(v).shape for v in operands))
        if errs[0] is not None:
            return True
        value = np.zeros(shape) if errs[1] is None else np.broadcast_to(errs[1], shape)
        active = np.ones(shape, dtype=bool)
        unsure = np.zeros(shape, dtype=bool)
        if len(operands) > 2:
            active = np.broadcast_to(data(operands[2]), shape) != 0
            mask_error = errs[2]
            if mask_error is not None:
                unsure = np.broadcast_to(mask_error, shape) > 0
        parts = self._cells(op, np.broadcast_to(data(address), shape))
        if parts is None:
            return True
        self.inexact = True
        value, active, unsure = value.reshape(-1), active.reshape(-1), unsure.reshape(-1)
        for number, lanes, cells in parts:
            on = active[lanes]
            self._errors[number][cells[on]] = value[lanes[on]]
            self._errors[number][cells[unsure[lanes]]] = np.inf
        return False

    def atomic(self, op: Op, data: Data, errs: Errors, *, real: bool) -> tuple[bool, Array | None]:
        """Note a read-modify-write: (cannot be followed, bounds of the old values)."""
        operands = op.operands
        (result,) = op.results
        shape = data(result).shape
        inner = rules.element(operands[0].type)
        kind = inner.pointee if isinstance(inner, PointerType) else inner
        code = int_attr(op, "atomic_rmw_op")
        exact = all(e is None for e in errs)
        rounding = isinstance(kind, FloatType) and code in (_ADD, _FADD)
        if exact and not self.inexact and not rounding:
            return False, None
        shape = np.broadcast_shapes(shape, *(data(v).shape for v in operands))
        parts = self._cells(op, np.broadcast_to(data(operands[0]), shape))
        if errs[0] is not None or parts is None or (len(errs) > 2 and errs[2] is not None):
            return True, None
        old = np.broadcast_to(data(result), shape).astype(np.float64).reshape(-1)
        value = np.broadcast_to(data(operands[1]), shape).astype(np.float64).reshape(-1)
        err = np.zeros(shape).reshape(-1) if errs[1] is None else np.broadcast_to(errs[1], shape).reshape(-1)
        mask = np.ones(shape, dtype=bool) if len(operands) < 3 else np.broadcast_to(data(operands[2]), shape) != 0
        mask = mask.reshape(-1)
        before = np.zeros(shape).reshape(-1)
        self.inexact = True
        for number, lanes, cells in parts:
            on = mask[lanes]
            lanes, cells = lanes[on], cells[on]
            target = self._errors[number]
            before[lanes] = target[cells]
            if rounding:
                assert isinstance(kind, FloatType)
                u = 2.0**-53 if real else rules.unit(kind.name)
                np.add.at(target, cells, err[lanes] + 1.01 * u * (np.abs(old[lanes]) + np.abs(value[lanes])))
            elif code == _EXCHANGE:
                target[cells] = err[lanes]
            elif isinstance(kind, FloatType):
                np.maximum.at(target, cells, err[lanes])
            else:
                np.maximum.at(target, cells, np.where(err[lanes] > 0, np.inf, 0.0))
        # Lanes that share a cell see one another's errors.
        seen = np.where(before > 0, np.inf, 0.0) if before.any() or rounding else before
        return False, seen.reshape(shape) if seen.any() else None
