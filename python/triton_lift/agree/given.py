"""Whether a launch satisfies what a claim takes as given of the arithmetic: no index leaves the range of its width.

Source: docs/spec.md, "Given". The programs, lanes and iterations of a launch are bounded by intervals first; where that
does not show an obligation, its term is evaluated at each of them, or at the corners where they are too many.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from triton_lift._core import BudgetError, Term
from triton_lift.agree.memory import Launch
from triton_lift.agree.statements import launch_points, memory_evaluator
from triton_lift.interp.denotation import Denotation
from triton_lift.ops.symbolic.row import NoWrap
from triton_lift.term.numeric_domain import domain_points
from triton_lift.util.diagnostic import LiftError

Interval = tuple[int, int]
Outcome = Literal["holds", "fails", "undecided"]
LIMIT = 1 << 22
"""Largest number of programs, lanes and iterations at which one obligation is evaluated."""


@dataclass(frozen=True, slots=True)
class Given:
    """How the obligations of a claim come out at one launch: counts, and where the first that fails stands."""

    holds: int
    fails: int
    undecided: int
    where: str = ""


def given_at(denotation: Denotation, launch: Launch) -> Given:
    """Every ``no_wrap`` obligation at a launch; scalars only are needed, and contents where an index is loaded."""
    counts: dict[Outcome, int] = {"holds": 0, "fails": 0, "undecided": 0}
    where = ""
    for obligation in denotation.no_wrap:
        outcome = _outcome(denotation, obligation, launch)
        counts[outcome] += 1
        if outcome == "fails" and not where:
            where = f"an index leaves i{obligation.width} at {obligation.where}"
    return Given(counts["holds"], counts["fails"], counts["undecided"], where)


def _outcome(denotation: Denotation, obligation: NoWrap, launch: Launch) -> Outcome:
    half = 1 << (obligation.width - 1)
    ctx = denotation.ctx
    symbols = tuple(dict.fromkeys((*ctx.free_syms(obligation.term), *ctx.free_syms(obligation.guard))))
    ranges = _ranges(symbols, launch)
    counters = [s for s in symbols if s.name not in ranges]
    bounded = dict(ranges)
    for counter in counters:
        low, high = guard_bounds(obligation.guard, counter.name, ranges)
        if high is not None and low > high:
            return "holds"  # its loop does not run
        if high is not None:
            bounded[counter.name] = (low, high)
    hull = interval(obligation.term, bounded)
    if hull is not None and -half <= hull[0] and hull[1] < half:
        return "holds"
    try:
        return _evaluated(obligation, counters, ranges, launch)
    except (LiftError, BudgetError):
        return "undecided"


def _evaluated(
    obligation: NoWrap, counters: Sequence[Term], ranges: Mapping[str, Interval], launch: Launch
) -> Outcome:
    """The obligation at every point at which its guard holds, or at the corners where those are too many.

    Raises what evaluation raises.
    """
    points = launch_points(launch)
    spread = {n: r for n, r in sorted(ranges.items()) if n not in launch.scalars()}
    everywhere = math.prod(high - low + 1 for low, high in spread.values()) <= LIMIT
    for name, (low, high) in spread.items():
        values = np.arange(low, high + 1) if everywhere else np.unique([low, high])
        points = points.extend(np.repeat(np.arange(points.n), len(values)), ("sym", name), np.tile(values, points.n))
    evaluator = memory_evaluator(launch)
    points = domain_points(evaluator, obligation.guard, counters, points)
    value = evaluator.num(obligation.term, points)
    if value.is_real or value.poison is not None or value.err is not None:
        return "undecided"
    half = 1 << (obligation.width - 1)
    if not bool(np.all((value.val >= -half) & (value.val < half))):
        return "fails"
    return "holds" if everywhere else "undecided"


def _ranges(symbols: Sequence[Term], launch: Launch) -> dict[str, Interval]:
    """Values of the scalars, program ids and lanes among the symbols; counters have none here."""
    known: dict[str, Interval] = {}
    scalars = launch.scalars()
    for symbol in symbols:
        value = scalars.get(symbol.name)
        lane = re.fullmatch(r"l\d+:(\d+)", symbol.name)
        program = re.fullmatch(r"pid([012])", symbol.name)
        if isinstance(value, int):
            known[symbol.name] = (value, value)
        elif lane:
            known[symbol.name] = (0, int(lane[1]) - 1)
        elif program:
            known[symbol.name] = (0, launch.grid[int(program[1])] - 1)
    return known


def guard_bounds(guard: Term, name: str, ranges: Mapping[str, Interval]) -> tuple[int, int | None]:
    """Bounds of a counter wherever a Boolean tree holds: at least 0; None where no upper one is found."""
    if guard.kind == "bool" and not guard.truth:
        return 0, -1
    if guard.kind == "ite":
        literal, *sides = guard.args
        found: list[tuple[int, int | None]] = []
        for side, polarity in zip(sides, (True, False), strict=True):
            (low, high), (least, most) = guard_bounds(side, name, ranges), _bound(literal, polarity, name, ranges)
            highs = [h for h in (high, most) if h is not None]
            low, high = max(low, least), min(highs, default=None)
            if high is None or low <= high:
                found.append((low, high))
        highs = [high for _, high in found if high is not None]
        top = None if len(highs) < len(found) else max(highs, default=-1)
        return min((low for low, _ in found), default=0), top
    return _bound(guard, True, name, ranges)


def _bound(literal: Term, polarity: bool, name: str, ranges: Mapping[str, Interval]) -> tuple[int, int | None]:
    """Bounds that a literal ``c*name + R >= 0``, or its negation ``-c*name - R - 1 >= 0``, puts on a counter."""
    if literal.kind != "ge" or literal.args[0].kind != "poly":
        return 0, None
    slope, low, high = 0, 0, 0
    for numerator, denominator, factors in literal.args[0].monomials:
        if [(atom.name, power) for atom, power in factors] == [(name, 1)]:
            slope = numerator
            continue
        part: Interval | None = (numerator, numerator)
        for atom, power in factors:
            factor = _atom(atom, ranges)
            for _ in range(power):
                part = None if part is None or factor is None else _times(part, factor)
        if part is None or denominator != 1:
            return 0, None
        low, high = low + part[0], high + part[1]
    rest = high
    if not polarity:
        slope, rest = -slope, -low - 1
    if slope > 0:
        return max(0, -(rest // slope)), None
    return (0, rest // -slope) if slope < 0 else (0, None)


def interval(term: Term, ranges: Mapping[str, Interval]) -> Interval | None:
    """Bounds of an integer term where its symbols are in the given ranges; None where nothing is known of a part."""
    match term.kind:
        case "ite":
            sides = [interval(t, ranges) for t in term.args[1:]]
            return _joined(sides)
        case "poly":
            low = high = 0
            for numerator, denominator, factors in term.monomials:
                if denominator != 1:
                    return None
                product: Interval = (numerator, numerator)
                for atom, power in factors:
                    factor = _atom(atom, ranges)
                    if factor is None:
                        return None
                    for _ in range(power):
                        product = _times(product, factor)
                low, high = low + product[0], high + product[1]
            return low, high
        case _:
            return _atom(term, ranges)


def _atom(atom: Term, ranges: Mapping[str, Interval]) -> Interval | None:
    match atom.kind:
        case "sym":
            return ranges.get(atom.name)
        case "paren":
            return interval(atom.args[0], ranges)
        case "app" if atom.name in ("max", "min"):
            parts = [interval(a, ranges) for a in atom.args]
            known = [p for p in parts if p is not None]
            if len(known) < len(parts):
                return None
            pick = max if atom.name == "max" else min
            return pick(p[0] for p in known), pick(p[1] for p in known)
        case "app" if atom.name == "floordiv":
            top, bottom = (interval(a, ranges) for a in atom.args)
            if top is None or bottom is None or bottom[0] <= 0:
                return None
            corners = [t // b for t in top for b in bottom]
            return min(corners), max(corners)
        case _:
            return None


def _times(a: Interval, b: Interval) -> Interval:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _joined(sides: Sequence[Interval | None]) -> Interval | None:
    known = [s for s in sides if s is not None]
    if len(known) < len(sides):
        return None
    return min(s[0] for s in known), max(s[1] for s in known)
