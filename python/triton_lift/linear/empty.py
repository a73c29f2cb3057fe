"""Big operators whose domain the facts show to be empty."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts

_IDENTITY = {"sum": 0, "prod": 1, "band": -1, "bor": 0, "bxor": 0}


def without_empty(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """The term with every sum, product or bit operator over a domain without points as its identity.

    Symbols that the facts pin to zero are zero first: the iteration before which nothing happened.
    """
    term = with_zeros(ctx, term, facts)
    found: dict[Term, Term] = {}
    for atom in ctx.atoms(term):
        if atom.kind == "big" and atom.name in _IDENTITY and _no_point(ctx, atom, facts):
            found[atom] = ctx.num(_IDENTITY[atom.name])
    return ctx.subst(term, found) if found else term


def with_zeros(ctx: Context, term: Term, facts: LinearFacts) -> Term:
    """The term with zero for every non-negative symbol that the facts bound by zero."""
    zero = ctx.num(0)
    found = {s: zero for s in ctx.free_syms(term) if s.is_int and ctx.interval(s)[0] == 0 and _is_zero(ctx, s, facts)}
    return ctx.subst(term, found) if found else term


def _is_zero(ctx: Context, symbol: Term, facts: LinearFacts) -> bool:
    return facts.holds(ctx.le(ctx.add(symbol, ctx.num(0)), ctx.num(0)))


def _no_point(ctx: Context, atom: Term, facts: LinearFacts) -> bool:
    bound = [ctx.sym(f"point:{i}") for i in range(atom.nvars)]
    domain, _ = ctx.open_big(atom, bound)
    return facts.extended(domain).contradictory()
