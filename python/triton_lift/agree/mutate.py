"""Mutants of a kernel: one semantic change of an op, constant, comparison, operand, axis or mask, still well typed.

A mutant is the same frozen IR model with one op exchanged, so every downstream step treats it as any kernel. Its text
is no longer the text that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from triton_lift.ir.model import (
    Attr,
    Block,
    DenseArrayAttr,
    DenseElementsAttr,
    FloatAttr,
    FloatType,
    IntAttr,
    IntType,
    Module,
    Op,
    Region,
    TensorType,
    Type,
)
from triton_lift.ops import softfloat

Change = tuple[str, Op]

# Ops with the same operand and result types, exchanged for one another.
_EXCHANGES: tuple[tuple[str, ...], ...] = (
    ("arith.addf", "arith.subf", "arith.mulf", "arith.divf"),
    ("arith.maxnumf", "arith.minnumf", "arith.maximumf", "arith.minimumf"),
    ("arith.addi", "arith.subi", "arith.muli"),
    ("arith.divsi", "arith.remsi"),
    ("arith.divui", "arith.remui"),
    ("arith.maxsi", "arith.minsi"),
    ("arith.maxui", "arith.minui"),
    ("arith.andi", "arith.ori", "arith.xori"),
    ("arith.shli", "arith.shrsi", "arith.shrui"),
    ("arith.extsi", "arith.extui"),
    ("arith.sitofp", "arith.uitofp"),
    ("math.exp", "math.exp2"),
    ("math.log", "math.log2"),
    ("math.sin", "math.cos"),
    ("math.sqrt", "math.rsqrt"),
    ("math.floor", "math.ceil"),
    ("tt.get_program_id", "tt.get_num_programs"),
)
_ORDERED = frozenset(
    {"arith.subf", "arith.divf", "arith.subi", "arith.divsi", "arith.remsi", "arith.divui", "arith.remui", "arith.remf",
     "arith.shli", "arith.shrsi", "arith.shrui", "tt.precise_divf"}
)  # fmt: skip
_ATOMIC_OPS = range(1, 11)


def mutants(module: Module) -> Iterator[tuple[str, Module]]:
    """All mutants in program order: (what was changed, where; the mutated module)."""
    for op in module.op.walk():
        for text, changed in _changes(op):
            where = f"line {op.line}: {op.name}: {text}"
            yield where, replace_op(module, op, changed)


def mutate(module: Module, seed: int) -> Iterator[tuple[str, Module]]:
    """The mutants in an order drawn from `seed`."""
    changes = [(op, text, changed) for op in module.op.walk() for text, changed in _changes(op)]
    for i in np.random.default_rng(seed).permutation(len(changes)):
        op, text, changed = changes[int(i)]
        yield f"line {op.line}: {op.name}: {text}", replace_op(module, op, changed)


def replace_op(module: Module, old: Op, new: Op) -> Module:
    """The module with one op exchanged; the new op must have the old one's results."""
    return Module(_replaced(module.op, old, new), module.text)


def _replaced(at: Op, old: Op, new: Op) -> Op:
    if at is old:
        return new
    regions = tuple(
        Region(tuple(Block(b.label, b.args, tuple(_replaced(o, old, new) for o in b.ops)) for b in r.blocks))
        for r in at.regions
    )
    return replace(at, regions=regions) if at.regions else at


def _changes(op: Op) -> Iterator[Change]:
    for group in _EXCHANGES:
        if op.name in group:
            for other in group:
                if other != op.name:
                    yield f"{op.name} -> {other}", _renamed(op, other)
    if op.name in _ORDERED and op.operands[0] is not op.operands[1]:
        yield "operands swapped", replace(op, operands=(op.operands[1], op.operands[0], *op.operands[2:]))
    special = _SPECIAL.get(op.name)
    if special is not None:
        yield from special(op)


def _renamed(op: Op, name: str) -> Op:
    # Flags such as overflow and fastmath promise something about the old op.
    keep = {"axis"}
    return replace(
        op,
        name=name,
        properties={k: v for k, v in op.properties.items() if k in keep},
        attributes={k: v for k, v in op.attributes.items() if k in keep},
    )


def _with_attr(op: Op, name: str, value: Attr) -> Op:
    if name in op.properties:
        return replace(op, properties={**op.properties, name: value})
    return replace(op, attributes={**op.attributes, name: value})


