"""Equality of trees under facts: the same leaf wherever both can be. Source: docs/spec.md, "Loops"."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.restrict import restrict_under

MAX_VISITS = 600
"""Pairs of nodes that a comparison visits before it gives up and answers "not shown"."""


def equal_under(ctx: Context, a: Term, b: Term, facts: LinearFacts) -> bool:
    """Whether the facts are shown to make ``a`` and ``b`` the same.

    Undef equals undef only. Leaves are equal where their normal forms are, or, for integers, where linear arithmetic
    shows it.
    """
    if a == b:
        return True
    a, b = restrict_under(ctx, a, facts), restrict_under(ctx, b, facts)
    return _Comparison(ctx).equal(a, b, facts)


class _Comparison:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.visits = 0

    def equal(self, a: Term, b: Term, facts: LinearFacts) -> bool:
        if a == b:
            return True
        self.visits += 1
        if self.visits > MAX_VISITS:
            return False
        literal = next((t.args[0] for t in (a, b) if t.kind == "ite"), None)
        if literal is None:
            return self._leaves(a, b, facts)
        decided = facts.decide(literal)
        for truth in (True, False) if decided is None else (decided,):
            below = facts if decided is not None else facts.extended(((literal, truth),))
            left, right = (self.ctx.assign(t, {literal: truth}) for t in (a, b))
            if not self.equal(left, right, below):
                return False
        return True

    def _leaves(self, a: Term, b: Term, facts: LinearFacts) -> bool:
        if a.kind == b.kind == "poly" and a.is_int and b.is_int and facts.holds(self.ctx.eq(a, b)):
            return True
        return facts.contradictory()


def conjunction_facts(ctx: Context, conditions: tuple[Term, ...]) -> LinearFacts:
    """The facts of several conditions: of each that is a conjunction, its literals; nothing of another."""
    found: dict[tuple[Term, bool], None] = {}
    for condition in conditions:
        if condition.kind != "ite":
            continue
        good = [path for path, leaf in ctx.paths(condition) if not (leaf.kind == "bool" and not leaf.truth)]
        if len(good) == 1:
            found.update(dict.fromkeys(good[0]))
    return LinearFacts.of(ctx, found)
