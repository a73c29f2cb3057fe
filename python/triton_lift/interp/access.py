"""Memory ops of ``tt``: how operands become loads, stores, atomics and descriptor accesses."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.interp.memory import Memory
from triton_lift.ir.model import Attr, DenseArrayAttr, IntAttr, Op, TensorDescType
from triton_lift.ops.symbolic.arith_float import refuse_nan
from triton_lift.ops.symbolic.arith_int import int_attr
from triton_lift.ops.symbolic.row import Semantics, nums, ptr
from triton_lift.ops.symbolic.value import Desc, Num, Ptr, SymVal, int_width, is_float, lanes, shape_of
from triton_lift.term.symbols import StatementKind

ATOMIC_KINDS: dict[int, StatementKind] = {
    1: "and",
    2: "or",
    3: "xor",
    4: "add",
    5: "add",
    6: "max",
    7: "min",
    10: "exchange",
}
"""triton::RMWOp by number; 8 and 9 (UMAX, UMIN) compare unsigned and are refused."""


def _optional(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> list[SymVal | None]:
    """Operands by segment for ops with optional operands; absent ones are None."""
    sizes = op.attrs.get("operandSegmentSizes")
    if not isinstance(sizes, DenseArrayAttr):
        return list(operands)
    out: list[SymVal | None] = []
    position = 0
    for size in sizes.values:
        if size > 1:
            raise sem.refuse(op, "operand-segments", "an operand list where one operand is expected")
        out.append(operands[position] if size else None)
        position += size
    return out


def _mask(op: Op, value: SymVal | None, sem: Semantics) -> Term:
    if value is None:
        return sem.ctx.truth(True)
    (number,) = nums(op, (value,), sem)
    if number.permutation:
        raise sem.refuse(op, "reordered-lanes", "a mask of unspecified element order")
    return number.term


def _has_boundary_check(attr: Attr | None) -> bool:
    return isinstance(attr, DenseArrayAttr) and bool(attr.values)


def load(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.load``: a masked-off lane is ``other``, or undef without it."""
    segments = [*_optional(op, operands, sem), None, None][:3]
    type_, ctx = op.results[0].type, sem.ctx
    if _has_boundary_check(op.attrs.get("boundaryCheck")):
        raise sem.refuse(op, "boundary-check", "a load with boundary checks")
    volatile = op.attrs.get("isVolatile")
    if isinstance(volatile, IntAttr) and volatile.value:
        raise sem.refuse(op, "volatile", "a volatile load may see another program's store")
    pointer = ptr(op, segments[0] or operands[0], sem)
    if not (is_float(type_) or int_width(type_)):
        raise sem.refuse(op, "pointer-load", "a pointer is loaded from memory")
    if segments[2] is not None:
        (given,) = nums(op, (segments[2],), sem)
        if given.permutation:
            raise sem.refuse(op, "reordered-lanes", "values of unspecified element order for masked-off lanes")
        other = given.term if given.term.is_bool or is_float(type_) else sem.signed(op, given)
    else:
        other = ctx.bundef() if int_width(type_) == 1 else ctx.undef()
    return (memory.load(op, pointer, _mask(op, segments[1], sem), other, type_),)