def _element(kind: Type) -> Type:
    return kind.element if isinstance(kind, TensorType) else kind


# ------------------------------------------------------------------------------------------- per kind of op


def _constant(op: Op) -> Iterator[Change]:
    value = op.attrs.get("value")
    kind = _element(op.results[0].type)
    for text, change in (("+ 1", 1), ("* 2", 2), ("negated", 3)):
        match value:
            case IntAttr(value=v):
                new = _int_change(v, kind, change)
                if new is not None and new != v:
                    yield f"{v} {text}", _with_attr(op, "value", replace(value, value=new))
            case FloatAttr(bits=bits):
                new = _float_change(bits, kind, change)
                if new is not None and new != bits:
                    yield f"constant {text}", _with_attr(op, "value", replace(value, bits=new))
            case DenseElementsAttr(values=values):
                fn = _float_change if isinstance(kind, FloatType) else _int_change
                changed = tuple(fn(v, kind, change) for v in values)
                known = tuple(v for v in changed if v is not None)
                if len(known) == len(values) and known != values:
                    yield f"constant {text}", _with_attr(op, "value", replace(value, values=known))
            case _:
                return


def _int_change(value: int, kind: Type, change: int) -> int | None:
    width = kind.width if isinstance(kind, IntType) else 64
    if width == 1:
        return 1 - abs(value) if change == 1 else None
    new = value + 1 if change == 1 else value * 2 if change == 2 else -value
    half = 1 << (width - 1)
    return (new + half) % (2 * half) - half


def _float_change(bits: int, kind: Type, change: int) -> int | None:
    if not isinstance(kind, FloatType) or kind.name not in softfloat.FORMATS:
        return None
    old = float(softfloat.from_bits(np.array([bits], dtype=object), kind.name).astype(np.float64)[0])
    if not np.isfinite(old):
        # An infinity as the neutral element of a masked maximum: a finite number in its place.
        new = 0.0 if change == 1 else -old if change == 3 else None
    else:
        new = old + 1.0 if change == 1 else old * 2.0 if change == 2 else -old
    if new is None or new == old:
        return None
    stored = softfloat.convert(np.array([new]), kind.name)
    return int(softfloat.to_bits(stored)[0])


def _predicate(count: int, pairs: Mapping[int, tuple[int, ...]]) -> Callable[[Op], Iterator[Change]]:
    def changes(op: Op) -> Iterator[Change]:
        value = op.attrs.get("predicate")
        if isinstance(value, IntAttr):
            for new in pairs.get(value.value, ()):
                if new < count:
                    yield f"predicate {value.value} -> {new}", _with_attr(op, "predicate", replace(value, value=new))

    return changes


# arith.cmpi: eq ne slt sle sgt sge ult ule ugt uge; each to its neighbours, its negation and its unsigned twin.
_CMPI = {
    0: (1, 3),
    1: (0, 2),
    2: (3, 5, 6),
    3: (2, 4, 7),
    4: (5, 3, 8),
    5: (4, 2, 9),
    6: (7, 9),
    7: (6, 8),
    8: (9, 7),
    9: (8, 6),
}
# arith.cmpf: false oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno true.
_CMPF = {
    1: (6, 3), 2: (3, 4), 3: (2, 5), 4: (5, 2), 5: (4, 3), 6: (1,), 7: (14,),
    8: (13,), 9: (10, 11), 10: (9, 12), 11: (12, 9), 12: (11, 10), 13: (1,), 14: (7,),
}  # fmt: skip


def _select(op: Op) -> Iterator[Change]:
    if op.operands[1] is not op.operands[2]:
        yield "branches swapped", replace(op, operands=(op.operands[0], op.operands[2], op.operands[1]))


def _axis(op: Op) -> Iterator[Change]:
    value = op.attrs.get("axis")
    if isinstance(value, IntAttr):
        new = (value.value + 1) % 3
        yield f"axis {value.value} -> {new}", _with_attr(op, "axis", replace(value, value=new))


def _square_axis(op: Op) -> Iterator[Change]:
    """Another axis of the same extent, so that the result's type stays."""
    value, kind = op.attrs.get("axis"), op.operands[0].type
    if isinstance(value, IntAttr) and isinstance(kind, TensorType):
        for axis, extent in enumerate(kind.shape):
            if axis != value.value and extent == kind.shape[value.value]:
                yield f"axis {value.value} -> {axis}", _with_attr(op, "axis", replace(value, value=axis))


