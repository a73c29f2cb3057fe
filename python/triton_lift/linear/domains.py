"""Domains of big operators under facts: empty ones, and literals that say nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts

if TYPE_CHECKING:
    from triton_lift._core import BigKind

_IDENTITY = {"sum": 0, "prod": 1, "band": -1, "bor": 0, "bxor": 0}
_KINDS: dict[str, BigKind] = {k: k for k in ("sum", "prod", "max", "min", "band", "bor", "bxor")}
MAX_ROUNDS = 3
"""Depth of nesting of big operators that is looked at."""

Domain = tuple[tuple[Term, bool], ...]


def with_domains(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """The term with closed big operators over simpler domains, equal wherever the facts hold.

    A sum, product or bit operator over a domain without points is its identity; a literal that the facts and the rest
    of the domain imply is dropped, where every variable keeps both bounds.
    """
    term = with_zeros(ctx, term, facts)
    for _ in range(MAX_ROUNDS):
        found: dict[Term, Term] = {}
        for atom in ctx.atoms(term):
            if atom.kind == "big":
                simpler = _simpler(ctx, atom, facts)
                if simpler is not None and simpler != atom:
                    found[atom] = simpler
        if not found:
            break
        term = ctx.subst(term, found)
    return term


def with_zeros(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """The term with zero for every non-negative symbol that the facts bound by zero."""
    zero = ctx.num(0)
    found = {s: zero for s in ctx.free_syms(term) if s.is_int and ctx.interval(s)[0] == 0 and _is_zero(ctx, s, facts)}
    return ctx.subst(term, found) if found else term


def _is_zero(ctx: Context, symbol: Term, facts: LinearFacts) -> bool:
    return facts.holds(ctx.le(ctx.add(symbol, ctx.num(0)), ctx.num(0)))


def _simpler(ctx: Context, atom: Term, facts: LinearFacts) -> Term | None:
    bound = [ctx.sym(f"point:{i}") for i in range(atom.nvars)]
    domain, body = ctx.open_big(atom, bound)
    if atom.name in _IDENTITY and (facts.extended(domain).contradictory() or _said_empty(ctx, bound, domain, facts)):
        return ctx.num(_IDENTITY[atom.name])
    kept = _without_implied(domain, facts)
    if len(kept) == len(domain):
        return None
    try:
        return ctx.close_big(_KINDS[atom.name], bound, kept, body)
    except ValueError:  # a variable would lose a bound
        return None


def _said_empty(ctx: Context, bound: list[Term], domain: Domain, facts: LinearFacts) -> bool:
    """Whether a fact denies that the domain has a point, in so many words."""
    if not any(literal.kind == "exists" and not truth for literal, truth in facts.literals):
        return False
    smallest = ctx.close_big("max", bound, domain, ctx.num(0))  # -inf where the domain is empty
    return facts.holds(ctx.not_(ctx.gt(smallest, ctx.inf(-1))))


def _without_implied(domain: Domain, facts: LinearFacts) -> Domain:
    kept = domain
    for literal in domain:
        rest = tuple(k for k in kept if k != literal)
        if facts.extended(rest).implies(*literal):
            kept = rest
    return kept