def store(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.store``: lanes where the mask holds."""
    if _has_boundary_check(op.attrs.get("boundaryCheck")):
        raise sem.refuse(op, "boundary-check", "a store with boundary checks")
    pointer = ptr(op, operands[0], sem)
    (value,) = nums(op, operands[1:2], sem)
    memory.store(op, pointer, value, _mask(op, operands[2] if len(operands) > 2 else None, sem))
    return ()


def atomic_rmw(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.atomic_rmw``: an accumulation by the monoid; the old value is fresh per execution."""
    pointer = ptr(op, operands[0], sem)
    (value,) = nums(op, operands[1:2], sem)
    refuse_nan(op, sem, value)
    kind = ATOMIC_KINDS.get(int_attr(op, "atomic_rmw_op"))
    if kind is None:
        raise sem.refuse(op, "atomic", "an unsigned atomic extremum")
    if kind == "add" and is_float(value.type):
        sem.note("float atomics: the order of additions is not fixed")
    memory.store(op, pointer, value, _mask(op, operands[2] if len(operands) > 2 else None, sem), kind, ordered=False)
    return (fresh(op, sem, "atomic"),)


def atomic_cas(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.atomic_cas`` is refused: what is stored depends on the order of programs."""
    del operands, memory
    raise sem.refuse(op, "compare-and-swap", "compare-and-swap: what is stored depends on the order of programs")


def fresh(op: Op, sem: Semantics, what: str) -> SymVal:
    """A result that is new in every execution: a read of a pseudo-array, which makes the summary opaque where it is
    used.
    """
    type_ = op.results[0].type
    sem.fresh += 1
    name = f"fresh{sem.fresh}"
    own = [t for t in lanes(sem.symbols, shape_of(type_)) if t.constant is None]
    pids = [sem.symbols.pid(axis) for axis in range(3)]
    real = is_float(type_)
    width = int_width(type_) or 32
    lo, hi = (None, None) if real else (-(1 << (width - 1)), (1 << (width - 1)) - 1)
    term = sem.ctx.read(name, [*pids, *own], is_int=not real, lo=lo, hi=hi)
    sem.opaque[f"{name}: result of an {what} at {sem.where(op)}"] = None
    return Num(type_, sem.ctx.ne(term, sem.ctx.num(0)) if width == 1 and not real else term)


# ------------------------------------------------------------------------------------- descriptors


def make_tensor_descriptor(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.make_tensor_descriptor``: base, shape and strides; reads outside the shape give the padding value zero."""
    del memory
    base = ptr(op, operands[0], sem)
    if len(base.cases) != 1:
        raise sem.refuse(op, "descriptor", "a descriptor over a selected pointer")
    rest = [sem.signed(op, v) for v in nums(op, operands[1:], sem)]
    rank = len(rest) // 2
    padding = op.attrs.get("padding")
    if isinstance(padding, IntAttr) and padding.value not in (0, 1):
        raise sem.refuse(op, "descriptor", "a descriptor that pads with NaN")
    _, array, offset = base.cases[0]
    return (Desc(op.results[0].type, array, offset, tuple(rest[:rank]), tuple(rest[rank:])),)


def _block(
    op: Op, desc: Desc, indices: tuple[SymVal, ...], shape: tuple[int, ...], sem: Semantics
) -> tuple[Term, Term]:
    """Offset and guard of a block access: lanes of trailing axes when the descriptor has more axes than the value."""
    ctx = sem.ctx
    start = [sem.signed(op, v) for v in nums(op, indices, sem)]
    block = desc.type.block.shape if isinstance(desc.type, TensorDescType) else shape
    own = list(lanes(sem.symbols, shape))
    while len(own) < len(block):
        own.insert(0, ctx.num(0))
    if len(block) != len(start) or len(own) != len(block):
        raise sem.refuse(op, "descriptor", "a descriptor access of another rank")
    offset, guard = desc.offset, ctx.truth(True)
    for first, lane, size, stride in zip(start, own, desc.shape, desc.strides, strict=True):
        position = ctx.add(first, lane)
        offset = ctx.add(offset, ctx.mul(position, stride))
        guard = ctx.and_(guard, ctx.and_(ctx.ge(position, ctx.num(0)), ctx.lt(position, size)))
    return offset, guard


def _descriptor(op: Op, value: SymVal, sem: Semantics) -> Desc:
    if not isinstance(value, Desc):
        raise sem.refuse(op, "descriptor", "a descriptor made on the host has sizes that the kernel's IR does not show")
    return value


def descriptor_load(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.descriptor_load``: zero outside the descriptor's shape."""
    desc, type_ = _descriptor(op, operands[0], sem), op.results[0].type
    shape = shape_of(type_)
    offset, guard = _block(op, desc, operands[1:], shape, sem)
    cell = memory.cell(op, desc.array, offset, guard, shape)
    return (Num(type_, sem.ctx.ite(guard, cell, sem.ctx.num(0))),)


def descriptor_store(op: Op, operands: tuple[SymVal, ...], sem: Semantics, memory: Memory) -> tuple[SymVal, ...]:
    """``tt.descriptor_store``: lanes inside the descriptor's shape."""
    desc = _descriptor(op, operands[0], sem)
    (value,) = nums(op, operands[1:2], sem)
    offset, guard = _block(op, desc, operands[2:], shape_of(value.type), sem)
    pointer = Ptr(value.type, ((sem.ctx.truth(True), desc.array, offset),))
    memory.store(op, pointer, value, guard)
    return ()
