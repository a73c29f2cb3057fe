"""Stores that do not last: iterations that overwrite one cell, and stores that a later one covers.

Source: docs/spec.md, "Memory", L4 and M6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Write
from triton_lift.interp.forwarding import forwarded, shared_counters
from triton_lift.interp.transition import Counter


@dataclass(frozen=True, slots=True)
class Last:
    """A store without the counter of a loop, and the iteration that it was made in."""

    write: Write
    iteration: Term


def last_only(ctx: Context, write: Write, counter: Counter) -> Last | None:
    """A store whose address is the same in all iterations, as the one store that stays; None where it is not known.

    Under a condition that is the same in all iterations it is the last iteration's; under one that holds in one
    iteration only, that iteration's.
    """
    k = counter.symbol
    only = _only_iteration(ctx, write.guard, k)
    if only is not None:
        guard = ctx.and_(ctx.subst(write.guard, {k: only}), ctx.ge(only, ctx.num(0)))
        return _at(ctx, write, k, only, guard)
    always = conjunction_without(ctx, write.guard, counter.running)
    if always is None or k in ctx.free_syms(always):
        return None
    some = ctx.subst(counter.running, {k: ctx.num(0)})
    return _at(ctx, write, k, ctx.sub(counter.trip, ctx.num(1)), ctx.and_(always, some))


def _at(ctx: Context, write: Write, k: Term, iteration: Term, guard: Term) -> Last:
    counters = tuple(c for c in write.counters if c != k)
    return Last(replace(write, guard=guard, value=ctx.subst(write.value, {k: iteration}), counters=counters), iteration)


def _only_iteration(ctx: Context, guard: Term, k: Term) -> Term | None:
    """The iteration that an equation in the conjunction ``guard`` fixes: ``k == e`` with e free of k."""
    for literal, truth in _conjuncts(ctx, guard) or ():
        if literal.kind != "eq" or not truth or k not in ctx.free_syms(literal):
            continue
        (p,) = literal.args
        slope = ctx.sub(ctx.subst(p, {k: ctx.add(k, ctx.num(1))}), p).constant
        rest = ctx.subst(p, {k: ctx.num(0)})
        if p.is_int and slope in ((1, 1), (-1, 1)):
            return ctx.neg(rest) if slope == (1, 1) else rest
    return None


def lasting(
    ctx: Context, writes: list[Write], homes: Mapping[int, tuple[Term, ...]], pinned: set[int], known: tuple[Term, ...]
) -> tuple[tuple[Write, ...], tuple[Write, ...]]:
    """The stores that some cell may show in the end, and those of which a later store covers every cell.

    M6: a store is covered if each of its executions is followed, in the same program and the same iteration of all
    loops that both lie in, by an execution of the later store at the same address: whatever program comes last, it is
    never the covered store that does.
    """
    covered = [
        w
        for i, w in enumerate(writes)
        if w.kind == "assign"
        and w.order not in pinned
        and any(_covers(ctx, w, later, homes, known) for later in writes[i + 1 :])
    ]
    return tuple(w for w in writes if w not in covered), tuple(covered)


def _covers(
    ctx: Context, write: Write, later: Write, homes: Mapping[int, tuple[Term, ...]], known: tuple[Term, ...]
) -> bool:
    if later.kind != "assign" or later.array != write.array:
        return False
    # where iterations were reduced to the last one, executions of the two cannot be put in order by their counters
    shared = shared_counters(write.counters, later.counters)
    if shared_counters(homes[write.order], homes[later.order]) != shared:
        return False
    found = forwarded(ctx, write, later, known)
    return found is not None and found.covered


def conjunction_without(ctx: Context, guard: Term, condition: Term) -> Term | None:
    """The conjunction ``guard`` without the literals of the conjunction ``condition``; None where either is none."""
    parts = [_conjuncts(ctx, t) for t in (guard, condition)]
    if parts[0] is None or parts[1] is None:
        return None
    out = ctx.truth(True)
    for literal, truth in parts[0]:
        if (literal, truth) not in parts[1]:
            out = ctx.and_(out, ctx.ite(literal, ctx.truth(truth), ctx.truth(not truth)))
    return out


def _conjuncts(ctx: Context, cond: Term) -> tuple[tuple[Term, bool], ...] | None:
    if cond.kind != "ite":
        return () if cond.kind == "bool" and cond.truth else None
    good = [path for path, leaf in ctx.paths(cond) if not (leaf.kind == "bool" and not leaf.truth)]
    return good[0] if len(good) == 1 else None
