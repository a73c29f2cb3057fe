"""Integer linear arithmetic by Fourier-Motzkin elimination with gcd tightening, certified.

Every refutation found here is a certificate that the native ``check_certificate`` re-derives; the search is not
trusted. Sources: Schrijver, Theory of Linear and Integer Programming, sections 12.2 (Fourier-Motzkin) and 23.1
(Chvatal-Gomory cuts).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import gcd

from triton_lift._core import Context, Term, check_certificate
from triton_lift.prove.attained import attained_when

Literal = tuple[Term, bool]
Monomial = tuple[tuple[Term, int], ...]

MAX_ROWS = 600
"""Rows at which elimination gives up (the answer is then: not shown)."""


@dataclass
class _Row:
    const: int
    coefs: dict[int, int]
    parents: tuple[tuple[int, int], ...]
    divisor: int


@dataclass
class LinearFacts:
    """A conjunction of literals, as far as it is linear over monomials, with what intervals and quotients add."""

    ctx: Context
    literals: tuple[Literal, ...]
    _refuted: dict[tuple[Literal, ...], bool] = field(default_factory=dict[tuple[Literal, ...], bool])

    @staticmethod
    def of(ctx: Context, literals: Iterable[Literal]) -> LinearFacts:
        """Facts from literals with polarity."""
        return LinearFacts(ctx, tuple(dict.fromkeys(literals)))

    def extended(self, literals: Iterable[Literal]) -> LinearFacts:
        """These facts and more."""
        return LinearFacts.of(self.ctx, (*self.literals, *literals))

    def contradictory(self) -> bool:
        """Whether the facts are shown to have no integer solution."""
        return self._refute(())

    def implies(self, literal: Term, truth: bool) -> bool:
        """Whether the facts are shown to make ``literal`` equal ``truth``."""
        if (literal, truth) in self.literals:
            return True
        if literal.kind == "eq" and truth:
            (p,) = literal.args
            ctx = self.ctx
            return p.is_int and self.holds(ctx.ge(p, ctx.num(0))) and self.holds(ctx.le(p, ctx.num(0)))
        return self._refute(((literal, not truth),))

    def holds(self, cond: Term) -> bool:
        """Whether the facts are shown to make the Boolean tree ``cond`` true: every path to anything else is
        contradictory.
        """
        if cond.kind == "bool":
            return cond.truth
        if cond.kind == "bundef":
            return False
        if cond.kind != "ite":
            return self.implies(cond, True)
        for path, leaf in self.ctx.paths(cond):
            if leaf.kind == "bool" and leaf.truth:
                continue
            if len(path) == 1 and leaf.kind == "bool":
                if not self.implies(path[0][0], not path[0][1]):
                    return False
            elif not self._refute(path):
                return False
        return True

    def decide(self, literal: Term) -> bool | None:
        """The truth value of a literal where the facts settle it."""
        if self.implies(literal, True):
            return True
        return False if self.implies(literal, False) else None

    # -- the system of rows

    def _refute(self, extra: tuple[Literal, ...]) -> bool:
        found = self._refuted.get(extra)
        if found is None:
            # a fact and its negation, whatever they say (real comparisons, predicates)
            stated = set(self.literals)
            if any((lit, not truth) in stated for lit, truth in extra) or self._misses_attained(extra):
                found = True
            else:
                found = self._refute_rows((*self.literals, *extra))
            self._refuted[extra] = found
        return found

    def _misses_attained(self, extra: tuple[Literal, ...]) -> bool:
        """Whether some stated literal denies that an extremum over a domain shown non-empty is attained."""
        for literal, truth in (*self.literals, *extra):
            if truth or literal.kind != "exists":
                continue
            non_empty = attained_when(self.ctx, literal)
            if non_empty is not None:
                rest = [k for k in (*self.literals, *extra) if k != (literal, truth)]
                if LinearFacts.of(self.ctx, rest).holds(non_empty):
                    return True
        return False

    def _refute_rows(self, literals: tuple[Literal, ...]) -> bool:
        system = _System(self.ctx)
        for literal, truth in literals:
            system.assume(literal, truth)
        system.close()
        return system.refuted()


class _System:
    """Rows of one query."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.columns: dict[Monomial, int] = {}
        self.rows: list[tuple[int, dict[int, int]]] = []
        self.atoms: list[Term] = []
        self.known: set[Term] = set()
        self.given = 0

    def assume(self, literal: Term, truth: bool) -> None:
        """Add an integer literal; anything else says nothing here."""
        ctx = self.ctx
        if literal.kind == "ge":
            (p,) = literal.args
            self.add(p if truth else ctx.sub(ctx.num(-1), p))
        elif literal.kind == "eq" and truth and literal.args[0].is_int:
            self.add(literal.args[0])
            self.add(ctx.neg(literal.args[0]))

    def add(self, p: Term) -> None:
        """A polynomial that is known to be >= 0."""
        if p.kind != "poly":
            return
        scale = 1
        for _, denominator, _ in p.monomials:
            scale = scale * denominator // gcd(scale, denominator)
        const, coefs = 0, dict[int, int]()
        for numerator, denominator, monomial in p.monomials:
            value = numerator * (scale // denominator)
            if not monomial:
                const = value
                continue
            if not all(atom.is_int for atom, _ in monomial):
                return
            column = self.columns.get(monomial)
            if column is None:
                column = self.columns[monomial] = len(self.columns)
                for atom, _ in monomial:
                    if atom not in self.known:
                        self.known.add(atom)
                        self.atoms.append(atom)
            coefs[column] = value
        self.rows.append((const, coefs))

    def close(self) -> None:
        """Add what is known of the atoms: ranges, quotients, extrema, and products of non-negative factors."""
        self.given = len(self.rows)
        done = 0
        while done < len(self.atoms) and len(self.rows) < MAX_ROWS:
            self._about(self.atoms[done])
            done += 1
        for monomial in list(self.columns):
            if sum(power for _, power in monomial) > 1 and self._monomial_non_negative(monomial):
                product = self.ctx.num(1)
                for atom, power in monomial:
                    product = self.ctx.mul(product, self.ctx.power(atom, power))
                self.add(product)
            self._product(monomial)

    def _about(self, atom: Term) -> None:
        ctx = self.ctx
        poly = ctx.add(atom, ctx.num(0))
        lo, hi = ctx.interval(poly)
        if lo is not None:
            self.add(ctx.sub(poly, ctx.num(lo)))
        if hi is not None:
            self.add(ctx.sub(ctx.num(hi), poly))
        if atom.kind != "app":
            return
        if atom.name == "floordiv":
            p, q = atom.args
            q_lo, _ = ctx.interval(q)
            if (q_lo is None or q_lo < 1) and not self._at_least(q, 1):
                return
            rest = ctx.sub(p, ctx.mul(q, poly))
            self.add(rest)
            self.add(ctx.sub(ctx.sub(q, ctx.num(1)), rest))
            if self._non_negative(p):
                self.add(poly)
        elif atom.name in ("min", "max"):
            for arg in atom.args:
                self.add(ctx.sub(arg, poly) if atom.name == "min" else ctx.sub(poly, arg))

    def _non_negative(self, p: Term) -> bool:
        """Whether a polynomial is a sum of non-negative parts: by intervals, given rows, or quotients of such."""
        lo, _ = self.ctx.interval(p)
        if lo is not None and lo >= 0:
            return True
        if p.kind != "poly":
            return False
        return all(numerator > 0 and self._monomial_non_negative(monomial) for numerator, _, monomial in p.monomials)

    def _monomial_non_negative(self, monomial: Monomial) -> bool:
        return all(power % 2 == 0 or self._atom_non_negative(atom) for atom, power in monomial)

    def _atom_non_negative(self, atom: Term) -> bool:
        poly = self.ctx.add(atom, self.ctx.num(0))
        lo, _ = self.ctx.interval(poly)
        if (lo is not None and lo >= 0) or self._at_least(poly, 0):
            return True
        if atom.kind == "app" and atom.name == "floordiv":
            q_lo, _ = self.ctx.interval(atom.args[1])
            positive = (q_lo is not None and q_lo >= 1) or self._at_least(atom.args[1], 1)
            return positive and self._non_negative(atom.args[0])
        return False

    def _at_least(self, q: Term, bound: int) -> bool:
        """Whether some row says q - c >= 0 with c >= bound, literally."""
        if q.kind != "poly":
            return False
        probe = [(m, n, d) for n, d, m in q.monomials if m]
        if not probe or any(m not in self.columns or d != 1 for m, _, d in probe):
            return False
        want = {self.columns[m]: n for m, n, _ in probe}
        shift = next((n for n, _, m in q.monomials if not m), 0)
        return any(coefs == want and shift - const >= bound for const, coefs in self.rows)

    def _product(self, monomial: Monomial) -> None:
        """Products of non-negative factors that speak of x*y: constant bounds; short rows times a bound."""
        factors = [atom for atom, power in monomial for _ in range(power)]
        if len(factors) != 2:
            return
        ctx = self.ctx
        x, y = (ctx.add(f, ctx.num(0)) for f in factors)
        for p in self._bounds(x):
            for q in self._bounds(y):
                self.add(ctx.mul(p, q))
        for one, other in ((x, y), (y, x)):
            rows = self._short_rows(one)
            for q in self._bounds(other):
                for row in rows:
                    self.add(ctx.mul(row, q))

    def _bounds(self, atom: Term) -> list[Term]:
        """atom - lower and upper - atom, the best constant bounds that single-variable rows and the interval give."""
        ctx = self.ctx
        (_, _, monomial) = atom.monomials[0]
        column = self.columns.get(monomial)
        lo, hi = ctx.interval(atom)
        for const, coefs in self.rows:
            if column is None or coefs.keys() != {column}:
                continue
            a = coefs[column]
            if a > 0:
                lo = max(-(const // a), lo if lo is not None else -(const // a))
            else:
                hi = min(const // -a, hi if hi is not None else const // -a)
        found: list[Term] = []
        if lo is not None:
            found.append(ctx.sub(atom, ctx.num(lo)))
        if hi is not None:
            found.append(ctx.sub(ctx.num(hi), atom))
        return found

    def _short_rows(self, atom: Term) -> list[Term]:
        """Up to eight given rows of two variables, linear, that mention the atom."""
        (_, _, monomial) = atom.monomials[0]
        column = self.columns.get(monomial)
        by_column = {c: m for m, c in self.columns.items()}
        found: list[Term] = []
        for const, coefs in self.rows[: self.given]:
            if column not in coefs or len(coefs) != 2 or len(found) >= 8:
                continue
            if all(len(by_column[c]) == 1 and by_column[c][0][1] == 1 for c in coefs):
                row = self.ctx.num(const)
                for c, a in coefs.items():
                    row = self.ctx.add(row, self.ctx.mul(self.ctx.num(a), by_column[c][0][0]))
                found.append(row)
        return found

    def refuted(self) -> bool:
        """Eliminate every column; true iff a certificate of infeasibility was found and checked."""
        table: list[_Row] = [_Row(const, dict(coefs), (), 1) for const, coefs in self.rows]
        inputs = len(table)
        live: list[int] = []
        for i in range(inputs):
            index = _tighten(table, i)
            if index is None:
                continue
            if not table[index].coefs:
                if table[index].const < 0:
                    return self._certified(table, inputs, index)
                continue
            live.append(index)
        live = _without_duplicates(table, live)
        while live:
            column = _cheapest(table, live)
            pos = [i for i in live if table[i].coefs.get(column, 0) > 0]
            neg = [i for i in live if table[i].coefs.get(column, 0) < 0]
            rest = [i for i in live if column not in table[i].coefs]
            if len(pos) * len(neg) + len(rest) > MAX_ROWS:
                return False
            for p in pos:
                for n in neg:
                    index = _combine(table, p, n, column)
                    if not table[index].coefs:
                        if table[index].const < 0:
                            return self._certified(table, inputs, index)
                        continue
                    rest.append(index)
            live = _without_duplicates(table, rest)
        return False

    def _certified(self, table: list[_Row], inputs: int, last: int) -> bool:
        """Check the derivation of row ``last`` with the native checker."""
        needed: set[int] = set()
        stack = [last]
        while stack:
            i = stack.pop()
            if i not in needed:
                needed.add(i)
                stack.extend(j for j, _ in table[i].parents)
        derived = sorted(i for i in needed if table[i].parents)
        width = len(self.columns)
        rows = [[const, *(coefs.get(c, 0) for c in range(width))] for const, coefs in self.rows]
        number = {i: i for i in range(inputs)}
        steps: list[tuple[list[tuple[int, int]], int]] = []
        for i in derived:
            number[i] = inputs + len(steps)
            steps.append(([(number[j], m) for j, m in table[i].parents], table[i].divisor))
        if not derived:
            steps.append(([(last, 1)], 1))
        return check_certificate(rows, steps)


def _tighten(table: list[_Row], i: int) -> int | None:
    """Divide a row by the gcd of its coefficients, flooring the constant; a new row when that changes it."""
    row = table[i]
    g = gcd(*row.coefs.values()) if row.coefs else 0
    if g <= 1:
        return i
    table.append(_Row(row.const // g, {c: v // g for c, v in row.coefs.items()}, ((i, 1),), g))
    return len(table) - 1


def _combine(table: list[_Row], p: int, n: int, column: int) -> int:
    a, b = table[p], table[n]
    x, y = -b.coefs[column], a.coefs[column]
    g = gcd(x, y)
    x, y = x // g, y // g
    coefs = {c: x * v for c, v in a.coefs.items()}
    for c, v in b.coefs.items():
        value = coefs.get(c, 0) + y * v
        if value:
            coefs[c] = value
        else:
            coefs.pop(c, None)
    const = x * a.const + y * b.const
    d = gcd(*coefs.values()) if coefs else 1
    d = max(d, 1)
    table.append(_Row(const // d, {c: v // d for c, v in coefs.items()}, ((p, x), (n, y)), d))
    return len(table) - 1


def _cheapest(table: list[_Row], live: list[int]) -> int:
    counts: dict[int, list[int]] = {}
    for i in live:
        for c, v in table[i].coefs.items():
            counts.setdefault(c, [0, 0])[v > 0] += 1
    return min(counts, key=lambda c: (counts[c][0] * counts[c][1] - counts[c][0] - counts[c][1], c))


def _without_duplicates(table: list[_Row], live: list[int]) -> list[int]:
    """Keep the strongest constant per coefficient vector."""
    best: dict[tuple[tuple[int, int], ...], int] = {}
    for i in live:
        key = tuple(sorted(table[i].coefs.items()))
        if key not in best or table[i].const < table[best[key]].const:
            best[key] = i
    return sorted(best.values())
