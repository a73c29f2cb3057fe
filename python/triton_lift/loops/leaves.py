"""Coefficients of a carried value in its step, leaf by leaf of the step's tree."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Context, Term
from triton_lift.loops.problem import states_in
from triton_lift.ops.symbolic.value import map_leaves


class NoMatch(Exception):
    """A step is not of the shape that a rule is for."""


def mapped(ctx: Context, tree: Term, leaf: Callable[[Term], Term]) -> Term:
    """The tree with every leaf replaced; ``leaf`` may raise ``NoMatch``."""
    return map_leaves(ctx, tree, leaf)


def linear_parts(ctx: Context, step: Term, cell: Term, name: str) -> tuple[Term, Term]:
    """(coefficient, rest) with ``step = coefficient*cell + rest``, both free of the carried value ``name``; else
    ``NoMatch``.
    """

    def coefficient(leaf: Term) -> Term:
        return _split(ctx, leaf, cell)[0]

    def rest(leaf: Term) -> Term:
        return _split(ctx, leaf, cell)[1]

    found = mapped(ctx, step, coefficient), mapped(ctx, step, rest)
    if any(name in states_in(t) for t in found):
        raise NoMatch
    return found


def _split(ctx: Context, leaf: Term, cell: Term) -> tuple[Term, Term]:
    """Of one leaf; of an undefined one both parts are undefined, an infinite one counts as rest."""
    if leaf.kind != "poly":
        return (leaf if leaf.kind == "undef" else ctx.num(1)), leaf
    factor, rest = ctx.num(0), ctx.num(0)
    for numerator, denominator, factors in leaf.monomials:
        term = ctx.num(numerator, denominator)
        taken = False
        for atom, power in factors:
            if atom == cell:
                if power != 1:
                    raise NoMatch
                taken = True
            else:
                term = ctx.mul(term, ctx.power(atom, power))
        if taken:
            factor = ctx.add(factor, term)
        else:
            rest = ctx.add(rest, term)
    return factor, rest


def extremum_rest(ctx: Context, step: Term, cell: Term, name: str, kind: str) -> Term:
    """The tree g, free of the carried value, with ``step = max(cell, g)`` (or min); else ``NoMatch``."""
    nothing = ctx.inf(-1 if kind == "max" else 1)

    def rest(leaf: Term) -> Term:
        if leaf == cell:
            return nothing
        if leaf.kind != "poly":
            return leaf
        scaled = _scaled_atom(ctx, leaf)
        if scaled is None or scaled[1].kind != "app" or scaled[1].name != kind:
            raise NoMatch
        operands = [ctx.mul(scaled[0], a) for a in scaled[1].args]
        others = [a for a in operands if a != cell]
        if len(others) == len(operands):
            raise NoMatch
        return ctx.app(kind, others, is_int=all(a.is_int for a in others)) if len(others) > 1 else others[0]

    found = mapped(ctx, step, rest)
    if name in states_in(found):
        raise NoMatch
    return found


def _scaled_atom(ctx: Context, leaf: Term) -> tuple[Term, Term] | None:
    """(c, atom) where the leaf is c*atom, c a number."""
    if len(leaf.monomials) != 1:
        return None
    numerator, denominator, factors = leaf.monomials[0]
    if len(factors) != 1 or factors[0][1] != 1:
        return None
    return ctx.num(numerator, denominator), factors[0][0]


def single_reciprocal(leaf: Term) -> Term | None:
    """The only reciprocal that is a factor of some monomial of a leaf; None where there is none or another one."""
    found = {
        atom
        for _, _, factors in (leaf.monomials if leaf.kind == "poly" else ())
        for atom, _ in factors
        if atom.kind == "app" and atom.name == "recip"
    }
    return found.pop() if len(found) == 1 else None
