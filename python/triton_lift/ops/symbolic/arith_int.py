"""Symbolic rows of integer and Boolean ``arith`` ops. Source: MLIR ``arith`` dialect reference."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Term
from triton_lift.ir.model import IntAttr, Op
from triton_lift.ops.symbolic.groups import positive_height
from triton_lift.ops.symbolic.row import Semantics, nums, row
from triton_lift.ops.symbolic.value import Num, SymVal, int_width, map_leaves

Binary = Callable[[Op, Num, Num, Semantics], Term]


def is_bool(value: Num) -> bool:
    """Whether the value is an ``i1``: its term is Boolean."""
    return value.term.is_bool


def int_attr(op: Op, name: str, default: int | None = None) -> int:
    """An integer attribute of ``op``."""
    found = op.attrs.get(name)
    if isinstance(found, IntAttr):
        return found.value
    assert default is not None, f"{op.name} lacks {name}"
    return default


def _ring(
    name: str, plain: Callable[[Semantics, Term, Term], Term], boolean: Callable[[Semantics, Term, Term], Term]
) -> None:
    """addi, subi, muli: exact modulo 2^w, so operands are not observed; i1 is arithmetic modulo 2."""

    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        a, b = nums(op, operands, sem)
        type_ = op.results[0].type
        if is_bool(a):
            return (Num(type_, boolean(sem, a.term, b.term)),)
        return (sem.int_result(op, plain(sem, a.term, b.term), type_),)

    del meaning


def xor(sem: Semantics, a: Term, b: Term) -> Term:
    """Exclusive or of two Booleans."""
    return sem.ctx.ite(a, sem.ctx.not_(b), b)


_ring("arith.addi", lambda s, a, b: s.ctx.add(a, b), xor)
_ring("arith.subi", lambda s, a, b: s.ctx.sub(a, b), xor)
_ring("arith.muli", lambda s, a, b: s.ctx.mul(a, b), lambda s, a, b: s.ctx.and_(a, b))


def truncated_division(op: Op, a: Term, b: Term, sem: Semantics) -> Term:
    """Quotient rounded toward zero.

    Floor division where signs are known; a divisor made of sizes alone is *required* to be positive, a dividend
    made of sizes alone to be non-negative; a dividend of unknown sign over a positive divisor splits on its sign;
    anything else stays the named function ``tdiv``.
    """
    ctx, zero = sem.ctx, sem.ctx.num(0)
    if b.constant == (0, 1):
        return ctx.undef()
    if not sem.known_at_least(b, 1):
        _, b_hi = ctx.interval(b)
        if b.constant is not None and b_hi is not None and b_hi < 0:
            return ctx.neg(truncated_division(op, a, ctx.neg(b), sem))
        if only_sizes(b, sem):
            sem.require(op, ctx.ge(b, ctx.num(1)), "divisor is positive")
        elif not positive_height(op, b, sem):
            return _tdiv(a, b, sem)
    if sem.known_at_least(a, 0):
        return ctx.floordiv(a, b)
    if only_sizes(a, sem):
        sem.require(op, ctx.ge(a, zero), "dividend is not negative")
        return ctx.floordiv(a, b)
    if not sem.is_index_like(a):
        return _tdiv(a, b, sem)
    return ctx.ite(ctx.ge(a, zero), ctx.floordiv(a, b), ctx.neg(ctx.floordiv(ctx.neg(a), b)))


def only_sizes(term: Term, sem: Semantics) -> bool:
    """Whether a term speaks of scalar arguments and numbers of programs only, through address arithmetic."""
    free = sem.ctx.free_syms(term)
    return bool(free) and sem.is_index_like(term) and all(s.name.startswith(("s", "np")) for s in free)


def _tdiv(a: Term, b: Term, sem: Semantics) -> Term:
    return sem.ctx.app("tdiv", [a, b], is_int=True)


@row("arith.divsi")
def divsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Signed division toward zero; zero divisor and INT_MIN / -1 are undefined behaviour."""
    a, b = nums(op, operands, sem)
    term = truncated_division(op, sem.signed(op, a), sem.signed(op, b), sem)
    return (sem.int_result(op, term, op.results[0].type),)


@row("arith.remsi")
def remsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Remainder of ``divsi``: a - b * quotient, smaller than b in magnitude, hence always in range."""
    a, b = nums(op, operands, sem)
    x, y = sem.signed(op, a), sem.signed(op, b)
    term = sem.ctx.sub(x, sem.ctx.mul(y, truncated_division(op, x, y, sem)))
    if sem.known_at_least(x, 0) and sem.known_at_least(y, 1):
        sem.non_negative.add(term)
    return (Num(op.results[0].type, term),)


@row("arith.divui")
def divui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Unsigned division."""
    a, b = nums(op, operands, sem)
    x, y = sem.unsigned(op, a), sem.unsigned(op, b)
    return (sem.int_result(op, sem.ctx.floordiv(x, y), op.results[0].type),)


