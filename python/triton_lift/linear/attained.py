"""The lemma that a finite non-empty domain attains its extremum. Source: docs/spec.md (A1)."""

from __future__ import annotations

from triton_lift._core import Context, Term


def attained_when(ctx: Context, literal: Term) -> Term | None:
    """For a literal ``exists k in D: f(k) == max over D of f`` (or min), the condition that D is not empty; else None.

    D must be, literal for literal, the domain of the extremum, and f its body.
    """
    if literal.kind != "exists" or literal.nvars != 1:
        return None
    k = ctx.sym("attained:k", is_int=True)
    domain, _ = ctx.open_big(literal, [k])
    for lit, truth in domain:
        if lit.kind != "eq" or not truth:
            continue
        rest = tuple(d for d in domain if d != (lit, truth))
        if any(_is_extremum_of(ctx, extremum, lit.args[0], rest, k) for extremum in _extrema(lit.args[0])):
            return _non_empty(ctx, rest, k)
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
            if atom.kind == "big" and atom.name in ("max", "min") and atom.nvars == 1:
                found.append((atom, numerator))
    return found


def _is_extremum_of(
    ctx: Context, extremum: tuple[Term, int], p: Term, rest: tuple[tuple[Term, bool], ...], k: Term
) -> bool:
    """Whether p == 0 says f(k) == extremum, with f the extremum's body over the domain ``rest``."""
    atom, sign = extremum
    if k in ctx.free_syms(atom):
        return False
    domain, body = ctx.open_big(atom, [k])
    difference = ctx.sub(body, atom)
    return set(domain) == set(rest) and p in (difference, ctx.neg(difference)) and sign != 0


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
