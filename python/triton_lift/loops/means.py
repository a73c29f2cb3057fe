"""Running means and sums of squared deviations (Welford), and other weighted averages. Untrusted.

``W(k+1)*m' = C*m + x`` makes W*m a plain sum; with it ``M2 + W*m^2`` is the sum of x^2. Source: docs/spec.md, "Loops".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.interp.transition import Carried, numeric
from triton_lift.linear.equal import conjunction_facts, equal_under
from triton_lift.loops.leaves import NoMatch, mapped, single_reciprocal
from triton_lift.loops.problem import Problem


@dataclass(frozen=True, slots=True)
class Mean:
    """A weighted average: ``m(k) = total(k)/weight(k)``; ``increment`` is what an iteration adds to the total."""

    weight: Term
    increment: Term
    total: Term


def running_mean(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``m' = (C*m + x)/W'``, also written ``m + (x - m)/W'``."""
    del step
    return _closed(problem, value, mean_of(problem, value, raw))


def squared_deviations(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``M2' = M2 + (x - m)*(x - m')`` beside a running mean m of x."""
    ctx = problem.ctx
    if value.boolean:
        raise NoMatch
    for name in sorted(problem.reads(raw) - {value.name}):
        other = problem.by_name(name)
        if name not in problem.closed or other.boolean or other.lanes != value.lanes:
            continue
        try:
            mean = mean_of(problem, other, other.step)
        except NoMatch:
            continue
        start = ctx.mul(problem.at(mean.weight, ctx.num(0)), ctx.power(other.init, 2))
        squares = ctx.add(start, problem.before("sum", ctx.power(mean.increment, 2)))
        spread = ctx.mul(ctx.power(mean.total, 2), ctx.recip(mean.weight))
        closed = ctx.add(value.init, ctx.sub(squares, spread))
        for candidate in (closed, _while_weightless(problem, mean, value.init, closed)):
            if kept(problem, value, candidate, step):
                return candidate
    raise NoMatch


def kept(problem: Problem, value: Carried, closed: Term, step: Term) -> bool:
    """Whether an iteration keeps a proposed closed form; ``step`` with all other values solved."""
    ctx, k = problem.ctx, problem.k
    now = ctx.instantiate(step, {value.name: (value.lanes, numeric(ctx, closed))})
    following = ctx.unfold(problem.at(closed, ctx.add(k, ctx.num(1))), k)
    return equal_under(ctx, now, following, conjunction_facts(ctx, problem.system.facts))


def mean_of(problem: Problem, value: Carried, raw: Term) -> Mean:
    """The weighted average that a step keeps, or ``NoMatch``."""
    ctx, cell = problem.ctx, value.cell(problem.ctx)
    if value.boolean or value.integral:
        raise NoMatch

    def denominator(leaf: Term) -> Term:
        found = single_reciprocal(leaf)
        return found.args[0] if found is not None else ctx.undef()

    def numerator(leaf: Term) -> Term:
        found = single_reciprocal(leaf)
        return _numerator(ctx, leaf, found) if found is not None else cell

    below = mapped(ctx, raw, denominator)
    if value.name in problem.reads(below):
        raise NoMatch
    above = mapped(ctx, raw, numerator)
    increment = mapped(ctx, above, lambda leaf: _without(ctx, leaf, cell))
    if value.name in problem.reads(increment):
        raise NoMatch
    increment = problem.with_closed(increment)
    for weight in _weights(problem, below):
        if problem.reads(increment) or problem.reads(weight):
            continue
        start = ctx.mul(problem.at(weight, ctx.num(0)), value.init)
        mean = Mean(weight, increment, ctx.add(start, problem.before("sum", increment)))
        if kept(problem, value, _closed(problem, value, mean), problem.with_closed(raw)):
            return mean
    raise NoMatch


def _closed(problem: Problem, value: Carried, mean: Mean) -> Term:
    ctx = problem.ctx
    quotient = ctx.mul(mean.total, ctx.recip(mean.weight))
    return _while_weightless(problem, mean, value.init, quotient)


def _while_weightless(problem: Problem, mean: Mean, init: Term, closed: Term) -> Term:
    """The initial value while the weight is zero."""
    ctx, zero = problem.ctx, problem.ctx.num(0)
    low = ctx.interval(mean.weight)[0] if mean.weight.is_int else None
    none = ctx.le(mean.weight, zero) if low is not None and low >= 0 else ctx.eq(mean.weight, zero)
    return ctx.ite(none, init, closed)


def _numerator(ctx: Context, leaf: Term, reciprocal: Term) -> Term:
    """``leaf`` times the denominator, the reciprocal cancelled."""
    (denominator,) = reciprocal.args
    out = ctx.num(0)
    for numerator, below, factors in leaf.monomials:
        term = ctx.num(numerator, below)
        powers = dict(factors)
        if powers.get(reciprocal, 0) > 1:
            raise NoMatch
        if reciprocal not in powers:
            term = ctx.mul(term, denominator)
        for atom, power in factors:
            if atom != reciprocal:
                term = ctx.mul(term, ctx.power(atom, power))
        out = ctx.add(out, term)
    return out


def _without(ctx: Context, leaf: Term, cell: Term) -> Term:
    """The monomials of a leaf without the carried value."""
    if leaf.kind != "poly":
        raise NoMatch
    out = ctx.num(0)
    for numerator, below, factors in leaf.monomials:
        if cell in (atom for atom, _ in factors):
            continue
        term = ctx.num(numerator, below)
        for atom, power in factors:
            term = ctx.mul(term, ctx.power(atom, power))
        out = ctx.add(out, term)
    return out


def _weights(problem: Problem, below: Term) -> Iterator[Term]:
    """Weights W(k), solved, for which W(k+1) may be the denominator."""
    ctx, one = problem.ctx, problem.ctx.num(1)
    for name in sorted(problem.closed):
        c = problem.by_name(name)
        if c.boolean:
            continue
        count, following = problem.closed[name], c.step
        at_least_one = ctx.app("max", [count, one], is_int=count.is_int)
        for weight, denominator in (
            (count, following),
            (at_least_one, ctx.app("max", [following, one], is_int=following.is_int)),
        ):
            difference = ctx.sub(below, denominator)
            if all(leaf.kind == "undef" or leaf == ctx.num(0) for leaf in ctx.leaves(difference)):
                yield weight
    if not problem.reads(below):
        leaves = [leaf for leaf in ctx.leaves(below) if leaf.kind == "poly"]
        if len(leaves) == 1:
            yield problem.at(leaves[0], ctx.sub(problem.k, one))
