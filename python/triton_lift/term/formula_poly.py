"""Polynomials of the core as dictionaries, rearranged for reading: remainders, fractions, order of terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from triton_lift._core import Term
from triton_lift.term.formula_signature import bare

Key = frozenset[tuple[Term, int]]
"""A monomial: atoms with their powers."""
Poly = dict[Key, Fraction]
"""Coefficients by monomial, none of them zero, in the core's order as far as it comes from there."""

ONE: Key = frozenset()
MAX_CLEARED = 10_000
"""Largest common denominator that is cleared under a fraction bar; those of float constants are larger."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """``dividend % divisor``, held by the core as ``expanded``: ``dividend - divisor*floordiv(dividend, divisor)``."""

    dividend: Term
    divisor: Term | int
    expanded: Poly = field(compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a printed sum: coefficient * factors / divisors.

    A divisor is what the core inverts, the polynomial that is written for it (a multiple), and the power.
    """

    coefficient: Fraction
    factors: tuple[tuple[Term | Remainder, int], ...]
    divisors: tuple[tuple[Term, Poly, int], ...]

    @property
    def is_constant(self) -> bool:
        return not self.factors and not self.divisors


IndexRank = tuple[tuple[tuple[tuple[str, int], ...], Fraction], ...]
FactorRank = tuple[int, tuple[str, int], IndexRank]
EntryRank = tuple[bool, bool, int, tuple[tuple[FactorRank, int], ...], Fraction]


def poly_of(term: Term) -> Poly | None:
    """The polynomial of a leaf or of an atom; None for decision trees, infinities, undef and Booleans."""
    match term.kind:
        case "poly":
            return {frozenset(factors): Fraction(top, bottom) for top, bottom, factors in term.monomials}
        case "sym" | "var" | "app" | "read" | "big" | "paren":
            return None if term.is_bool else {frozenset(((term, 1),)): Fraction(1)}
        case _:
            return None


def times(a: Key, b: Key) -> Key:
    """Product of two monomials (neither holds an exponential that would merge)."""
    powers = dict(a)
    for atom, power in b:
        powers[atom] = powers.get(atom, 0) + power
    return frozenset(powers.items())


def over(a: Key, b: Key) -> Key | None:
    """Exact quotient of two monomials, or None."""
    powers = dict(a)
    for atom, power in b:
        left = powers.get(atom, 0) - power
        if left < 0:
            return None
        powers[atom] = left
    return frozenset((atom, power) for atom, power in powers.items() if power)


def add(a: Mapping[Key, Fraction], b: Mapping[Key, Fraction], scale: int | Fraction = 1) -> Poly:
    """``a + scale*b``."""
    total = dict(a)
    for key, coefficient in b.items():
        value = total.get(key, Fraction(0)) + scale * coefficient
        if value:
            total[key] = value
        else:
            total.pop(key, None)
    return total


def entries_of(poly: Mapping[Key, Fraction], *, fold: bool = True) -> list[Entry]:
    """The terms of a polynomial in reading order: positive first, higher degree first, constant last; then symbols by
    position; ties as they come.
    """
    return sorted((_entry(c, factors) for c, factors in products_of(poly, fold=fold)), key=entry_rank)


Product = tuple[Fraction, list[tuple[Term | Remainder, int]]]
"""A coefficient and factors with their powers, reciprocals among them."""


def products_of(poly: Mapping[Key, Fraction], *, fold: bool) -> list[Product]:
    """The terms of a polynomial, remainders folded where asked for. Does not look into what is inverted."""
    left = dict(poly)
    found = _remainders(left) if fold else []
    found.extend((coefficient, [*_ordered(key)]) for key, coefficient in left.items())
    return found


def entry_rank(entry: Entry) -> EntryRank:
    """Reading order of terms: the sign, constants last, the degree, the factors, the size of the coefficient."""
    degree = sum(power for _, power in entry.factors)
    parts = tuple((factor_rank(factor), -power) for factor, power in entry.factors)
    return entry.coefficient < 0, entry.is_constant, -degree, parts, abs(entry.coefficient)


def _entry(coefficient: Fraction, factors: Iterable[tuple[Term | Remainder, int]]) -> Entry:
    above: list[tuple[Term | Remainder, int]] = []
    below: list[tuple[Term, int]] = []
    for atom, power in factors:
        if isinstance(atom, Term) and atom.kind == "app" and atom.name == "recip":
            below.append((atom.args[0], power))
        else:
            above.append((atom, power))
    below.sort(key=lambda divisor: (factor_rank(bare(divisor[0])), divisor[0].key))
    divisors: list[tuple[Term, Poly, int]] = []
    for term, power in below:
        scale, poly = _cleared(poly_of(term) or {})
        coefficient *= scale**power
        divisors.append((bare(term), poly, power))
    return Entry(coefficient, tuple(above), tuple(divisors))


