"""Signs of terms over the reals: what can be said of a value without knowing it.

Sound and incomplete: where a term has a value under the facts, its sign is one of those answered. A reciprocal has a
value only where what it inverts is not zero, a maximum only over a non-empty domain. Source: docs/spec.md,
"Definedness".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Flag
from fractions import Fraction
from itertools import islice, product
from math import lcm

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.term.symbols import single_atom

Literal = tuple[Term, bool]

MAX_STEPS = 20_000
"""Terms that are looked at; beyond, every sign is unknown."""
MAX_WITNESSES = 48
"""Points that are tried to show that a domain is not empty."""
MAX_DIVISORS = 4
"""Integer divisors whose sign is split on."""
POSITIVE_FUNCTIONS = frozenset(("exp", "exp2", "exp10", "cosh", "erfc"))
NON_NEGATIVE_FUNCTIONS = frozenset(("abs", "sqrt"))
SIGN_KEEPING_FUNCTIONS = frozenset(
    ("erf", "tanh", "sinh", "asinh", "atan", "cbrt", "expm1", "log1p", "asin", "atanh", "erfinv")
)
"""Strictly increasing where they are defined, and 0 at 0."""


class Sign(Flag):
    """The signs that a value may have; any combination."""

    NEGATIVE = 1
    ZERO = 2
    POSITIVE = 4
    NON_NEGATIVE = ZERO | POSITIVE
    NON_POSITIVE = NEGATIVE | ZERO
    NON_ZERO = NEGATIVE | POSITIVE
    UNKNOWN = NEGATIVE | ZERO | POSITIVE

    def within(self, other: Sign) -> bool:
        """Whether every sign here is one of ``other``'s."""
        return self & other == self


def sign(term: Term, facts: LinearFacts) -> Sign:
    """The signs that a numeric term may have where the facts hold and it has a value."""
    return Signs(facts).of(term)


def holds(condition: Term, facts: LinearFacts) -> bool:
    """Whether the facts make a condition true, by signs of the two sides' difference or by linear arithmetic."""
    return Signs(facts).holds(condition)


@dataclass(slots=True)
class _Budget:
    left: int = MAX_STEPS


