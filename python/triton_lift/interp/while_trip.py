"""How often a ``while`` loop runs: the first iteration at which its condition fails, exactly. Trusted.

The condition at iteration k is taken apart into conjuncts. One that is linear in k with a negative slope is a ranking
function: it bounds the number of iterations. What else the condition says ends the loop at the least k at which it
fails, a minimum over the finitely many iterations below that bound. Source: docs/spec.md, "Loops", W1 to W4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.ops.symbolic.value import map_leaves

Positive = Callable[[Term], bool]
"""Whether an integer is known to be at least 1; asking may leave a requirement."""

MAX_LITERALS = 12
"""Literals of a condition that is looked at case by case."""


class NoEnd(Exception):
    """No ranking function is found; the message says why."""


@dataclass(frozen=True, slots=True)
class Trip:
    """``trip`` is the least k >= 0 at which the condition fails; ``running`` says ``k < trip``.

    ``known``: what single literals over k are where k = trip. ``assumed``: all this only if the loop ends at all.
    """

    trip: Term
    running: Term
    known: dict[Term, Term]
    assumed: bool


@dataclass(frozen=True, slots=True)
class Conjunct:
    """A part of the condition that is false wherever it fails: a literal with its polarity, or any Boolean term."""

    term: Term
    literal: Term | None
    truth: bool


@dataclass(frozen=True, slots=True)
class _Ranking:
    """``start - fall*k >= 0``, or ``!= 0`` where ``different``: fails first at k = count if ``fall >= 1``."""

    start: Term
    fall: Term
    different: bool


@dataclass(frozen=True, slots=True)
class _End:
    """A conjunct Q(k) that may end the loop early, at ``min(bound, least k with not Q)``.

    That is ``index`` where ``some`` holds, else the bound. ``held`` says that Q holds in iterations 0 to k.
    """

    some: Term
    index: Term
    held: Term
    known: dict[Term, Term]


def trip_count(ctx: Context, cond: Term, k: Term, positive: Positive) -> Trip:
    """The first failure of ``cond`` over k = 0, 1, ...; raises ``NoEnd``. ``cond`` has no undefined leaf."""
    literal = _case(ctx, cond, k)
    if literal is not None:
        cases = [trip_count(ctx, ctx.assign(cond, {literal: truth}), k, positive) for truth in (True, False)]
        then, other = cases
        trip, running = ctx.ite(literal, then.trip, other.trip), ctx.ite(literal, then.running, other.running)
        return Trip(trip, running, {}, then.assumed or other.assumed)
    start = ctx.subst(cond, {k: ctx.num(0)})
    if cond.kind == "ite" and start.kind == "bool" and start.truth:
        try:
            return _entered_once(ctx, cond, k, positive)
        except NoEnd:
            pass
    return _first_failure(ctx, cond, k, positive)


def _case(ctx: Context, cond: Term, k: Term) -> Term | None:
    """A literal free of k that chooses between two conditions, none of which is just false."""
    if len(ctx.literals(cond)) > MAX_LITERALS:
        return None
    fixed = [literal for literal in ctx.literals(cond) if k not in ctx.free_syms(literal)]
    both = ((literal, [ctx.assign(cond, {literal: truth}) for truth in (True, False)]) for literal in fixed)
    return next((literal for literal, sides in both if all(s.kind != "bool" or s.truth for s in sides)), None)


def _entered_once(ctx: Context, cond: Term, k: Term, positive: Positive) -> Trip:
    """Of a loop that runs at least once: one more than that of the condition from k = 1 on."""
    one = ctx.num(1)
    rest = _first_failure(ctx, ctx.subst(cond, {k: ctx.add(k, one)}), k, positive)
    again = ctx.subst(rest.running, {k: ctx.sub(k, one)})
    running = ctx.or_(ctx.not_(ctx.ge(k, one)), again)
    return Trip(ctx.add(rest.trip, one), running, {}, rest.assumed)


def _first_failure(ctx: Context, cond: Term, k: Term, positive: Positive) -> Trip:
    always = ctx.truth(True)  # what holds for every k or for none
    falling: list[tuple[Term, Term]] = []  # (limit of k while it holds, condition)
    unequal: list[tuple[_Ranking, Term]] = []
    others: list[Conjunct] = []
    for conjunct in conjuncts(ctx, cond):
        ranking = _ranking(ctx, conjunct, k)
        if k not in ctx.free_syms(conjunct.term):
            always = ctx.and_(always, conjunct.term)
        elif ranking is None:
            others.append(conjunct)
        elif ranking.different:
            unequal.append((ranking, conjunct.term))
            others.append(conjunct)
        elif _at_most_zero(ctx, ranking.fall):
            always = ctx.and_(always, ctx.ge(ranking.start, ctx.num(0)))  # W1: it holds for good once it holds
        elif positive(ranking.fall):
            falling.append((_limit(ctx, ranking.start, ranking.fall), conjunct.term))
        else:
            others.append(conjunct)
    if always.kind == "bool" and not always.truth:
        return Trip(ctx.num(0), always, {}, assumed=False)
    assumed = False
    if not falling:
        falling, others, assumed = [_until_equal(ctx, k, unequal, others)], [], True
    limits, running = [limit for limit, _ in falling], ctx.truth(True)
    trip, known = _bound(ctx, limits), dict[Term, Term]()
    for _, condition in falling:
        running = ctx.and_(running, condition)
    for other in others:
        end = _end(ctx, other, k, limits)
        trip = ctx.ite(end.some, end.index if len(others) == 1 else _least(ctx, end.index, trip), trip)
        running = ctx.and_(running, end.held)
        known = end.known if len(others) == 1 else {}
    if not (always.kind == "bool" and always.truth):
        trip, running = ctx.ite(always, trip, ctx.num(0)), ctx.and_(always, running)
        zero = {k: ctx.num(0)}
        known = {literal: ctx.ite(always, value, ctx.subst(literal, zero)) for literal, value in known.items()}
    return Trip(trip, running, known, assumed)


def conjuncts(ctx: Context, cond: Term) -> list[Conjunct]:
    """The condition as a conjunction."""
    out: list[Conjunct] = []
    rest = cond
    for literal in ctx.literals(cond):
        for truth in (True, False):
            otherwise = ctx.assign(rest, {literal: not truth})
            if otherwise.kind == "bool" and not otherwise.truth and rest.kind != "bool":
                out.append(Conjunct(_holds_as(ctx, literal, truth), literal, truth))
                rest = ctx.assign(rest, {literal: truth})
    if not (rest.kind == "bool" and rest.truth):
        out.append(Conjunct(rest, None, True))
    return out


def falling_conjuncts(ctx: Context, cond: Term, k: Term) -> Term:
    """The part of the condition that is known to be linear and to fall from iteration to iteration."""
    out = ctx.truth(True)
    for conjunct in conjuncts(ctx, cond):
        ranking = _ranking(ctx, conjunct, k)
        if ranking is not None and not ranking.different:
            lo, _ = ctx.interval(ranking.fall)
            out = ctx.and_(out, conjunct.term) if lo is not None and lo >= 1 else out
    return out


def _ranking(ctx: Context, conjunct: Conjunct, k: Term) -> _Ranking | None:
    """The linear form of a literal over k."""
    literal = conjunct.literal
    if literal is None or literal.kind not in ("ge", "eq") or (literal.kind == "eq" and conjunct.truth):
        return None
    (p,) = literal.args
    if not p.is_int:
        return None
    if literal.kind == "ge" and not conjunct.truth:
        p = ctx.sub(ctx.num(-1), p)
    fall = ctx.sub(p, ctx.subst(p, {k: ctx.add(k, ctx.num(1))}))
    if k in ctx.free_syms(fall):
        return None
    start = ctx.subst(p, {k: ctx.num(0)})
    if literal.kind == "eq" and _at_most_zero(ctx, fall):
        start, fall = ctx.neg(start), ctx.neg(fall)
    return _Ranking(start, fall, literal.kind == "eq")


def _at_most_zero(ctx: Context, p: Term) -> bool:
    _, hi = ctx.interval(p)
    return hi is not None and hi <= 0


def _limit(ctx: Context, start: Term, fall: Term) -> Term:
    """W2: ``start - fall*k >= 0`` iff k is below this, for ``fall >= 1``."""
    return ctx.add(ctx.floordiv(start, fall), ctx.num(1))


def _bound(ctx: Context, limits: list[Term]) -> Term:
    """The number of k >= 0 below all limits."""
    least = limits[0] if len(limits) == 1 else ctx.app("min", limits, is_int=True)
    return ctx.app("max", [least, ctx.num(0)], is_int=True)


def _below(ctx: Context, j: Term, limits: list[Term]) -> Term:
    """Whether j is below all limits."""
    out = ctx.truth(True)
    for limit in limits:
        out = ctx.and_(out, ctx.lt(j, limit))
    return out


def _until_equal(
    ctx: Context, k: Term, unequal: list[tuple[_Ranking, Term]], others: list[Conjunct]
) -> tuple[Term, Term]:
    """W3: ``while start - fall*k != 0`` with ``fall >= 1`` ends, if it ends, before its left side is negative."""
    if len(unequal) != 1 or len(others) != 1:
        raise NoEnd("nothing in its condition is known to decrease from iteration to iteration")
    ranking, _ = unequal[0]
    lo, _ = ctx.interval(ranking.fall)
    if lo is None or lo < 1:
        raise NoEnd("what its condition compares is not known to move towards each other")
    last = ctx.sub(ranking.start, ctx.num(1))
    return _limit(ctx, last, ranking.fall), ctx.ge(ctx.sub(last, ctx.mul(ranking.fall, k)), ctx.num(0))


def _least(ctx: Context, index: Term, trip: Term) -> Term:
    """The smaller of two numbers of iterations."""
    return ctx.app("min", [index, trip], is_int=True)


def _end(ctx: Context, conjunct: Conjunct, k: Term, limits: list[Term]) -> _End:
    """W4: the least k below the limits at which the conjunct fails."""
    found = _search(ctx, conjunct, k, limits)
    if found is not None:
        return found
    zero = ctx.num(0)
    q, j = conjunct.term, ctx.sym(f"j:{k.name}", lo=0)
    at_start = ctx.subst(q, {k: zero})
    shift = 1 if at_start.kind == "bool" and at_start.truth else 0
    fails = ctx.not_(ctx.subst(q, {k: ctx.add(j, ctx.num(shift))}))
    inside = ctx.and_(fails, _below(ctx, j, limits[1:]))
    some, index = _attained(ctx, ctx.big("min", j, zero, limits[0], j, dom=inside))
    before = ctx.not_(ctx.exists(j, zero, k, fails))
    if shift == 0:
        return _End(some, index, ctx.and_(q, before), {})
    last = ctx.subst(fails, {j: ctx.sub(k, ctx.num(1))})
    known = {**_entered(ctx, k, some, limits), **_last_failed(ctx, last, some, limits)}
    return _End(some, ctx.add(index, ctx.num(1)), before, known)


def _entered(ctx: Context, k: Term, some: Term, limits: list[Term]) -> dict[Term, Term]:
    """``k >= 1`` where k is the trip count and the conjunct holds for k = 0."""
    (literal,) = ctx.literals(ctx.ge(k, ctx.num(1)))
    return {literal: ctx.or_(some, _below(ctx, ctx.num(0), limits))}


def _last_failed(ctx: Context, failed: Term, some: Term, limits: list[Term]) -> dict[Term, Term]:
    """``failed``, a single literal, where k >= 1 is the trip count: the conjunct failed for k iff it ever did."""
    literals = ctx.literals(failed)
    if len(literals) != 1:
        return {}
    (literal,) = literals
    positive = ctx.assign(failed, {literal: True}) == ctx.truth(True)
    value = some if positive else ctx.not_(some)
    entered = ctx.or_(some, _below(ctx, ctx.num(0), limits))
    return {literal: ctx.ite(entered, value, _holds_as(ctx, literal, True))}


def _attained(ctx: Context, minimum: Term) -> tuple[Term, Term]:
    """Whether a minimum over a finite domain is one of a non-empty domain, and the minimum then."""
    some = map_leaves(ctx, minimum, lambda leaf: ctx.truth(leaf.kind != "inf"))
    numbers = [leaf for leaf in ctx.leaves(minimum) if leaf.kind != "inf"]
    if len(numbers) == 1:
        return some, numbers[0]
    return some, map_leaves(ctx, minimum, lambda leaf: ctx.num(0) if leaf.kind == "inf" else leaf)


def _search(ctx: Context, conjunct: Conjunct, k: Term, limits: list[Term]) -> _End | None:
    """Of ``not (exists j >= 0, ...: j < k and P)`` with P free of k: it fails first at the least ``j + 1``."""
    literal = conjunct.literal
    if literal is None or literal.kind != "exists" or conjunct.truth:
        return None
    syms = tuple(ctx.sym(f"j{i}:{k.name}") for i in range(literal.nvars))
    domain, _ = ctx.open_big(literal, syms)
    mine = [_holds_as(ctx, *d) for d in domain if k in ctx.free_syms(d[0])]
    rest = [d for d in domain if k not in ctx.free_syms(d[0])]
    for j in syms:
        below = [ctx.lt(j, limit) for limit in limits]
        if mine != [ctx.lt(j, k)] or ctx.ge(j, ctx.num(0)) not in [_holds_as(ctx, *d) for d in rest]:
            continue
        if any(len(ctx.literals(b)) != 1 for b in below):
            return None
        inside = [*rest, *(path[0] for b in below for path, leaf in ctx.paths(b) if leaf.truth)]
        some, index = _attained(ctx, ctx.close_big("min", syms, inside, j))
        known = {**_entered(ctx, k, some, limits), literal: some}
        return _End(some, ctx.add(index, ctx.num(1)), conjunct.term, known)
    return None


def _holds_as(ctx: Context, literal: Term, truth: bool) -> Term:
    """A literal with polarity as a Boolean term."""
    return ctx.ite(literal, ctx.truth(truth), ctx.truth(not truth))
