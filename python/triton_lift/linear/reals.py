"""Comparisons of reals among facts, and what sums of them say. Source: docs/spec.md (A2)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations_with_replacement

from triton_lift._core import Context, Term

MAX_STATED = 12
"""Stated comparisons that are combined, the latest ones."""
MAX_SUMMANDS = 3
"""Comparisons in one sum."""


class RealFacts:
    """p > 0 and p >= 0 for the literals of a conjunction that compare reals (and equations, both ways)."""

    def __init__(self, ctx: Context, literals: Iterable[tuple[Term, bool]]) -> None:
        self.ctx = ctx
        self.stated: list[tuple[Term, bool]] = []
        """(p, whether p > 0 or only p >= 0)"""
        for literal, truth in literals:
            if literal.kind == "gt":
                p = self._scaled(literal.args[0])
                self.stated.append((p, True) if truth else (ctx.neg(p), False))
            elif literal.kind == "eq" and truth and not literal.args[0].is_int:
                p = self._scaled(literal.args[0])
                self.stated.extend(((p, False), (ctx.neg(p), False)))

    def contradictory(self) -> bool:
        """Whether a sum of stated comparisons is negative, or zero and strict."""
        return self.implies(self.ctx.num(0), strict=True)

    def _scaled(self, p: Term) -> Term:
        """A positive multiple of p with leading coefficient 1 or -1."""
        lead = next((abs(Fraction(n, d)) for n, d, factors in p.monomials if factors), Fraction(1))
        return self.ctx.mul(self.ctx.num(lead.denominator, lead.numerator), p)

    def equalities(self) -> dict[Term, Term]:
        """Atoms that stated comparisons make equal to another term, both ways; the terms are free of the atoms."""
        ctx = self.ctx
        weak = dict.fromkeys(p for p, _ in self.stated)
        found: dict[Term, Term] = {}
        for p in weak:
            if ctx.neg(p) not in weak:
                continue
            for numerator, denominator, factors in p.monomials:
                if abs(numerator) != denominator or len(factors) != 1 or factors[0][1] != 1:
                    continue
                atom = factors[0][0]
                value = ctx.sub(atom, p) if numerator > 0 else ctx.add(atom, p)
                used = set(ctx.atoms(value))
                apart = atom not in found and not used & {atom, *found}
                if apart and not any(atom in ctx.atoms(v) for v in found.values()):
                    found[atom] = value
                    break
        return found

    def decide(self, literal: Term) -> bool | None:
        """The truth value of ``p > 0`` or ``p == 0``."""
        (p,) = literal.args
        if literal.kind == "eq":
            both = (p, self.ctx.neg(p))
            if any(self.implies(q, strict=True) for q in both):
                return False
            return True if all(self.implies(q, strict=False) for q in both) else None
        if self.implies(p, strict=True):
            return True
        return False if self.implies(self.ctx.neg(p), strict=False) else None

    def implies(self, p: Term, *, strict: bool) -> bool:
        """Whether p > 0 (or p >= 0) is a sum of stated comparisons and a constant."""
        if p.kind != "poly":
            return False
        if _slack(p, strict):
            return True
        p = self._scaled(p)
        stated = self.stated[-MAX_STATED:]
        for count in range(1, MAX_SUMMANDS + 1):
            for chosen in combinations_with_replacement(stated, count):
                rest = p
                for summand, _ in chosen:
                    rest = self.ctx.sub(rest, summand)
                if _slack(rest, strict and not any(positive for _, positive in chosen)):
                    return True
        return False


def _slack(p: Term, strict: bool) -> bool:
    """Whether a polynomial is a positive constant, or zero unless ``strict``."""
    constant = p.constant if p.kind == "poly" else None
    return constant is not None and (constant[0] > 0 or (constant[0] == 0 and not strict))
