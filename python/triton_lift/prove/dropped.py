"""Partial functions that cancelled, so that no statement shows them: where they must be defined all the same.

The core's ledger says which atoms were dropped, not under which guard the kernel computes them. But only programs that
store something matter, so that some lanes satisfy a write's guard is a fact. What is not shown from that is asked per
point of a statement where the program ids and lanes that it speaks of stand for the same program and lane as in the
write; anything else of all programs and lanes, masked off or not. Source: docs/spec.md, "Definedness".
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift._core import Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Assumption
from triton_lift.prove.conjunctions import conjuncts, requirement_literals
from triton_lift.prove.partial import PARTIAL, condition_of, strongest
from triton_lift.prove.proposal import Proposal
from triton_lift.prove.sign import Literal, Signs


@dataclass(frozen=True, slots=True)
class Dropped:
    """Conditions of all launches, and conditions per point of each proposal's statement, in order."""

    everywhere: tuple[Assumption, ...]
    by_statement: tuple[tuple[Term, ...], ...]


def dropped_conditions(
    denotation: Denotation, proposals: tuple[Proposal, ...] = (), moved: frozenset[str] | None = None
) -> Dropped:
    """What dropped atoms need, as far as it is not shown.

    ``moved``: lane symbols that do not stand for the same lane in every value of the kernel; None for all.
    """
    ctx = denotation.ctx
    base = requirement_literals(denotation)
    overall = Signs(LinearFacts.of(ctx, base))
    inside = [overall.under(conjuncts(ctx, p.statement.domain) or ()) for p in proposals]
    storing = [overall.under(_stores(denotation, write)) for write in denotation.writes] if denotation.dropped else []
    everywhere: dict[Term, None] = {}
    by_statement: list[dict[Term, None]] = [{} for _ in proposals]
    for atom in denotation.dropped:
        condition = condition_of(ctx, atom) if atom.name in PARTIAL else ctx.truth(False)
        if overall.holds(condition) or (storing and all(s.holds_by_divisors(condition) for s in storing)):
            continue
        if not proposals or not all(_covers(denotation, p, condition, moved) for p in proposals):
            everywhere[condition] = None
            continue
        lanes = {s for s in ctx.free_syms(condition) if ":" in s.name}
        for proposal, signs, found in zip(proposals, inside, by_statement, strict=True):
            if not lanes <= set(proposal.forward):
                continue
            placed = ctx.subst(condition, {v: t for v, t in proposal.forward.items() if v != t})
            if not signs.holds_by_divisors(placed):
                found[placed] = None
    kept = strongest(overall, tuple(everywhere))
    assumptions = tuple(Assumption(cond, ctx.truth(True), "defined", "-") for cond in kept)
    return Dropped(assumptions, tuple(tuple(found) for found in by_statement))


def _stores(denotation: Denotation, write: Write) -> tuple[Literal, ...]:
    """That a program stores something: the write's guard at some lanes, which are not those of any value."""
    ctx = denotation.ctx
    lanes = {lane: ctx.sym(f"lane {lane.name}", lo=0, hi=int(lane.name.split(":")[1]) - 1) for lane in write.lanes}
    return conjuncts(ctx, ctx.subst(write.guard, lanes)) or ()


def _covers(denotation: Denotation, proposal: Proposal, condition: Term, moved: frozenset[str] | None) -> bool:
    """Whether a point of the statement says at which program ids and lanes the condition is asked.

    A dropped atom depends on a lane; a write that does not have this lane cannot have stored anything made of it,
    unless the lane was moved.
    """
    executions = [s for s in denotation.ctx.free_syms(condition) if not s.name.startswith(("s", "np"))]
    return all(
        s in proposal.forward if s.name.startswith(("pid", "k")) else moved is not None and s.name not in moved
        for s in executions
    )
