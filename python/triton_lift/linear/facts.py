"""What follows from a conjunction of integer literals, by linear arithmetic over monomials.

Every refutation found here is a certificate that the native ``check_certificate`` re-derives; the search is not
trusted. A query looks only at the facts that share an atom with it, directly or through other facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from triton_lift._core import Context, Term
from triton_lift.linear.attained import attained_when
from triton_lift.linear.columns import Columns, Factors, Row, columns_of
from triton_lift.linear.elimination import MAX_ROWS, Elimination

Literal = tuple[Term, bool]

MAX_SHORT_ROWS = 8
"""Given rows of two variables that are multiplied by the bounds of a factor."""
STEPS_PER_ENTRY = 4
"""Steps of the context's budget that an entry of a row costs."""


@dataclass
class LinearFacts:
    """A conjunction of literals, as far as it is linear over monomials, with what intervals and quotients add."""

    ctx: Context
    literals: tuple[Literal, ...]
    _refuted: dict[tuple[Literal, ...], bool] = field(default_factory=dict[tuple[Literal, ...], bool])
    _stated: frozenset[Literal] = field(default=frozenset(), repr=False)
    _before: LinearFacts | None = field(default=None, repr=False)
    """Facts that these extend; they have been asked first whether they are contradictory."""
    _atoms: list[set[int]] | None = field(default=None, repr=False)
    _users: dict[int, list[int]] = field(default_factory=dict[int, list[int]], repr=False)

    @staticmethod
    def of(ctx: Context, literals: Iterable[Literal]) -> LinearFacts:
        """Facts from literals with polarity."""
        distinct = tuple(dict.fromkeys(literals))
        return LinearFacts(ctx, distinct, _stated=frozenset(distinct))

    def extended(self, literals: Iterable[Literal]) -> LinearFacts:
        """These facts and more."""
        out = LinearFacts.of(self.ctx, (*self.literals, *literals))
        out._before = self
        return out

    def contradictory(self) -> bool:
        """Whether the facts are shown to have no integer solution."""
        found = self._refuted.get(())
        if found is None:
            before, self._before = self._before, None
            if before is not None and before.contradictory():
                found = True
            else:
                found = self._misses_attained(()) or self._inconsistent(len(before.literals) if before else 0)
            self._refuted[()] = found
        return found

    def implies(self, literal: Term, truth: bool) -> bool:
        """Whether the facts are shown to make ``literal`` equal ``truth``."""
        if (literal, truth) in self._stated:
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

    # -- refutation

    def _refute(self, extra: tuple[Literal, ...]) -> bool:
        found = self._refuted.get(extra)
        if found is None:
            # a fact and its negation, whatever they say (real comparisons, predicates)
            found = (
                any((literal, not truth) in self._stated for literal, truth in extra)
                or self._misses_attained(extra)
                or self._refute_with(extra)
                or self.contradictory()
            )
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

    def _refute_with(self, extra: tuple[Literal, ...]) -> bool:
        """Whether the literals contradict each other and the facts that they touch."""
        columns = columns_of(self.ctx)
        rows = [row for literal, truth in extra for row in columns.literal(self.ctx, literal, truth)]
        if not rows:
            return False
        return self._rows_refuted(self._touched(columns.near(self.ctx, rows)), rows)

    def _inconsistent(self, start: int) -> bool:
        """Whether the facts that a literal from position ``start`` on touches contradict each other."""
        pending = set(range(start, len(self.literals)))
        while pending:
            first = min(pending)
            touched = self._touched(self._indexed()[first])
            pending -= {first, *touched}
            if touched and self._rows_refuted(touched, []):
                return True
        return False

    def _rows_refuted(self, given: list[int], more: list[Row]) -> bool:
        columns = columns_of(self.ctx)
        system = _System(self.ctx, columns)
        for i in given:
            for row in columns.literal(self.ctx, *self.literals[i]):
                system.add(row)
        for row in more:
            system.add(row)
        system.close()
        elimination = Elimination(system.rows)
        try:
            return elimination.refuted()
        finally:
            self.ctx.spend(STEPS_PER_ENTRY * (elimination.work + sum(len(row.coefs) for row in system.rows)))

    def _indexed(self) -> list[set[int]]:
        """The atoms near each literal."""
        if self._atoms is None:
            columns = columns_of(self.ctx)
            self._atoms = [columns.near(self.ctx, columns.literal(self.ctx, *k)) for k in self.literals]
            for i, atoms in enumerate(self._atoms):
                for atom in atoms:
                    self._users.setdefault(atom, []).append(i)
        return self._atoms

    def _touched(self, atoms: set[int]) -> list[int]:
        """The literals that share an atom with the given ones, or with such a literal, and so on; in order."""
        near = self._indexed()
        found, seen, stack = set[int](), set(atoms), list(atoms)
        while stack:
            for i in self._users.get(stack.pop(), ()):
                if i not in found:
                    found.add(i)
                    stack.extend(near[i] - seen)
                    seen |= near[i]
        return sorted(found)


