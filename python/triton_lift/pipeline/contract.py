"""Verdicts of the separate claims that follow from the proof of the value claim. Source: docs/spec.md, "Contract".

Bounds, coverage and races are not measured here. ``wrap``: every integer that is observed lies in its range.
``deterministic``: the same launch leaves the same bits, whatever the order of programs.
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.interp.denotation import Denotation, is_real
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.pipeline.conditions import is_false, over_arguments
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.conjunctions import conjuncts, requirement_literals
from triton_lift.prove.verdict import Proved


def property_verdicts(state: LiftState) -> None:
    """Fill ``state.properties`` as far as the value proof goes."""
    denotation, summary = state.denotation, state.summary
    if denotation is None:
        return
    proved = state.verdict
    if isinstance(proved, Proved) and summary is not None:
        # The checker's verdict is passed on: these claims are parts of what it has shown.
        if not denotation.no_wrap and not denotation.wraps:
            state.properties["wrap"] = proved
        if not proved.given and _order_is_free(denotation):
            state.properties["deterministic"] = proved


def impossible(denotation: Denotation) -> Requirement | None:
    """The requirement, or assumption, with which those before it can be met by no launch, as far as linear arithmetic
    sees it.
    """
    for number, requirement in enumerate(denotation.requirements):
        if is_false(requirement.cond):
            return requirement
        literals = requirement_literals(replace(denotation, requirements=denotation.requirements[: number + 1]))
        if LinearFacts.of(denotation.ctx, literals).contradictory():
            return requirement
    literals = list(requirement_literals(denotation))
    for assumption in denotation.assumptions:
        asked = over_arguments(denotation, assumption.cond, assumption.guard)
        found = conjuncts(denotation.ctx, asked) if asked is not None and not is_false(asked) else None
        literals.extend(found or ())
        if (asked is not None and is_false(asked)) or LinearFacts.of(denotation.ctx, literals).contradictory():
            return Requirement(assumption.cond, f"the program's own {assumption.kind}", assumption.where)
    return None


def _order_is_free(denotation: Denotation) -> bool:
    """Whether no write depends on an order among programs: plain stores, integer sums, extrema, bit operations."""
    if denotation.opaque:
        return False  # results of atomics are new in every execution
    return all(w.kind == "assign" or (w.kind != "exchange" and not is_real(w.element)) for w in denotation.writes)
