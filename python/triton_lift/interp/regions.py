"""Reductions and scans: the combiner region is interpreted on two symbolic accumulators and identified by proof.

A combiner is a known commutative monoid iff its term over fresh symbols *is* the monoid's term in normal form, or
equals it in every case of its literals (``tt.reduce`` may combine in any order, so a combiner that is no such
monoid has no meaning). Source: docs/spec.md, "Reductions".
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Context, Term
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
    totals = _pair(op, values, lane, size, sem, run)
    return tuple(_result(op, i, _drop_axis(t, shape, axis, sem), "min", sem) for i, t in enumerate(totals))


def scan_op(op: Op, operands: tuple[SymVal, ...], sem: Semantics, run: RunBlock) -> tuple[SymVal, ...]:
    """``tt.scan``: inclusive prefix (or suffix with ``reverse``) of the combiner along the axis."""
    values = _numbers(op, operands, sem)
    refuse_nan(op, sem, *values)
    if len(values) != 1 or values[0].permutation:
        raise sem.refuse(op, "scan", "a scan of several operands has no closed form here")
    axis, shape, ctx = int_attr(op, "axis"), shape_of(values[0].type), sem.ctx
    size = shape[axis]
    if size == 1:
        return values
    monoid = identify(op, values[0], sem, run)
    body = _observed(op, values[0], monoid, sem)
    lane = sem.symbols.lane(axis, size)
    r = ctx.sym(f"r:{size}", lo=0, hi=size - 1)
    reverse = op.attrs.get("reverse")
    backward = isinstance(reverse, IntAttr) and reverse.value != 0
    dom = ctx.ge(r, lane) if backward else ctx.le(r, lane)
    total = big(ctx, monoid, r, ctx.num(0), ctx.num(size), ctx.subst(body, {lane: r}), dom)
    return (_result(op, 0, total, monoid, sem),)


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


def equal_by_cases(ctx: Context, actual: Term, expected: Term, a: Term, b: Term) -> bool:
    """Equality of two terms over all real or integer values of ``a`` and ``b``.

    Identical normal forms are equal. Otherwise the three orders a < b, a = b, a > b are tried: under each, the
    order literals are fixed, max and min of a and b are their value there, and (for a = b) b is replaced by a. IEEE
    predicates are never fixed, so a NaN-propagating maximum is not a maximum.
    """
    if actual == expected:
        return True
    if a.is_bool:
        return False
    less, more = ctx.lt(a, b), ctx.gt(a, b)
    for case in ("lt", "gt", "eq"):
        results: list[Term] = []
        for term in (actual, expected):
            if case == "eq":
                fixed = ctx.subst(term, {b: a})
            else:
                chosen = {"max": b if case == "lt" else a, "min": a if case == "lt" else b}
                fixed = term
                for name, value in chosen.items():
                    is_int = a.is_int
                    fixed = ctx.subst(fixed, {ctx.app(name, [a, b], is_int=is_int): value})
                fixed = _assume_order(ctx, fixed, a, b, less, more, case)
            results.append(fixed)
        if results[0] != results[1]:
            return False
    return True


def _assume_order(ctx: Context, term: Term, a: Term, b: Term, less: Term, more: Term, case: str) -> Term:
    values: dict[Term, bool] = {}
    for literal_tree, truth in (
        (less, case == "lt"),
        (more, case == "gt"),
        (ctx.le(a, b), case == "lt"),
        (ctx.ge(a, b), case == "gt"),
        (ctx.eq(a, b), False),
    ):
        for literal in ctx.literals(literal_tree):
            then = ctx.assign(literal_tree, {literal: True})
            if then.kind == "bool":
                values[literal] = truth == then.truth
    return ctx.assign(term, values)


# -------------------------------------------------------------------------------- several operands


def _pair(op: Op, values: tuple[Num, ...], lane: Term, size: int, sem: Semantics, run: RunBlock) -> tuple[Term, ...]:
    """Two operands (value, index): the lexicographic arg-max or arg-min, smaller index first among equals.

    index = min { index_k : value_k is the extremum }.
    """
    if len(values) != 2 or is_float(values[1].type) or int_width(values[1].type) == 1 or values[0].term.is_bool:
        raise sem.refuse(op, "combiner", "a reduction of several operands that is no arg-max or arg-min")
    a, b = _fresh(values[0], "c", sem), _fresh(values[0], "d", sem)
    i, j = _fresh(values[1], "c", sem, 1), _fresh(values[1], "d", sem, 1)
    result = _numbers(op, run(op.regions[0].blocks[0], (a, i, b, j)), sem)
    ctx = sem.ctx
    kind = next((k for k in ("max", "min") if _is_lexicographic(ctx, k, a.term, i.term, b.term, j.term, result)), None)
    if kind is None:
        raise sem.refuse(op, "combiner", "a reduction of several operands that is no arg-max or arg-min")
    body = _observed(op, values[0], kind, sem)
    index = sem.signed(op, values[1])
    best = big(ctx, kind, lane, ctx.num(0), ctx.num(size), body)
    attained = ctx.eq(body, best)
    where = ctx.ite(attained, index, ctx.inf(1))
    return best, _attained(ctx, big(ctx, "min", lane, ctx.num(0), ctx.num(size), where))


def _attained(ctx: Context, index: Term) -> Term:
    """The least index attaining an extremum, without the branches (leaf +inf) where no lane attains it.

    Over a non-empty finite set of lanes some lane attains it, so those branches are never taken.
    """
    if index.kind != "ite":
        return index
    literal, then, other = index.args
    if then.kind == "inf":
        return _attained(ctx, other)
    if other.kind == "inf":
        return _attained(ctx, then)
    return ctx.ite(literal, _attained(ctx, then), _attained(ctx, other))


def _is_lexicographic(ctx: Context, kind: str, a: Term, i: Term, b: Term, j: Term, result: tuple[Num, ...]) -> bool:
    """Whether the combiner is: the better value wins; among equals the smaller index (with its value, which is the
    same).
    """
    less, more = ctx.lt(a, b), ctx.gt(a, b)
    smaller = ctx.app("min", [i, j], is_int=True)
    for case in ("lt", "gt", "eq"):
        first = case == ("gt" if kind == "max" else "lt")
        want_value, want_index = (a, i) if first else (b, j)
        if case == "eq":
            want_value, want_index = a, smaller
        got: list[Term] = []
        for term in (result[0].term, result[1].term):
            if case == "eq":
                got.append(ctx.subst(term, {b: a}))
            else:
                got.append(_assume_order(ctx, term, a, b, less, more, case))
        if got[0] != want_value or not equal_by_cases(ctx, got[1], want_index, i, j):
            return False
    return True


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
