"""Whether a load can meet a store, and which execution of the store it then sees.

An access is executed once per lane and per iteration of the loops around it. Two accesses share the iterations of the
loops that both lie in, as far as their counters agree from the outermost on; all other counters, and the lanes, range
freely. Nothing here looks at program order. Source: docs/spec.md, "Memory", M1 and M2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Access, Write
from triton_lift.linear.equal import conjunction_facts
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.follow import all_follow
from triton_lift.term.symbols import is_quotient, single_atom


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The execution of a store that a load sees.

    ``place``: its free counters and lanes over the load's. ``condition``: that it took place; ``covered``: that this is
    shown wherever the load takes place. ``unique``: that no other execution of the store has the load's address.
    """

    place: Mapping[Term, Term]
    condition: Term
    value: Term
    covered: bool
    unique: bool


def shared_counters(one: tuple[Term, ...], other: tuple[Term, ...]) -> tuple[Term, ...]:
    """The counters of the loops, outermost first, that two accesses lie in together."""
    out: list[Term] = []
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        out.append(a)
    return tuple(out)


def lane_size(lane: Term) -> int:
    """The number of values of a lane variable."""
    return int(lane.name.split(":")[1])


def copies(ctx: Context, write: Access, shared: tuple[Term, ...]) -> dict[Term, Term]:
    """New variables for the lanes of an access and for its counters beyond the shared ones."""
    out = {t: ctx.sym("w" + t.name, lo=0, hi=lane_size(t) - 1) for t in write.lanes}
    out.update({t: ctx.sym("w" + t.name, lo=0) for t in write.counters[len(shared) :]})
    return out


def apart(ctx: Context, load: Access, write: Access, known: tuple[Term, ...] = ()) -> bool:
    """Whether no execution of the store in the load's iteration of the shared loops has the load's address."""
    renamed = copies(ctx, write, shared_counters(write.counters, load.counters))
    there = ctx.subst(write.offset, renamed) if renamed else write.offset
    guard = ctx.subst(write.guard, renamed) if renamed else write.guard
    return _differ(ctx, load.offset, there, (load.guard, guard, *known))


def apart_earlier(ctx: Context, load: Access, write: Access, k: Term, known: tuple[Term, ...] = ()) -> bool:
    """Whether no execution of the store in an iteration of loop ``k`` before the load's has the load's address.

    Both accesses lie in that loop. The load's iteration is ``earlier + 1 + gap``.
    """
    outer = write.counters[: write.counters.index(k)]
    earlier, gap = ctx.sym("earlier", lo=0), ctx.sym("gap", lo=0)
    there = {**copies(ctx, write, outer), k: earlier}
    here = {k: ctx.add(ctx.add(earlier, gap), ctx.num(1))}
    guards = (ctx.subst(load.guard, here), ctx.subst(write.guard, there), *known)
    return _differ(ctx, ctx.subst(load.offset, here), ctx.subst(write.offset, there), guards)


def _differ(ctx: Context, one: Term, other: Term, conditions: tuple[Term, ...]) -> bool:
    if any(c.kind == "bool" and not c.truth for c in conditions):
        return True
    difference = ctx.sub(other, one)
    if difference.kind == "poly" and difference.is_int:
        low, high = ctx.interval(difference)
        if (low is not None and low > 0) or (high is not None and high < 0):
            return True
    facts = conjunction_facts(ctx, conditions)
    if facts.contradictory() or facts.holds(ctx.ne(one, other)):
        return True
    positive = _positive_scalars(ctx, difference, facts)
    return bool(positive) and facts.extended(positive).holds(ctx.ne(one, other))


def _positive_scalars(ctx: Context, term: Term, facts: LinearFacts) -> list[tuple[Term, bool]]:
    """Literals that say of scalars in a term that they are at least 1, where the facts show it.

    With them, products of scalars and counters are known not to be negative.
    """
    out: list[tuple[Term, bool]] = []
    for symbol in ctx.free_syms(term):
        condition = ctx.ge(symbol, ctx.num(1))
        if symbol.name.startswith("s") and symbol.is_int and condition.kind == "ite" and facts.holds(condition):
            literal, then, _ = condition.args
            out.append((literal, then.truth))
    return out


