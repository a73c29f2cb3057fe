"""tt.reduce, tt.scan and tt.map_elementwise: their region runs on whole slices.

``tt.reduce`` leaves the order open; the default is the left fold, ``reduce_order="tree"`` combines halves. A region
of one known op runs as the sequential numpy accumulation, which is the same fold, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import Block, FloatType, IntType, Op
from triton_lift.ops.concrete.registry import Run, element, int_attr, row, shape, unsupported
from triton_lift.ops.concrete.value import Desc, Poison, Slot, Val

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]

# Combiners that a numpy ufunc computes lane by lane exactly as the op's row does.
_FLOAT_UFUNCS: dict[str, np.ufunc] = {"arith.addf": np.add, "arith.mulf": np.multiply}
_INT_UFUNCS: dict[str, np.ufunc] = {
    "arith.addi": np.add,
    "arith.muli": np.multiply,
    "arith.maxsi": np.maximum,
    "arith.minsi": np.minimum,
    "arith.andi": np.bitwise_and,
    "arith.ori": np.bitwise_or,
    "arith.xori": np.bitwise_xor,
}
_BIT_UFUNCS = {name: _INT_UFUNCS[name] for name in ("arith.andi", "arith.ori", "arith.xori")}
# Combiners whose rows are associative and commutative, so that every order gives what the left fold gives.
_ORDER_FREE = frozenset(
    {"arith.maxnumf", "arith.minnumf", "arith.maximumf", "arith.minimumf", "arith.maxui", "arith.minui"}
)


def _single(op: Op) -> str | None:
    """The name of the one op that is the whole region, applied to the region's arguments in their order."""
    block = op.regions[0].blocks[0]
    if len(op.regions[0].blocks) != 1 or len(block.ops) != 2 or len(op.operands) != 1:
        return None
    body, last = block.ops
    if body.operands != block.args or len(last.operands) != 1 or last.operands[0] is not body.results[0]:
        return None
    return body.name


def _ufunc(op: Op, real: bool) -> np.ufunc | None:
    """The ufunc that is this op's whole region, where there is one."""
    name = _single(op)
    if name is None:
        return None
    match element(op.operands[0].type):
        case FloatType(name=kind) if real or kind in ("f32", "f64"):
            return _FLOAT_UFUNCS.get(name)
        case IntType(width=width) if width in (8, 16, 32, 64):
            return _INT_UFUNCS.get(name)
        case IntType(width=1):
            return _BIT_UFUNCS.get(name)
        case _:
            return None


def _combine(machine: Machine, op: Op, block: Block, left: Sequence[Val], right: Sequence[Val]) -> list[Val]:
    """Run the combiner on slices; programs are the last axis there, so that outer scalars broadcast."""
    full = np.broadcast_shapes(*(v.data.shape for v in (*left, *right)))
    out = machine.run_region(op.regions[0], [*left, *right])
    del block
    values: list[Val] = []
    for value in out.values:
        if isinstance(value, Desc):
            unsupported(op, "a combiner that gives a descriptor")
        poison = value.poison
        data = value.data if value.data.shape == full else np.broadcast_to(value.data, full)
        values.append(Val(data, None if poison is None else np.broadcast_to(poison, full)))
    return values


def _lanes_first(args: Sequence[Val], axis: int) -> list[Val]:
    """Bring the operands to (axis, rest..., programs)."""
    count = max(a.data.shape[0] for a in args)

    def move(x: Array) -> Array:
        wide = np.broadcast_to(x, (count, *x.shape[1:]))
        return np.moveaxis(np.moveaxis(wide, 0, -1), axis, 0)

    return [
        Val(
            move(a.data),
            None
            if a.poison is None
            else move(np.broadcast_to(a.poison, np.broadcast_shapes(a.poison.shape, a.data.shape))),
        )
        for a in args
    ]


def _at(values: Sequence[Val], k: int | slice) -> list[Val]:
    return [Val(v.data[k], None if v.poison is None else v.poison[k]) for v in values]


def _fold(machine: Machine, op: Op, lanes: Sequence[Val], extent: int) -> list[Val]:
    block = op.regions[0].blocks[0]
    acc = _at(lanes, 0)
    for k in range(1, extent):
        acc = _combine(machine, op, block, acc, _at(lanes, k))
    return acc


def _tree(machine: Machine, op: Op, lanes: Sequence[Val], extent: int) -> list[Val]:
    """Halve until one is left: element i meets element i + n/2; an odd last one waits."""
    block = op.regions[0].blocks[0]
    values = list(lanes)
    while extent > 1:
        half = extent // 2
        merged = _combine(machine, op, block, _at(values, slice(0, half)), _at(values, slice(half, 2 * half)))
        if extent % 2:
            merged = [_append(m, v) for m, v in zip(merged, _at(values, slice(extent - 1, extent)), strict=True)]
        values, extent = merged, half + extent % 2
    return _at(values, 0)


