"""Equality of trees under facts: the same leaf wherever both can be. Source: docs/spec.md, "Loops"."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Context, Term
from triton_lift.linear.domains import with_domains, with_zeros
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.order import Orders, extrema_of, inner_extrema
from triton_lift.linear.restrict import restrict_under

MAX_VISITS = 600
"""Pairs of nodes that a comparison visits before it gives up and answers "not shown"."""
MAX_SPLITS = 6
"""Orders of two arguments of an extremum in a condition that are told apart in one comparison."""
MAX_LEAF_SPLITS = 24
"""The same for extrema in leaves."""


def equal_under(ctx: Context, a: Term, b: Term, facts: LinearFacts) -> bool:
    """Whether the facts are shown to make ``a`` and ``b`` the same.

    Undef equals undef only. Leaves are equal where their normal forms are, or, for integers, where linear arithmetic
    shows it.
    """
    if a == b:
        return True
    a, b = (restrict_under(ctx, with_zeros(ctx, t, facts), facts) for t in (a, b))
    if _Comparison(ctx).equal(a, b, facts):
        return True
    if not any(extrema_of(ctx, t) or _tests_integers(ctx, t) for t in (a, b)):
        return False
    return _equal_by_order(ctx, a, b, facts, MAX_SPLITS)


def _tests_integers(ctx: Context, term: Term) -> bool:
    """Whether some literal of the tree is an equation of integers."""
    return any(literal.kind == "eq" and literal.args[0].is_int for literal in ctx.literals(term))


def _equal_by_order(ctx: Context, a: Term, b: Term, facts: LinearFacts, splits: int) -> bool:
    """Equality in each case of the order of the arguments of maxima and minima."""
    orders = Orders(ctx, facts)
    a, b = orders.simplified(a), orders.simplified(b)
    if a == b:
        return True
    literal = _open_order((a, b), inner_extrema, orders) if splits else None
    if literal is None:
        return _Comparison(ctx, ordered=True).equal(a, b, facts)
    cases = (facts.extended(((literal, truth),)) for truth in (True, False))
    return all(_equal_by_order(ctx, a, b, case, splits - 1) for case in cases)


def _open_order(terms: tuple[Term, ...], extrema: Callable[[Context, Term], list[Term]], orders: Orders) -> Term | None:
    """A comparison of two arguments of an extremum that the facts leave open."""
    ctx = orders.ctx
    for term in terms:
        for atom in extrema(ctx, term):
            for literal in ctx.literals(ctx.gt(*atom.args[:2])):
                if orders.decide(literal) is None:
                    return literal
    return None


class _Comparison:
    """``ordered``: with the lemmas on extrema (A1 to A4)."""

    def __init__(self, ctx: Context, *, ordered: bool = False) -> None:
        self.ctx = ctx
        self.visits = 0
        self.ordered = ordered
        self.splits = MAX_LEAF_SPLITS

    def _decide(self, literal: Term, facts: LinearFacts) -> bool | None:
        return Orders(self.ctx, facts).decide(literal) if self.ordered else facts.decide(literal)

    def equal(self, a: Term, b: Term, facts: LinearFacts) -> bool:
        if a == b:
            return True
        self.visits += 1
        if self.visits > MAX_VISITS:
            return False
        literal = next((t.args[0] for t in (a, b) if t.kind == "ite"), None)
        if literal is None:
            return self._leaves(a, b, facts)
        decided = self._decide(literal, facts)
        for truth in (True, False) if decided is None else (decided,):
            below = facts if decided is not None else facts.extended(((literal, truth),))
            left, right = (self.ctx.assign(t, {literal: truth}) for t in (a, b))
            if not self.equal(left, right, below):
                return False
        return True

    def _leaves(self, a: Term, b: Term, facts: LinearFacts) -> bool:
        if a.kind == b.kind == "poly":
            ctx = self.ctx
            if self.ordered:
                orders = Orders(ctx, facts)
                simpler = orders.simplified(a), orders.simplified(b)
                if simpler != (a, b):
                    return self.equal(*simpler, facts)
            a, b = with_domains(ctx, a, facts), with_domains(ctx, b, facts)
            if a == b:
                return True
            if "ite" in (a.kind, b.kind):  # a smaller extremum tests again whether its domain is empty
                return self.equal(a, b, facts)
            if a.is_int and b.is_int and facts.holds(ctx.eq(a, b)):
                return True
            if cleared(ctx, ctx.sub(a, b), facts) == ctx.num(0):
                return True
            cases = self._cases(a, b, facts) if self.ordered and self.splits else []
            if cases:
                self.splits -= 1
                return all(self.equal(a, b, facts.extended(case)) for case in cases)
        return facts.contradictory() or (self.ordered and Orders(self.ctx, facts).reals().contradictory())

    def _cases(self, a: Term, b: Term, facts: LinearFacts) -> list[tuple[tuple[Term, bool], ...]]:
        """Facts one of which holds: the order of two arguments of an extremum, the side of an inequation."""
        ctx = self.ctx
        literal = _open_order((a, b), extrema_of, Orders(ctx, facts))
        if literal is not None:
            return [((literal, True),), ((literal, False),)]
        one = ctx.num(1)
        for literal, truth in facts.literals:
            if truth or literal.kind != "eq" or not literal.args[0].is_int:
                continue
            (p,) = literal.args
            sides = [ctx.ge(p, one), ctx.le(p, ctx.neg(one))]
            if any(facts.holds(side) for side in sides):
                continue
            return [path for side in sides for path, leaf in ctx.paths(side) if leaf.kind == "bool" and leaf.truth]
        return []


def cleared(ctx: Context, p: Term, facts: LinearFacts) -> Term:
    """A polynomial that is zero where ``p`` is: multiplied by every denominator that is shown not to be zero.

    With y = 1/P and P != 0, ``p = sum of c_m*y^m`` up to power d is zero iff ``sum of c_m*P^(d - m)`` is.
    """
    done: set[Term] = set()
    while True:
        found = next((a for a in _reciprocals(p) if a not in done), None)
        if found is None:
            return p
        done.add(found)
        (denominator,) = found.args
        if _not_zero(ctx, denominator, facts):
            p = _multiplied(ctx, p, found, denominator)


def _reciprocals(p: Term) -> list[Term]:
    factors = [atom for _, _, factors in p.monomials for atom, _ in factors] if p.kind == "poly" else []
    return [atom for atom in factors if atom.kind == "app" and atom.name == "recip"]


def _not_zero(ctx: Context, p: Term, facts: LinearFacts) -> bool:
    zero = ctx.num(0)
    return any(facts.holds(ctx.gt(*pair)) for pair in ((p, zero), (zero, p)))


def _multiplied(ctx: Context, p: Term, atom: Term, denominator: Term) -> Term:
    """``p * denominator^d``, d the highest power of ``atom`` = 1/denominator in p."""
    powers = [dict(factors).get(atom, 0) for _, _, factors in p.monomials]
    out = ctx.num(0)
    for (numerator, below, factors), power in zip(p.monomials, powers, strict=True):
        term = ctx.mul(ctx.num(numerator, below), ctx.power(denominator, max(powers) - power))
        for other, n in factors:
            if other != atom:
                term = ctx.mul(term, ctx.power(other, n))
        out = ctx.add(out, term)
    return out


def conjunction_facts(ctx: Context, conditions: tuple[Term, ...]) -> LinearFacts:
    """The facts of several conditions: of each that is a conjunction, its literals; nothing of another."""
    found: dict[tuple[Term, bool], None] = {}
    for condition in conditions:
        if condition.kind != "ite":
            continue
        good = [path for path, leaf in ctx.paths(condition) if not (leaf.kind == "bool" and not leaf.truth)]
        if len(good) == 1:
            found.update(dict.fromkeys(good[0]))
    return LinearFacts.of(ctx, found)
