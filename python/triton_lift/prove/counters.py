"""Merging a loop's counter with the program id, or an outer counter, that its iterations are interleaved with.

A persistent loop works on ``tile = pid + c*k``, a chunked one on ``row = c*pid + k``. Where the smaller part stays
below c this is a change of variables: to ``tile``, with the digits ``tile mod c`` and ``tile div c``. Untrusted.
Source: docs/spec.md, "Merging".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.prove.change import Change, merge_pair, quotients
from triton_lift.prove.conjunctions import conjuncts, requirement_literals, without_redundant


def merge_counters(change: Change, write: Write, denotation: Denotation) -> Change:
    """The change with counters merged where address, guard and value then need no further quotient."""
    for _ in write.counters:
        found = next(_mergeable(change, write, denotation), None)
        if found is None:
            break
        change = found
    return change


def _mergeable(change: Change, write: Write, denotation: Denotation) -> Iterator[Change]:
    ctx = change.ctx
    facts = _facts(change, write, denotation)
    before = _quotients(change, write)
    for x, y, size in _pairs(change, write):
        if not facts.holds(ctx.and_(ctx.ge(size, ctx.num(1)), ctx.lt(y, size))):
            continue
        merged = merge_pair(change, x, y, size)
        bound = change.upper[y]
        if bound is not None and bound != size:
            (n,) = set(merged.upper) - set(change.upper)
            merged.extra.append(ctx.lt(ctx.mod(n, size), bound))
        if _quotients(merged, write) <= before:
            yield merged


def _facts(change: Change, write: Write, denotation: Denotation) -> LinearFacts:
    """The ranges of the variables, what is required, and the guard."""
    ctx = change.ctx
    ranges = [ctx.lt(v, u) for v, u in change.upper.items() if u is not None]
    literals = [part for r in ranges for part in conjuncts(ctx, r) or ()]
    guard = conjuncts(ctx, change.apply(write.guard)) or ()
    return LinearFacts.of(ctx, (*requirement_literals(denotation), *literals, *guard))


def _quotients(change: Change, write: Write) -> tuple[int, int]:
    """Distinct quotients in what a write says, and those that no bound makes redundant."""
    ctx = change.ctx
    ranges = [ctx.lt(v, u) for v, u in change.upper.items() if u is not None]
    known = tuple(part for r in ranges for part in conjuncts(ctx, r) or ())
    guard = without_redundant(ctx, change.apply(write.guard), known)
    offset, value = change.apply(write.offset), change.apply(write.value)
    return len(quotients(ctx, [offset])), len(quotients(ctx, [guard, value]))


def _pairs(change: Change, write: Write) -> Iterator[tuple[Term, Term, Term]]:
    """(x, y, c) such that the write speaks of c*x + y: x or y is a counter, neither is a lane."""
    ctx = change.ctx
    outer = [v for v in change.upper if not any(":" in s.name for s in ctx.free_syms(change.inverse[v]))]
    counters = {v for v in outer if any(s.name.startswith("k") for s in ctx.free_syms(change.inverse[v]))}
    for p in _polynomials(change, write):
        slopes = {v: s for v in outer if (s := _slope(ctx, p, v)) is not None}
        for x, step in slopes.items():
            for y, unit in slopes.items():
                if x == y or not counters & {x, y}:
                    continue
                size = _ratio(ctx, step, unit)
                if size is not None and not any(v in ctx.free_syms(size) for v in change.upper):
                    yield x, y, size


def _polynomials(change: Change, write: Write) -> Iterator[Term]:
    ctx = change.ctx
    for literal, _ in conjuncts(ctx, change.apply(write.guard)) or ():
        if literal.kind == "ge":
            yield literal.args[0]
    offset = change.apply(write.offset)
    yield offset
    for quotient in quotients(ctx, [offset]):
        yield quotient.args[0]


def _slope(ctx: Context, p: Term, variable: Term) -> Term | None:
    """The coefficient of a variable in which a polynomial is linear, outside of atoms; None where it has none."""
    if p.kind != "poly" or variable not in ctx.free_syms(p):
        return None
    slope = ctx.sub(ctx.subst(p, {variable: ctx.add(variable, ctx.num(1))}), p)
    return slope if slope.kind == "poly" and variable not in ctx.free_syms(slope) else None


def _ratio(ctx: Context, step: Term, unit: Term) -> Term | None:
    """step / unit where the division is exact and the result may be 2 or more."""
    if unit == ctx.num(0):
        return None
    size = ctx.floordiv(step, unit)
    if size.kind != "poly" or quotients(ctx, [size]) or ctx.mul(size, unit) != step:
        return None
    low, high = ctx.interval(size)
    return size if (low is None or low >= 0) and (high is None or high >= 2) else None


def wanted_bounds(denotation: Denotation, write: Write) -> tuple[Requirement, ...]:
    """Conditions ``programs <= c`` under which a counter merges with a program id, c made of arguments."""
    ctx, symbols = denotation.ctx, denotation.symbols
    upper: dict[Term, Term | None] = {symbols.pid(axis): symbols.num_programs(axis) for axis in range(3)}
    upper.update(dict.fromkeys(write.counters))
    change = Change(ctx, upper, {v: v for v in upper}, {v: v for v in upper})
    seen = replace(write, guard=without_redundant(ctx, write.guard, ()))
    found: dict[Term, Requirement] = {}
    for _, y, size in _pairs(change, seen):
        programs = upper[y]
        if programs is None or programs == size or any(not s.name.startswith("s") for s in ctx.free_syms(size)):
            continue
        condition = ctx.le(programs, size)
        reason = "no more programs than a persistent loop's step: else several make the same tile"
        if condition.kind == "ite":
            found.setdefault(condition, Requirement(condition, reason, write.where))
    return tuple(found.values())
