"""Claims on the command line and in comments: checked, and where they are not shown, tried to be refuted."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    file: str
    line: int = 1
    column: int = 1

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}"

    @property
    def padded(self) -> str:
        """The text behind as many empty lines and spaces as stand before it, so that errors have their place."""
        return "\n" * (self.line - 1) + " " * (self.column - 1) + self.text


def claim_lines(text: str, name: str) -> list[ClaimLine]:
    """The comments ``// CLAIM: ...`` of a text, in order; lines count from 1."""
    found: list[ClaimLine] = []
    for match in _CLAIM.finditer(text):
        start = match.start(1)
        line_start = text.rfind("\n", 0, start) + 1
        found.append(ClaimLine(match[1], name, text.count("\n", 0, start) + 1, start - line_start + 1))
    return found


def judge(state: LiftState, claim: ClaimLine) -> Verdict:
    """The verdict on one claim; what keeps it from being read is ``unknown`` with the reason, and an error."""
    for name in _NEEDED:
        if name not in state.ran:
            run_pass(PASSES[name], state)
    try:
        result = check_claim(state, claim.padded, claim.file)
        verdict = result.verdict
        if isinstance(verdict, Unknown):
            # The evaluator and numpy are imported only where a counterexample is looked for.
            from triton_lift.cli.refute import refute

            verdict = refute(state, result)
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
