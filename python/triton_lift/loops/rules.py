"""One rule per shape of step. A rule proposes the closed form of one carried value; nothing here is trusted.

In each, ``step`` is the value after iteration k with every solved carried value as its closed form at k, ``raw`` the
same with all of them opaque. Source: docs/spec.md, "Loops", table of rules.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Term
from triton_lift.interp.transition import Carried
from triton_lift.loops.leaves import NoMatch, extremum_rest, linear_parts, mapped
from triton_lift.loops.means import running_mean, squared_deviations
from triton_lift.loops.problem import Problem
from triton_lift.loops.race import carried_along, selected_extremum
from triton_lift.loops.templates import template
from triton_lift.ops.symbolic.bigop import big
from triton_lift.ops.symbolic.value import map_leaves
from triton_lift.term.symbols import single_atom

Rule = Callable[[Problem, Carried, Term, Term], Term]


def invariant(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = a``."""
    del step
    ctx, cell = problem.ctx, value.cell(problem.ctx)
    same = ctx.ne(cell, ctx.num(0)) if value.boolean else cell
    if raw != same:
        raise NoMatch
    return value.init


def delayed(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = g(k)``: the value of the last iteration."""
    del raw
    ctx, k = problem.ctx, problem.k
    if problem.reads(step):
        raise NoMatch
    return ctx.ite(ctx.ge(k, ctx.num(1)), problem.at(step, ctx.sub(k, ctx.num(1))), value.init)


def total(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = a + g(k)``; affine where g does not depend on k."""
    del raw
    ctx = problem.ctx
    factor, rest = _linear(problem, value, step)
    if any(leaf.kind == "poly" and leaf.constant != (1, 1) for leaf in ctx.leaves(factor)):
        raise NoMatch
    return ctx.add(value.init, problem.before("sum", rest))


def extremum(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = max(a, g(k))``, ``a' = min(a, g(k))``."""
    del raw
    ctx, cell = problem.ctx, value.cell(problem.ctx)
    if value.boolean:
        raise NoMatch
    for kind in ("max", "min"):
        try:
            rest = extremum_rest(ctx, step, cell, value.name, kind)
        except NoMatch:
            continue
        if problem.reads(rest):
            continue
        found = problem.before(kind, rest)
        return ctx.app(kind, [value.init, found], is_int=value.integral)
    raise NoMatch


def truth(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = a or g(k)``, ``a' = a and g(k)``, ``a' = (a and p(k)) or q(k)``."""
    del raw
    ctx = problem.ctx
    if not value.boolean:
        raise NoMatch
    cell = value.cell(ctx)
    when_false, when_true = (ctx.instantiate(step, {value.name: (value.lanes, ctx.num(n))}) for n in (0, 1))
    if any(problem.reads(t) for t in (when_false, when_true)):
        raise NoMatch
    del cell
    if when_true.kind == "bool" and when_true.truth:
        return ctx.or_(value.init, problem.before("any", when_false))
    if when_false.kind == "bool" and not when_false.truth:
        return ctx.and_(value.init, problem.before("all", when_true))
    toggled = ctx.and_(when_false, ctx.not_(when_true))
    if toggled.kind != "bool" or toggled.truth:
        raise NoMatch
    i, j, k = problem.fresh("i"), problem.fresh("j"), problem.k
    lost = big(ctx, "any", i, ctx.add(j, ctx.num(1)), k, problem.at(ctx.not_(when_true), i))
    set_and_kept = ctx.and_(problem.at(when_false, j), ctx.not_(lost))
    return ctx.or_(
        ctx.and_(value.init, problem.before("all", when_true)), big(ctx, "any", j, ctx.num(0), k, set_and_kept)
    )


def recurrence(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = c(k)*a + g(k)``: the sum of g(j) times the product of the later factors."""
    del raw
    ctx, k = problem.ctx, problem.k
    factor, rest = _linear(problem, value, step)
    i = problem.fresh("i")
    j = problem.fresh("j")
    since = big(ctx, "prod", i, ctx.add(j, ctx.num(1)), k, problem.at(factor, i))
    whole = problem.before("prod", factor)
    moved = ctx.mul(problem.at(rest, j), since)
    return ctx.add(ctx.mul(value.init, whole), big(ctx, "sum", j, ctx.num(0), k, moved))


def decay(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = exp(E(k))*a + g(k)``, also base 2: the product of the later factors is one exponential of a sum."""
    del raw
    ctx, k = problem.ctx, problem.k
    factor, rest = _linear(problem, value, step)
    for base in ("exp", "exp2"):
        try:
            exponent = mapped(ctx, factor, lambda leaf, base=base: _exponent(problem, leaf, base))
        except NoMatch:
            continue
        i, j = problem.fresh("i"), problem.fresh("j")
        whole = ctx.app(base, [problem.before("sum", exponent)])
        since = ctx.app(base, [big(ctx, "sum", i, ctx.add(j, ctx.num(1)), k, problem.at(exponent, i))])
        moved = ctx.mul(problem.at(rest, j), since)
        return ctx.add(ctx.mul(value.init, whole), big(ctx, "sum", j, ctx.num(0), k, moved))
    raise NoMatch


def _exponent(problem: Problem, leaf: Term, base: str) -> Term:
    """P of a leaf ``exp(P)``; 0 of 1."""
    if leaf.kind == "poly" and leaf.constant == (1, 1):
        return problem.ctx.num(0)
    atom = single_atom(leaf)
    if atom is None or atom.kind != "app" or atom.name != base:
        raise NoMatch
    return problem.ctx.add(atom.args[0], problem.ctx.num(0))


def telescope(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = exp(c*(m - m'))*a + g`` with m a solved carried value and m' its next value (also base 2)."""
    del step
    ctx = problem.ctx
    if value.boolean:
        raise NoMatch
    factor, rest = linear_parts(ctx, raw, value.cell(ctx), value.name)
    for name in sorted(problem.reads(factor)):
        if name not in problem.closed:
            raise NoMatch
        m = problem.by_name(name)
        for base in ("exp", "exp2"):
            scale = _scale(problem, factor, m, base)
            if scale is None:
                continue
            lifted = ctx.mul(rest, ctx.app(base, [ctx.mul(scale, m.step)]))
            if name in problem.reads(lifted):
                continue
            lifted = problem.with_closed(lifted)
            if problem.reads(lifted) or value.name in problem.reads(lifted):
                continue
            now = problem.closed[name]
            # From an infinite start nothing of the initial value is left; consecution shows whether that is so.
            start = ctx.mul(value.init, _initial_factor(problem, base, scale, m.init))
            summed = ctx.add(start, problem.before("sum", lifted))
            closed = ctx.mul(ctx.app(base, [ctx.neg(ctx.mul(scale, now))]), summed)
            none_yet = map_leaves(ctx, now, lambda leaf: ctx.truth(leaf.kind == "inf"))
            return ctx.ite(none_yet, value.init, closed)
    raise NoMatch


def _initial_factor(problem: Problem, base: str, scale: Term, init: Term) -> Term:
    ctx = problem.ctx
    return map_leaves(
        ctx, init, lambda leaf: ctx.num(0) if leaf.kind == "inf" else ctx.app(base, [ctx.mul(scale, leaf)])
    )


def _scale(problem: Problem, factor: Term, m: Carried, base: str) -> Term | None:
    """c with ``factor = base^(c*(m - m'))``."""
    ctx, cell = problem.ctx, m.cell(problem.ctx)
    for leaf in ctx.leaves(factor):
        for _, _, factors in leaf.monomials if leaf.kind == "poly" else ():
            for atom, _ in factors:
                if atom.kind != "app" or atom.name != base:
                    continue
                try:
                    scale, _ = linear_parts(ctx, atom.args[0], cell, "")
                except NoMatch:
                    continue
                if scale.kind == "poly" and ctx.app(base, [ctx.mul(scale, ctx.sub(cell, m.step))]) == factor:
                    return scale
    return None


def _linear(problem: Problem, value: Carried, step: Term) -> tuple[Term, Term]:
    if value.boolean:
        raise NoMatch
    factor, rest = linear_parts(problem.ctx, step, value.cell(problem.ctx), value.name)
    if problem.reads(factor) or problem.reads(rest):
        raise NoMatch
    return factor, rest


RULES: tuple[Rule, ...] = (
    invariant,
    squared_deviations,
    total,
    extremum,
    truth,
    delayed,
    telescope,
    selected_extremum,
    carried_along,
    running_mean,
    template,
    decay,
    recurrence,
)
"""In the order in which they are tried."""
