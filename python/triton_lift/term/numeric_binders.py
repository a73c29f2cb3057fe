"""Big operators and `exists` by enumeration of their finite domains.

A bound variable is enumerated between bounds read off the domain's literals that are linear in it, A*v + R >= 0 with
A and R evaluated at each
point; every other literal filters. Points that agree on all that the operator depends on share one enumeration, and
enumerations are cut into
chunks, so that memory is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric_functions import not_evaluable
from triton_lift.term.numeric_points import Column, Points
from triton_lift.term.numeric_value import (
    UNIT,
    Array,
    Bool,
    Mask,
    Num,
    Poison,
    add,
    both,
    constant,
    either,
    error,
    int_array,
    magnitude,
    monomial_power,
    mul,
    to_real,
)

CHUNK = 1 << 19
"""Largest number of points enumerated at once."""
LIMIT = 1 << 27
"""Largest number of points enumerated for one operator; more is refused."""

Chunk = tuple[Array, Points, Mask | None, Poison | None]
"""(owner of each point, points inside the binder, where a fragile literal let a point in, poison of the literals)."""
Dependency = tuple[str, str | int]
Literals = list[tuple[Term, bool]]


class Evaluate(Protocol):
    """What the binders need of the evaluator."""

    def num(self, term: Term, points: Points) -> Num: ...
    def bool(self, term: Term, points: Points) -> Bool: ...


class Binders:
    """Evaluates operators that bind variables."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._dependencies: dict[int, frozenset[Dependency]] = {}

    def evaluate(self, term: Term, points: Points) -> Num | Bool:
        """A big operator or `exists` at all points."""
        keys: list[Column] = []
        for kind, what in sorted(self.dependencies(term), key=str):
            keys.append(("sym", what) if kind == "sym" else points.scope[int(what)])
        distinct, inverse = points.project(keys)
        value = self._exists(term, distinct) if term.kind == "exists" else self._big(term, distinct)
        return value if inverse is None else value.take(inverse)

    def dependencies(self, term: Term) -> frozenset[Dependency]:
        """Free symbols ("sym", name) and de Bruijn indices ("var", index) that a term mentions."""
        hit = self._dependencies.get(term.id)
        if hit is not None:
            return hit
        stack = [term]
        while stack:
            node = stack[-1]
            if node.id in self._dependencies:
                stack.pop()
                continue
            below = _children(node)
            missing = [c for c in below if c.id not in self._dependencies]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._dependencies[node.id] = self._own(node, below)
        return self._dependencies[term.id]

    def _own(self, node: Term, below: list[Term]) -> frozenset[Dependency]:
        if node.kind == "sym":
            return frozenset({("sym", node.name)})
        if node.kind == "var":
            return frozenset({("var", node.index)})
        union: set[Dependency] = set()
        for child in below:
            union |= self._dependencies[child.id]
        if node.kind in ("big", "exists"):
            return frozenset(_shift(d, node.nvars) for d in union if d[0] == "sym" or int(d[1]) >= node.nvars)
        return frozenset(union)

    # ---------------------------------------------------------------------------------- enumeration

    def _domain(self, term: Term, points: Points) -> Iterator[Chunk]:
        """Chunks of (owner of each point, points inside the binder, fragile, poison), owners ascending."""
        inside = points.enter(term.nvars)
        budget = [LIMIT]
        yield from self._expand(
            list(range(term.nvars)), list(term.domain), inside, np.arange(points.n), None, None, budget
        )

    def _expand(
        self,
        todo: list[int],
        literals: Literals,
        points: Points,
        owner: Array,
        fragile: Mask | None,
        poison: Poison | None,
        budget: list[int],
    ) -> Iterator[Chunk]:
        known = [(lit, pol) for lit, pol in literals if not self._mentions(lit, todo)]
        rest = [(lit, pol) for lit, pol in literals if self._mentions(lit, todo)]
        for literal, polarity in known:
            test = self._evaluate.bool(literal, points)
            keep = test.val == polarity
            if test.fragile is not None:
                keep = keep | test.fragile
            if test.poison is not None:
                keep = keep | (test.poison != 0)
            index = np.flatnonzero(keep)
            fragile, poison = either(fragile, test.fragile), both(poison, test.poison)
            fragile = None if fragile is None else fragile[index]
            poison = None if poison is None else poison[index]
            owner, points = owner[index], points.select(index)
        if points.n == 0:
            return
        if not todo:
            yield owner, points, fragile, poison
            return
        variable, low, high = self._next_variable(todo, rest, points)
        counts = np.maximum(high - low + 1, 0)
        left = [v for v in todo if v != variable]
        for index, values in _chunks(low, counts):
            budget[0] -= len(index)
            if budget[0] < 0:
                raise not_evaluable(f"a domain of more than {LIMIT} points")
            more = points.extend(index, points.scope[variable], values)
            unsure = None if fragile is None else fragile[index]
            undefined = None if poison is None else poison[index]
            yield from self._expand(left, rest, more, owner[index], unsure, undefined, budget)

    def _mentions(self, term: Term, variables: list[int]) -> bool:
        found = self.dependencies(term)
        return any(("var", v) in found for v in variables)

    def _next_variable(self, todo: list[int], literals: Literals, points: Points) -> tuple[int, Array, Array]:
        """The first variable with both bounds at every point, given the variables that have values."""
        for variable in todo:
            others = [v for v in todo if v != variable]
            low = np.full(points.n, -np.inf)
            high = np.full(points.n, np.inf)
            for literal, polarity in literals:
                if not self._mentions(literal, others):
                    self.tighten(literal, polarity, ("var", variable), points, low, high)
            if bool(np.isfinite(low).all() and np.isfinite(high).all()):
                if max(np.abs(low).max(initial=0.0), np.abs(high).max(initial=0.0)) > 2.0**52:
                    raise not_evaluable("a bound variable beyond 2^52")
                return variable, low.astype(np.int64), high.astype(np.int64)
        raise not_evaluable("a bound variable without finite bounds")

    def tighten(
        self,
        literal: Term,
        polarity: bool,
        variable: Dependency,
        points: Points,
        low: Array,
        high: Array,
        others: frozenset[Dependency] = frozenset(),
    ) -> None:
        """Narrow low and high in place by A*v + R >= 0 (or == 0) where the literal says so.

        Its other variables have values, but for ``others``: those and v are non-negative, and an inequality that holds
        with a non-positive term holds without it.
        """
        if literal.kind not in ("ge", "eq") or (literal.kind == "eq" and not polarity):
            return
        sign = 0 if literal.kind == "eq" else 1 if polarity else -1
        linear = self._linear(literal.args[0], variable, points, others, sign)
        if linear is None:
            return
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
            if any(self.dependencies(atom) & others for atom, _ in factors):
                if not self._non_positive(numerator * sign, factors, {*others, variable}, points):
                    return None
                continue
            product = constant(numerator, denominator, points.n)
            powers = 0
            for atom, power in factors:
                if atom.kind in ("var", "sym") and variable in self.dependencies(atom):
                    powers += power
                elif variable in self.dependencies(atom):
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
            if self.dependencies(atom) & free:
                return False
            product = mul(product, monomial_power(self._evaluate.num(atom, points), power))
        return sign != 0 and product.err is None and product.poison is None and bool((product.val <= 0).all())

    # ------------------------------------------------------------------------------------ reduction

    def _exists(self, term: Term, points: Points) -> Bool:
        found = np.zeros(points.n, dtype=bool)
        maybe = np.zeros(points.n, dtype=bool)
        bad = np.zeros(points.n, dtype=np.uint8)
        for owner, _, fragile, poison in self._domain(term, points):
            unsure = either(fragile, None if poison is None else poison != 0)
            found[owner if unsure is None else owner[~unsure]] = True
            if fragile is not None:
                maybe[owner[fragile]] = True
            if poison is not None:
                np.bitwise_or.at(bad, owner, poison)
        maybe &= ~found
        bad[found] = 0
        return Bool(found, maybe if maybe.any() else None, bad if bad.any() else None)

    def _big(self, term: Term, points: Points) -> Num:
        fold = Fold(term.name, points.n)
        (body,) = term.args
        for owner, inside, fragile, poison in self._domain(term, points):
            value = self._evaluate.num(body, inside)
            if fragile is not None and fragile.any():
                value = Num(value.val, np.where(fragile, np.inf, error(value)), value.poison)
            fold.add(owner, Num(value.val, value.err, both(value.poison, poison)))
        return fold.result()