@row("arith.remui")
def remui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Unsigned remainder."""
    a, b = nums(op, operands, sem)
    x, y = sem.unsigned(op, a), sem.unsigned(op, b)
    return (sem.int_result(op, sem.ctx.mod(x, y), op.results[0].type),)


@row("arith.floordivsi")
def floordivsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Signed division toward minus infinity."""
    a, b = nums(op, operands, sem)
    return (sem.int_result(op, sem.ctx.floordiv(sem.signed(op, a), sem.signed(op, b)), op.results[0].type),)


@row("arith.ceildivsi")
def ceildivsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Signed division toward plus infinity."""
    a, b = nums(op, operands, sem)
    ctx = sem.ctx
    quotient = ctx.neg(ctx.floordiv(ctx.neg(sem.signed(op, a)), sem.signed(op, b)))
    return (sem.int_result(op, quotient, op.results[0].type),)


def _extremum(name: str, function: str, *, signed: bool) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        a, b = nums(op, operands, sem)
        type_, ctx = op.results[0].type, sem.ctx
        if is_bool(a):  # signed i1: true is -1; unsigned: true is 1
            either = (function == "max") != signed
            return (Num(type_, ctx.or_(a.term, b.term) if either else ctx.and_(a.term, b.term)),)
        if signed:
            return (Num(type_, ctx.app(function, [sem.signed(op, a), sem.signed(op, b)], is_int=True)),)
        return (sem.int_result(op, ctx.app(function, [sem.unsigned(op, a), sem.unsigned(op, b)], is_int=True), type_),)

    del meaning


_extremum("arith.maxsi", "max", signed=True)
_extremum("arith.minsi", "min", signed=True)
_extremum("arith.maxui", "max", signed=False)
_extremum("arith.minui", "min", signed=False)

# Predicates by number: arith::CmpIPredicate.
_CMPI = ("eq", "ne", "lt", "le", "gt", "ge", "lt", "le", "gt", "ge")


@row("arith.cmpi")
def cmpi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Integer comparison; predicates 2-5 are signed, 6-9 unsigned."""
    a, b = nums(op, operands, sem)
    predicate, ctx = int_attr(op, "predicate"), sem.ctx
    if is_bool(a):
        return (Num(op.results[0].type, _cmp_bool(a.term, b.term, predicate, sem)),)
    read = sem.unsigned if predicate >= 6 else sem.signed
    x, y = read(op, a), read(op, b)
    compare = {"eq": ctx.eq, "ne": ctx.ne, "lt": ctx.lt, "le": ctx.le, "gt": ctx.gt, "ge": ctx.ge}[_CMPI[predicate]]
    return (Num(op.results[0].type, compare(x, y)),)


def _cmp_bool(a: Term, b: Term, predicate: int, sem: Semantics) -> Term:
    """i1 comparison: unsigned order is false < true, signed order true (-1) < false (0)."""
    ctx = sem.ctx
    if predicate < 2:
        return ctx.not_(xor(sem, a, b)) if predicate == 0 else xor(sem, a, b)
    if predicate < 6:
        a, b = b, a
    match _CMPI[predicate]:
        case "lt":
            return ctx.and_(ctx.not_(a), b)
        case "le":
            return ctx.or_(ctx.not_(a), b)
        case "gt":
            return ctx.and_(a, ctx.not_(b))
        case _:
            return ctx.or_(a, ctx.not_(b))


# ------------------------------------------------------------------------------------------ bits


