"""Comparisons with products that linear arithmetic alone does not show.

``f*A + B >= 0`` holds where f >= 0, A >= c and c*f + B >= 0, for some number c: f*A >= c*f. Each part is shown
linearly or by the same rules; so are the cases of a minimum, and ``T - c*(q div (c*e)) >= 0`` by e >= 1 and
q < e*(T + 1). Source: docs/spec.md (A6).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts

MAX_DEPTH = 4
"""Steps in one another."""
MAX_GOALS = 60
"""Comparisons that are looked at to show one."""


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
        return _Goals(facts).non_negative(p if truth else ctx.sub(ctx.num(-1), p), MAX_DEPTH)
    if literal.kind == "eq" and truth and literal.args[0].is_int:
        (p,) = literal.args
        return all(_Goals(facts).non_negative(q, MAX_DEPTH) for q in (p, ctx.neg(p)))
    return False


def with_positive_divisors(facts: LinearFacts, terms: Iterable[Term]) -> LinearFacts:
    """The facts, and of divisors in the terms that they are at least 1 where that is shown: quotients say more then."""
    ctx = facts.ctx
    divisors = dict.fromkeys(a.args[1] for t in terms for a in ctx.atoms(t) if a.kind == "app" and a.name == "floordiv")
    for divisor in divisors:
        positive = ctx.ge(divisor, ctx.num(1))
        if positive.kind != "ite":
            continue
        # the polynomial as it is: its normal form as a condition may have lost the factors
        if facts.holds(positive) or _Goals(facts).non_negative(ctx.sub(divisor, ctx.num(1)), MAX_DEPTH):
            facts = facts.extended(_conjuncts(ctx, positive) or ())
    return facts


class _Goals:
    """The search for one comparison; it ends after a number of goals."""

    def __init__(self, facts: LinearFacts) -> None:
        self.ctx, self.facts = facts.ctx, facts
        self.left = MAX_GOALS

    def non_negative(self, p: Term, depth: int, facts: LinearFacts | None = None) -> bool:
        """Whether p >= 0 is shown."""
        facts = facts or self.facts
        if p.kind != "poly" or not p.is_int:
            return False
        if facts.holds(self.ctx.ge(p, self.ctx.num(0))):
            return True
        self.left -= 1
        if depth == 0 or self.left < 0:
            return False
        return (
            self._by_differences(p, depth, facts)
            or self._by_factors(p, depth - 1, facts)
            or self._by_cases(p, depth - 1, facts)
            or self._by_quotient(p, depth - 1, facts)
        )

    def _by_differences(self, p: Term, depth: int, facts: LinearFacts) -> bool:
        """a*(x - y) + B >= 0 of two quotients by x - y >= 1 and a + B >= 0: x - y > 0 rounded up."""
        ctx = self.ctx
        found = [
            (numerator, factors[0][0])
            for numerator, denominator, factors in p.monomials
            if denominator == 1 and len(factors) == 1 and factors[0][1] == 1 and factors[0][0].name == "floordiv"
        ]
        for a, x in found:
            for b, y in found:
                difference = ctx.sub(x, y)
                if a > 0 and b == -a and facts.holds(ctx.ge(difference, ctx.num(1))):
                    return self.non_negative(
                        ctx.sub(p, ctx.mul(ctx.num(a), ctx.sub(difference, ctx.num(1)))), depth, facts
                    )
        return False

    def _by_factors(self, p: Term, depth: int, facts: LinearFacts) -> bool:
        """f*A + B >= 0 by f >= 0, A >= c, c*f + B >= 0."""
        ctx = self.ctx
        for factor in _factors(p):
            quotient, rest = _divided(ctx, p, factor)
            bounds = [
                (c, remaining)
                for c in self._bounds(p, quotient)
                if (remaining := ctx.add(rest, ctx.mul(c, factor))) != p
            ]
            if bounds and not self.non_negative(ctx.add(factor, ctx.num(0)), min(depth, 1), facts):
                continue
            for c, remaining in bounds:
                if self.non_negative(ctx.sub(quotient, c), min(depth, 1), facts) and self.non_negative(
                    remaining, depth, facts
                ):
                    return True
        return False

    def _bounds(self, p: Term, quotient: Term) -> list[Term]:
        """Guesses for c: constants, and with a minimum in the place of one of its arguments."""
        ctx = self.ctx
        low, _ = ctx.interval(quotient)
        constants = (_content(quotient), 1, 0, *(() if low is None else (low,)))
        out = [ctx.num(c) for c in dict.fromkeys(constants)]
        for least in _minima(p):
            for arg in least.args:
                rest = ctx.sub(quotient, arg)
                if len(rest.monomials) < len(quotient.monomials) + len(arg.monomials):
                    out.append(ctx.add(rest, least))
        return out

    def _by_cases(self, p: Term, depth: int, facts: LinearFacts) -> bool:
        """A minimum is one of its arguments, which then is at most the others."""
        ctx = self.ctx
        for least in _minima(p):
            if all(
                self.non_negative(
                    ctx.subst(p, {least: arg}),
                    depth,
                    facts.extended(
                        part for o in least.args if o != arg for part in _conjuncts(ctx, ctx.le(arg, o)) or ()
                    ),
                )
                for arg in least.args
            ):
                return True
        return False

    def _by_quotient(self, p: Term, depth: int, facts: LinearFacts) -> bool:
        """``T - c*(q div (c*e)) >= 0`` by e >= 1 and ``q < e*(T + 1)``, since ``c*e*(q div (c*e)) <= q``; and
        ``T + c*(q div d) >= 0`` by d >= 1, q >= 0 and T >= 0.
        """
        ctx = self.ctx
        for numerator, denominator, factors in p.monomials:
            if denominator != 1 or len(factors) != 1 or factors[0][1] != 1:
                continue
            (atom, _) = factors[0]
            if atom.kind != "app" or atom.name != "floordiv":
                continue
            rest = ctx.add(p, ctx.mul(ctx.num(-numerator), atom))
            dividend, divisor = atom.args
            if numerator > 0:
                parts = (ctx.sub(divisor, ctx.num(1)), dividend, rest)
                if all(self.non_negative(part, depth, facts) for part in parts):
                    return True
                continue
            part = ctx.floordiv(divisor, ctx.num(-numerator))
            if atom in ctx.atoms(rest) or ctx.mul(part, ctx.num(-numerator)) != divisor:
                continue
            goal = ctx.sub(ctx.mul(part, ctx.add(rest, ctx.num(1))), ctx.add(dividend, ctx.num(1)))
            if self.non_negative(ctx.sub(part, ctx.num(1)), depth, facts) and self.non_negative(goal, depth, facts):
                return True
        return False


def _minima(p: Term) -> list[Term]:
    """The minima among the factors of a polynomial."""
    found = (atom for _, _, factors in p.monomials for atom, _ in factors)
    return list(dict.fromkeys(a for a in found if a.kind == "app" and a.name == "min"))


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