class Fold:
    """Accumulates values by owner with one of the operators."""

    def __init__(self, kind: str, n: int) -> None:
        self._kind = kind
        self._n = n
        self._parts: list[Num] = []
        self._owners: list[Array] = []

    def add(self, owner: Array, value: Num) -> None:
        """Fold one chunk into one value per owner."""
        if not len(owner):
            return
        starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        counts = np.diff(np.concatenate([starts, [len(owner)]]))
        self._owners.append(owner[starts])
        self._parts.append(segments(self._kind, value, starts, counts))

    def result(self) -> Num:
        """One value per owner; an empty domain gives the operator's neutral element (-inf for max)."""
        if not self._parts:
            return Num(np.full(self._n, _NEUTRAL[self._kind]))
        owner = np.concatenate(self._owners)
        if len(self._parts) > 1:
            parts = self._parts if not any(p.is_real for p in self._parts) else [to_real(p) for p in self._parts]
            joined = Num(
                np.concatenate([p.val for p in parts]),
                np.concatenate([error(p) for p in parts]) if any(p.err is not None for p in parts) else None,
                np.concatenate([np.zeros(len(p.val), np.uint8) if p.poison is None else p.poison for p in parts]),
            )
            order = np.argsort(owner, kind="stable")
            self._owners, self._parts = [], []
            self.add(owner[order], joined.take(order))
            return self.result()
        part = self._parts[0]
        if len(owner) == self._n:
            return part
        missing = np.setdiff1d(np.arange(self._n), owner)
        neutral = _NEUTRAL[self._kind]
        kind = part.val.dtype if isinstance(neutral, int) or part.is_real else np.dtype(object)
        val = np.zeros(self._n, dtype=kind)
        val[owner] = part.val
        val[missing] = neutral
        err = poison = None
        if part.err is not None:
            err = np.zeros(self._n)
            err[owner] = part.err
        if part.poison is not None:
            poison = np.zeros(self._n, dtype=np.uint8)
            poison[owner] = part.poison
        return Num(val, err, poison)


