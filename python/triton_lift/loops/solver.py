"""Solves a transition system value by value: one is solved once all others that its step reads are. Untrusted."""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift._core import Term
from triton_lift.interp.transition import Carried, TransitionSystem
from triton_lift.loops.leaves import NoMatch
from triton_lift.loops.problem import Problem
from triton_lift.loops.rules import RULES
from triton_lift.loops.while_rules import WHILE_RULES


def solve(system: TransitionSystem) -> Mapping[str, Term]:
    """Closed forms by name of the carried value; those without are missing."""
    problem = Problem(system)
    progress = True
    while progress:
        progress = False
        for value in problem.open():
            found = _solve_one(problem, value)
            if found is not None:
                problem.closed[value.name] = found
                progress = True
    return problem.closed


def _solve_one(problem: Problem, value: Carried) -> Term | None:
    unsolved = problem.reads(value.step) - set(problem.closed) - {value.name}
    if unsolved:
        return None
    step = problem.with_closed(value.step)
    for rule in RULES if problem.system.condition is None else (*WHILE_RULES, *RULES):
        try:
            return rule(problem, value, step, value.step)
        except NoMatch:
            continue
    return None
