"""What integer literals and atoms say, as rows over numbered monomials; kept per context.

A row (const, coefs) says const + sum of coefs[c] * column c >= 0, a column being a monomial of integer atoms that is
taken for an unknown of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import lcm
from weakref import WeakKeyDictionary

from triton_lift._core import Context, Term

Literal = tuple[Term, bool]
Factors = tuple[tuple[int, int], ...]
"""(number of the atom, power), sorted."""


@dataclass(frozen=True, slots=True)
class Row:
    """const + sum of coefs[column] * column >= 0. ``key``: the coefficients in canonical form."""

    const: int
    coefs: dict[int, int]
    key: tuple[tuple[int, int], ...]

    @staticmethod
    def of(const: int, coefs: dict[int, int]) -> Row:
        """A row; coefficients must not be 0."""
        return Row(const, coefs, tuple(sorted(coefs.items())))


@dataclass(frozen=True, slots=True)
class Quotient:
    """What is known of p div q where q >= 1: ``rows`` say 0 <= p - q*(p div q) <= q - 1."""

    dividend: Term
    divisor: Term
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """An integer atom: the column that is the atom alone, its range, and what its meaning says."""

    column: int
    low: int | None
    high: int | None
    quotient: Quotient | None
    rows: tuple[Row, ...]
    """Rows that always hold: range, and the order between an extremum and its arguments."""


@dataclass
class Columns:
    """Numbers of atoms and monomials of one context, and the rows of its literals."""

    monomials: list[Factors] = field(default_factory=list[Factors])
    terms: list[Term] = field(default_factory=list[Term])
    _numbers: dict[Term, int] = field(default_factory=dict[Term, int])
    _columns: dict[Factors, int] = field(default_factory=dict[Factors, int])
    _rows: dict[Literal, tuple[Row, ...]] = field(default_factory=dict[Literal, tuple[Row, ...]])
    _polynomials: dict[Term, Row | None] = field(default_factory=dict["Term", "Row | None"])
    _atoms: dict[int, Atom] = field(default_factory=dict[int, Atom])
    _near: dict[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])

    def column(self, factors: Factors) -> int:
        """The number of a monomial."""
        found = self._columns.get(factors)
        if found is None:
            found = self._columns[factors] = len(self.monomials)
            self.monomials.append(factors)
        return found

    def product(self, one: Factors, other: Factors) -> int:
        """The column of the product of two monomials."""
        powers = dict(one)
        for atom, power in other:
            powers[atom] = powers.get(atom, 0) + power
        return self.column(tuple(sorted(powers.items())))

    def polynomial(self, p: Term) -> Row | None:
        """The row of p >= 0, scaled to integers; None where p is no polynomial over integer atoms."""
        if p not in self._polynomials:
            self._polynomials[p] = self._polynomial(p)
        return self._polynomials[p]

    def _polynomial(self, p: Term) -> Row | None:
        if p.kind != "poly":
            return None
        monomials = p.monomials
        scale = lcm(*(denominator for _, denominator, _ in monomials)) if monomials else 1
        const, coefs = 0, dict[int, int]()
        for numerator, denominator, monomial in monomials:
            value = numerator * (scale // denominator)
            if not monomial:
                const = value
                continue
            factors: list[tuple[int, int]] = []
            for atom, power in monomial:
                number = self._number(atom)
                if number is None:
                    return None
                factors.append((number, power))
            coefs[self.column(tuple(sorted(factors)))] = value
        return Row.of(const, coefs)

    def _number(self, atom: Term) -> int | None:
        found = self._numbers.get(atom)
        if found is None:
            if not atom.is_int:
                return None
            found = self._numbers[atom] = len(self.terms)
            self.terms.append(atom)
        return found

    def literal(self, ctx: Context, literal: Term, truth: bool) -> tuple[Row, ...]:
        """The rows of an integer literal with polarity; anything else says nothing here."""
        found = self._rows.get((literal, truth))
        if found is None:
            polynomials: tuple[Term, ...] = ()
            if literal.kind == "ge":
                (p,) = literal.args
                polynomials = (p if truth else ctx.sub(ctx.num(-1), p),)
            elif literal.kind == "eq" and truth and literal.args[0].is_int:
                polynomials = (literal.args[0], ctx.neg(literal.args[0]))
            found = self._rows[literal, truth] = self._known(polynomials)
        return found

    def _known(self, polynomials: Iterable[Term]) -> tuple[Row, ...]:
        return tuple(row for p in polynomials if (row := self.polynomial(p)) is not None)

    def atom(self, ctx: Context, number: int) -> Atom:
        """What is known of an atom."""
        found = self._atoms.get(number)
        if found is None:
            found = self._atoms[number] = self._about(ctx, number)
        return found

    def _about(self, ctx: Context, number: int) -> Atom:
        term = self.terms[number]
        poly = ctx.add(term, ctx.num(0))
        column = self.column(((number, 1),))
        low, high = ctx.interval(poly)
        rows: list[Row] = []
        if low is not None:
            rows.append(Row.of(-low, {column: 1}))
        if high is not None:
            rows.append(Row.of(high, {column: -1}))
        quotient: Quotient | None = None
        if term.kind == "app" and term.name == "floordiv":
            p, q = term.args
            rest = ctx.sub(p, ctx.mul(q, poly))
            quotient = Quotient(p, q, self._known((rest, ctx.sub(ctx.sub(q, ctx.num(1)), rest))))
        elif term.kind == "app" and term.name in ("min", "max"):
            least = term.name == "min"
            rows.extend(self._known(ctx.sub(arg, poly) if least else ctx.sub(poly, arg) for arg in term.args))
        return Atom(column, low, high, quotient, tuple(rows))

    def atoms_of(self, row: Row) -> set[int]:
        """The atoms in a row's monomials."""
        return {atom for column in row.coefs for atom, _ in self.monomials[column]}

    def near(self, ctx: Context, rows: Iterable[Row]) -> set[int]:
        """The atoms in rows, and those in what is known of them, and so on."""
        out = set[int]()
        for row in rows:
            for atom in self.atoms_of(row):
                if atom not in out:
                    out |= self._nearby(ctx, atom)
        return out

    def _nearby(self, ctx: Context, start: int) -> frozenset[int]:
        if start not in self._near:
            seen, stack = {start}, [start]
            while stack:
                about = self.atom(ctx, stack.pop())
                rows = about.rows + (about.quotient.rows if about.quotient else ())
                for atom in {a for row in rows for a in self.atoms_of(row)} - seen:
                    seen.add(atom)
                    stack.append(atom)
            self._near[start] = frozenset(seen)
        return self._near[start]


_OF_CONTEXT: WeakKeyDictionary[Context, Columns] = WeakKeyDictionary()


def columns_of(ctx: Context) -> Columns:
    """The columns of a context; they live as long as it does."""
    found = _OF_CONTEXT.get(ctx)
    if found is None:
        found = _OF_CONTEXT[ctx] = Columns()
    return found
