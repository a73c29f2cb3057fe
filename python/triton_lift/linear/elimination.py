"""Fourier-Motzkin elimination with gcd tightening; every refutation is re-derived by the native ``check_certificate``.

Sources: Schrijver, Theory of Linear and Integer Programming, sections 12.2 (Fourier-Motzkin) and 23.1
(Chvatal-Gomory cuts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from triton_lift._core import check_certificate
from triton_lift.linear.columns import Row

MAX_ROWS = 600
"""Rows at which elimination gives up (the answer is then: not shown)."""

Key = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Derived:
    const: int
    coefs: dict[int, int]
    parents: tuple[tuple[int, int], ...]
    divisor: int
    key: Key = ()


class Elimination:
    """One system of rows. ``work`` counts the coefficients that were combined."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.work = 0
        self.table = [_Derived(row.const, row.coefs, (), 1, row.key) for row in rows]
        self.order = {c: k for k, c in enumerate(dict.fromkeys(c for row in rows for c in row.coefs))}
        self.live: dict[Key, int] = {}
        self.uses: dict[int, tuple[dict[int, None], dict[int, None]]] = {}
        """For each column the live rows with a positive and those with a negative entry."""

    def refuted(self) -> bool:
        """Eliminate every column; true iff a certificate of infeasibility was found and checked."""
        for i in range(len(self.rows)):
            last = self._enter(self._tightened(i))
            if last is not None:
                return self._certified(last)
        while (solved := self._solvable()) is not None:
            last = self._substitute(*solved)
            if last is not None:
                return self._certified(last)
        while self.uses:
            column = min(self.uses, key=self._cost)
            positive, negative = self.uses[column]
            if len(positive) * len(negative) + len(self.live) - len(positive) - len(negative) > MAX_ROWS:
                return False
            pairs = [(p, n) for p in positive for n in negative]
            for i in (*positive, *negative):
                self._leave(i)
            for p, n in pairs:
                last = self._enter(self._combined(p, n, column))
                if last is not None:
                    return self._certified(last)
        return False

    def _solvable(self) -> tuple[int, int, int] | None:
        """A column with entry 1 or -1 in an equation, with the equation's rows where it is positive and negative."""
        for key, i in self.live.items():
            other = self.live.get(tuple((c, -v) for c, v in key))
            if other is None or self.table[i].const != -self.table[other].const:
                continue
            unit = next((c for c, v in key if abs(v) == 1), None)
            if unit is not None:
                return (unit, i, other) if self.table[i].coefs[unit] > 0 else (unit, other, i)
        return None

    def _substitute(self, column: int, above: int, below: int) -> int | None:
        """Eliminate a column by an equation in which it has entry 1 or -1: exact over the integers."""
        positive, negative = self.uses[column]
        pairs = [(p, below) for p in positive if p != above] + [(above, n) for n in negative if n != below]
        for i in (*positive, *negative):
            self._leave(i)
        for p, n in pairs:
            last = self._enter(self._combined(p, n, column))
            if last is not None:
                return last
        return None

    def _cost(self, column: int) -> tuple[int, int]:
        positive, negative = self.uses[column]
        return len(positive) * len(negative) - len(positive) - len(negative), self.order[column]

    def _enter(self, i: int) -> int | None:
        """Make a row live where it says something new; the row itself if it is a contradiction."""
        row = self.table[i]
        if not row.coefs:
            return i if row.const < 0 else None
        key = row.key = row.key or tuple(sorted(row.coefs.items()))
        old = self.live.get(key)
        if old is not None:
            if self.table[old].const <= row.const:
                return None
            self._leave(old)
        self.live[key] = i
        for column, value in row.coefs.items():
            sides = self.uses.get(column)
            if sides is None:
                sides = self.uses[column] = ({}, {})
            sides[value < 0][i] = None
        return None

    def _leave(self, i: int) -> None:
        row = self.table[i]
        del self.live[row.key]
        for column, value in row.coefs.items():
            sides = self.uses[column]
            del sides[value < 0][i]
            if not sides[0] and not sides[1]:
                del self.uses[column]

    def _tightened(self, i: int) -> int:
        """A row divided by the gcd of its coefficients, the constant floored; a new row when that changes it."""
        row = self.table[i]
        g = gcd(*row.coefs.values()) if row.coefs else 1
        if g == 1:
            return i
        self.table.append(_Derived(row.const // g, {c: v // g for c, v in row.coefs.items()}, ((i, 1),), g))
        return len(self.table) - 1

    def _combined(self, p: int, n: int, column: int) -> int:
        a, b = self.table[p], self.table[n]
        self.work += len(a.coefs) + len(b.coefs)
        x, y = -b.coefs[column], a.coefs[column]
        g = gcd(x, y)
        x, y = x // g, y // g
        coefs = {c: x * v for c, v in a.coefs.items()} if x != 1 else dict(a.coefs)
        for c, v in b.coefs.items():
            value = coefs.get(c, 0) + y * v
            if value:
                coefs[c] = value
            else:
                coefs.pop(c, None)
        const = x * a.const + y * b.const
        d = gcd(*coefs.values()) if coefs else 1
        if d > 1:
            const, coefs = const // d, {c: v // d for c, v in coefs.items()}
        self.table.append(_Derived(const, coefs, ((p, x), (n, y)), d))
        return len(self.table) - 1

    def _certified(self, last: int) -> bool:
        """Check the derivation of row ``last`` with the native checker."""
        inputs = len(self.rows)
        needed: set[int] = set()
        stack = [last]
        while stack:
            i = stack.pop()
            if i not in needed:
                needed.add(i)
                stack.extend(j for j, _ in self.table[i].parents)
        given = sorted(i for i in needed if i < inputs)
        place = {c: k for k, c in enumerate(dict.fromkeys(c for i in given for c in self.rows[i].coefs), 1)}
        number: dict[int, int] = {}
        matrix: list[list[int]] = []
        for i in given:
            number[i] = len(matrix)
            line = [0] * (len(place) + 1)
            line[0] = self.rows[i].const
            for c, v in self.rows[i].coefs.items():
                line[place[c]] = v
            matrix.append(line)
        steps: list[tuple[list[tuple[int, int]], int]] = []
        for i in sorted(needed - set(given)):
            number[i] = len(given) + len(steps)
            steps.append(([(number[j], m) for j, m in self.table[i].parents], self.table[i].divisor))
        if not steps:
            steps.append(([(number[last], 1)], 1))
        return check_certificate(matrix, steps)
