"""Big operators and `exists` by enumeration of their finite domains.

A bound variable is enumerated between bounds read off the domain's literals that are linear in it, A*v + R >= 0 with
A and R evaluated at each point; every other literal filters. Points that agree on all that the operator depends on
share one enumeration, and enumerations are cut into chunks, so that memory is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric_bounds import Bounds, Evaluate
from triton_lift.term.numeric_contract import Contraction
from triton_lift.term.numeric_dependencies import Dependencies, Dependency
from triton_lift.term.numeric_fold import Fold
from triton_lift.term.numeric_functions import not_evaluable
from triton_lift.term.numeric_points import Column, Points
from triton_lift.term.numeric_value import (
    Array,
    Bool,
    Mask,
    Num,
    Poison,
    both,
    either,
    error,
)

CHUNK = 1 << 19
"""Largest number of points enumerated at once."""
LIMIT = 1 << 27
"""Largest number of points enumerated for one operator; more is refused."""

Chunk = tuple[Array, Points, Mask | None, Poison | None, Num | None]
"""(owner of each point, points inside the binder, where a fragile literal let a point in, poison of the literals, the
body's sum over the last variable where it was found at once: then that variable has no values)."""
Literals = list[tuple[Term, bool]]


class Binders:
    """Evaluates operators that bind variables."""

    def __init__(self, evaluate: Evaluate) -> None:
        self._evaluate = evaluate
        self._dependencies = Dependencies()
        self.bounds = Bounds(evaluate, self._dependencies)
        self._contraction = Contraction(evaluate, self._dependencies)

    def evaluate(self, term: Term, points: Points) -> Num | Bool:
        """A big operator or `exists` at all points."""
        keys: list[Column] = []
        for kind, what in sorted(self._dependencies.of(term), key=str):
            keys.append(("sym", what) if kind == "sym" else points.scope[int(what)])
        distinct, inverse = points.project(keys)
        value = self._exists(term, distinct) if term.kind == "exists" else self._big(term, distinct)
        return value if inverse is None else value.take(inverse)

    # ---------------------------------------------------------------------------------- enumeration

    def _domain(self, term: Term, points: Points, *, enumerated: bool = False) -> Iterator[Chunk]:
        """Chunks of the points of an operator's domain, owners ascending; `enumerated`: nothing is summed at once."""
        inside = points.enter(term.nvars)
        summed = term.args[0] if term.kind == "big" and term.name == "sum" and not enumerated else None
        order = sorted(range(term.nvars), key=lambda v: summed is not None and not self._is_heavy(summed, v))
        yield from self._expand(
            order, list(term.domain), inside, np.arange(points.n), None, None, [LIMIT], summed
        )

    def _is_heavy(self, body: Term, variable: int) -> bool:
        """Whether operators inside a body depend on a variable: it is enumerated first, so that the other can be summed
        at once."""
        atoms = [a for _, _, factors in body.monomials for a, _ in factors] if body.kind == "poly" else []
        return any(self._dependencies.on_any(a, [variable]) and self._dependencies.binds(a) for a in atoms)

    def _expand(
        self,
        todo: list[int],
        literals: Literals,
        points: Points,
        owner: Array,
        fragile: Mask | None,
        poison: Poison | None,
        budget: list[int],
        summed: Term | None,
    ) -> Iterator[Chunk]:
        known = [(lit, pol) for lit, pol in literals if not self._dependencies.on_any(lit, todo)]
        rest = [(lit, pol) for lit, pol in literals if self._dependencies.on_any(lit, todo)]
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
            yield owner, points, fragile, poison, None
            return
        variable, low, high, exact = self._next_variable(todo, rest, points)
        left = [v for v in todo if v != variable]
        if exact and not left:
            rest = []
            if summed is not None:
                total = self._contraction.over_range(summed, variable, points, low, high)
                if total is not None:
                    yield owner, points, fragile, poison, total
                    return
        counts = np.maximum(high - low + 1, 0)
        for index, values in _chunks(low, counts):
            budget[0] -= len(index)
            if budget[0] < 0:
                raise not_evaluable(f"a domain of more than {LIMIT} points")
            more = points.extend(index, points.scope[variable], values)
            unsure = None if fragile is None else fragile[index]
            undefined = None if poison is None else poison[index]
            yield from self._expand(left, rest, more, owner[index], unsure, undefined, budget, summed)

    def _next_variable(self, todo: list[int], literals: Literals, points: Points) -> tuple[int, Array, Array, bool]:
        """The first variable with both bounds at every point, given the variables that have values, and whether these
        bounds are all that the literals say."""
        for variable in todo:
            others = [v for v in todo if v != variable]
            low = np.full(points.n, -np.inf)
            high = np.full(points.n, np.inf)
            tight = [
                not self._dependencies.on_any(literal, others)
                and self.bounds.tighten(literal, polarity, ("var", variable), points, low, high)
                for literal, polarity in literals
            ]
            if bool(np.isfinite(low).all() and np.isfinite(high).all()):
                if max(np.abs(low).max(initial=0.0), np.abs(high).max(initial=0.0)) > 2.0**52:
                    raise not_evaluable("a bound variable beyond 2^52")
                return variable, low.astype(np.int64), high.astype(np.int64), all(tight)
        raise not_evaluable("a bound variable without finite bounds")

    # ------------------------------------------------------------------------------------ reduction

    def _exists(self, term: Term, points: Points) -> Bool:
        found = np.zeros(points.n, dtype=bool)
        maybe = np.zeros(points.n, dtype=bool)
        bad = np.zeros(points.n, dtype=np.uint8)
        for owner, _, fragile, poison, _ in self._domain(term, points):
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
        (body,) = term.args
        at_once = self._same_domain(term, points) if term.name == "sum" and term.nvars > 1 else None
        if at_once is not None:
            return at_once
        fold = Fold(term.name, points.n)
        for owner, inside, fragile, poison, total in self._domain(term, points):
            value = self._evaluate.num(body, inside) if total is None else total
            if fragile is not None and fragile.any():
                value = Num(value.val, np.where(fragile, np.inf, error(value)), value.poison)
            fold.add(owner, Num(value.val, value.err, both(value.poison, poison)))
        out = fold.result()
        return _some_number(out) if body.is_int else out


    def _same_domain(self, term: Term, points: Points) -> Num | None:
        """A sum over several variables whose domain is the same at all points, which are many; None otherwise."""
        mentioned = set[Dependency]().union(*(self._dependencies.of(literal) for literal, _ in term.domain))
        outer = [d for d in mentioned if d[0] == "sym" or int(d[1]) >= term.nvars]
        keys: list[Column] = [("sym", w) if k == "sym" else points.scope[int(w) - term.nvars] for k, w in outer]
        if points.n < 2 or any(points.varies(key) for key in keys):
            return None
        single, _ = points.project([])
        chunks = list(self._domain(term, single, enumerated=True))
        if len(chunks) != 1 or chunks[0][2] is not None or chunks[0][3] is not None:
            return None
        inside = chunks[0][1]
        columns = {v: inside.column(inside.scope[v]) for v in range(term.nvars)}
        inner = {v: c for v, c in columns.items() if isinstance(c, np.ndarray)}
        if len(inner) < term.nvars:
            return None
        return self._contraction.over_points(term.args[0], points.enter(term.nvars), inner)


def _some_number(extremum: Num) -> Num:
    """0 for an extremum of integers over an empty domain: it is some number, on which no value depends (docs/terms.md),
    but a literal that is decided before the domain's emptiness may use it as an index or a bound.
    """
    if not extremum.is_real or not np.isinf(extremum.val).any():
        return extremum
    finite = np.where(np.isinf(extremum.val), 0.0, extremum.val)
    if (finite != np.rint(finite)).any() or np.abs(finite).max(initial=0.0) > 2.0**52:
        return extremum
    return Num(finite.astype(np.int64), None, extremum.poison)


def _chunks(low: Array, counts: Array) -> Iterator[tuple[Array, Array]]:
    """(owner, value) pairs that enumerate low .. low + count - 1 for each owner, at most about CHUNK at once."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    starts = ends - counts
    for begin in range(0, total, CHUNK):
        flat = np.arange(begin, min(begin + CHUNK, total))
        owner = np.searchsorted(ends, flat, side="right")
        yield owner, low[owner] + (flat - starts[owner])
