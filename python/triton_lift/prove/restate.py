"""Requirements said more simply: quotients and products by comparisons of their parts, implied ones left out.

Untrusted: the list that comes out is used only if linear arithmetic shows that it implies every requirement that went
in. Source: docs/spec.md, "Requirements".
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.prove.conjunctions import conjuncts

MAX_REQUIREMENTS = 32
"""Longer lists are left as they are."""
MAX_STEPS = 8
"""Rewriting steps of one condition."""


def restated(ctx: Context, requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
    """Requirements that together imply the given ones, in their order, each in simpler words where there are any."""
    if len(requirements) > MAX_REQUIREMENTS:
        return requirements
    found = [replace(r, cond=_simpler(ctx, r.cond)) for r in requirements]
    for position, one in enumerate(found):
        others = _facts(ctx, found[:position] + found[position + 1 :])
        found[position] = replace(one, cond=_without_factors(ctx, one.cond, others))
    for one in sorted(found, key=lambda r: -r.cond.size):
        others = [r for r in found if r is not one]
        if _facts(ctx, others).holds(one.cond):
            found = others
    facts = _facts(ctx, found)
    return tuple(found) if all(facts.holds(r.cond) for r in requirements) else requirements


def _facts(ctx: Context, requirements: list[Requirement]) -> LinearFacts:
    return LinearFacts.of(ctx, (part for r in requirements for part in conjuncts(ctx, r.cond) or ()))


def _simpler(ctx: Context, condition: Term) -> Term:
    """``P // c >= K`` is ``P >= c*K`` and ``P // c <= K`` is ``P < c*(K + 1)``, for integers and a constant c > 0."""
    for _ in range(MAX_STEPS):
        literals = conjuncts(ctx, condition)
        if literals is None or len(literals) != 1:
            return condition
        ((literal, truth),) = literals
        if literal.kind != "ge":
            return condition
        poly = literal.args[0] if truth else ctx.sub(ctx.num(-1), literal.args[0])
        unfolded = _unfolded(ctx, poly)
        if unfolded is None:
            return condition
        condition = ctx.ge(unfolded, ctx.num(0))
    return condition


def _unfolded(ctx: Context, poly: Term) -> Term | None:
    """A polynomial without a quotient by a constant that is >= 0 exactly where ``poly`` is, both over integers."""
    for numerator, denominator, factors in poly.monomials:
        if denominator != 1 or abs(numerator) != 1 or len(factors) != 1 or factors[0][1] != 1:
            continue
        atom = factors[0][0]
        if atom.kind != "app" or atom.name != "floordiv" or (size := _positive(atom.args[1])) is None:
            continue
        rest = ctx.sub(poly, ctx.mul(ctx.num(numerator), atom))
        if not rest.is_int or atom in ctx.atoms(rest):
            continue
        scaled = ctx.mul(ctx.num(size), rest)
        if numerator > 0:  # P // c >= -rest
            return ctx.add(atom.args[0], scaled)
        return ctx.sub(ctx.add(scaled, ctx.num(size - 1)), atom.args[0])  # P // c <= rest
    return None


def _positive(term: Term) -> int | None:
    constant = term.constant
    return constant[0] if constant is not None and constant[1] == 1 and constant[0] > 0 else None


def _without_factors(ctx: Context, condition: Term, others: LinearFacts) -> Term:
    """``a*b >= 1`` where the others say ``a >= 1``: ``b >= 1``."""
    literals = conjuncts(ctx, condition)
    if literals is None or len(literals) != 1 or literals[0][0].kind != "ge" or not literals[0][1]:
        return condition
    (product, one) = (None, False)
    for numerator, denominator, factors in literals[0][0].args[0].monomials:
        if not factors and (numerator, denominator) == (-1, 1):
            one = True
        elif product is None and (numerator, denominator) == (1, 1):
            product = factors
        else:
            return condition
    if product is None or not one or any(power != 1 for _, power in product):
        return condition
    open_ = [atom for atom, _ in product if not others.holds(ctx.ge(atom, ctx.num(1)))]
    return ctx.ge(open_[0], ctx.num(1)) if len(open_) == 1 else condition
