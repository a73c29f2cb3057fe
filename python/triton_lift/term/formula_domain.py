"""Literals and domains rearranged for reading: sides of a comparison, generators of a conjunction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from triton_lift._core import Term
from triton_lift.term.formula_poly import (
    MAX_CLEARED,
    ONE,
    Entry,
    FactorRank,
    Key,
    Poly,
    add,
    entries_of,
    factor_rank,
    poly_of,
    symbol_rank,
)
from triton_lift.term.formula_signature import reachable

MIRROR = {">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Relation:
    """``left op right`` with the terms of each side; an empty side is 0."""

    left: list[Entry]
    op: str
    right: list[Entry]


def sides(literal: Term, value: bool, rank: Callable[[Entry], int]) -> Relation:
    """A comparison literal, or its negation, without minus signs; the side of higher rank comes first.

    Over the integers ``P >= 0`` is negated to ``-P - 1 >= 0``, and ``A - B - c >= 0``, c > 0, is written
    ``A > B + c - 1``, ``c - A >= 0`` as ``A < c + 1``. Over the reals ``not P > 0`` is ``-P >= 0``.
    """
    poly, op = _positive_form(literal, value)
    both_vary = any(c > 0 for key, c in poly.items() if key) and any(c < 0 for key, c in poly.items() if key)
    if literal.kind == "ge" and (poly.get(ONE) == -1 or (both_vary and poly.get(ONE, 0) < 0)):
        poly, op = add(poly, {ONE: Fraction(1)}), ">"
    below = [key for key, c in poly.items() if key and c < 0]
    if literal.kind == "ge" and op == ">=" and len(below) == sum(bool(key) for key in poly) and poly.get(ONE, 0) > 0:
        poly, op = add(poly, {ONE: Fraction(1)}), ">"
    left: list[Entry] = []
    right: list[Entry] = []
    for entry in entries_of(poly):
        if entry.coefficient > 0:
            left.append(entry)
        else:
            right.append(Entry(-entry.coefficient, entry.factors, entry.divisors))

    def side_rank(entries: list[Entry]) -> tuple[bool, int]:
        return any(not e.is_constant for e in entries), max((rank(e) for e in entries), default=0)

    if side_rank(left) < side_rank(right):
        return Relation(right, MIRROR[op], left)
    return Relation(left, op, right)


def literal_rank(literal: Term) -> tuple[int, list[tuple[bool, FactorRank]]]:
    """Reading order of conditions: comparisons, then predicates; by the positions of their symbols, indices first."""
    parts = [part for part in reachable((literal,)) if part.kind in ("sym", "read")]
    order = ("ge", "gt", "eq", "bapp", "exists")
    return order.index(literal.kind), sorted((symbol_rank(part)[0] != "i", factor_rank(part)) for part in parts)


def _positive_form(literal: Term, value: bool) -> tuple[Poly, str]:
    poly = poly_of(literal.args[0]) or {}
    if literal.kind != "ge" and not literal.args[0].is_int and max(abs(c) for c in poly.values()) > MAX_CLEARED:
        # the core clears all denominators; a comparison of reals reads better as it came
        scale = max((abs(c) for key, c in poly.items() if key), default=Fraction(1))
        poly = {key: c / scale for key, c in poly.items()}
    match literal.kind, value:
        case "ge", True:
            return poly, ">="
        case "ge", False:
            return add({ONE: Fraction(-1)}, poly, -1), ">="
        case "gt", True:
            return poly, ">"
        case "gt", False:
            return add({}, poly, -1), ">="
        case _, True:
            return poly, "=="
        case _, False:
            return poly, "!="


@dataclass(frozen=True, slots=True)
class Variable:
    """A bound or index variable: how it is recognised, its name, and whether it is known to be non-negative."""

    is_atom: Callable[[Term], bool]
    name: str
    non_negative: bool


@dataclass(frozen=True, slots=True)
class Range:
    """``lo <= name < hi``; both or neither given."""

    name: str
    lo: Poly | None
    hi: Poly | None


def ranges(variables: Iterable[Variable], literals: Mapping[Term, bool]) -> tuple[list[Range], list[tuple[Term, bool]]]:
    """A range for each variable that has both bounds among the literals, and the literals that no range says.

    Of several upper bounds the range says one without the other variables, rather of an argument than of the grid,
    than a constant.
    """
    left = dict(literals)
    listed = list(variables)
    found: list[Range] = []
    for variable in listed:
        others = [v for v in listed if v is not variable]
        uppers: list[tuple[tuple[bool, bool, bool], Term, Poly]] = []
        lowers: list[tuple[bool, Term, Poly]] = []
        for literal, value in left.items():
            if literal.kind != "ge":
                continue
            poly, _ = _positive_form(literal, value)
            bound = _bound(poly, variable)
            if bound is None:
                continue
            direction, rest = bound
            mentions = any(v.is_atom(atom) for key in rest for atom, _ in key for v in others)
            if direction < 0:
                is_constant = all(not key for key in rest)
                of_grid = any(symbol_rank(atom)[0] == "np" for key in rest for atom, _ in key)
                uppers.append(((mentions, is_constant, of_grid), literal, add(rest, {ONE: Fraction(1)})))
            else:
                lowers.append((bool(rest), literal, add({}, rest, -1)))
        upper = min(uppers, key=lambda u: u[0], default=None)
        lower = min(lowers, key=lambda low: low[0], default=None)
        if upper is None or (lower is None and not variable.non_negative):
            found.append(Range(variable.name, None, None))
            continue
        del left[upper[1]]
        if lower is not None:
            del left[lower[1]]
        found.append(Range(variable.name, {} if lower is None else lower[2], upper[2]))
    return found, sorted(left.items(), key=lambda item: literal_rank(item[0]))


def _bound(poly: Poly, variable: Variable) -> tuple[int, Poly] | None:
    """(sign, rest) if the polynomial is rest + variable or rest - variable with the variable in no other monomial."""
    found: tuple[int, Key] | None = None
    for key, coefficient in poly.items():
        if any(variable.is_atom(atom) for atom, _ in key):
            if found is not None or len(key) != 1 or abs(coefficient) != 1 or next(iter(key))[1] != 1:
                return None
            found = (int(coefficient), key)
    if found is None:
        return None
    return found[0], {key: c for key, c in poly.items() if key != found[1]}
