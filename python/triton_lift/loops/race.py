"""Running extrema written with a comparison and a selection, and what is carried along with them. Untrusted.

``a' = g if g > a else a`` is a maximum; a value ``i' = h if g > a else i`` beside it is h of the first iteration that
attains the maximum, for indices the least index. Source: docs/spec.md, "Loops", table of rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from triton_lift._core import Context, Term
from triton_lift.interp.pairs import attained
from triton_lift.interp.transition import Carried
from triton_lift.linear.attained import without_attained
from triton_lift.loops.leaves import NoMatch, extremum_rest
from triton_lift.loops.problem import Problem, states_in
from triton_lift.ops.symbolic.value import map_leaves

Extremum = Literal["max", "min"]

MAX_BASES = 256
"""Assignments of the conditions free of carried values that are looked at."""


@dataclass(frozen=True, slots=True)
class Race:
    """One iteration's challenger ``rest`` (infinite where there is none) of a running extremum of a ``kind``.

    ``carried``: what wins with it; ``ties``: whether an equal challenger wins.
    """

    kind: Extremum
    rest: Term
    carried: Term
    ties: bool


@dataclass(frozen=True, slots=True)
class _Base:
    """A race where the conditions free of carried values are fixed; ``kind`` "" where nothing challenges."""

    kind: str
    rest: Term
    carried: Term
    ties: bool


def selected_extremum(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = g if g > a else a`` (or <, >=, <=)."""
    del raw
    if value.boolean:
        raise NoMatch
    race = _race(problem, value, step, value, step)
    if problem.reads(race.rest):
        raise NoMatch
    return problem.ctx.app(race.kind, [value.init, problem.before(race.kind, race.rest)], is_int=value.integral)


