"""Reductions of (mean, count, sum of squared deviations): the combiner of two samples, identified by proof.

For counts that are non-negative integers, n, n*mean and M2 + n*mean^2 are plain sums; where all counts are zero the
mean is zero. Source: docs/spec.md, "Reductions and scans" (R6).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

from triton_lift._core import Context, Term
from triton_lift.linear.equal import equal_under
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.value import map_leaves

Triple = tuple[Term, Term, Term]
Combine = Callable[[Triple, Triple], Triple | None]
"""The combiner's results on two triples of terms; None where it has no meaning on them."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Positions of mean, count and sum of squared deviations among the operands."""

    mean: int
    count: int
    spread: int


def identify_moments(ctx: Context, combine: Combine) -> Roles | None:
    """Which operand is what, if the combiner joins two samples."""
    for order in permutations(range(3)):
        roles = Roles(*order)
        if _joins(ctx, combine, roles):
            return roles
    return None


def _joins(ctx: Context, combine: Combine, roles: Roles) -> bool:
    operands: list[list[Term]] = []
    for side in ("c", "d"):
        values = [ctx.sym(f"{side}{i}:f", is_int=False) for i in range(3)]
        values[roles.count] = ctx.sym(f"{side}{roles.count}:n", lo=0)
        operands.append(values)
    first, second = ((v[0], v[1], v[2]) for v in operands)
    results = combine(first, second)
    if results is None:
        return False
    (m1, n1, s1), (m2, n2, s2), (mean, count, spread) = (
        (t[roles.mean], t[roles.count], t[roles.spread]) for t in (first, second, results)
    )
    if count != ctx.add(n1, n2):
        return False
    total = ctx.add(ctx.mul(n1, m1), ctx.mul(n2, m2))
    squares = ctx.add(ctx.add(s1, s2), ctx.add(ctx.mul(n1, ctx.power(m1, 2)), ctx.mul(n2, ctx.power(m2, 2))))
    some = _facts(ctx, ctx.ge(count, ctx.num(1)))
    sums = (
        (ctx.mul(count, mean), total),
        (ctx.add(spread, ctx.mul(count, ctx.power(mean, 2))), squares),
    )
    if not all(equal_under(ctx, a, b, some) for a, b in sums):
        return False
    none = {n1: ctx.num(0), n2: ctx.num(0)}
    return ctx.subst(mean, none) == ctx.num(0) and ctx.subst(spread, none) == ctx.add(s1, s2)


def _facts(ctx: Context, cond: Term) -> LinearFacts:
    literal, then, _ = cond.args
    return LinearFacts.of(ctx, [(literal, then.truth)])


def moments(ctx: Context, roles: Roles, values: Triple, total: Callable[[Term], Term]) -> Triple | None:
    """The reduction of lanes to one triple, ``total`` being the sum over at least two lanes.

    None where a lane may be undefined or infinite, or a count is not known to be a non-negative integer.
    """
    mean, count, spread = values[roles.mean], values[roles.count], values[roles.spread]
    if any(leaf.kind != "poly" for v in values for leaf in ctx.leaves(v)):
        return None
    for leaf in ctx.leaves(count):
        low = ctx.interval(leaf)[0] if leaf.is_int else None
        if low is None or low < 0:
            return None
    weighted = cancelled(ctx, ctx.mul(count, mean))
    squares = cancelled(ctx, ctx.add(spread, ctx.mul(count, ctx.power(mean, 2))))
    n, first, second = total(count), total(weighted), total(squares)
    one_over = ctx.recip(ctx.app("max", [n, ctx.num(1)], is_int=True))
    results = [n, n, n]
    results[roles.mean] = ctx.mul(first, one_over)
    results[roles.spread] = ctx.sub(second, ctx.mul(ctx.power(first, 2), one_over))
    return results[0], results[1], results[2]


def cancelled(ctx: Context, term: Term) -> Term:
    """The term with ``n * 1/max(n, 1)`` cancelled, where it is shown to be equal; else the term."""
    shorter = map_leaves(ctx, term, lambda leaf: _shorter(ctx, leaf))
    if shorter != term and equal_under(ctx, term, shorter, LinearFacts.of(ctx, ())):
        return shorter
    return term


def _shorter(ctx: Context, leaf: Term) -> Term:
    out = ctx.num(0)
    for numerator, denominator, factors in leaf.monomials:
        powers = dict(factors)
        for atom, _ in factors:
            if atom.kind == "app" and atom.name == "recip":
                below = atom.args[0]
                for other in list(powers):
                    if other != atom and below in (other, ctx.app("max", [other, ctx.num(1)], is_int=other.is_int)):
                        common = min(powers[atom], powers[other])
                        powers[atom] -= common
                        powers[other] -= common
        term = ctx.num(numerator, denominator)
        for atom, power in powers.items():
            term = ctx.mul(term, ctx.power(atom, power))
        out = ctx.add(out, term)
    return out
