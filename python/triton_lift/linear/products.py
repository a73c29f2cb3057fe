"""Comparisons with products that linear arithmetic alone does not show.

``f*A + B >= 0`` holds where f >= 0, A >= c and c*f + B >= 0, for some number c: f*A >= c*f. Each part is shown
linearly or by the same rule. Source: docs/spec.md (A6).
"""

from __future__ import annotations

from math import gcd

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts

MAX_DEPTH = 3
"""Products in one another."""


def holds_by_factors(facts: LinearFacts, cond: Term) -> bool:
    """Whether the facts are shown to make a conjunction of comparisons true."""
    if facts.holds(cond):
        return True
    literals = _conjuncts(facts.ctx, cond)
    return literals is not None and all(implied_by_factors(facts, *part) for part in literals)


def implied_by_factors(facts: LinearFacts, literal: Term, truth: bool) -> bool:
    """Whether the facts are shown to make a literal equal ``truth``."""
    if facts.implies(literal, truth):
        return True
    ctx = facts.ctx
    if literal.kind == "ge":
        (p,) = literal.args
        return _non_negative(facts, p if truth else ctx.sub(ctx.num(-1), p), MAX_DEPTH)
    if literal.kind == "eq" and truth and literal.args[0].is_int:
        (p,) = literal.args
        return all(_non_negative(facts, q, MAX_DEPTH) for q in (p, ctx.neg(p)))
    return False


def _non_negative(facts: LinearFacts, p: Term, depth: int) -> bool:
    ctx = facts.ctx
    if p.kind != "poly" or not p.is_int:
        return False
    if facts.holds(ctx.ge(p, ctx.num(0))):
        return True
    if depth == 0:
        return False
    for factor in _factors(p):
        quotient, rest = _divided(ctx, p, factor)
        if not facts.holds(ctx.ge(factor, ctx.num(0))):
            continue
        for c in dict.fromkeys((_content(quotient), 1, 0)):
            remaining = ctx.add(rest, ctx.mul(ctx.num(c), factor))
            if _non_negative(facts, ctx.sub(quotient, ctx.num(c)), depth - 1) and _non_negative(
                facts, remaining, depth - 1
            ):
                return True
    return False


def _factors(p: Term) -> list[Term]:
    """The atoms of products, in order."""
    found: dict[Term, None] = {}
    for _, _, factors in p.monomials:
        if sum(power for _, power in factors) > 1:
            found.update(dict.fromkeys(atom for atom, _ in factors))
    return list(found)


def _divided(ctx: Context, p: Term, factor: Term) -> tuple[Term, Term]:
    """(A, B) with p = factor*A + B, A made of all monomials that have the factor."""
    quotient, rest = ctx.num(0), ctx.num(0)
    for numerator, denominator, factors in p.monomials:
        inside = any(atom == factor for atom, _ in factors)
        term = ctx.num(numerator, denominator)
        for atom, power in factors:
            term = ctx.mul(term, ctx.power(atom, power - 1 if atom == factor else power))
        if inside:
            quotient = ctx.add(quotient, term)
        else:
            rest = ctx.add(rest, term)
    return quotient, rest


def _content(p: Term) -> int:
    """The greatest common divisor of the coefficients of an integer polynomial, its constant aside."""
    return gcd(*(numerator for numerator, _, factors in p.monomials if factors)) if p.kind == "poly" else 0


def _conjuncts(ctx: Context, cond: Term) -> tuple[tuple[Term, bool], ...] | None:
    if cond.kind != "ite":
        return () if cond.kind == "bool" and cond.truth else None
    good = [path for path, leaf in ctx.paths(cond) if not (leaf.kind == "bool" and not leaf.truth)]
    return good[0] if len(good) == 1 else None


def without_settled(facts: LinearFacts, term: Term) -> Term:
    """The term with every quotient ``p div q`` replaced by 0 where the facts show 0 <= p < q."""
    ctx = facts.ctx
    while True:
        found = next((a for a in ctx.atoms(term) if _is_zero(facts, a)), None)
        if found is None:
            return term
        term = ctx.subst(term, {found: ctx.num(0)})


def _is_zero(facts: LinearFacts, atom: Term) -> bool:
    if atom.kind != "app" or atom.name != "floordiv":
        return False
    ctx, (p, q) = facts.ctx, atom.args
    return holds_by_factors(facts, ctx.ge(p, ctx.num(0))) and holds_by_factors(facts, ctx.lt(p, q))