def _cleared(poly: Poly) -> tuple[Fraction, Poly]:
    """(s, s*poly) without small denominators and not all negative: the core scales what it inverts to a leading 1."""
    scale = Fraction(lcm(*(c.denominator for c in poly.values())))
    if scale > MAX_CLEARED:
        scale = Fraction(1)
    if all(coefficient < 0 for coefficient, _ in products_of(poly, fold=True)):
        scale = -scale
    return scale, {key: scale * c for key, c in poly.items()}


_KIND_RANK = {"sym": 0, "var": 1, "read": 2, "app": 3, "big": 4, "paren": 5}


def _ordered(key: Key) -> list[tuple[Term, int]]:
    """Factors by kind, name and index, then by structural key: the same for all names."""
    return sorted(key, key=lambda factor: (factor_rank(factor[0]), factor[0].key))


def factor_rank(factor: Term | Remainder) -> FactorRank:
    """Kind, position, and for reads the flat index, so that equal arrays come in the order of their elements."""
    if isinstance(factor, Remainder):
        return _KIND_RANK["app"], ("%", 0), ()
    index: IndexRank = ()
    if factor.kind == "read" and len(factor.args) == 1 and (poly := poly_of(factor.args[0])) is not None:
        index = _index_rank(poly)
    return _KIND_RANK.get(factor.kind, 6), symbol_rank(factor), index


def _index_rank(poly: Poly) -> IndexRank:
    """The monomials of an address by the positions of their symbols, with their coefficients; the constant first."""
    return tuple(sorted((tuple(sorted(symbol_rank(atom) for atom, _ in key)), c) for key, c in poly.items()))


def symbol_rank(atom: Term) -> tuple[str, int]:
    """Symbols and arrays in the order of their positions, other atoms by their function."""
    digits = atom.name.lstrip("abcdefghijklmnopqrstuvwxyz")
    return atom.name[: len(atom.name) - len(digits)], int(digits) if digits.isdecimal() and len(digits) < 9 else 0


def _remainders(left: Poly) -> list[Product]:
    """Take every ``q*(a - b*floordiv(a, b))`` whose monomials are all there out of a polynomial."""
    found: list[Product] = []
    quotients = {atom: None for key in left for atom, power in _ordered(key) if power == 1 and _is_quotient(atom)}
    if not quotients:
        return found
    for key in list(left):
        for atom, power in _ordered(key):
            if power != 1 or atom not in quotients or key not in left:
                continue
            for remainder, expanded, lead in _candidates(atom, quotients):
                rest = over(key, lead)
                if rest is None:
                    continue
                scale = left[key] / expanded[lead]
                need = {times(k, rest): scale * c for k, c in expanded.items()}
                if all(left.get(k) == c for k, c in need.items()):
                    for k in need:
                        del left[k]
                    found.append((scale, [*_ordered(rest), (remainder, 1)]))
                    break
    return found


def _is_quotient(atom: Term) -> bool:
    return atom.kind == "app" and atom.name == "floordiv"


def _candidates(atom: Term, quotients: Iterable[Term]) -> list[tuple[Remainder, Poly, Key]]:
    """Remainders whose expansion holds this quotient: with the expansion, and the monomial of it that has the
    quotient.

    ``a % b`` is ``a - b*floordiv(a, b)``; ``floordiv(a, b) % c`` is ``floordiv(a, b) - c*floordiv(a, b*c)`` for
    positive constants.
    """
    dividend, divisor = atom.args
    numerator, denominator = poly_of(dividend), poly_of(divisor)
    if not numerator or not denominator:
        return []
    quotient: Key = frozenset(((atom, 1),))
    product: Poly = {times(key, quotient): c for key, c in denominator.items()}
    whole = add(numerator, product, -1)
    found = [(Remainder(dividend, divisor, whole), whole, next(iter(product)))]
    size = _positive(divisor)
    for other in quotients:
        if size is None or other == atom or other.args[0] != dividend:
            continue
        part = _positive(other.args[1])
        if part is not None and size % part == 0:
            expanded: Poly = {frozenset(((other, 1),)): Fraction(1), quotient: -Fraction(size, part)}
            found.append((Remainder(other, size // part, expanded), expanded, quotient))
    return [candidate for candidate in found if candidate[2] in candidate[1]]


def _positive(term: Term) -> int | None:
    """The value of a positive integer constant."""
    constant = term.constant
    return constant[0] if constant is not None and constant[1] == 1 and constant[0] > 0 else None
