"""Rules for loops that end early. As all rules they propose, and nothing here is trusted.

Source: docs/spec.md, "Loops", table of rules.
"""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.interp.transition import Carried
from triton_lift.loops.leaves import NoMatch, mapped
from triton_lift.loops.problem import Problem
from triton_lift.loops.rules import delayed


def last_change(problem: Problem, value: Carried, step: Term, raw: Term) -> Term:
    """``a' = g(k) if P(k) else a`` where the loop ends after an iteration with P: the index that a search finds."""
    del raw
    ctx, k, condition = problem.ctx, problem.k, problem.system.condition
    if condition is None or value.boolean:
        raise NoMatch
    condition, cell = problem.with_closed(condition), value.cell(ctx)
    own = {value.name}
    changed = mapped(ctx, step, lambda leaf: ctx.truth(leaf != cell))
    others = [leaf for leaf in ctx.leaves(step) if leaf != cell]
    if not others:
        raise NoMatch
    new = others[0] if len(others) == 1 else mapped(ctx, step, lambda leaf: others[0] if leaf == cell else leaf)
    if problem.reads(condition) - own or problem.reads(changed) or problem.reads(new):
        raise NoMatch
    previous = ctx.sub(k, ctx.num(1))
    just_now = ctx.and_(ctx.ge(k, ctx.num(1)), problem.at(changed, previous))
    for found in (problem.before("any", changed), just_now):
        closed = ctx.ite(found, problem.at(new, previous), value.init)
        still_running = ctx.and_(ctx.instantiate(condition, {value.name: (value.lanes, closed)}), found)
        if still_running.kind == "bool" and not still_running.truth:
            return closed
    raise NoMatch


WHILE_RULES = (delayed, last_change)
"""In the order in which they are tried, before all others."""
