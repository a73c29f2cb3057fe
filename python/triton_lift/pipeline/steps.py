"""The passes, one function each; `PASSES` names them in their order.

A pass that finds nothing to work on, because an earlier one refused the kernel, does nothing. It raises ``LiftError``
or ``BudgetError`` for what it cannot do; the manager turns that into a located diagnostic and a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift._core import Context
from triton_lift.interp.engine import interpret
from triton_lift.interp.lanes import moved_lanes
from triton_lift.ir.names import op_where
from triton_lift.loops.solver import solve
from triton_lift.pipeline.contract import impossible, property_verdicts
from triton_lift.pipeline.records import annotate_state
from triton_lift.pipeline.simplify import simplify_state
from triton_lift.pipeline.state import LiftState
from triton_lift.pipeline.working import show_effects, show_invariants, show_properties, show_verdict
from triton_lift.prove.summary import summarise
from triton_lift.prove.verdict import Proved, Unknown, Vacuous
from triton_lift.util.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Pass:
    """A named pass: ``needs`` are the passes whose results it reads, ``run`` does the work."""

    name: str
    summary: str
    needs: tuple[str, ...]
    run: Callable[[LiftState], None]


def run_interp(state: LiftState) -> None:
    """Interpret the kernel symbolically, within the budget."""
    state.ctx = Context(max_steps=state.budget)
    state.denotation = interpret(state.module, state.ctx, solve, state.filename)
    if state.working:
        show_effects(state, state.denotation)


def run_loops(state: LiftState) -> None:
    """Show the invariants that were proved while the kernel was interpreted."""
    if state.denotation is not None and state.working:
        show_invariants(state, state.denotation)


def run_prove(state: LiftState) -> None:
    """Propose a statement for every write and check it."""
    if state.denotation is None:
        return
    state.summary = summarise(state.denotation, moved_lanes(state.func))
    state.verdict, state.grade = state.summary.verdict, state.summary.grade
    match impossible(state.summary.denotation), state.verdict:
        case None, Proved():
            pass
        case None, Unknown(reason, where):
            place = op_where(state.func, state.filename) if where == "-" else where
            state.report(Diagnostic("warning", "not-proved", reason, place))
        case None, other:
            state.report(Diagnostic("warning", "not-proved", str(other), op_where(state.func, state.filename)))
        case requirement, _:
            state.verdict, state.grade = Vacuous(f"no launch satisfies: {requirement.reason}"), "refused"
            state.report(Diagnostic("warning", "vacuous", state.verdict.reason, requirement.where))
    if state.working:
        show_verdict(state)


def run_contract(state: LiftState) -> None:
    """Verdicts of the other claims, as far as they follow from what is known already."""
    property_verdicts(state)
    if state.working:
        show_properties(state)


PASSES: dict[str, Pass] = {
    p.name: p
    for p in (
        Pass("interp", "interpret the kernel symbolically", (), run_interp),
        Pass("loops", "the invariants of loops", ("interp",), run_loops),
        Pass("prove", "propose and check a statement for every write", ("interp",), run_prove),
        Pass("contract", "verdicts of bounds, coverage, races, wrap, determinism", ("interp", "prove"), run_contract),
        Pass("simplify", "formulas, read back from their text", ("interp", "prove"), simplify_state),
        Pass("annotate", "the record and the attributes", (), annotate_state),
    )
}
DEFAULT_PASSES = tuple(PASSES)
