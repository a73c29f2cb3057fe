"""A finite non-empty domain attains its extremum (A1); near misses of the lemma's shape are left alone."""

from __future__ import annotations

import pytest

from triton_lift._core import Context, Term
from triton_lift.linear.attained import attained_when, without_attained
from triton_lift.linear.facts import LinearFacts


class Case:
    """x over 0 <= k < 64 and k < n; the literal that some k attains the extremum."""

    def __init__(self) -> None:
        self.ctx = ctx = Context()
        self.k, self.n = ctx.sym("k", lo=0, hi=63), ctx.sym("n", lo=-(2**31), hi=2**31 - 1)
        self.x = ctx.read("a0", [self.k], is_int=False)

    def extremum(self, kind: str = "max", bound: Term | None = None, body: Term | None = None) -> Term:
        ctx = self.ctx
        inside = ctx.lt(self.k, self.n if bound is None else bound)
        lanes = ctx.ite(inside, self.x if body is None else body, ctx.inf(-1 if kind == "max" else 1))
        tree = ctx.big("max" if kind == "max" else "min", self.k, ctx.num(0), ctx.num(64), lanes)
        (finite,) = [leaf for leaf in ctx.leaves(tree) if leaf.kind == "poly"]
        return finite

    def exists(self, equal: Term, inside: Term | None = None) -> Term:
        ctx = self.ctx
        cond = ctx.and_(ctx.lt(self.k, self.n) if inside is None else inside, equal)
        (literal,) = ctx.literals(ctx.exists(self.k, ctx.num(0), ctx.num(64), cond))
        return literal


@pytest.mark.parametrize("kind", ["max", "min"])
def test_the_extremum_is_attained_iff_the_domain_is_not_empty(kind: str) -> None:
    c = Case()
    literal = c.exists(c.ctx.eq(c.x, c.extremum(kind)))
    assert attained_when(c.ctx, literal) == c.ctx.ge(c.n, c.ctx.num(1))
    tested = c.ctx.ite(literal, c.ctx.num(1), c.ctx.inf(1))
    assert without_attained(c.ctx, tested) == c.ctx.ite(c.ctx.ge(c.n, c.ctx.num(1)), c.ctx.num(1), c.ctx.inf(1))


def test_denying_it_contradicts_a_non_empty_domain_only() -> None:
    c = Case()
    literal = c.exists(c.ctx.eq(c.x, c.extremum()))
    (positive,) = c.ctx.literals(c.ctx.ge(c.n, c.ctx.num(1)))
    truth = c.ctx.assign(c.ctx.ge(c.n, c.ctx.num(1)), {positive: True}).truth
    assert LinearFacts.of(c.ctx, [(positive, truth), (literal, False)]).contradictory()
    assert not LinearFacts.of(c.ctx, [(positive, not truth), (literal, False)]).contradictory()
    assert not LinearFacts.of(c.ctx, [(literal, False)]).contradictory()


def test_near_misses_are_left_alone() -> None:
    c = Case()
    ctx, best = c.ctx, c.extremum()
    other = ctx.read("a1", [c.k], is_int=False)
    misses = [
        c.exists(ctx.eq(other, best)),  # another body
        c.exists(ctx.eq(c.x, ctx.mul(ctx.num(2), best))),  # twice the maximum
        c.exists(ctx.eq(c.x, ctx.add(best, ctx.num(1)))),  # beyond the maximum
        c.exists(ctx.eq(c.x, c.extremum(bound=ctx.add(c.n, ctx.num(1))))),  # of a larger domain
        c.exists(ctx.eq(c.x, best), ctx.lt(c.k, ctx.sub(c.n, ctx.num(1)))),  # sought in a smaller domain
        c.exists(ctx.eq(c.x, c.extremum(body=ctx.mul(c.x, c.x)))),  # of the squares
    ]
    for literal in misses:
        assert attained_when(ctx, literal) is None, literal
        assert without_attained(ctx, ctx.ite(literal, ctx.num(1), ctx.num(0))) == ctx.ite(literal, ctx.num(1), ctx.num(0))
