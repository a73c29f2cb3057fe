"""Counterexamples to a claim: launches that the IR evaluator runs and on which the claim says something else."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.agree.compare import Mismatch, check_agreement
from triton_lift.agree.launches import make_launches
from triton_lift.agree.memory import Launch
from triton_lift.pipeline.claims import ClaimResult
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.verdict import Refuted, Unknown, Verdict
from triton_lift.term.symbols import Statement

LAUNCHES = 12


def refute(state: LiftState, result: ClaimResult) -> Verdict:
    """`Refuted` with a launch that was replayed, or the verdict that the claim has.

    A launch counts against the claim only where the kernel's own statements agree with the evaluator: else what it
    shows may be a race or a wrap that the claim excludes.
    """
    summary, statement = state.summary, result.statement
    if not isinstance(result.verdict, Unknown) or summary is None or statement is None:
        return result.verdict
    others = [s for s in summary.statements if s.array != statement.array]
    own = [s for s in summary.statements if s.array == statement.array]
    if len(own) != 1:
        return result.verdict
    requires = [r.cond for r in summary.requires]
    for launch in make_launches(state.func, None, n=LAUNCHES):
        found = _mismatch(state, [*others, statement], requires, launch)
        if found is None or found.array != statement.array:
            continue
        if _mismatch(state, list(summary.statements), requires, launch) is not None:
            continue
        names = state.names.by_symbol if state.names is not None else dict[str, str]()
        scalars = " ".join(f"{names.get(s, s)}={_shown(v)}" for s, v in launch.scalars().items() if s[0] == "s")
        where = f"grid {launch.grid}" + (f", {scalars}" if scalars else "") + f" ({launch.label}, seed {launch.seed})"
        reason = (
            f"{result.verdict.reason}; on {where}, {names.get(found.array, found.array)}[{found.cell}] is "
            f"{_shown(found.got)}, the claim says {_shown(found.want)}"
        )
        return Refuted(reason, {"launch": found.launch, "cell": found.cell, "is": found.got, "claimed": found.want})
    return result.verdict


def _mismatch(
    state: LiftState, statements: list[Statement], requires: list[Term], launch: Launch
) -> Mismatch | None:
    report = check_agreement(state.func, statements, requires, [launch], wanted=1, machine=False, max_mismatches=1)
    return report.mismatches[0] if report.mismatches else None


def _shown(value: float | int) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