_NEUTRAL: dict[str, int | float] = {"sum": 0, "prod": 1, "max": -np.inf, "min": np.inf, "band": -1, "bor": 0, "bxor": 0}


def segments(kind: str, value: Num, starts: Array, counts: Array) -> Num:
    """Fold runs of values that begin at ``starts``. The error of a sum holds for every order: m*u*sum |x|."""
    val = value.val
    poison = None if value.poison is None else np.bitwise_or.reduceat(value.poison, starts)
    longest = int(counts.max(initial=1))
    err = None if value.err is None else np.add.reduceat(value.err, starts)
    with np.errstate(all="ignore"):
        match kind:
            case "sum":
                if not value.is_real:
                    if val.dtype != object and magnitude(val) * longest > 2**62:
                        val = val.astype(object)
                    return Num(np.add.reduceat(val, starts), err, poison)
                total = np.add.reduceat(val, starts)
                moved = np.add.reduceat(np.abs(val), starts) * ((counts - 1) * UNIT * 1.01)
                return Num(total, moved if err is None else err + moved, poison)
            case "prod":
                if not value.is_real:
                    if val.dtype != object and magnitude(val) ** min(longest, 64) > 2**62:
                        val = val.astype(object)
                    exact = np.multiply.reduceat(val, starts)
                    return Num(exact, None if err is None else np.where(err > 0, np.inf, 0.0), poison)
                total = np.multiply.reduceat(val, starts)
                grown = np.multiply.reduceat((np.abs(val) + error(value)) * (1 + 2 * UNIT), starts)
                return Num(total, grown - np.abs(total) * (1 - 4 * UNIT) + 2.0**-1074, poison)
            case "max" | "min":
                pick = np.maximum if kind == "max" else np.minimum
                worst = None if value.err is None else np.maximum.reduceat(value.err, starts)
                return Num(pick.reduceat(val, starts), worst, poison)
            case "band" | "bor" | "bxor":
                fold = {"band": np.bitwise_and, "bor": np.bitwise_or, "bxor": np.bitwise_xor}[kind]
                return Num(fold.reduceat(val, starts), None if err is None else np.where(err > 0, np.inf, 0.0), poison)
            case _:
                raise not_evaluable(f"the operator '{kind}'")


def _chunks(low: Array, counts: Array) -> Iterator[tuple[Array, Array]]:
    """(owner, value) pairs that enumerate low .. low + count - 1 for each owner, at most about CHUNK at once."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    starts = ends - counts
    for begin in range(0, total, CHUNK):
        flat = np.arange(begin, min(begin + CHUNK, total))
        owner = np.searchsorted(ends, flat, side="right")
        yield owner, low[owner] + (flat - starts[owner])


def _shift(dependency: Dependency, nvars: int) -> Dependency:
    kind, what = dependency
    return dependency if kind == "sym" else (kind, int(what) - nvars)


def _children(node: Term) -> list[Term]:
    below = (
        [atom for _, _, factors in node.monomials for atom, _ in factors] if node.kind == "poly" else list(node.args)
    )
    if node.kind in ("big", "exists"):
        below += [literal for literal, _ in node.domain]
    return below
