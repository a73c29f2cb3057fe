"""Conjunctions of literals: their parts, what the requirements say, what is redundant in one."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.products import implied_by_factors
from triton_lift.linear.restrict import restrict_under


def requirement_literals(denotation: Denotation) -> tuple[tuple[Term, bool], ...]:
    """The literals that the recorded requirements assert."""
    ctx, found = denotation.ctx, dict[tuple[Term, bool], None]()
    for requirement in denotation.requirements:
        paths = ctx.paths(requirement.cond) if requirement.cond.kind == "ite" else ()
        good = [path for path, leaf in paths if leaf.kind == "bool" and leaf.truth]
        if len(good) == 1:
            found.update(dict.fromkeys(good[0]))
    return tuple(found)


def conjuncts(ctx: Context, cond: Term) -> tuple[tuple[Term, bool], ...] | None:
    """The literals of a conjunction; None when the tree is no conjunction."""
    if cond.kind != "ite":
        return () if cond.kind == "bool" and cond.truth else None
    good = [path for path, leaf in ctx.paths(cond) if not (leaf.kind == "bool" and not leaf.truth)]
    return good[0] if len(good) == 1 else None


def without_redundant(ctx: Context, cond: Term, context: tuple[tuple[Term, bool], ...]) -> Term:
    """Drop the literals of a conjunction that the others (and ``context``) imply."""
    found = conjuncts(ctx, cond)
    if found is None or len(found) > 24:
        return cond
    keep = list(found)
    for literal in found:
        rest = [k for k in keep if k != literal]
        if implied_by_factors(LinearFacts.of(ctx, (*context, *rest)), *literal):
            keep = rest
    return conjunction(ctx, keep)


def conjunction(ctx: Context, literals: Iterable[tuple[Term, bool]]) -> Term:
    """The tree of a conjunction of literals."""
    out = ctx.truth(True)
    for literal, truth in literals:
        tree = ctx.ite(literal, ctx.truth(truth), ctx.truth(not truth))
        out = ctx.and_(out, tree)
    return out


def restrict(ctx: Context, term: Term, domain: Term, denotation: Denotation) -> Term:
    """The term with the literals of its tree that a conjunctive domain decides fixed; for other domains unchanged."""
    found = conjuncts(ctx, domain)
    if term.kind != "ite" or found is None:
        return term
    return restrict_under(ctx, term, LinearFacts.of(ctx, (*requirement_literals(denotation), *found)))
