"""Carried integers and flags that run through values of their own: coefficients of a template, found by Z3. Untrusted.

The template is ``c0 + c1*k + c2*(k div p) + c3*(k mod p)`` for a small period p; it fits counters that wrap around,
stages and phases of pipelined loops, and toggles. Source: docs/spec.md, "Loops", table of rules. This is the only file
that imports z3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import z3

from triton_lift._core import Term
from triton_lift.interp.transition import Carried
from triton_lift.loops.leaves import NoMatch
from triton_lift.loops.means import kept
from triton_lift.loops.problem import Problem
from triton_lift.term.numeric import evaluate_bounded

smt: Any = z3
"""z3 has no types that a strict checker accepts."""

MAX_PERIOD = 8
SAMPLES = 3 * MAX_PERIOD
"""Iterations that a template must fit before it is proposed: three periods."""
LIMIT = 200_000
"""Z3's ``rlimit`` for one template."""


def template(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """A step of constants, the counter and the carried value itself, from a constant start."""
    del raw
    samples = _samples(problem, value, step)
    fitting = [
        _closed(problem, value, period, coefficients)
        for period in range(1, MAX_PERIOD + 1)
        for coefficients in _fits(samples, period)
    ]
    if not fitting:
        raise NoMatch
    # What the step means only on the values themselves (x xor 1 of 0 and 1) is left to the proof.
    return next((closed for closed in fitting if kept(problem, value, closed, step)), fitting[0])


def _samples(problem: Problem, value: Carried, step: Term) -> list[int]:
    """The first values, found by running the step."""
    ctx = problem.ctx
    if not (value.integral or value.boolean) or not problem.reads(step) <= {value.name}:
        raise NoMatch
    found = [_number(value.init)]
    for iteration in range(SAMPLES - 1):
        now = ctx.instantiate(step, {value.name: (value.lanes, ctx.num(found[-1]))})
        found.append(_number(problem.at(now, ctx.num(iteration))))
    return found


def _number(term: Term) -> int:
    """A constant, a truth value as 0 or 1."""
    if term.kind == "bool":
        return int(term.truth)
    if term.kind != "poly":
        raise NoMatch
    constant = term.constant
    if constant is None:
        return _evaluated(term)
    if constant[1] != 1:
        raise NoMatch
    return constant[0]


def _evaluated(term: Term) -> int:
    """A term of constants and functions of constants."""
    if any(atom.kind != "app" for _, _, factors in term.monomials for atom, _ in factors) or not term.is_int:
        raise NoMatch
    try:
        value, _, poison = evaluate_bounded(term, {}, {}, {})
    except (ValueError, KeyError):
        raise NoMatch from None
    if poison.any():
        raise NoMatch
    return int(value.item())


def _fits(samples: Sequence[int], period: int) -> Iterator[tuple[int, ...]]:
    """Coefficients with which the template of this period gives the samples."""
    unknowns = [smt.Int(f"c{i}") for i in range(4)]
    solver = smt.SolverFor("QF_LIA")
    solver.set("rlimit", LIMIT)
    for k, sample in enumerate(samples):
        parts = (1, k, k // period, k % period)
        solver.add(smt.Sum([c * n for c, n in zip(unknowns, parts, strict=True)]) == sample)
    if period == 1:
        solver.add(unknowns[2] == 0, unknowns[3] == 0)
    else:  # k = period*(k div period) + k mod period
        solver.add(unknowns[1] == 0)
    if solver.check() == smt.sat:
        model = solver.model()
        yield tuple(model.eval(c, model_completion=True).as_long() for c in unknowns)


def _closed(problem: Problem, value: Carried, period: int, coefficients: tuple[int, ...]) -> Term:
    ctx, k = problem.ctx, problem.k
    parts = (ctx.num(1), k, ctx.floordiv(k, ctx.num(period)), ctx.mod(k, ctx.num(period)))
    out = ctx.num(0)
    for coefficient, part in zip(coefficients, parts, strict=True):
        out = ctx.add(out, ctx.mul(ctx.num(coefficient), part))
    return ctx.ge(out, ctx.num(1)) if value.boolean else out
