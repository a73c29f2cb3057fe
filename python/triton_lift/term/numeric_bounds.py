"""Bounds on a variable, read off the literals of a domain that are linear in it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric_dependencies import Dependencies, Dependency
from triton_lift.term.numeric_points import Points
from triton_lift.term.numeric_value import Array, Bool, Num, add, constant, int_array, monomial_power, mul


class Evaluate(Protocol):
    """What bounds and binders need of the evaluator."""

    def num(self, term: Term, points: Points) -> Num: ...
    def bool(self, term: Term, points: Points) -> Bool: ...


class Bounds:
    """Finds bounds by evaluating coefficients at points."""

    def __init__(self, evaluate: Evaluate, dependencies: Dependencies) -> None:
        self._evaluate = evaluate
        self._dependencies = dependencies

    def tighten(
        self,
        literal: Term,
        polarity: bool,
        variable: Dependency,
        points: Points,
        low: Array,
        high: Array,
        others: frozenset[Dependency] = frozenset(),
    ) -> bool:
        """Narrow low and high in place by A*v + R >= 0 (or == 0) where the literal says so; True where it says no more.

        Its other variables have values, but for ``others``: those and v are non-negative, and an inequality that holds
        with a non-positive term holds without it.
        """
        if literal.kind not in ("ge", "eq") or (literal.kind == "eq" and not polarity):
            return False
        sign = 0 if literal.kind == "eq" else 1 if polarity else -1
        linear = self._linear(literal.args[0], variable, points, others, sign)
        if linear is None:
            return False
        slope, rest = linear
        if literal.kind == "ge" and not polarity:  # not (P >= 0) is -P - 1 >= 0 over the integers
            slope, rest = -slope, -rest - 1
        for a, r in ((slope, rest), (-slope, -rest)) if literal.kind == "eq" else ((slope, rest),):
            up, down = a > 0, a < 0
            with np.errstate(divide="ignore", invalid="ignore"):
                bound = -(r // np.where(a == 0, 1, a))  # ceil(-r/a) for a > 0
                low[up] = np.maximum(low[up], bound[up])
                ceiling = r // np.where(a == 0, 1, -a)  # floor(r/-a) for a < 0
                high[down] = np.minimum(high[down], ceiling[down])
        return not others and bool((slope != 0).all())

    def _linear(
        self, p: Term, variable: Dependency, points: Points, others: frozenset[Dependency], sign: int
    ) -> tuple[Array, Array] | None:
        """(A, R) with P = A*v + R, as exact integers; None where P is not of that form. Monomials with one of
        ``others``
        are left out where they are non-positive in sign*P.
        """
        slope: Num = Num(int_array(0, points.n))
        rest: Num = Num(int_array(0, points.n))
        if p.kind != "poly":
            return None
        for numerator, denominator, factors in p.monomials:
            if any(self._dependencies.of(atom) & others for atom, _ in factors):
                if not self._non_positive(numerator * sign, factors, {*others, variable}, points):
                    return None
                continue
            product = constant(numerator, denominator, points.n)
            powers = 0
            for atom, power in factors:
                if atom.kind in ("var", "sym") and variable in self._dependencies.of(atom):
                    powers += power
                elif variable in self._dependencies.of(atom):
                    return None
                else:
                    value = self._evaluate.num(atom, points)
                    for _ in range(power):
                        product = mul(product, value)
            if powers > 1:
                return None
            if powers:
                slope = add(slope, product)
            else:
                rest = add(rest, product)
        for part in (slope, rest):
            if part.is_real or part.val.dtype == object or part.poison is not None or part.err is not None:
                return None
        return slope.val, rest.val

    def _non_positive(
        self, sign: int, factors: tuple[tuple[Term, int], ...], free: set[Dependency], points: Points
    ) -> bool:
        """Whether sign times the factors is <= 0 at all points for all non-negative values of the free symbols."""
        product = Num(int_array(sign, points.n))
        for atom, power in factors:
            if atom.kind == "sym" and ("sym", atom.name) in free:
                continue
            if self._dependencies.of(atom) & free:
                return False
            product = mul(product, monomial_power(self._evaluate.num(atom, points), power))
        return sign != 0 and product.err is None and product.poison is None and bool((product.val <= 0).all())