def carried_along(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``i' = h if g > a else i`` beside a running extremum a of g."""
    del step
    raw = without_attained(problem.ctx, raw)
    others = [problem.by_name(name) for name in sorted(problem.reads(raw) - {value.name})]
    for leader in others:
        if leader.name not in problem.closed or leader.boolean or value.boolean or leader.lanes != value.lanes:
            continue
        try:
            race = _race(problem, leader, leader.step, value, raw)
        except NoMatch:
            continue
        rest, carried = problem.with_closed(race.rest), problem.with_closed(race.carried)
        if not (problem.reads(rest) or problem.reads(carried)):
            return _at_winner(problem, leader, value, Race(race.kind, rest, carried, race.ties))
    raise NoMatch


def _race(problem: Problem, leader: Carried, leader_step: Term, value: Carried, step: Term) -> Race:
    """The race that the leader's step is, with what the other value's step takes from the winner."""
    ctx = problem.ctx
    kinds: set[tuple[str, bool]] = set()
    count = 0

    def free_literal(*trees: Term) -> Term | None:
        own = {leader.name, value.name}
        return next((lit for t in trees for lit in ctx.literals(t) if not own & states_in(lit)), None)

    def go(lead: Term, follow: Term) -> tuple[Term, Term]:
        nonlocal count
        literal = free_literal(lead, follow)
        if literal is not None:
            parts = [go(ctx.assign(lead, {literal: t}), ctx.assign(follow, {literal: t})) for t in (True, False)]
            (yes, yes_carried), (no, no_carried) = parts
            return ctx.ite(literal, yes, no), ctx.ite(literal, yes_carried, no_carried)
        count += 1
        if count > MAX_BASES:
            raise NoMatch
        base = _base(ctx, leader, lead, value, follow)
        if base.kind:
            kinds.add((base.kind, base.ties))
        return base.rest, base.carried

    rest, carried = go(leader_step, step)
    if len(kinds) != 1:
        raise NoMatch
    ((kind, ties),) = kinds
    nothing = ctx.inf(-1 if kind == "max" else 1)

    def present(leaf: Term) -> Term:
        return nothing if leaf.kind == "undef" else leaf

    rest, carried = map_leaves(ctx, rest, present), map_leaves(ctx, carried, present)
    return Race("max" if kind == "max" else "min", rest, carried, ties)


def _base(ctx: Context, leader: Carried, lead: Term, value: Carried, follow: Term) -> _Base:
    cell, own = leader.cell(ctx), value.cell(ctx)
    if lead == cell and follow == own:
        return _Base("", ctx.undef(), ctx.undef(), ties=False)
    literal, then, other = follow.args if follow.kind == "ite" else (None, follow, follow)
    if literal is None or own not in (then, other):
        raise NoMatch
    wins, new = (True, then) if other == own else (False, other)
    challenger = _challenger(ctx, leader, lead)
    if new.kind == "ite" or {leader.name, value.name} & states_in(new) or leader.name in states_in(challenger):
        raise NoMatch
    tests: tuple[tuple[str, bool, Callable[[Term, Term], Term]], ...] = (
        ("max", False, ctx.gt),
        ("max", True, ctx.ge),
        ("min", False, ctx.lt),
        ("min", True, ctx.le),
    )
    for kind, ties, test in tests:
        if test(challenger, cell) == ctx.ite(literal, ctx.truth(wins), ctx.truth(not wins)):
            return _Base(kind, challenger, new, ties)
    raise NoMatch


def _challenger(ctx: Context, leader: Carried, lead: Term) -> Term:
    """What the leader's step compares with the leader."""
    cell = leader.cell(ctx)
    if lead.kind == "ite":
        new = [leaf for leaf in ctx.leaves(lead) if leaf != cell]
        if len(new) == 1 and new[0].kind == "poly":
            return new[0]
        raise NoMatch
    for kind in ("max", "min"):
        try:
            return extremum_rest(ctx, lead, cell, leader.name, kind)
        except NoMatch:
            continue
    raise NoMatch


def _at_winner(problem: Problem, leader: Carried, value: Carried, race: Race) -> Term:
    """What the winner of the iterations before k carried, or the initial value while the initial leader leads."""
    ctx = problem.ctx
    best = problem.before(race.kind, race.rest)
    tests = {("max", False): ctx.gt, ("max", True): ctx.ge, ("min", False): ctx.lt, ("min", True): ctx.le}
    taken = tests[race.kind, race.ties](best, leader.init)
    if race.ties:
        taken = ctx.and_(taken, map_leaves(ctx, best, lambda leaf: ctx.truth(leaf.kind == "poly")))
    found = None if race.ties else _least(problem, race, best)
    return ctx.ite(taken, found if found is not None else _of_winner(problem, race, best), value.init)


def _of_winner(problem: Problem, race: Race, best: Term) -> Term:
    """What the first (last, where ties win) iteration that attains the extremum carried."""
    ctx, j = problem.ctx, problem.fresh("j")
    none = ctx.inf(-1 if race.ties else 1)
    wins = ctx.eq(problem.at(race.rest, j), best)
    order: Extremum = "max" if race.ties else "min"
    winner = ctx.big(order, j, ctx.num(0), problem.k, ctx.ite(wins, j, none))
    return attained(ctx, map_leaves(ctx, winner, lambda leaf: _carried_at(problem, race.carried, leaf)))


def _carried_at(problem: Problem, carried: Term, winner: Term) -> Term:
    return winner if winner.kind == "inf" else problem.at(carried, winner)


def _least(problem: Problem, race: Race, best: Term) -> Term | None:
    """The least index over all iterations and lanes where the extremum is attained, for indices that grow with k."""
    ctx, k = problem.ctx, problem.k
    leaves = [leaf for leaf in ctx.leaves(race.carried) if leaf.kind == "poly"]
    if len(leaves) != 1:
        return None
    wrap, index = _unwrapped(ctx, leaves[0])
    lanes = [a for _, _, factors in index.monomials for a, _ in factors if a.kind == "big"]
    if not index.is_int or len(lanes) > 1 or any(a.name != "min" or a.nvars != 1 for a in lanes):
        return None
    j, lane = ctx.sym("race:j"), ctx.sym("race:lane")
    element, bound = race.rest, [j]
    domain: list[tuple[Term, bool]] = []
    for atom in lanes:
        inside, body = ctx.open_big(atom, [lane])
        equation = next((d for d in inside if d[0].kind == "eq" and d[1]), None)
        found = _element(ctx, race.rest, equation[0].args[0]) if equation is not None else None
        if found is None:
            return None
        element, index = found, ctx.subst(index, {atom: body})
        domain = [d for d in inside if d != equation]
        bound.append(lane)
    grows = ctx.sub(problem.at(index, ctx.add(k, ctx.num(1))), index).constant
    if grows is None or grows[0] < 0:
        return None
    challenges = map_leaves(ctx, race.rest, lambda leaf: ctx.truth(leaf.kind == "poly"))
    wins = ctx.and_(problem.at(challenges, j), ctx.eq(problem.at(element, j), best))
    body = ctx.ite(wins, problem.at(index, j), ctx.inf(1))
    inside = [(literal, truth) for literal, truth in domain]
    literals = [_literal(ctx, t) for t in (ctx.ge(j, ctx.num(0)), ctx.lt(j, k))]
    literals += [(_literal(ctx, ctx.ite(problem.at(lit, j), ctx.truth(t), ctx.truth(not t)))) for lit, t in inside]
    tree = ctx.close_big("min", bound, [lit for lit in literals if lit is not None], body)
    return attained(ctx, map_leaves(ctx, tree, lambda leaf: leaf if leaf.kind == "inf" else wrap(leaf)))


def _literal(ctx: Context, cond: Term) -> tuple[Term, bool] | None:
    """A condition that is one literal, with its truth; None where it always holds."""
    if cond.kind == "bool":
        if cond.truth:
            return None
        raise NoMatch
    if cond.kind == "ite" and all(t.kind == "bool" for t in cond.args[1:]):
        return cond.args[0], cond.args[1].truth
    raise NoMatch


def _element(ctx: Context, rest: Term, equation: Term) -> Term | None:
    """x where the equation says that x is the challenger, the extremum of x over lanes."""
    for leaf in ctx.leaves(rest):
        if leaf.kind != "poly":
            continue
        own = {atom for _, _, factors in leaf.monomials for atom, _ in factors}
        for x in (ctx.add(leaf, equation), ctx.sub(leaf, equation)):
            if not own & {atom for _, _, factors in x.monomials for atom, _ in factors}:
                return x
    return None


def _unwrapped(ctx: Context, leaf: Term) -> tuple[Callable[[Term], Term], Term]:
    """An index and what puts the reduction to a width around it again."""
    if len(leaf.monomials) == 1:
        ((numerator, denominator, factors),) = leaf.monomials
        if (numerator, denominator) == (1, 1) and len(factors) == 1 and factors[0][1] == 1:
            atom = factors[0][0]
            if atom.kind == "app" and atom.name.startswith("wrap") and len(atom.args) == 1:
                low, high = ctx.interval(ctx.add(atom, ctx.num(0)))
                return lambda t: ctx.app(atom.name, [t], is_int=True, lo=low, hi=high), atom.args[0]
    return lambda t: t, leaf
