"""Mutants of a folder of kernels against the prover: each original's printed claim is tried on its mutants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from triton_lift._core import BudgetError
from triton_lift.agree.campaign import Judgement, MutantResult, Subject, mutation_campaign
from triton_lift.agree.kernels import metadata_of
from triton_lift.agree.launches import make_launches
from triton_lift.agree.memory import Launch
from triton_lift.agree.statements import holds
from triton_lift.ir.model import Module
from triton_lift.pipeline.claims import check_claim
from triton_lift.pipeline.lift import lift_state
from triton_lift.pipeline.manager import PassManager
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import LiftError
from triton_lift.util.settings import DEFAULT_BUDGET

LAUNCHES = 12
"""Launches on which a mutant that was proved must be told apart from the original."""
PASSES = ("interp", "prove", "simplify")


def subject_of(path: Path, text: str, *, seed: int = 0) -> Subject | None:
    """A kernel as a subject; None where its value claim is not proved or cannot be printed."""
    state, _ = lift_state(text, filename=path.name)
    if state is None or not isinstance(state.verdict, Proved):
        return None
    formulas = [line.formula for line in state.lines]
    if not formulas or any(f is None for f in formulas):
        return None
    func, metadata = state.func, metadata_of(path)

    def again(launch: Launch, k: int) -> Launch:
        number = int(launch.label.split()[1])
        return make_launches(func, metadata, n=number + 1, seed=seed, grow=k, only=number)[0]

    launches = make_launches(func, metadata, n=LAUNCHES, seed=seed)
    claim = "\n".join(f for f in formulas if f is not None)
    return Subject(path.name, state.module, claim, launches, again)


def prove_claim(module: Module, claim: str) -> Judgement:
    """The verdict on a claim, one formula per line, about a module: proved when each of them is, for as many writes."""
    state = LiftState("<mutant>", DEFAULT_BUDGET, module, module.functions()[0])
    PassManager.of(PASSES).run(state)
    summary = state.summary
    if summary is None or state.denotation is None:
        return Judgement(f"not lifted: {state.verdict}", lambda _: True)
    formulas = claim.splitlines()
    verdict = "proved"
    if len(formulas) != len(summary.statements):
        verdict = "unknown: another number of writes"
    for formula in formulas:
        if verdict != "proved":
            break
        try:
            found = check_claim(state, formula).verdict
        except (LiftError, BudgetError) as error:
            verdict = f"unknown: {error}"
            break
        if not isinstance(found, Proved):
            verdict = str(found)
    requires = [r.cond for r in summary.requires]

    def admits(launch: Launch) -> bool:
        try:
            return not holds(requires, launch)
        except LiftError:
            return False

    return Judgement(verdict, admits)


def campaign(
    files: list[Path], read: Callable[[Path], str], *, total: int, per_kernel: int = 10, seed: int = 0
) -> Iterator[MutantResult]:
    """Results of up to `total` mutants over kernel files; kernels that are not proved are passed over."""

    def subjects() -> Iterator[Subject]:
        for path in files:
            try:
                subject = subject_of(path, read(path), seed=seed)
            except LiftError:
                continue
            if subject is not None:
                yield subject

    yield from mutation_campaign(subjects(), prove_claim, per_kernel=per_kernel, seed=seed, total=total)


def record(result: MutantResult) -> dict[str, Any]:
    """One NDJSON record."""
    return {name: getattr(result, name) for name in MutantResult.__slots__}


def summary(results: list[MutantResult]) -> str:
    """One line: how many were killed, equivalent, unsound; kernels concerned."""
    counts: Counter[str] = Counter(r.outcome for r in results)
    kernels = len({r.kernel for r in results})
    silent = sum(1 for r in results if r.outcome == "equivalent" and r.compared == 0)
    return (
        f"{len(results)} mutants of {kernels} kernels: {counts['killed']} killed, {counts['equivalent']} equivalent "
        f"({silent} of them on no launch), {counts['unsound']} unsound"
    )
