"""Claims on the command line and in comments: checked, and where they are not shown, tried to be refuted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triton_lift.cli.refute import refute
from triton_lift.pipeline.claims import check_claim
from triton_lift.pipeline.manager import run_pass
from triton_lift.pipeline.state import LiftState
from triton_lift.pipeline.steps import PASSES
from triton_lift.prove.verdict import Refuted, Unknown, Verdict
from triton_lift.util.diagnostic import Diagnostic, LiftError

_CLAIM = re.compile(r"^[ \t]*// CLAIM:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_NEEDED = ("interp", "prove", "simplify")


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as it was written, and where."""

    text: str
    where: str


def claim_lines(text: str, name: str) -> list[ClaimLine]:
    """The comments ``// CLAIM: ...`` of a text, in order; lines count from 1."""
    return [ClaimLine(m[1], f"{name}:{text.count(chr(10), 0, m.start(1)) + 1}") for m in _CLAIM.finditer(text)]


def judge(state: LiftState, claim: ClaimLine) -> Verdict:
    """The verdict on one claim; what keeps it from being read is ``unknown`` with the reason, and an error."""
    for name in _NEEDED:
        if name not in state.ran:
            run_pass(PASSES[name], state)
    try:
        verdict = refute(state, check_claim(state, claim.text, claim.where))
    except LiftError as error:
        state.report(error.diagnostic)
        return Unknown(f"the claim cannot be read: {error.diagnostic.message}", error.diagnostic.where)
    match verdict:
        case Refuted(reason, _):
            state.report(Diagnostic("error", "claim-refuted", reason, claim.where))
        case Unknown(reason, _):
            state.report(Diagnostic("error", "claim-unknown", reason, claim.where))
        case _:
            pass
    return verdict