def _bitwise(name: str, function: str, boolean: Callable[[Semantics, Term, Term], Term]) -> None:
    @row(name)
    def meaning(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
        a, b = nums(op, operands, sem)
        type_ = op.results[0].type
        if is_bool(a):
            return (Num(type_, boolean(sem, a.term, b.term)),)
        return (bitwise(op, function, a, b, sem),)

    del meaning


def bitwise(op: Op, function: str, a: Num, b: Num, sem: Semantics) -> Num:
    """and, or, xor of integers: masks of low ones are remainders, xor -1 is complement, the rest are named
    functions of the width.
    """
    ctx, type_ = sem.ctx, op.results[0].type
    width = int_width(type_)
    assert width is not None
    for x, y in ((a, b), (b, a)):
        constant = y.term.constant
        if constant is None or constant[1] != 1:
            continue
        mask = constant[0] % (1 << width)
        if function == "xor" and mask == (1 << width) - 1:
            return Num(type_, ctx.sub(ctx.num(-1), sem.signed(op, x)))
        if function == "xor" and mask == 1 and ctx.interval(x.term) == (0, 1):
            return Num(type_, ctx.sub(ctx.num(1), x.term), True)
        if function == "and" and mask & (mask + 1) == 0 and mask != (1 << width) - 1:
            return Num(type_, ctx.mod(x.term, ctx.num(mask + 1)))  # a remainder sees only the value modulo 2^w
        if mask == 0:
            return Num(type_, ctx.num(0), True) if function == "and" else x
        if mask == (1 << width) - 1 and function == "and":
            return x
    if a.term == b.term:
        return Num(type_, ctx.num(0)) if function == "xor" else a
    x, y = (_low_bits(v, width, sem) for v in (a, b))
    half = 1 << (width - 1)

    def apply(s: Term) -> Term:
        return map_leaves(
            ctx,
            y,
            lambda t: ctx.app(
                f"{function}_i{width}", sorted((s, t), key=lambda u: u.key), is_int=True, lo=-half, hi=half - 1
            ),
        )

    return Num(type_, map_leaves(ctx, x, apply))


def _low_bits(value: Num, width: int, sem: Semantics) -> Term:
    """The signed machine value, exactly: bits see only the value modulo 2^w, so nothing is asked of it."""
    return value.term if value.exact else map_leaves(sem.ctx, value.term, lambda leaf: sem.wrap(leaf, width))


_bitwise("arith.andi", "and", lambda s, a, b: s.ctx.and_(a, b))
_bitwise("arith.ori", "or", lambda s, a, b: s.ctx.or_(a, b))
_bitwise("arith.xori", "xor", xor)


def _constant(op: Op, value: Num, sem: Semantics) -> tuple[int, int] | None:
    """The signed machine value of a constant operand, which may have wrapped."""
    return sem.signed(op, value).constant if value.term.constant is not None else None


@row("arith.shli")
def shli(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Left shift: a product with 2^n where n is constant (n >= width is poison, hence undef)."""
    a, b = nums(op, operands, sem)
    width, constant, ctx = int_width(op.results[0].type), _constant(op, b, sem), sem.ctx
    assert width is not None
    if constant is not None:
        if not 0 <= constant[0] < width:
            return (Num(op.results[0].type, ctx.undef()),)
        return (sem.int_result(op, ctx.mul(a.term, ctx.num(1 << constant[0])), op.results[0].type),)
    return (named_int(op, f"shl_i{width}", (a, b), sem),)


@row("arith.shrsi")
def shrsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Arithmetic right shift: floor division by 2^n."""
    return (_shift_right(op, operands, sem, signed=True),)


@row("arith.shrui")
def shrui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Logical right shift: floor division of the unsigned value."""
    return (_shift_right(op, operands, sem, signed=False),)


def _shift_right(op: Op, operands: tuple[SymVal, ...], sem: Semantics, *, signed: bool) -> Num:
    a, b = nums(op, operands, sem)
    type_, constant, ctx = op.results[0].type, _constant(op, b, sem), sem.ctx
    width = int_width(type_)
    assert width is not None
    if constant is None:
        return named_int(op, f"shr_{'s' if signed else 'u'}{width}", (a, b), sem)
    if not 0 <= constant[0] < width:
        return Num(type_, ctx.undef())
    x = sem.signed(op, a) if signed else sem.unsigned(op, a)
    return sem.int_result(op, ctx.floordiv(x, ctx.num(1 << constant[0])), type_)


def named_int(op: Op, function: str, operands: tuple[Num, ...], sem: Semantics) -> Num:
    """A named integer function of exact operands, bounded by the width of the result."""
    width = int_width(op.results[0].type)
    assert width is not None
    half = 1 << (width - 1)
    args = [sem.signed(op, v) for v in operands]
    return Num(op.results[0].type, sem.ctx.app(function, args, is_int=True, lo=-half, hi=half - 1))


# ----------------------------------------------------------------------------------------- casts


@row("arith.extsi")
def extsi(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Sign extension: a true i1 is -1."""
    (a,) = nums(op, operands, sem)
    ctx = sem.ctx
    term = ctx.ite(a.term, ctx.num(-1), ctx.num(0)) if is_bool(a) else sem.signed(op, a)
    return (Num(op.results[0].type, term),)


@row("arith.extui")
def extui(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Zero extension: a true i1 is 1."""
    (a,) = nums(op, operands, sem)
    ctx = sem.ctx
    term = ctx.ite(a.term, ctx.num(1), ctx.num(0)) if is_bool(a) else sem.unsigned(op, a)
    return (Num(op.results[0].type, term),)


@row("arith.trunci")
def trunci(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Truncation: the same number modulo the smaller power of two; to i1: the lowest bit."""
    (a,) = nums(op, operands, sem)
    ctx, type_ = sem.ctx, op.results[0].type
    if int_width(type_) == 1:
        return (Num(type_, ctx.ne(ctx.mod(a.term, ctx.num(2)), ctx.num(0))),)
    return (sem.int_result(op, a.term, type_),)


@row("arith.index_cast")
def index_cast(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[SymVal, ...]:
    """Signed cast between ``index`` (64 bits) and integers."""
    (a,) = nums(op, operands, sem)
    source, target = int_width(a.type), int_width(op.results[0].type)
    assert source is not None and target is not None
    return extsi(op, operands, sem) if target >= source else trunci(op, operands, sem)
