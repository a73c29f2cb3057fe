"""Whether facts show that an integer fits its width."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts

MAX_CASES = 5
"""Conditions in an integer whose cases are looked at one by one."""


def fits_under(ctx: Context, term: Term, width: int, facts: LinearFacts) -> bool:
    """Whether the facts show that an integer fits the signed range of ``width`` bits; False where it is undefined."""
    half = 1 << (width - 1)
    if len(ctx.literals(term)) > MAX_CASES:
        return False
    for path, leaf in ctx.paths(term):
        below = facts.extended(path)
        if below.contradictory():
            continue
        if leaf.kind != "poly" or not leaf.is_int:
            return False
        if not below.holds(ctx.and_(ctx.ge(leaf, ctx.num(-half)), ctx.lt(leaf, ctx.num(half)))):
            return False
    return True
