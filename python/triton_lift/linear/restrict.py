"""Trees under facts: literals that the facts decide are fixed, branches that they exclude are dropped."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts


def restrict_under(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """Fix the literals of a tree that the facts decide, until none is left that they do."""
    for literal in ctx.literals(term):
        if term.kind != "ite":
            break
        decided = facts.decide(literal)
        if decided is not None:
            term = ctx.assign(term, {literal: decided})
    return prune(ctx, term, facts) if term.has_undef else term


PRUNE_LIMIT = 128
"""Nodes of a tree that ``prune`` visits before it gives up and leaves the rest as it is."""


def prune(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """Drop the branches of a tree whose path contradicts the facts, where an undef leaf lies below."""
    visited = 0

    def go(t: Term, known: LinearFacts) -> Term | None:
        """The pruned tree; None where no point gets here."""
        nonlocal visited
        visited += 1
        if visited > PRUNE_LIMIT or not t.has_undef:
            return t
        if t.kind != "ite":
            return None if known.contradictory() else t
        literal, then, other = t.args
        decided = known.decide(literal)
        if decided is not None:
            return go(then if decided else other, known)
        kept_then = go(then, known.extended(((literal, True),)))
        kept_other = go(other, known.extended(((literal, False),)))
        if kept_then is None or kept_other is None:
            return kept_then if kept_other is None else kept_other
        return ctx.ite(literal, kept_then, kept_other)

    pruned = go(term, facts)
    return term if pruned is None else pruned
