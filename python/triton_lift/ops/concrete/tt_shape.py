"""Shape ops of the tt dialect: substitutions of lane indices. The leading axis of every array is the programs'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Op
from triton_lift.ops.concrete.registry import Run, add_row, int_attr, int_width, ints_attr, row, shape, unsupported
from triton_lift.ops.concrete.value import OTHER, Poison, Slot, Val, both, mark

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]
Move = Callable[[Array], Array]


def _moves(name: str, factory: Callable[[Op], Move]) -> None:
    """Register an op of one operand that only moves lanes: data and poison alike."""

    def build(op: Op, real: bool) -> Run:
        del real
        move = factory(op)
        scalar = shape(op.operands[0].type) == ()

        def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
            data, poison = args[0]
            if poison is None:
                return (Val(move(data)),)
            if not scalar:
                poison = np.broadcast_to(poison, np.broadcast_shapes(poison.shape, (1, *data.shape[1:])))
            return (Val(move(data), move(poison)),)

        return run

    add_row(name, build)


def _splat(op: Op) -> Move:
    target = shape(op.results[0].type)
    ones = (1,) * len(target)

    def move(x: Array) -> Array:
        count = x.shape[0]
        return np.broadcast_to(x.reshape((count, *ones)), (count, *target))

    return move


def _broadcast(op: Op) -> Move:
    target = shape(op.results[0].type)
    return lambda x: np.broadcast_to(x, (x.shape[0], *target))


def _reshape(op: Op) -> Move:
    """Row-major; ``allow_reorder`` permits other orders, of which row-major is one."""
    target = shape(op.results[0].type)
    return lambda x: x.reshape((x.shape[0], *target))


def _expand_dims(op: Op) -> Move:
    axis = int_attr(op, "axis")
    if not 0 <= axis <= len(shape(op.operands[0].type)):
        unsupported(op, f"axis {axis}")
    return lambda x: np.expand_dims(x, axis + 1)


def _trans(op: Op) -> Move:
    order = ints_attr(op, "order")
    if order is None or sorted(order) != list(range(len(shape(op.operands[0].type)))):
        unsupported(op, f"order {order}")
    axes = (0, *(o + 1 for o in order))
    return lambda x: np.transpose(x, axes)


_moves("tt.splat", _splat)
_moves("tt.unsplat", lambda op: lambda x: x.reshape(x.shape[0]))
_moves("tt.broadcast", _broadcast)
_moves("tt.reshape", _reshape)
_moves("tt.expand_dims", _expand_dims)
_moves("tt.trans", _trans)
_moves("ttg.convert_layout", lambda op: lambda x: x)


def _align(values: Sequence[Array]) -> list[Array]:
    count = max(v.shape[0] for v in values)
    return [np.broadcast_to(v, (count, *v.shape[1:])) for v in values]


def _combine(args: Sequence[Val], fn: Callable[[Sequence[Array]], Array]) -> Val:
    data = fn(_align([a.data for a in args]))
    if all(a.poison is None for a in args):
        return Val(data)
    masks: list[Array] = []
    for a in args:
        mask = np.zeros(a.data.shape, np.uint8) if a.poison is None else a.poison
        masks.append(np.broadcast_to(mask, np.broadcast_shapes(mask.shape, a.data.shape)))
    return Val(data, fn(_align(masks)))


@row("tt.cat")
def cat(op: Op, real: bool) -> Run:
    """Concatenation along the first axis; the op may reorder elements, the plain order is one of its results."""
    del op, real
    return lambda _machine, args: (_combine(args, lambda xs: np.concatenate(xs, axis=1)),)


@row("tt.join")
def join_lanes(op: Op, real: bool) -> Run:
    """Two tensors along a new minor axis."""
    del op, real
    return lambda _machine, args: (_combine(args, lambda xs: np.stack(xs, axis=-1)),)


@row("tt.split")
def split(op: Op, real: bool) -> Run:
    """src[..., 0] and src[..., 1]."""
    del op, real

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        data, poison = args[0]
        full = None if poison is None else np.broadcast_to(poison, np.broadcast_shapes(poison.shape, data.shape))
        return tuple(Val(data[..., k], None if full is None else full[..., k]) for k in (0, 1))

    return run


def _widen(x: Array, count: int) -> Array:
    return np.broadcast_to(x, (count, *x.shape[1:]))


@row("tt.gather")
def gather(op: Op, real: bool) -> Run:
    """result[i, ...] = src[..., index[i, ...], ...] along ``axis``; an index outside the axis is undefined."""
    del real
    axis = int_attr(op, "axis") + 1
    source_shape, index_shape = shape(op.operands[0].type), shape(op.operands[1].type)
    extent = source_shape[axis - 1]
    window = (slice(None), *(slice(None) if d + 1 == axis else slice(0, n) for d, n in enumerate(index_shape)))

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        source, index = args
        count = max(source.data.shape[0], index.data.shape[0])
        at = _widen(index.data, count).astype(np.int64)
        bad = (at < 0) | (at >= extent)
        safe = np.where(bad, 0, at)
        data = np.take_along_axis(_widen(source.data, count)[window], safe, axis)
        poison: Poison | None = mark(bad, OTHER)
        if source.poison is not None:
            full = np.broadcast_to(source.poison, (count, *source_shape))
            poison = both(poison, np.take_along_axis(full[window], safe, axis))
        return (Val(data, both(poison, index.poison)),)

    return run


@row("tt.histogram")
def histogram(op: Op, real: bool) -> Run:
    """Counts per bin of width one, starting at 0; a value outside the bins is undefined."""
    del real
    bins = shape(op.results[0].type)[0]
    int_width(op, op.operands[0].type)

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        values = args[0].data
        count = max(a.data.shape[0] for a in args)
        active = np.broadcast_to(args[1].data if len(args) > 1 else np.ones((1, 1), bool), (count, *values.shape[1:]))
        values = np.broadcast_to(values, active.shape)
        bad = active & ((values < 0) | (values >= bins))
        taken = active & ~bad
        data = np.stack(
            [np.bincount(v[t].astype(np.int64), minlength=bins) for v, t in zip(values, taken, strict=True)]
        )
        lost: Array = np.asarray(bad.any(axis=1))
        for a in args:
            if a.poison is not None:
                hit = np.broadcast_to(a.poison != 0, active.shape)
                lost = lost | (hit & active if a is args[0] else hit).any(axis=1)
        poison = mark(np.broadcast_to(lost[:, None], data.shape), OTHER)
        return (Val(data.astype(np.int32), poison),)

    return run