@dataclass(slots=True)
class Signs:
    """Signs under one set of facts; ``depth`` counts the binders that have been opened."""

    facts: LinearFacts
    depth: int = 0
    budget: _Budget = field(default_factory=_Budget)
    _memo: dict[Term, Sign] = field(default_factory=dict[Term, Sign])
    _below: dict[tuple[int, tuple[Literal, ...]], Signs] = field(
        default_factory=dict[tuple[int, tuple[Literal, ...]], "Signs"]
    )

    @property
    def ctx(self) -> Context:
        """The term context."""
        return self.facts.ctx

    @property
    def impossible(self) -> bool:
        """Whether the facts are shown to contradict one another."""
        return self.facts.contradictory()

    def under(self, literals: Iterable[Literal], *, binders: int = 0) -> Signs:
        """Signs under further facts."""
        key = binders, tuple(literals)
        if key not in self._below:
            self._below[key] = Signs(self.facts.extended(key[1]), self.depth + binders, self.budget)
        return self._below[key]

    def opened(self, big: Term) -> tuple[list[Term], tuple[Literal, ...], Term]:
        """Fresh symbols for the variables of a big operator or ``exists``, its domain's literals and its body."""
        syms = [self.ctx.sym(f"v:{self.depth + j}") for j in range(big.nvars)]
        domain, body = self.ctx.open_big(big, syms)
        return syms, domain, body

    # -- conditions
    def holds(self, condition: Term) -> bool:
        """Whether a condition is true wherever the facts hold."""
        if condition.kind == "bool":
            return condition.truth
        if condition.kind == "bundef":
            return False
        if condition.kind != "ite":
            return self.decide(condition) is True
        literal, then, other = condition.args
        match self.decide(literal):
            case True:
                return self.holds(then)
            case False:
                return self.holds(other)
            case None:
                if not self._charge():
                    return False
                return self.under(((literal, True),)).holds(then) and self.under(((literal, False),)).holds(other)

    def holds_by_divisors(self, condition: Term) -> bool:
        """Whether a condition is true wherever its integer divisors are not zero: each is positive or negative there.

        (Over ``k < n`` a sum is empty where n is negative, and may be anything elsewhere.)
        """
        if self.holds(condition):
            return True
        ctx = self.ctx
        atoms = (a for a in ctx.atoms(condition) if a.kind == "app" and a.name == "recip" and a.args[0].is_int)
        for divisor in islice(dict.fromkeys(a.args[0] for a in atoms), MAX_DIVISORS):
            sides = ctx.ge(divisor, ctx.num(1)), ctx.le(divisor, ctx.num(-1))
            if all(self.under(((side.args[0], side.args[1].truth),)).holds(condition) for side in sides):
                return True
        return False

    def decide(self, literal: Term) -> bool | None:
        """The truth of a literal where it is settled."""
        if literal.kind in ("gt", "ge", "eq"):
            found = self.of(literal.args[0])
            true, false = {
                "gt": (Sign.POSITIVE, Sign.NON_POSITIVE),
                "ge": (Sign.NON_NEGATIVE, Sign.NEGATIVE),
                "eq": (Sign.ZERO, Sign.NON_ZERO),
            }[literal.kind]
            if found.within(true):
                return True
            if found.within(false):
                return False
        return self.facts.decide(literal)

    # -- terms
    def of(self, term: Term) -> Sign:
        """The signs that a numeric term may have."""
        if term not in self._memo:
            if not self._charge():
                return Sign.UNKNOWN
            self._memo[term] = self._of(term)
        return self._memo[term]

    def _charge(self) -> bool:
        self.budget.left -= 1
        return self.budget.left > 0

    def _of(self, term: Term) -> Sign:
        match term.kind:
            case "poly":
                return self._poly(term)
            case "inf":
                return Sign.POSITIVE if term.sign > 0 else Sign.NEGATIVE
            case "ite":
                literal, then, other = term.args
                return self.under(((literal, True),)).of(then) | self.under(((literal, False),)).of(other)
            case "sym" | "var" | "app" | "read" | "big" | "paren":
                return self._atom(term)
            case _:
                return Sign.UNKNOWN

    def _poly(self, poly: Term) -> Sign:
        if poly.constant is not None:
            return _of_number(poly.constant[0])
        total = Sign.ZERO
        for numerator, _, factors in poly.monomials:
            part = _of_number(numerator)
            for atom, power in factors:
                part = _times(part, _power(self.of(atom), power))
            total = _plus(total, part)
        if total in (Sign.POSITIVE, Sign.NEGATIVE) or single_atom(poly) is not None:
            return total
        return total & self._stated(poly)

    def _atom(self, atom: Term) -> Sign:
        found = Sign.UNKNOWN
        match atom.kind:
            case "app":
                found = self._call(atom)
            case "big":
                found = self._big(atom)
            case "paren":
                found = self.of(atom.args[0])
            case _:
                pass
        if found in (Sign.POSITIVE, Sign.NEGATIVE, Sign.ZERO):
            return found
        return found & self._stated(self.ctx.add(atom, self.ctx.num(0)))

    def _stated(self, poly: Term) -> Sign:
        """What ranges and facts say of a polynomial: by linear arithmetic over integers, literally over the reals."""
        ctx, zero, found = self.ctx, self.ctx.num(0), Sign.UNKNOWN
        if poly.kind != "poly":
            return found
        scaled = ctx.mul(poly, ctx.num(lcm(*(bottom for _, bottom, _ in poly.monomials))))
        if scaled.is_int:
            for excluded, compare in ((Sign.POSITIVE, ctx.le), (Sign.NEGATIVE, ctx.ge), (Sign.ZERO, ctx.ne)):
                if self.facts.holds(compare(scaled, zero)):
                    found &= ~excluded
        else:
            for literal, truth in self.facts.literals:
                if literal.kind in ("gt", "eq"):
                    found &= self._by_comparison(poly, literal, truth)
        return found if found else Sign.UNKNOWN  # contradictory facts: say nothing

    def _by_comparison(self, poly: Term, literal: Term, truth: bool) -> Sign:
        """The sign of a polynomial that is a multiple of a compared one plus a constant."""
        (other,) = literal.args
        ratio = _ratio(poly, other)
        if ratio is None:
            return Sign.UNKNOWN
        rest = self.ctx.sub(poly, self.ctx.mul(self.ctx.num(ratio.numerator, ratio.denominator), other)).constant
        if rest is None:
            return Sign.UNKNOWN
        match literal.kind, truth:
            case "gt", _:
                compared = Sign.POSITIVE if truth else Sign.NON_POSITIVE
            case _:
                compared = Sign.ZERO if truth else Sign.NON_ZERO
        return _plus(_times(_of_number(ratio.numerator), compared), _of_number(rest[0]))

    def _call(self, call: Term) -> Sign:
        args = [self.of(arg) for arg in call.args]
        match call.name, args:
            case name, _ if name in POSITIVE_FUNCTIONS:
                return Sign.POSITIVE
            case name, [one] if name in NON_NEGATIVE_FUNCTIONS:
                return Sign.POSITIVE if not one & Sign.ZERO else Sign.NON_NEGATIVE if one & ~Sign.ZERO else Sign.ZERO
            case name, [one] if name in SIGN_KEEPING_FUNCTIONS:
                return one
            case "recip", [one]:
                return one & Sign.NON_ZERO or Sign.NON_ZERO
            case "pow", [Sign.POSITIVE, _]:
                return Sign.POSITIVE
            case "max", _:
                return _max(args)
            case "min", _:
                return _negated(_max([_negated(one) for one in args]))
            case "floor", [one]:
                return one if one.within(Sign.NON_POSITIVE) else one | Sign.ZERO
            case "ceil", [one]:
                return one if one.within(Sign.NON_NEGATIVE) else one | Sign.ZERO
            case "floordiv", [one, Sign.POSITIVE] if one.within(Sign.NON_NEGATIVE):
                return Sign.NON_NEGATIVE
            case _:
                return Sign.UNKNOWN

    def _big(self, big: Term) -> Sign:
        syms, domain, body = self.opened(big)
        inner = self.under(domain, binders=len(syms))
        found = inner.of(body)
        if big.name == "sum" and inner.impossible:
            return Sign.ZERO
        match big.name:
            case "max" | "min":
                return found
            case "prod" if found.within(Sign.NON_NEGATIVE):
                return found | Sign.POSITIVE
            case "sum":
                total = _plus(found, found)
                strict = total in (Sign.POSITIVE, Sign.NEGATIVE)
                return total if strict and self.non_empty(syms, domain) else total | Sign.ZERO
            case _:
                return Sign.UNKNOWN

    # -- domains
    def non_empty(self, syms: list[Term], domain: tuple[Literal, ...]) -> bool:
        """Whether some point is shown to lie in a domain: the statement's own indices, zeros, or lower bounds."""
        ctx = self.ctx
        choices = [list(self._candidates(sym, syms, domain)) for sym in syms]
        for point in islice(product(*choices), MAX_WITNESSES):
            mapping = dict(zip(syms, point, strict=True))
            placed = [(ctx.subst(literal, mapping), value) for literal, value in domain]
            if all(self.facts.holds(term if value else ctx.not_(term)) for term, value in placed):
                return True
        return False

    def _candidates(self, sym: Term, syms: list[Term], domain: tuple[Literal, ...]) -> Iterator[Term]:
        ctx, tried = self.ctx, set[Term]()
        bounds: list[Term] = []
        mentioned: dict[Term, None] = {}
        for literal, value in domain:
            if literal.kind != "ge":
                continue
            poly = literal.args[0] if value else ctx.sub(ctx.num(-1), literal.args[0])
            for low in (ctx.sub(sym, poly), ctx.add(sym, poly)):
                if not any(s in syms for s in ctx.free_syms(low)):
                    bounds.append(low)
        for literal, _ in self.facts.literals:
            mentioned.update(
                (s, None) for s in ctx.free_syms(literal) if s.is_int and s.name.startswith(("i", "v", "l", "pid"))
            )
        for candidate in (*mentioned, ctx.num(0), *bounds):
            if candidate not in tried and candidate.is_int:
                tried.add(candidate)
                yield candidate


