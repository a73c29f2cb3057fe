"""Equality of combiners by cases of the order of their operands."""

from __future__ import annotations

from typing import Literal

from triton_lift._core import Context, Term

Case = Literal["lt", "gt", "eq"]

CASES: tuple[Case, ...] = ("lt", "gt", "eq")


def equal_by_cases(ctx: Context, actual: Term, expected: Term, a: Term, b: Term) -> bool:
    """Equality of two terms over all real or integer values of ``a`` and ``b``.

    Identical normal forms are equal. Otherwise the three orders a < b, a = b, a > b are tried: under each, the
    order literals are fixed, max and min of a and b are their value there, and (for a = b) b is replaced by a. IEEE
    predicates are never fixed, so a NaN-propagating maximum is not a maximum.
    """
    if actual == expected:
        return True
    if a.is_bool:
        return False
    for case in CASES:
        results: list[Term] = []
        for term in (actual, expected):
            if case == "eq":
                fixed = ctx.subst(term, {b: a})
            else:
                chosen = {"max": b if case == "lt" else a, "min": a if case == "lt" else b}
                fixed = term
                for name, value in chosen.items():
                    is_int = a.is_int
                    fixed = ctx.subst(fixed, {ctx.app(name, [a, b], is_int=is_int): value})
                fixed = assume_order(ctx, fixed, a, b, case)
            results.append(fixed)
        if results[0] != results[1]:
            return False
    return True


def assume_order(ctx: Context, term: Term, a: Term, b: Term, case: Case) -> Term:
    """The term where a and b compare as ``case`` says, 'lt' or 'gt': order literals fixed."""
    values: dict[Term, bool] = {}
    for literal_tree, truth in (
        (ctx.lt(a, b), case == "lt"),
        (ctx.gt(a, b), case == "gt"),
        (ctx.le(a, b), case == "lt"),
        (ctx.ge(a, b), case == "gt"),
        (ctx.eq(a, b), False),
    ):
        for literal in ctx.literals(literal_tree):
            then = ctx.assign(literal_tree, {literal: True})
            if then.kind == "bool":
                values[literal] = truth == then.truth
    return ctx.assign(term, values)