def _segments(op: Op) -> tuple[int, ...]:
    sizes = op.attrs.get("operandSegmentSizes")
    return sizes.values if isinstance(sizes, DenseArrayAttr) else ()


def _drop(op: Op, position: int, segment: int) -> Op:
    operands = op.operands[:position] + op.operands[position + 1 :]
    sizes = op.attrs.get("operandSegmentSizes")
    changed = replace(op, operands=operands)
    if isinstance(sizes, DenseArrayAttr):
        values = tuple(0 if i == segment else v for i, v in enumerate(sizes.values))
        changed = _with_attr(changed, "operandSegmentSizes", replace(sizes, values=values))
    return changed


def _load(op: Op) -> Iterator[Change]:
    sizes = _segments(op) or (1, *(1 for _ in op.operands[1:]))
    has_mask, has_other = len(sizes) > 1 and bool(sizes[1]), len(sizes) > 2 and bool(sizes[2])
    if has_other:
        yield "other dropped", _drop(op, 2, 2)
    elif has_mask:
        yield "mask dropped", _drop(op, 1, 1)


def _store(op: Op) -> Iterator[Change]:
    if len(op.operands) > 2:
        yield "mask dropped", replace(op, operands=op.operands[:2])


def _atomic(op: Op) -> Iterator[Change]:
    code = op.attrs.get("atomic_rmw_op")
    if not isinstance(code, IntAttr):
        return
    swaps = {1: 2, 2: 3, 3: 2, 4: 6, 5: 6, 6: 7, 7: 6, 8: 9, 9: 8}
    new = swaps.get(code.value)
    if new in _ATOMIC_OPS and not (new in (1, 2, 3) and isinstance(_element(op.results[0].type), FloatType)):
        yield f"operation {code.value} -> {new}", _with_attr(op, "atomic_rmw_op", replace(code, value=new))


def _range(op: Op) -> Iterator[Change]:
    start, end = op.attrs.get("start"), op.attrs.get("end")
    if isinstance(start, IntAttr) and isinstance(end, IntAttr):
        moved = _with_attr(op, "start", replace(start, value=start.value + 1))
        yield "range moved by 1", _with_attr(moved, "end", replace(end, value=end.value + 1))


def _trans(op: Op) -> Iterator[Change]:
    order, kind = op.attrs.get("order"), op.operands[0].type
    if isinstance(order, DenseArrayAttr) and isinstance(kind, TensorType):
        plain = tuple(range(len(kind.shape)))
        if order.values != plain and tuple(kind.shape[i] for i in plain) == tuple(kind.shape[i] for i in order.values):
            yield "transposition dropped", _with_attr(op, "order", replace(order, values=plain))


def _reverse(op: Op) -> Iterator[Change]:
    value = op.attrs.get("reverse")
    if isinstance(value, IntAttr):
        yield "direction reversed", _with_attr(op, "reverse", replace(value, value=1 - abs(value.value)))
    yield from _square_axis(op)


def _dot(op: Op) -> Iterator[Change]:
    a, b, _ = op.operands
    if a is not b and a.type == b.type:
        yield "operands swapped", replace(op, operands=(b, a, *op.operands[2:]))


def _other_operand(op: Op) -> Iterator[Change]:
    """The second operand in the place of the first, where the types allow it."""
    a, b = op.operands[0], op.operands[1]
    if a is not b and a.type == b.type:
        yield "second operand twice", replace(op, operands=(b, b, *op.operands[2:]))


_SPECIAL: dict[str, Callable[[Op], Iterator[Change]]] = {
    "arith.constant": _constant,
    "arith.cmpi": _predicate(10, _CMPI),
    "arith.cmpf": _predicate(16, _CMPF),
    "arith.select": _select,
    "tt.get_program_id": _axis,
    "tt.get_num_programs": _axis,
    "tt.reduce": _square_axis,
    "tt.scan": _reverse,
    "tt.load": _load,
    "tt.store": _store,
    "tt.atomic_rmw": _atomic,
    "tt.make_range": _range,
    "tt.trans": _trans,
    "tt.dot": _dot,
    "arith.addf": _other_operand,
    "arith.mulf": _other_operand,
    "arith.addi": _other_operand,
    "arith.muli": _other_operand,
    "arith.andi": _other_operand,
}