def _of_number(numerator: int) -> Sign:
    return Sign.POSITIVE if numerator > 0 else Sign.NEGATIVE if numerator < 0 else Sign.ZERO


def _ratio(a: Term, b: Term) -> Fraction | None:
    """The coefficient of a's first proper monomial by that in b, if it is there."""
    for top, bottom, factors in a.monomials:
        if factors:
            found = next(((t, n) for t, n, other in b.monomials if other == factors), None)
            return None if found is None else Fraction(top * found[1], bottom * found[0])
    return None


def _negated(one: Sign) -> Sign:
    swapped = one & Sign.ZERO
    if one & Sign.POSITIVE:
        swapped |= Sign.NEGATIVE
    return swapped | Sign.POSITIVE if one & Sign.NEGATIVE else swapped


def _times(a: Sign, b: Sign) -> Sign:
    found = (a | b) & Sign.ZERO
    if a & Sign.POSITIVE:
        found |= b
    return found | _negated(b) if a & Sign.NEGATIVE else found


def _power(one: Sign, power: int) -> Sign:
    if power % 2:
        return one
    return (one & Sign.ZERO) | (Sign.POSITIVE if one & Sign.NON_ZERO else one & Sign.ZERO)


def _plus(a: Sign, b: Sign) -> Sign:
    """Signs of a sum; of both signs in one term, anything may come."""
    both = a | b
    if Sign.ZERO in (a, b):
        return a if b == Sign.ZERO else b
    if both.within(Sign.NON_NEGATIVE) or both.within(Sign.NON_POSITIVE):
        return both & Sign.NON_ZERO if not (a & Sign.ZERO and b & Sign.ZERO) else both
    return Sign.UNKNOWN


def _max(args: list[Sign]) -> Sign:
    """Signs of the largest: as large as every argument, and equal to one of them."""
    found = args[0]
    for one in args[1:]:
        either = found | one
        if found.within(Sign.NON_NEGATIVE) or one.within(Sign.NON_NEGATIVE):
            either &= Sign.NON_NEGATIVE
        if found == Sign.POSITIVE or one == Sign.POSITIVE:
            either = Sign.POSITIVE
        found = either
    return found