def forwarded(ctx: Context, load: Access, write: Write, known: tuple[Term, ...] = ()) -> Forwarded | None:
    """The execution of the store that a load sees, None where none is found.

    A place is a guess; that the store's address there is the load's is shown. Where the store is not shown to take
    place, no other execution of it may have this address.
    """
    shared = shared_counters(write.counters, load.counters)
    variables = (*write.counters[len(shared) :], *write.lanes)
    facts = conjunction_facts(ctx, (load.guard, *known))
    for place in _places(ctx, load, write, shared, variables):
        moved = {v: t for v, t in place.items() if v != t}
        if not _equal(ctx, ctx.subst(write.offset, moved) if moved else write.offset, load.offset, facts):
            continue
        condition = ctx.subst(write.guard, moved) if moved else write.guard
        for v in variables:
            condition = ctx.and_(condition, _inside(ctx, v, place[v]))
        covered = facts.holds(condition)
        unique = _unique(ctx, load, write, place, known)
        if covered or unique:
            value = ctx.subst(write.value, moved) if moved else write.value
            return Forwarded(place, condition, value, covered, unique)
    return None


def _inside(ctx: Context, variable: Term, value: Term) -> Term:
    """That a value is one of the variable's; the guard bounds a counter from above."""
    lower = ctx.ge(value, ctx.num(0))
    if ":" not in variable.name:
        return lower
    return ctx.and_(lower, ctx.lt(value, ctx.num(lane_size(variable))))


def _equal(ctx: Context, a: Term, b: Term, facts: LinearFacts) -> bool:
    return a == b or (a.is_int and b.is_int and facts.holds(ctx.eq(a, b)))


def _unique(ctx: Context, load: Access, write: Write, place: Mapping[Term, Term], known: tuple[Term, ...]) -> bool:
    """Whether every execution of the store with the load's address is the one at ``place``."""
    if not place:
        return True
    renamed = copies(ctx, write, shared_counters(write.counters, load.counters))
    same = ctx.eq(ctx.subst(write.offset, renamed), load.offset)
    facts = conjunction_facts(ctx, (load.guard, ctx.subst(write.guard, renamed), same, *known))
    return all_follow(ctx, facts, (ctx.eq(renamed[v], t) for v, t in place.items()))


def _places(
    ctx: Context, load: Access, write: Write, shared: tuple[Term, ...], variables: tuple[Term, ...]
) -> list[dict[Term, Term]]:
    """Guesses: the same lanes in the iteration of the same number; the digits of the load's address."""
    out: list[dict[Term, Term]] = []
    free, others = write.counters[len(shared) :], load.counters[len(shared) :]
    if set(write.lanes) <= set(load.lanes) and len(free) <= len(others):
        out.append({**dict(zip(free, others, strict=False)), **{v: v for v in write.lanes}})
    digits = _digits(ctx, load.offset, write.offset, variables) if variables else {}
    if digits is not None:
        out.append(digits)
    return out


def _digits(ctx: Context, target: Term, offset: Term, variables: tuple[Term, ...]) -> dict[Term, Term] | None:
    """Values of the variables with ``offset = target``, if it is a number in mixed radix with the variables as digits:
    ``base + sum of slope*variable``.
    """
    if offset.kind != "poly" or target.kind != "poly":
        return None
    slopes: dict[Term, Term] = {}
    for v in variables:
        slope = ctx.sub(ctx.subst(offset, {v: ctx.add(v, ctx.num(1))}), offset)
        if slope.kind != "poly" or any(w in ctx.free_syms(slope) for w in variables):
            return None
        slopes[v] = slope
    rest = ctx.sub(target, ctx.subst(offset, dict.fromkeys(variables, ctx.num(0))))
    out: dict[Term, Term] = {}
    symbolic = [v for v in variables if slopes[v].constant is None]
    for v in sorted(symbolic, key=lambda v: _leading(slopes[v]), reverse=True):
        out[v] = _factor(ctx, rest, slopes[v])
        rest = ctx.sub(rest, ctx.mul(slopes[v], out[v]))
    constants = {v: c[0] for v in variables if (c := slopes[v].constant) is not None and c[1] == 1}
    for v in sorted(constants, key=lambda v: constants[v], reverse=True):
        step = constants[v]
        if step == 0:
            out[v] = ctx.num(0)
            continue
        if step < 0:
            return None
        out[v] = ctx.floordiv(rest, ctx.num(step))
        rest = ctx.sub(rest, ctx.mul(ctx.num(step), out[v]))
    return out if len(out) == len(variables) else None


def _leading(term: Term) -> int:
    return max((abs(n) for n, _, factors in term.monomials if factors), default=0)


def _factor(ctx: Context, p: Term, by: Term) -> Term:
    """What multiplies ``by`` in p, by its monomials."""
    out = ctx.num(0)
    quotient = ctx.floordiv(p, by)
    for n, d, factors in quotient.monomials if quotient.kind == "poly" else ():
        part = ctx.num(n, d)
        for atom, power in factors:
            part = ctx.mul(part, ctx.power(atom, power))
        atom = single_atom(part)
        if not (atom is not None and is_quotient(atom) and atom.args[1] == by):
            out = ctx.add(out, part)
    return out
