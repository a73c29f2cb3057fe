"""Sums as products of matrices: ``sum over k of F(i, k)*G(k, j)`` without a point per (i, j, k).

Each factor is evaluated at the distinct values of what it depends on. Where that is no matrix product, where an integer
is asked for, or where a value is undefined or infinite, the sum is left to enumeration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric_bounds import Evaluate
from triton_lift.term.numeric_dependencies import Dependencies
from triton_lift.term.numeric_points import Column, Points
from triton_lift.term.numeric_value import UNIT, Array, Num, add, constant, error, monomial_power, mul, to_real
from triton_lift.util.diagnostic import Unsupported

SMALL = 1 << 15
"""Number of enumerated points below which nothing is gained."""
LARGEST = 1 << 22
"""Points at which the factors of one side are evaluated at most."""
RANGES = 1 << 10
"""Distinct ranges of the variable at most (a causal mask has one per row)."""
WASTE = 4
"""Entries of a product of matrices per one that is used, at most."""


@dataclass(frozen=True, slots=True)
class Side:
    """Values (rows, span) with their errors; ``bad`` marks what may not be used; owner o has row ``row[o]``."""

    val: Array
    err: Array
    bad: Array
    row: Array


@dataclass(frozen=True, slots=True)
class Range:
    """Owners whose variable runs over the same columns of the sides."""

    owners: Array
    columns: slice

    @property
    def span(self) -> int:
        """Number of columns."""
        return self.columns.stop - self.columns.start


class Contraction:
    """Sums of products over a variable."""

    def __init__(self, evaluate: Evaluate, dependencies: Dependencies) -> None:
        self._evaluate = evaluate
        self._dependencies = dependencies

    def over_range(self, body: Term, variable: int, points: Points, low: Array, high: Array) -> Num | None:
        """The sum of a body over low <= variable <= high at each point; None where it has to be enumerated.

        ``variable`` is a de Bruijn index in the scope of ``points``, and has no values there yet.
        """
        counts = np.maximum(high - low + 1, 0)
        if int(counts.sum()) < SMALL:
            return None
        first = int(low[counts > 0].min())
        span = int(high.max()) - first + 1
        ranges = _ranges(low - first, counts)
        if ranges is None or span > LARGEST:
            return None
        inner = {variable: np.arange(first, first + span)}
        total = self._total(body, points, inner, ranges)
        empty = counts == 0
        if total is None or not empty.any():
            return total
        poison = None if total.poison is None else np.where(empty, np.uint8(0), total.poison)
        return Num(np.where(empty, 0.0, total.val), np.where(empty, 0.0, error(total)), poison)

    def over_points(self, body: Term, points: Points, inner: dict[int, Array]) -> Num | None:
        """The sum of a body over the same values of its variables, by de Bruijn index, at each point."""
        span = len(next(iter(inner.values())))
        if points.n * span < SMALL or span > LARGEST:
            return None
        return self._total(body, points, inner, [Range(np.arange(points.n), slice(0, span))])

    def _total(self, body: Term, points: Points, inner: dict[int, Array], ranges: list[Range]) -> Num | None:
        if body.kind != "poly" or body.is_int:
            return None
        total = Num(np.zeros(points.n))
        try:
            for numerator, denominator, factors in body.monomials:
                bound = [(a, p) for a, p in factors if self._dependencies.on_any(a, inner)]
                sides = self._sides(bound, points, inner)
                found = None if sides is None else _contracted(sides, ranges, points.n)
                if found is None:
                    return None
                found = mul(constant(numerator, denominator, points.n), found)
                for atom, power in factors:
                    if not self._dependencies.on_any(atom, inner):
                        found = mul(found, monomial_power(self._evaluate.num(atom, points), power))
                total = add(total, found)
        except Unsupported:
            return None  # perhaps only of a factor where the sum does not need it
        return total

    def _sides(
        self, factors: list[tuple[Term, int]], points: Points, inner: dict[int, Array]
    ) -> list[Side] | None:
        """One or two groups of factors, each depending on few of the points' columns."""
        groups: dict[frozenset[Column], list[tuple[Term, int]]] = {}
        for atom, power in factors:
            groups.setdefault(self._columns(atom, points), []).append((atom, power))
        for small in sorted(groups, key=len):
            larger = next((g for g in groups if small < g), None)
            if larger is not None:
                groups[larger] += groups.pop(small)
        if len(groups) > 2:
            return None
        if not groups:
            span = len(next(iter(inner.values())))
            one = np.ones((1, span))
            return [Side(one, np.zeros((1, span)), one == 0, np.zeros(points.n, dtype=np.intp))]
        sides: list[Side] = []
        for columns, members in sorted(groups.items(), key=lambda item: sorted(map(str, item[0]))):
            side = self._side(sorted(columns, key=str), members, points, inner)
            if side is None:
                return None
            sides.append(side)
        return sides

    def _columns(self, atom: Term, points: Points) -> frozenset[Column]:
        """The columns with several values that an atom depends on."""
        found: set[Column] = set()
        for kind, what in self._dependencies.of(atom):
            column: Column = ("sym", what) if kind == "sym" else points.scope[int(what)]
            if points.varies(column):
                found.add(column)
        return frozenset(found)

    def _side(
        self, columns: list[Column], factors: list[tuple[Term, int]], points: Points, inner: dict[int, Array]
    ) -> Side | None:
        distinct, row = points.project(columns)
        span = len(next(iter(inner.values())))
        if distinct.n * span > LARGEST:
            return None
        inside = distinct.repeat(span, {points.scope[v]: np.tile(a, distinct.n) for v, a in inner.items()})
        product: Num | None = None
        for atom, power in factors:
            factor = monomial_power(to_real(self._evaluate.num(atom, inside)), power)
            product = factor if product is None else mul(product, factor)
        assert product is not None
        shape = (distinct.n, span)
        val, err = product.val.reshape(shape), error(product).reshape(shape)
        bad = ~(np.isfinite(val) & np.isfinite(err))
        if product.poison is not None:
            bad |= product.poison.reshape(shape) != 0
        row = np.arange(points.n) if row is None else row
        return Side(np.where(bad, 0.0, val), np.where(bad, 0.0, err), bad, row)


