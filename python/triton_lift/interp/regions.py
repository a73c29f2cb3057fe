"""Reductions and scans: the combiner region is interpreted on two symbolic accumulators and identified by proof.

A combiner is a known commutative monoid iff its term over fresh symbols *is* the monoid's term in normal form, or
equals it in every case of its literals (``tt.reduce`` may combine in any order, so a combiner that is no such
monoid has no meaning). Source: docs/spec.md, "Reductions".
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Term
from triton_lift.interp.cases import equal_by_cases
from triton_lift.interp.moments import Combine, Triple, identify_moments, moments
from triton_lift.interp.pairs import Combiner, Over, PairOrder, identify_pair, pair_result
from triton_lift.ir.model import Block, IntAttr, Op
from triton_lift.ops.symbolic.arith_float import refuse_nan
from triton_lift.ops.symbolic.arith_int import int_attr
from triton_lift.ops.symbolic.bigop import Monoid, big
from triton_lift.ops.symbolic.row import Semantics
from triton_lift.ops.symbolic.value import (
    Num,
    SymVal,
    element_of,
    int_width,
    is_float,
    lane_substitution,
    lanes,
    shape_of,
)

RunBlock = Callable[[Block, tuple[SymVal, ...]], tuple[SymVal, ...]]
"""Interprets a region's single block on argument values and gives the operands of its terminator."""


def reduce_op(op: Op, operands: tuple[SymVal, ...], sem: Semantics, run: RunBlock) -> tuple[SymVal, ...]:
    """``tt.reduce``: the combiner over all lanes of the axis."""
    values = _numbers(op, operands, sem)
    refuse_nan(op, sem, *values)
    axis = int_attr(op, "axis")
    shape = shape_of(values[0].type)
    size = shape[axis]
    if any(v.permutation for v in values) and (len(shape) != 1 or len(values) != 1):
        raise sem.refuse(
            op, "reordered-lanes", "a partial or paired reduction of a tensor of unspecified element order"
        )
    if size == 1:
        return tuple(
            Num(r.type, _drop_axis(v.term, shape, axis, sem), v.exact) for r, v in zip(op.results, values, strict=True)
        )
    lane = sem.symbols.lane(axis, size)
    ctx = sem.ctx
    if len(values) == 1:
        monoid = identify(op, values[0], sem, run)
        body = _observed(op, values[0], monoid, sem)
        total = big(ctx, monoid, lane, ctx.num(0), ctx.num(size), body)
        return (_result(op, 0, _drop_axis(total, shape, axis, sem), monoid, sem),)
    found = _moments(values, sem, lambda x, y: _combined(op, values, sem, run, x, y), lane, size)
    if found is not None:
        return tuple(Num(r.type, _drop_axis(t, shape, axis, sem)) for r, t in zip(op.results, found, strict=True))
    totals = _pair(op, values, sem, run, lambda kind, body: big(ctx, kind, lane, ctx.num(0), ctx.num(size), body))
    return tuple(_result(op, i, _drop_axis(t, shape, axis, sem), "min", sem) for i, t in enumerate(totals))


def scan_op(op: Op, operands: tuple[SymVal, ...], sem: Semantics, run: RunBlock) -> tuple[SymVal, ...]:
    """``tt.scan``: inclusive prefix (or suffix with ``reverse``) of the combiner along the axis."""
    values = _numbers(op, operands, sem)
    refuse_nan(op, sem, *values)
    if any(v.permutation for v in values):
        raise sem.refuse(op, "reordered-lanes", "a scan of a tensor of unspecified element order")
    axis, shape, ctx = int_attr(op, "axis"), shape_of(values[0].type), sem.ctx
    size = shape[axis]
    if size == 1:
        return values
    lane = sem.symbols.lane(axis, size)
    r = ctx.sym(f"r:{size}", lo=0, hi=size - 1)
    reverse = op.attrs.get("reverse")
    backward = isinstance(reverse, IntAttr) and reverse.value != 0
    dom = ctx.ge(r, lane) if backward else ctx.le(r, lane)

    def over(kind: Monoid, body: Term) -> Term:
        return big(ctx, kind, r, ctx.num(0), ctx.num(size), body, dom)

    if len(values) == 1:
        monoid = identify(op, values[0], sem, run)
        body = ctx.subst(_observed(op, values[0], monoid, sem), {lane: r})
        return (_result(op, 0, over(monoid, body), monoid, sem),)
    moved = tuple(Num(v.type, ctx.subst(v.term, {lane: r}), v.exact) for v in values)
    totals = _pair(op, moved, sem, run, over)
    return tuple(_result(op, i, t, "min", sem) for i, t in enumerate(totals))


def identify(op: Op, value: Num, sem: Semantics, run: RunBlock) -> Monoid:
    """The monoid of a one-operand combiner, by comparison of normal forms."""
    a, b = _fresh(value, "c", sem), _fresh(value, "d", sem)
    (result,) = _numbers(op, run(op.regions[0].blocks[0], (a, b)), sem)
    for monoid, expected in _candidates(op, a, b, sem):
        if equal_by_cases(sem.ctx, result.term, expected, a.term, b.term):
            return monoid
    raise sem.refuse(op, "combiner", "the combiner is no commutative monoid that is known here")