class _System:
    """Rows of one query."""

    def __init__(self, ctx: Context, columns: Columns) -> None:
        self.ctx, self.columns = ctx, columns
        self.rows: list[Row] = []
        self.used: dict[int, None] = {}
        self.atoms: dict[int, None] = {}
        self.least: dict[tuple[tuple[int, int], ...], int] = {}
        """By coefficients: the least constant of a row with them."""
        self.ranges: dict[int, Range] = {}
        """By column: what rows of this column alone say."""
        self.given = 0

    def add(self, row: Row) -> None:
        """A row that holds."""
        least = self.least.get(row.key)
        if least is not None and least <= row.const:
            return
        self.least[row.key] = row.const
        self.rows.append(row)
        if len(row.coefs) == 1:
            ((column, a),) = row.coefs.items()
            said = (-(row.const // a), None) if a > 0 else (None, row.const // -a)
            self.ranges[column] = _narrowed(self.ranges.get(column, (None, None)), said)
        for column in row.coefs:
            if column not in self.used:
                self.used[column] = None
                for atom, _ in self.columns.monomials[column]:
                    self.atoms.setdefault(atom)

    def close(self) -> None:
        """Add what is known of the atoms: ranges, quotients, extrema, and products of non-negative factors."""
        self.given = len(self.rows)
        pending, done = list(self.atoms), 0
        while done < len(pending) and len(self.rows) < MAX_ROWS:
            self._about(pending[done])
            done += 1
            if done == len(pending):
                pending = list(self.atoms)
        for column in list(self.used):
            factors = self.columns.monomials[column]
            if sum(power for _, power in factors) > 1 and self._monomial_non_negative(factors):
                self.add(Row.of(0, {column: 1}))
            self._product(column, factors)

    def _about(self, number: int) -> None:
        about = self.columns.atom(self.ctx, number)
        for row in about.rows:
            self.add(row)
        quotient = about.quotient
        if quotient is not None and self._at_least(quotient.divisor, 1):
            for row in quotient.rows:
                self.add(row)
            if self._non_negative(quotient.dividend):
                self.add(Row.of(0, {about.column: 1}))

    def _non_negative(self, p: Term) -> bool:
        """Whether a polynomial is a sum of non-negative parts: by intervals, given rows, or quotients of such."""
        low, _ = self.ctx.interval(p)
        if low is not None and low >= 0:
            return True
        row = self.columns.polynomial(p)
        if row is None:
            return False
        return row.const >= 0 and all(
            value > 0 and self._monomial_non_negative(self.columns.monomials[column])
            for column, value in row.coefs.items()
        )

    def _monomial_non_negative(self, factors: Factors) -> bool:
        return all(power % 2 == 0 or self._atom_non_negative(atom) for atom, power in factors)

    def _atom_non_negative(self, number: int) -> bool:
        about = self.columns.atom(self.ctx, number)
        if about.low is not None and about.low >= 0:
            return True
        least = self.least.get(((about.column, 1),))
        if least is not None and least <= 0:
            return True
        quotient = about.quotient
        return quotient is not None and self._at_least(quotient.divisor, 1) and self._non_negative(quotient.dividend)

    def _at_least(self, q: Term, bound: int) -> bool:
        """Whether q >= bound by its interval, or because some row says q - c >= 0 with c >= bound, literally."""
        low, _ = self.ctx.interval(q)
        if low is not None and low >= bound:
            return True
        row = self.columns.polynomial(q) if q.is_int else None
        if row is None or not row.coefs:
            return False
        least = self.least.get(row.key)
        return (least is not None and row.const - least >= bound) or self._stated_at_least(q, bound)

    def _stated_at_least(self, q: Term, bound: int) -> bool:
        """Whether some row says what the normal form makes of ``q >= bound``: a quotient's dividend is compared."""
        cond = self.ctx.ge(q, self.ctx.num(bound))
        if cond.kind != "ite":
            return cond.kind == "bool" and cond.truth
        literal, then, other = cond.args
        if then.kind != "bool" or other.kind != "bool":
            return False
        rows = self.columns.literal(self.ctx, literal, then.truth)
        least = [(row, self.least.get(row.key)) for row in rows]
        return bool(rows) and all(found is not None and found <= row.const for row, found in least)

    def _product(self, column: int, factors: Factors) -> None:
        """Products of non-negative factors that speak of x*y: constant bounds; short rows times a bound."""
        if sum(power for _, power in factors) != 2:
            return
        x, y = (atom for atom, power in factors for _ in range(power))
        bounds_x, bounds_y = self._bounds(x), self._bounds(y)
        for p in bounds_x:
            for q in bounds_y:
                self._multiplied(p, q)
        for one, bounds in ((x, bounds_y), (y, bounds_x)):
            rows = self._short_rows(one) if bounds else []
            for q in bounds:
                for row in rows:
                    self._multiplied(row, q)

    def _multiplied(self, p: Row, q: Row) -> None:
        """p*q >= 0 of two rows, the second of one variable."""
        columns = self.columns
        ((other, value),) = q.coefs.items()
        coefs = {other: p.const * value} if p.const else {}
        for column, a in p.coefs.items():
            both = columns.product(columns.monomials[column], columns.monomials[other])
            coefs[both] = coefs.get(both, 0) + a * value
            coefs[column] = coefs.get(column, 0) + a * q.const
        self.add(Row.of(p.const * q.const, {c: v for c, v in coefs.items() if v}))

    def _bounds(self, number: int) -> list[Row]:
        """atom - lower and upper - atom, the best constant bounds that single-variable rows and the interval give."""
        about = self.columns.atom(self.ctx, number)
        column = about.column
        low, high = _narrowed((about.low, about.high), self.ranges.get(column, (None, None)))
        found: list[Row] = []
        if low is not None:
            found.append(Row.of(-low, {column: 1}))
        if high is not None:
            found.append(Row.of(high, {column: -1}))
        return found

    def _short_rows(self, number: int) -> list[Row]:
        """Up to eight given rows of two variables, linear, that mention the atom."""
        column = self.columns.atom(self.ctx, number).column
        found: list[Row] = []
        for row in self.rows[: self.given]:
            if column in row.coefs and len(row.coefs) == 2 and all(map(self._is_atom, row.coefs)):
                found.append(row)
                if len(found) == MAX_SHORT_ROWS:
                    break
        return found

    def _is_atom(self, column: int) -> bool:
        factors = self.columns.monomials[column]
        return len(factors) == 1 and factors[0][1] == 1


Range = tuple[int | None, int | None]


def _narrowed(one: Range, other: Range) -> Range:
    """The intersection of two ranges."""
    lows = [low for low, _ in (one, other) if low is not None]
    highs = [high for _, high in (one, other) if high is not None]
    return max(lows, default=None), min(highs, default=None)
