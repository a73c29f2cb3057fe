"""Mutation campaign: no mutant of a kernel may be proved to satisfy the original's claim, unless the evaluator cannot
tell the two apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from triton_lift.agree.launches import GROWTH
from triton_lift.agree.memory import Launch
from triton_lift.agree.mutate import mutate
from triton_lift.agree.run import GROWABLE, Run, run
from triton_lift.ir.model import Module, Op
from triton_lift.util.diagnostic import LiftError

TOLERANCE = 1e-9
"""Relative difference in real mode beyond which two results are told apart; float64 rounding of another order stays
far below."""

Verdict = str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A prover's verdict on a claim about a mutant, and at which launches the proof's own requirements hold."""

    verdict: Verdict
    admits: Callable[[Launch], bool]


ProveClaim = Callable[[Module, str], Verdict | Judgement]
Outcome = Literal["killed", "equivalent", "unsound"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An original: its module, the claim that was proved of it, launches, and the same launches with more guard
    cells."""

    name: str
    module: Module
    claim: str
    launches: Sequence[Launch]
    again: Callable[[Launch, int], Launch] | None = None


@dataclass(frozen=True, slots=True)
class MutantResult:
    """One mutant: what was changed, the prover's verdict on the original's claim, and what follows.

    ``killed``: not proved. ``equivalent``: proved, and no launch tells the two apart. ``unsound``: proved, and
    ``launch`` does.
    """

    kernel: str
    change: str
    verdict: Verdict
    outcome: Outcome
    compared: int
    launch: str = ""


def mutation_campaign(
    subjects: Iterable[Subject], prove_claim: ProveClaim, *, per_kernel: int = 10, seed: int = 0, total: int = 500
) -> Iterator[MutantResult]:
    """Up to `per_kernel` mutants of each subject, up to `total` in all.

    `prove_claim(module, claim)` gives a verdict; it counts as proved iff it begins with "proved". A `LiftError` it
    raises kills the mutant.
    """
    done = 0
    for subject in subjects:
        for number, (change, mutant) in enumerate(mutate(subject.module, seed)):
            if number >= per_kernel or done >= total:
                break
            done += 1
            yield judge(subject, change, mutant, prove_claim)


def judge(subject: Subject, change: str, mutant: Module, prove_claim: ProveClaim) -> MutantResult:
    """The result of one mutant."""
    try:
        answer = prove_claim(mutant, subject.claim)
    except LiftError as error:
        answer = f"refused: {error.diagnostic.code}"
    admits = answer.admits if isinstance(answer, Judgement) else _everything
    verdict = answer.verdict if isinstance(answer, Judgement) else answer
    if not verdict.startswith("proved"):
        return MutantResult(subject.name, change, verdict, "killed", 0)
    compared, launch = told_apart(_only(subject.module), _only(mutant), subject, admits)
    outcome: Outcome = "equivalent" if launch is None else "unsound"
    return MutantResult(subject.name, change, verdict, outcome, compared, "" if launch is None else launch.describe())


def _everything(launch: Launch) -> bool:
    del launch
    return True


def told_apart(
    original: Op, mutant: Op, subject: Subject, admits: Callable[[Launch], bool] = _everything
) -> tuple[int, Launch | None]:
    """(launches compared, the first on which the two functions leave different memory).

    A launch counts when `admits` holds and neither run has an event that breaks a condition of the claim; larger
    buffers are tried for one that leaves them.
    """
    compared = 0
    for launch in subject.launches:
        pair = _pair(original, mutant, launch)
        for k in GROWTH:
            if pair is None or subject.again is None or not GROWABLE & {*pair[0].events, *pair[1].events}:
                break
            launch = subject.again(launch, k)
            pair = _pair(original, mutant, launch)
        if pair is None or pair[0].events or pair[1].events or not admits(launch):
            continue
        compared += 1
        if not same(*pair):
            return compared, launch
    return compared, None


def _pair(original: Op, mutant: Op, launch: Launch) -> tuple[Run, Run] | None:
    try:
        return run(original, launch, "real"), run(mutant, launch, "real")
    except LiftError:
        return None


def same(a: Run, b: Run) -> bool:
    """Whether two runs left the same memory, reals up to `TOLERANCE`."""
    for name, left in a.arrays.items():
        right = b.arrays[name]
        if left.dtype.kind == "f":
            with np.errstate(all="ignore"):
                scale = 1.0 + np.abs(left[np.isfinite(left)]).max(initial=0.0)
                near = np.abs(left - right) <= TOLERANCE * scale
                equal = (left == right) | (np.isnan(left) & np.isnan(right)) | near
            if not equal.all():
                return False
        elif not np.array_equal(left, right):
            return False
    return True


def _only(module: Module) -> Op:
    return module.functions()[0]