def _fresh(value: Num, prefix: str, sem: Semantics, position: int = 0) -> Num:
    """A symbolic accumulator of the value's element type."""
    type_, ctx = element_of(value.type), sem.ctx
    width = int_width(type_)
    if width == 1:
        return Num(type_, ctx.ne(ctx.sym(f"{prefix}{position}:b", lo=0, hi=1), ctx.num(0)))
    if width is not None:
        return Num(type_, ctx.sym(f"{prefix}{position}:{width}", lo=-(1 << (width - 1)), hi=(1 << (width - 1)) - 1))
    return Num(type_, ctx.sym(f"{prefix}{position}:f", is_int=False))


def _candidates(op: Op, a: Num, b: Num, sem: Semantics) -> list[tuple[Monoid, Term]]:
    ctx, x, y = sem.ctx, a.term, b.term
    if x.is_bool:
        return [("any", ctx.or_(x, y)), ("all", ctx.and_(x, y)), ("parity", ctx.ite(x, ctx.not_(y), y))]
    is_int = not is_float(a.type)
    found: list[tuple[Monoid, Term]] = [
        ("sum", ctx.add(x, y)),
        ("prod", ctx.mul(x, y)),
        ("max", ctx.app("max", [x, y], is_int=is_int)),
        ("min", ctx.app("min", [x, y], is_int=is_int)),
    ]
    if is_int:
        width = int_width(a.type)
        assert width is not None
        half = 1 << (width - 1)
        args = sorted((x, y), key=lambda t: t.key)
        for monoid, name in (("band", "and"), ("bor", "or"), ("bxor", "xor")):
            found.append((monoid, ctx.app(f"{name}_i{width}", args, is_int=True, lo=-half, hi=half - 1)))
    return found


# -------------------------------------------------------------------------------- several operands


def _identify_pair(op: Op, values: tuple[Num, ...], sem: Semantics, run: RunBlock) -> PairOrder:
    """The order of a combiner of two operands (value, index); refuses any other."""
    if (
        len(values) == 2
        and not is_float(values[1].type)
        and int_width(values[1].type) != 1
        and not values[0].term.is_bool
    ):
        a, b = _fresh(values[0], "c", sem), _fresh(values[0], "d", sem)
        i, j = _fresh(values[1], "c", sem, 1), _fresh(values[1], "d", sem, 1)
        value, index = _numbers(op, run(op.regions[0].blocks[0], (a, i, b, j)), sem)
        order = identify_pair(sem.ctx, op, Combiner(a.term, i.term, b.term, j.term, value.term, index.term))
        if order is not None:
            if order.nan:
                sem.nan_seen = True
                sem.note("a NaN wins the extremum")
            return order
    raise sem.refuse(op, "combiner", "a combiner of several operands that is no extremum with its index")


def _pair(op: Op, values: tuple[Num, ...], sem: Semantics, run: RunBlock, over: Over) -> tuple[Term, Term]:
    """Value and index of a paired reduction or scan over the lanes of ``over``, in terms of the op's lanes."""
    order = _identify_pair(op, values, sem, run)
    body = _observed(op, values[0], order.kind, sem)
    return pair_result(sem.ctx, order, body, sem.signed(op, values[1]), over)


def _moments(values: tuple[Num, ...], sem: Semantics, combine: Combine, lane: Term, size: int) -> Triple | None:
    """Mean, count and squared deviations over all lanes, if that is what is reduced."""
    if len(values) != 3 or not all(is_float(v.type) for v in values):
        return None
    ctx = sem.ctx
    roles = identify_moments(ctx, combine)
    if roles is None:
        return None
    first, second, third = values
    terms = first.term, second.term, third.term
    return moments(ctx, roles, terms, lambda t: big(ctx, "sum", lane, ctx.num(0), ctx.num(size), t))


def _combined(op: Op, values: tuple[Num, ...], sem: Semantics, run: RunBlock, x: Triple, y: Triple) -> Triple | None:
    types = [element_of(v.type) for v in values]
    args = tuple(Num(t, term) for t, term in zip((*types, *types), (*x, *y), strict=True))
    first, second, third = _numbers(op, run(op.regions[0].blocks[0], args), sem)
    return first.term, second.term, third.term


# ---------------------------------------------------------------------------------------- helpers


def _numbers(op: Op, operands: tuple[SymVal, ...], sem: Semantics) -> tuple[Num, ...]:
    out = tuple(v for v in operands if isinstance(v, Num))
    if len(out) != len(operands):
        raise sem.refuse(op, "pointer-operand", f"{op.name} on pointers has no meaning here")
    return out


def _observed(op: Op, value: Num, monoid: Monoid, sem: Semantics) -> Term:
    """The body: sums and products see integers modulo 2^w, the others their signed value."""
    if value.term.is_bool or is_float(value.type) or monoid in ("sum", "prod"):
        return value.term
    return sem.signed(op, value)


def _result(op: Op, position: int, term: Term, monoid: Monoid, sem: Semantics) -> Num:
    """Sums and products of integers are known modulo 2^w; every other monoid stays in the range of its operands."""
    type_ = op.results[position].type
    if is_float(type_) or term.is_bool or monoid not in ("sum", "prod"):
        return Num(type_, term)
    return sem.int_result(op, term, type_)


def _drop_axis(term: Term, shape: tuple[int, ...], axis: int, sem: Semantics) -> Term:
    """Renumber the lanes after the reduced axis is gone."""
    rest = shape[:axis] + shape[axis + 1 :]
    old = lanes(sem.symbols, shape)
    kept = old[:axis] + old[axis + 1 :]
    return sem.ctx.subst(term, lane_substitution(kept, lanes(sem.symbols, rest)))