def _append(a: Val, b: Val) -> Val:
    data = np.concatenate([a.data, b.data])
    if a.poison is None and b.poison is None:
        return Val(data)
    masks = [np.zeros(v.data.shape, np.uint8) if v.poison is None else v.poison for v in (a, b)]
    return Val(data, np.concatenate(masks))


def _programs_first(value: Val) -> Val:
    return Val(np.moveaxis(value.data, -1, 0), None if value.poison is None else np.moveaxis(value.poison, -1, 0))


def _poison_or(poison: Poison | None, data: Array, axis: int) -> Poison | None:
    if poison is None:
        return None
    return np.bitwise_or.reduce(np.broadcast_to(poison, np.broadcast_shapes(poison.shape, data.shape)), axis=axis)


@row("tt.reduce")
def reduce(op: Op, real: bool) -> Run:
    """Fold the combiner along ``axis``; one result per operand, without that axis."""
    axis = int_attr(op, "axis") + 1
    extent = shape(op.operands[0].type)[axis - 1]
    ufunc = _ufunc(op, real)
    integral = isinstance(element(op.operands[0].type), IntType)
    order_free = _single(op) in _ORDER_FREE

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        if ufunc is not None and (integral or not machine.tree):
            x, poison = args[0]
            if integral:
                data = ufunc.reduce(x, axis=axis, dtype=x.dtype)
            else:
                data = np.take(ufunc.accumulate(x, axis=axis, dtype=x.dtype), extent - 1, axis=axis)
            return (Val(data, _poison_or(poison, x, axis)),)
        lanes = _lanes_first(args, axis - 1)
        found = (_tree if machine.tree or order_free else _fold)(machine, op, lanes, extent)
        return tuple(_programs_first(v) for v in found)

    return run


@row("tt.scan")
def scan(op: Op, real: bool) -> Run:
    """Inclusive prefix fold along ``axis``, from the end when ``reverse``."""
    axis = int_attr(op, "axis") + 1
    extent = shape(op.operands[0].type)[axis - 1]
    reverse = bool(int_attr(op, "reverse", 0))
    ufunc = _ufunc(op, real)

    def fast(fn: np.ufunc, value: Val) -> Val:
        data = np.flip(value.data, axis) if reverse else value.data
        out = fn.accumulate(data, axis=axis, dtype=data.dtype)
        poison: Poison | None = None
        if value.poison is not None:
            mask = np.broadcast_to(value.poison, np.broadcast_shapes(value.poison.shape, value.data.shape))
            poison = np.bitwise_or.accumulate(np.flip(mask, axis) if reverse else mask, axis=axis)
            poison = np.flip(poison, axis) if reverse else poison
        return Val(np.flip(out, axis) if reverse else out, poison)

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        if ufunc is not None:
            return (fast(ufunc, args[0]),)
        lanes = _lanes_first(args, axis - 1)
        block = op.regions[0].blocks[0]
        order = range(extent - 1, -1, -1) if reverse else range(extent)
        acc = _at(lanes, order[0])
        rows = [acc]
        for k in order[1:]:
            acc = _combine(machine, op, block, acc, _at(lanes, k))
            rows.append(acc)
        if reverse:
            rows.reverse()
        return tuple(_stack([r[i] for r in rows], axis - 1) for i in range(len(args)))

    return run


def _stack(values: Sequence[Val], axis: int) -> Val:
    def back(x: Array) -> Array:
        return np.moveaxis(np.moveaxis(x, 0, axis), -1, 0)

    data = back(np.stack([v.data for v in values]))
    if all(v.poison is None for v in values):
        return Val(data)
    masks = [np.zeros(v.data.shape, np.uint8) if v.poison is None else v.poison for v in values]
    return Val(data, back(np.stack(masks)))


@row("tt.map_elementwise")
def map_elementwise(op: Op, real: bool) -> Run:
    """A scalar region per lane; only regions without control flow, one element at a time (pack 1)."""
    del real
    if int_attr(op, "pack", 1) != 1:
        unsupported(op, "map_elementwise with pack other than 1")

    def run(machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        moved = [_moved(a) for a in args]
        out = _combine(machine, op, op.regions[0].blocks[0], moved, [])
        return tuple(_programs_first(v) for v in out)

    return run


def _moved(value: Val) -> Val:
    fn: Callable[[Array], Array] = lambda x: np.moveaxis(x, 0, -1)  # noqa: E731
    return Val(fn(value.data), None if value.poison is None else fn(value.poison))
