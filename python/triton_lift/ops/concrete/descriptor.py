"""Tensor descriptors: block access with implicit bounds 0 <= index < shape per dimension.

Source: Triton's op definitions and PTX ``cp.async.bulk.tensor``: a load outside gives the padding, a store outside is
dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, Op, PointerType, TensorDescType, TensorType
from triton_lift.ops.concrete.atomic import ADD, AND, MAX, MIN, OR, XOR, apply_atomic, combiner
from triton_lift.ops.concrete.registry import Run, byte_size, element, int_attr, row, shape, storage, unsupported
from triton_lift.ops.concrete.value import Desc, Poison, Slot, Val, join

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]


@row("tt.make_tensor_descriptor")
def make_tensor_descriptor(op: Op, real: bool) -> Run:
    """Bundles base, extents and strides; padding 1 is zero, 2 is NaN."""
    del real
    kind = op.results[0].type
    if not isinstance(kind, TensorDescType):
        unsupported(op, "descriptor type is not known")
    block = kind.block
    rank = (len(op.operands) - 1) // 2
    padding = int_attr(op, "padding", 1)
    if padding not in (1, 2):
        unsupported(op, f"padding {padding}")
    pointer = element(op.operands[0].type)
    if not isinstance(pointer, PointerType):
        unsupported(op, "the base is not a pointer")

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        return (Desc(args[0], tuple(args[1 : 1 + rank]), tuple(args[1 + rank :]), block, padding == 2),)

    return run


def _column(value: Val, rank: int) -> Array:
    """A scalar per program, as int64 shaped to broadcast with tensors of ``rank``."""
    return value.data.astype(np.int64).reshape((-1,) + (1,) * rank)


def _lanes(desc: Desc, starts: Sequence[Array], block: tuple[int, ...], size: int) -> tuple[Array, Array]:
    """Addresses and in-bounds lanes of a block: ``starts`` hold index arrays per dimension, broadcastable."""
    rank = len(block)
    address = _column(desc.base, rank)
    inside = np.ones((1,) * (rank + 1), bool)
    for index, extent, stride in zip(starts, desc.shape, desc.strides, strict=True):
        inside = inside & (index >= 0) & (index < _column(extent, rank))
        address = address + index * _column(stride, rank) * size
    full = np.broadcast_shapes(address.shape, inside.shape)
    return np.broadcast_to(address, full), np.broadcast_to(inside, full)


def _block(op: Op, desc: Desc, indices: Sequence[Val]) -> tuple[Array, Array]:
    block = desc.block.shape
    rank = len(block)
    starts: list[Array] = []
    for d, value in enumerate(indices):
        lane = np.arange(block[d], dtype=np.int64).reshape((1, *(-1 if e == d else 1 for e in range(rank))))
        starts.append(_column(value, rank) + lane)
    return _lanes(desc, starts, block, byte_size(op, desc.block.element))


def _rows(op: Op, desc: Desc, rows: Val, column: Val, width: int) -> tuple[Array, Array]:
    """Gather and scatter: row numbers per result row, one first column."""
    count = rows.data.shape[1]
    starts = [
        rows.data.astype(np.int64)[:, :, None],
        _column(column, 2) + np.arange(width, dtype=np.int64).reshape(1, 1, -1),
    ]
    return _lanes(desc, starts, (count, width), byte_size(op, desc.block.element))


def _scalars(desc: Desc, indices: Sequence[Val]) -> Poison | None:
    return join([desc.base, *desc.shape, *desc.strides, *indices])


def _check(machine: Machine, op: Op, poison: Poison | None) -> None:
    if poison is not None:
        machine.check_poison("poison-address", op, poison, None)


def _read(machine: Machine, op: Op, desc: Desc, address: Array, inside: Array, target: tuple[int, ...]) -> Val:
    kind = desc.block.element
    dtype = storage(op, kind, machine.real)
    nan = desc.nan_padding and isinstance(kind, FloatType)
    fill = np.full((1,) * address.ndim, np.nan if nan else 0).astype(dtype)
    active = None if inside.all() else inside
    data, poison = machine.memory.load(op, address, active, kind, fill)
    full = (data.shape[0], *target)
    return Val(data.reshape(full), None if poison is None else poison.reshape(full))


def _write(machine: Machine, op: Op, desc: Desc, address: Array, inside: Array, value: Val) -> None:
    count = len(machine.programs)
    full = (count, *address.shape[1:])
    data = np.broadcast_to(value.data.reshape((-1, *address.shape[1:])), full)
    poison: Poison | None = None
    if value.poison is not None:
        poison = np.broadcast_to(value.poison, np.broadcast_shapes(value.poison.shape, value.data.shape)).reshape(
            (-1, *address.shape[1:])
        )
    active = np.broadcast_to(inside, full)
    machine.check_poison("poison-store", op, poison, active)
    if not active.any():
        return
    parts = machine.memory.store(op, np.broadcast_to(address, full), data, poison, active, desc.block.element)
    machine.record(op, "descriptor", parts, data)


@row("tt.descriptor_load")
def descriptor_load(op: Op, real: bool) -> Run:
    """The block that starts at the indices; the result may drop leading dimensions of size 1."""
    del real
    target = shape(op.results[0].type)

    def run(machine: Machine, args: Sequence[Any]) -> Sequence[Slot]:
        desc, indices = _desc(op, args[0]), args[1:]
        _check(machine, op, _scalars(desc, indices))
        address, inside = _block(op, desc, indices)
        return (_read(machine, op, desc, address, inside, target),)

    return run


@row("tt.descriptor_gather")
def descriptor_gather(op: Op, real: bool) -> Run:
    """Row x_offsets[i], columns from y_offset, per result row i."""
    del real
    kind = op.results[0].type
    target = shape(kind)

    def run(machine: Machine, args: Sequence[Any]) -> Sequence[Slot]:
        desc, rows, column = _desc(op, args[0]), args[1], args[2]
        _check(machine, op, _scalars(desc, (column,)))
        _check(machine, op, rows.poison)
        address, inside = _rows(op, desc, rows, column, target[-1])
        return (_read(machine, op, desc, address, inside, target),)

    return run


@row("tt.descriptor_store")
def descriptor_store(op: Op, real: bool) -> Run:
    """Writes the lanes of the block that lie inside."""
    del real

    def run(machine: Machine, args: Sequence[Any]) -> Sequence[Slot]:
        desc, value, indices = _desc(op, args[0]), args[1], args[2:]
        _check(machine, op, _scalars(desc, indices))
        address, inside = _block(op, desc, indices)
        _write(machine, op, desc, address, inside, value)
        return ()

    return run


@row("tt.descriptor_scatter")
def descriptor_scatter(op: Op, real: bool) -> Run:
    """Writes row i of the source to row x_offsets[i]."""
    del real
    source = op.operands[3].type
    width = source.shape[-1] if isinstance(source, TensorType) else 0

    def run(machine: Machine, args: Sequence[Any]) -> Sequence[Slot]:
        desc, rows, column, value = _desc(op, args[0]), args[1], args[2], args[3]
        _check(machine, op, _scalars(desc, (column,)))
        _check(machine, op, rows.poison)
        address, inside = _rows(op, desc, rows, column, width)
        _write(machine, op, desc, address, inside, value)
        return ()

    return run


# Triton's DescriptorReduceKind: add min max inc dec and or xor; inc and dec have no meaning here yet.
_KINDS = {1: ADD, 2: MIN, 3: MAX, 6: AND, 7: OR, 8: XOR}


@row("tt.descriptor_reduce")
def descriptor_reduce(op: Op, real: bool) -> Run:
    """An atomic combination per lane inside; the signedness of min and max is not in the IR, so integers are refused
    there.
    """
    kind = op.operands[0].type
    if not isinstance(kind, TensorDescType):
        unsupported(op, "descriptor type is not known")
    code = int_attr(op, "kind")
    if code not in _KINDS:
        unsupported(op, f"descriptor reduction {code}")
    scalar = kind.block.element
    if code in (2, 3) and not isinstance(scalar, FloatType):
        unsupported(op, "min and max of a descriptor reduction on integers: signedness is not known")
    combine = combiner(op, scalar, _KINDS[code], real)

    def run(machine: Machine, args: Sequence[Any]) -> Sequence[Slot]:
        desc, value, indices = _desc(op, args[0]), args[1], args[2:]
        _check(machine, op, _scalars(desc, indices))
        address, inside = _block(op, desc, indices)
        flat = np.broadcast_to(value.data.reshape((-1, *address.shape[1:])), address.shape).reshape(-1)
        machine.check_poison("poison-store", op, value.poison, None)
        apply_atomic(
            machine,
            op,
            scalar,
            address,
            flat.reshape(address.shape),
            inside,
            lambda o, at: combine(o, flat[at]),
            value.poison,
        )
        return ()

    return run


def _desc(op: Op, value: Slot) -> Desc:
    if not isinstance(value, Desc):
        unsupported(op, "the operand is not a descriptor")
    return value
