"""Equations that follow from facts one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift._core import Context, Term
from triton_lift.linear.equal import conjunction_facts
from triton_lift.linear.facts import LinearFacts


def all_follow(ctx: Context, facts: LinearFacts, equations: Iterable[Term]) -> bool:
    """Whether the facts imply all of the equations; each that is shown helps with the others.

    So digits of a number are shown equal: where ``64*a + b == 64*c + d`` and b, d are below 64, first a == c follows.
    """
    left = list(dict.fromkeys(equations))
    while left:
        shown = next((e for e in left if facts.holds(e)), None)
        if shown is None:
            return False
        left.remove(shown)
        facts = facts.extended(conjunction_facts(ctx, (shown,)).literals)
    return True