def _ranges(start: Array, counts: Array) -> list[Range] | None:
    """Owners by equal ranges; those with an empty one are left out."""
    owners = np.flatnonzero(counts)
    begin, length = start[owners], counts[owners]
    code = begin * (int(length.max()) + 1) + length
    if bool((code == code[0]).all()):
        return [Range(owners, slice(int(begin[0]), int(begin[0] + length[0])))]
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    if len(first) > RANGES:
        return None
    order = np.argsort(which.reshape(-1), kind="stable")
    cuts = np.cumsum(np.bincount(which.reshape(-1), minlength=len(first)))[:-1]
    parts = np.split(order, cuts)
    return [
        Range(owners[part], slice(int(begin[f]), int(begin[f] + length[f])))
        for part, f in zip(parts, first, strict=True)
    ]


def _contracted(sides: list[Side], ranges: list[Range], n: int) -> Num | None:
    """Sums at n owners; the error bound holds for any order of summation and with fused products."""
    val, err = np.zeros(n), np.zeros(n)
    for part in ranges:
        found = _one(sides[0], part) if len(sides) == 1 else _two(sides[0], sides[1], part)
        if found is None:
            return None
        val[part.owners], moved, size = found
        err[part.owners] = moved + 1.01 * (part.span + 2) * UNIT * size + part.span * 2.0**-1073
    return Num(val, err) if bool(np.isfinite(val).all() and np.isfinite(err).all()) else None


def _one(side: Side, part: Range) -> tuple[Array, Array, Array] | None:
    """(sums, sums of errors, sums of magnitudes with errors) for the owners of a range."""
    rows, place = np.unique(side.row[part.owners], return_inverse=True)
    val, err = side.val[rows, part.columns], side.err[rows, part.columns]
    if side.bad[rows, part.columns].any():
        return None
    moved = err.sum(axis=1)
    return val.sum(axis=1)[place], moved[place], (np.abs(val).sum(axis=1) + moved)[place]


def _two(left: Side, right: Side, part: Range) -> tuple[Array, Array, Array] | None:
    """As `_one`, of products of both sides."""
    rows, at = np.unique(left.row[part.owners], return_inverse=True)
    others, by = np.unique(right.row[part.owners], return_inverse=True)
    if len(rows) * len(others) > WASTE * len(part.owners) + SMALL:
        return None
    if left.bad[rows, part.columns].any() or right.bad[others, part.columns].any():
        return None
    a, ea = left.val[rows, part.columns], left.err[rows, part.columns]
    b, eb = right.val[others, part.columns].T, right.err[others, part.columns].T
    size_a, size_b = np.abs(a) + ea, np.abs(b) + eb
    moved = ea @ size_b if ea.any() else np.zeros((len(rows), len(others)))
    if eb.any():
        moved = moved + np.abs(a) @ eb
    return (a @ b)[at, by], moved[at, by], (size_a @ size_b)[at, by]
