"""The lemma that a finite non-empty domain attains its extremum. Source: docs/spec.md (A1)."""

from __future__ import annotations

from itertools import permutations

from triton_lift._core import Context, Term

MAX_VARIABLES = 3
"""Variables of an ``exists`` that is looked at."""


def attained_when(ctx: Context, literal: Term) -> Term | None:
    """For a literal ``exists k in D: f(k) == max over D of f`` (or min), the condition that D is not empty; else None.

    D must be, literal for literal, the domain of the extremum, and f its body.
    """
    if literal.kind != "exists" or literal.nvars > MAX_VARIABLES:
        return None
    points = [ctx.sym(f"attained:{i}", is_int=True) for i in range(literal.nvars)]
    if set(points) & set(ctx.free_syms(literal)):
        return None
    domain, _ = ctx.open_big(literal, points)
    for lit, truth in domain:
        if lit.kind != "eq" or not truth:
            continue
        rest = tuple(d for d in domain if d != (lit, truth))
        if any(_is_extremum_of(ctx, extremum, lit.args[0], rest, points) for extremum in _extrema(lit.args[0])):
            return _non_empty(ctx, rest, points[0]) if len(points) == 1 else _some_point(ctx, rest, points)
    return None


def without_attained(ctx: Context, term: Term) -> Term:
    """The term with every tested literal of that form replaced by the condition that its domain is not empty.

    The two are equivalent: an empty domain has no k, a finite non-empty one attains its extremum.
    """
    found: dict[Term, Term] = {}
    for literal in ctx.literals(term):
        condition = attained_when(ctx, literal)
        if condition is not None:
            found[literal] = condition
    return ctx.subst(term, found) if found else term


def _extrema(p: Term) -> list[tuple[Term, int]]:
    """The extrema that are a summand of p with coefficient 1 or -1."""
    found: list[tuple[Term, int]] = []
    for numerator, denominator, factors in p.monomials if p.kind == "poly" else ():
        if abs(numerator) == denominator == 1 and len(factors) == 1 and factors[0][1] == 1:
            atom = factors[0][0]
            if atom.kind == "big" and atom.name in ("max", "min"):
                found.append((atom, numerator))
    return found


def _is_extremum_of(
    ctx: Context, extremum: tuple[Term, int], p: Term, rest: tuple[tuple[Term, bool], ...], points: list[Term]
) -> bool:
    """Whether p == 0 says f(points) == extremum, with f the extremum's body over the domain ``rest``."""
    atom, sign = extremum
    if atom.nvars != len(points) or set(points) & set(ctx.free_syms(atom)):
        return False
    for order in permutations(points):
        domain, body = ctx.open_big(atom, order)
        difference = ctx.sub(body, atom)
        if set(domain) == set(rest) and p in (difference, ctx.neg(difference)) and sign != 0:
            return True
    return False


def _some_point(ctx: Context, rest: tuple[tuple[Term, bool], ...], points: list[Term]) -> Term:
    """The condition that the literals have a common point, as far as the core eliminates the variables."""
    ones = ctx.close_big("max", points, rest, ctx.num(1))

    def reached(tree: Term) -> Term:
        if tree.kind == "ite":
            literal, then, other = tree.args
            return ctx.ite(literal, reached(then), reached(other))
        return ctx.truth(tree.kind == "poly")

    return reached(ones)


def _non_empty(ctx: Context, rest: tuple[tuple[Term, bool], ...], k: Term) -> Term | None:
    """The condition that some k satisfies the literals, where each bounds k with coefficient 1 or -1."""
    lower: list[Term] = []
    upper: list[Term] = []
    for lit, truth in rest:
        if lit.kind != "ge":
            return None
        p = lit.args[0] if truth else ctx.sub(ctx.num(-1), lit.args[0])  # p >= 0
        slope = ctx.sub(ctx.subst(p, {k: ctx.add(k, ctx.num(1))}), p).constant
        base = ctx.subst(p, {k: ctx.num(0)})
        if slope == (1, 1):
            lower.append(ctx.neg(base))
        elif slope == (-1, 1):
            upper.append(base)
        else:
            return None
    out = ctx.truth(True)
    for lo in lower:
        for hi in upper:
            out = ctx.and_(out, ctx.ge(hi, lo))
    return out if lower and upper else None
