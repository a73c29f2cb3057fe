"""Reductions and scans of (value, index) pairs: the extremum together with the place where it is attained.

The combiner is identified by comparing it, in every case of the order of the values, with a lexicographic order: a
better value wins; among equals the smaller (or larger) index; optionally a NaN beats every number. Then

    value = NaN if some lane holds one, else the extremum;  index = the least (greatest) index of a lane attaining it.

Source: docs/spec.md, "Reductions and scans" (R2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from triton_lift._core import Context, Term
from triton_lift.interp.cases import assume_order, equal_by_cases
from triton_lift.ir.model import Op
from triton_lift.ops.symbolic.arith_int import int_attr
from triton_lift.ops.symbolic.value import map_leaves

Extremum = Literal["max", "min"]

Over = Callable[[Extremum, Term], Term]
"""The big operator of a kind over the lanes in question, applied to a body."""


@dataclass(frozen=True, slots=True)
class PairOrder:
    """A lexicographic order of pairs: ``kind`` of the values, ``tie`` of the indices, ``nan``: NaN comes first."""

    kind: Extremum
    tie: Extremum
    nan: bool


ORDERS = tuple(PairOrder(kind, tie, nan) for nan in (False, True) for kind in ("max", "min") for tie in ("min", "max"))


@dataclass(frozen=True, slots=True)
class Combiner:
    """A pair combiner on symbolic accumulators (a, i) and (b, j), with what it returns."""

    a: Term
    i: Term
    b: Term
    j: Term
    value: Term
    index: Term


def identify_pair(ctx: Context, op: Op, combiner: Combiner) -> PairOrder | None:
    """The order that the combiner of ``op`` implements, or None."""
    strict = _compares_strictly(op)
    for order in ORDERS:
        if order.nan and not strict:
            continue
        if obeys(ctx, combiner, order):
            return order
    return None


def _compares_strictly(op: Op) -> bool:
    """Whether every float comparison of the region is oeq, ogt, olt, or une of a value with itself.

    Only then do order literals that are false say what the comparison is on a NaN.
    """
    for inner in op.regions[0].blocks[0].ops:
        if inner.name == "arith.cmpf":
            predicate = int_attr(inner, "predicate")
            if predicate not in (1, 2, 4) and not (predicate == 13 and inner.operands[0] is inner.operands[1]):
                return False
    return True


def obeys(ctx: Context, c: Combiner, order: PairOrder) -> bool:
    """Whether the combiner is the order's, in each case of the order of values and, with ``nan``, of which are NaN."""
    tie = ctx.app(order.tie, [c.i, c.j], is_int=True)
    na, nb = (ctx.literals(ctx.bapp("isnan", [x])) if not x.is_int else () for x in (c.a, c.b))
    if order.nan:
        if len(na) != 1 or len(nb) != 1:
            return False
        for a_nan, b_nan in ((True, True), (True, False), (False, True)):
            value, index = (_on_nan(ctx, t, c, {na[0]: a_nan, nb[0]: b_nan}) for t in (c.value, c.index))
            if a_nan and b_nan:
                if value not in (c.a, c.b) and not _either(ctx, value, c.a, c.b):
                    return False
                if not equal_by_cases(ctx, index, tie, c.i, c.j):
                    return False
            elif (value, index) != ((c.a, c.i) if a_nan else (c.b, c.j)):
                return False
        plain = {na[0]: False, nb[0]: False}
        value, index = ctx.assign(c.value, plain), ctx.assign(c.index, plain)
    else:
        value, index = c.value, c.index
    for case in ("lt", "gt", "eq"):
        if case == "eq":
            got_value, got_index = ctx.subst(value, {c.b: c.a}), ctx.subst(index, {c.b: c.a})
            want_value, want_index = c.a, tie
        else:
            got_value, got_index = (assume_order(ctx, t, c.a, c.b, case) for t in (value, index))
            first = case == ("gt" if order.kind == "max" else "lt")
            want_value, want_index = (c.a, c.i) if first else (c.b, c.j)
        if got_value != want_value or not equal_by_cases(ctx, got_index, want_index, c.i, c.j):
            return False
    return True


def _on_nan(ctx: Context, term: Term, c: Combiner, nans: dict[Term, bool]) -> Term:
    """The term where an operand is NaN: every ordered comparison of a and b is false."""
    values = dict(nans)
    for tree in (ctx.lt(c.a, c.b), ctx.gt(c.a, c.b), ctx.eq(c.a, c.b)):
        for literal in ctx.literals(tree):
            then = ctx.assign(tree, {literal: True})
            if then.kind == "bool":
                values[literal] = not then.truth
    return ctx.assign(term, values)


def _either(ctx: Context, value: Term, a: Term, b: Term) -> bool:
    """Whether every leaf of the value is a or b: both are NaN."""
    return all(leaf in (a, b) for leaf in ctx.leaves(value))


def pair_result(ctx: Context, order: PairOrder, body: Term, index: Term, over: Over) -> tuple[Term, Term]:
    """Value and index of the order over the lanes of ``over``; both as terms free of the lane."""
    none = ctx.inf(1 if order.tie == "min" else -1)
    best = over(order.kind, body)
    place = attained(ctx, over(order.tie, ctx.ite(ctx.eq(body, best), index, none)))
    if not order.nan:
        return best, place
    is_nan = map_leaves(ctx, body, lambda leaf: ctx.bapp("isnan", [leaf]))
    some = ctx.ne(over("max", ctx.ite(is_nan, ctx.num(1), ctx.num(0))), ctx.num(0))
    nan_place = attained(ctx, over(order.tie, ctx.ite(is_nan, index, none)))
    return ctx.ite(some, ctx.app("nan", []), best), ctx.ite(some, nan_place, place)


def attained(ctx: Context, index: Term) -> Term:
    """The index attaining an extremum, without the branches (infinite leaf) where no lane attains it.

    Over a non-empty finite set of lanes some lane attains it, so those branches are never taken.
    """
    if index.kind != "ite":
        return index
    literal, then, other = index.args
    if then.kind == "inf":
        return attained(ctx, other)
    if other.kind == "inf":
        return attained(ctx, then)
    return ctx.ite(literal, attained(ctx, then), attained(ctx, other))
