"""Views: an array shown with several dimensions. ``A[e1, ..., ek]`` stands for the address ``sum e_j*stride_j``.

A view is only a way of writing: the printer uses it where an address decomposes exactly, and the text that it gives
is read back. So the proposals of ``choose_views`` may be guesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd

from triton_lift._core import Context, Term
from triton_lift.term.formula_poly import (
    ONE,
    Entry,
    Key,
    Poly,
    Product,
    Remainder,
    add,
    entries_of,
    over,
    poly_of,
    products_of,
    symbol_rank,
    times,
)
from triton_lift.term.formula_signature import reachable
from triton_lift.term.symbols import Statement

MAX_RANK = 8


@dataclass(frozen=True, slots=True)
class View:
    """Strides in elements, outermost dimension first; each a product of scalar arguments and a positive constant."""

    strides: tuple[Term, ...]


def decompose(address: Mapping[Key, Fraction], strides: Iterable[Mapping[Key, Fraction]]) -> list[Poly] | None:
    """Coordinates of an address, one per stride, or None where it is no such sum.

    Strides of several monomials do not occur in a decomposition. Symbolic strides are peeled first, then constants
    from the largest; what no stride divides goes to the stride 1.
    """
    listed = list(strides)
    if any(len(stride) != 1 for stride in listed):
        return None
    # remainders are kept whole where that works: x[i, j % 16], not x[i - j // 16, j]
    return _peeled(address, listed, fold=True) or _peeled(address, listed, fold=False)


def _peeled(address: Mapping[Key, Fraction], strides: list[Mapping[Key, Fraction]], *, fold: bool) -> list[Poly] | None:
    order = sorted(range(len(strides)), key=lambda j: _peel_rank(strides[j]))
    left = products_of(address, fold=fold)
    coordinates: list[Poly] = [{} for _ in strides]
    for j in order:
        ((key, coefficient),) = strides[j].items()
        if coefficient == 0:
            continue
        kept: list[Product] = []
        for scale, factors in left:
            quotient = over(frozenset((f, n) for f, n in factors if not isinstance(f, Remainder)), key)
            value = scale / coefficient
            if quotient is None or (value.denominator != 1 and coefficient != 1):
                kept.append((scale, factors))
                continue
            part: Poly = {quotient: value}
            for factor, _ in factors:  # a remainder has the power 1
                if isinstance(factor, Remainder):
                    part = {times(k, q): c * v for k, c in factor.expanded.items() for q, v in part.items()}
            coordinates[j] = add(coordinates[j], part)
        left = kept
    if left:
        return None
    total: Poly = {}
    for coordinate, stride in zip(coordinates, strides, strict=True):
        ((key, coefficient),) = stride.items()
        total = add(total, {times(k, key): c * coefficient for k, c in coordinate.items()})
    return coordinates if total == dict(address) else None


def _peel_rank(stride: Mapping[Key, Fraction]) -> tuple[int, Fraction]:
    ((key, coefficient),) = stride.items()
    return -sum(power for _, power in key), -abs(coefficient)


def choose_views(ctx: Context, statements: Iterable[Statement]) -> dict[str, View]:
    """Propose a view for each array whose addresses have other strides than 1, from the factors of its index
    variables.

    Each monomial of an address is split into scalar arguments (and functions of them alone) and the rest. The
    distinct products of arguments that multiply a rest are strides; constant multiples of one product are strides of
    their own where each divides the next.
    """
    addresses: dict[str, list[Poly]] = {}
    for statement in statements:
        _note(addresses, statement.array, statement.address)
        for term in reachable((statement.value, statement.domain, statement.address)):
            if term.kind == "read" and len(term.args) == 1:
                _note(addresses, term.name, term.args[0])
    views: dict[str, View] = {}
    for array in sorted(addresses):
        strides = _strides(addresses[array])
        if strides is not None:
            views[array] = View(tuple(term_of(ctx, stride) for stride in strides))
    return views


def _note(addresses: dict[str, list[Poly]], array: str, address: Term) -> None:
    poly = poly_of(address)
    if poly is not None:
        addresses.setdefault(array, []).append(poly)


def _strides(addresses: list[Poly]) -> list[Poly] | None:
    """Strides for all addresses of one array, outermost first, or None if flat access reads as well."""
    scales: dict[Key, set[int]] = {}
    for address in addresses:
        for entry in entries_of(address):
            parameters, moves = _split(entry)
            if moves and entry.coefficient.denominator == 1:
                scales.setdefault(parameters, set()).add(abs(entry.coefficient.numerator))
    found: list[Poly] = [{key: Fraction(c)} for key, constants in scales.items() for c in _chain(constants)]
    if any(decompose(address, found) is None for address in addresses):
        found.append({ONE: Fraction(1)})
    if len(found) > MAX_RANK or found in ([], [{ONE: Fraction(1)}]):
        return None
    return sorted(found, key=_dimension_rank)


def _split(entry: Entry) -> tuple[Key, bool]:
    """The part of a monomial that is fixed for a launch, and whether there is another part that varies."""
    parameters: dict[Term, int] = {}
    moves = bool(entry.divisors)
    for factor, power in entry.factors:
        if not isinstance(factor, Remainder) and _is_parameter(factor):
            parameters[factor] = power
        else:
            moves = True
    return frozenset(parameters.items()), moves


def _is_parameter(atom: Term) -> bool:
    """A scalar argument, or a function of scalar arguments alone. The number of programs is no stride."""
    if atom.kind not in ("sym", "app"):
        return False
    parts = reachable((atom,))
    return all(p.kind in ("poly", "app") or (p.kind == "sym" and symbol_rank(p)[0] == "s") for p in parts)


def _chain(constants: set[int]) -> list[int]:
    """Distinct multiples as they are if each divides the next larger one, else their greatest common divisor."""
    listed = sorted(constants)
    if all(b % a == 0 for a, b in pairwise(listed)):
        return listed
    return [gcd(*listed)]


def _dimension_rank(stride: Poly) -> tuple[int, list[tuple[str, int]], Fraction]:
    """Higher degree outermost, then arguments by position, then larger constants; the stride 1 last."""
    ((key, coefficient),) = stride.items()
    positions = sorted(symbol_rank(atom) for atom, _ in key)
    return -sum(power for _, power in key), positions, -coefficient


def term_of(ctx: Context, poly: Mapping[Key, Fraction]) -> Term:
    """The core's term of a polynomial."""
    total = ctx.num(0)
    for key, coefficient in poly.items():
        product = ctx.num(coefficient.numerator, coefficient.denominator)
        for atom, power in sorted(key, key=lambda factor: factor[0].key):
            product = ctx.mul(product, ctx.power(atom, power))
        total = ctx.add(total, product)
    return total
