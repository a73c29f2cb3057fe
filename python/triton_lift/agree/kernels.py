"""One kernel file through lifting and agreement: the work of one process of the driver."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from triton_lift._core import BudgetError
from triton_lift.agree.compare import WANTED, AgreementReport, check_agreement
from triton_lift.agree.given import given_at
from triton_lift.agree.launches import make_launches, recorded_scalars
from triton_lift.agree.memory import Launch
from triton_lift.agree.raw import statements_of_writes
from triton_lift.agree.statements import holds
from triton_lift.ir.model import Op
from triton_lift.pipeline.lift import lift_state
from triton_lift.prove.summary import Summary
from triton_lift.prove.verdict import Proved
from triton_lift.term.symbols import Statement
from triton_lift.util.diagnostic import LiftError, Unsupported
from triton_lift.util.settings import Settings

CANDIDATES = 96
"""Launches made per kernel, of which `WANTED` must count."""


def metadata_of(path: Path) -> Mapping[str, Any] | None:
    """The launch record beside a kernel file, None where there is none."""
    record = path.with_suffix(".json")
    if not record.exists():
        return None
    data: object = json.loads(record.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or "args" not in data:
        return None
    return cast(Mapping[str, Any], data)


def agree_kernel(
    text: str,
    path: Path,
    *,
    seed: int = 0,
    settings: Settings | None = None,
    unproved: bool = False,
    machine: bool = True,
    raw: bool = False,
) -> dict[str, Any]:
    """The record of one kernel (JSON values): file, grade, verdict, agreement status, counts, mismatches, seconds.

    `text` is the generic form; `raw` checks the denotation's writes instead of the summary's statements. Kernels
    whose value claim is not proved are not evaluated unless `unproved` asks for it.
    """
    start = time.perf_counter()
    record: dict[str, Any] = {"file": path.name, "grade": "refused", "verdict": "", "status": "not lifted"}
    try:
        state, _ = lift_state(text, settings=settings, filename=path.name)
        if state is not None:
            record |= {"grade": state.grade, "verdict": str(state.verdict)}
        if state is not None and state.summary is not None and (unproved or isinstance(state.verdict, Proved)):
            metadata = metadata_of(path)
            summary = state.summary
            statements = statements_of_writes(summary.denotation) if raw else summary.statements
            report = agree_summary(
                state.func, summary, metadata, path=path, seed=seed, machine=machine, statements=statements
            )
            record |= asdict(report) | {"status": report.status, "mismatches": [str(m) for m in report.mismatches]}
            record["recorded"] = recorded_failures(state.func, summary, metadata)
            record["given_at_recorded"] = [
                asdict(given_at(summary.denotation, launch)) for launch in recorded_scalars_only(state.func, metadata)
            ]
        elif state is not None:
            record["diagnostics"] = [str(d) for d in state.diagnostics[:3]]
    except (LiftError, BudgetError) as error:
        record |= {"status": "not evaluated", "diagnostics": [str(error)]}
    record["seconds"] = round(time.perf_counter() - start, 3)
    return record


def agree_summary(
    func: Op,
    summary: Summary,
    metadata: Mapping[str, Any] | None,
    *,
    path: Path,
    seed: int = 0,
    wanted: int = WANTED,
    machine: bool = True,
    statements: Sequence[Statement] | None = None,
) -> AgreementReport:
    """Check a summary on `wanted` launches out of `CANDIDATES`."""
    numbers: dict[str, int] = {}

    def launches() -> Iterator[Launch]:
        for number in range(CANDIDATES):
            launch = make_launches(func, metadata, seed=seed, only=number)[0]
            numbers[launch.label] = number
            yield launch

    def again(launch: Launch, k: int) -> Launch:
        return make_launches(func, metadata, seed=seed, grow=k, only=numbers[launch.label])[0]

    requires = [r.cond for r in summary.requires]
    repro = f"python -m triton_lift.agree {path} --seed {seed}"
    return check_agreement(
        func,
        summary.statements if statements is None else statements,
        requires,
        launches(),
        wanted=wanted,
        again=again,
        machine=machine,
        repro=repro,
        given=lambda launch: given_at(summary.denotation, launch).where,
        injective=not (isinstance(summary.verdict, Proved) and "injective" in summary.verdict.given),
    )


def recorded_failures(func: Op, summary: Summary, metadata: Mapping[str, Any] | None) -> list[str]:
    """Conditions of the summary over scalars that do not hold at a recorded launch; empty is good."""
    failed: list[str] = []
    for launch in recorded_scalars_only(func, metadata):
        for requirement in summary.requires:
            try:
                if holds([requirement.cond], launch):
                    failed.append(f"{launch.label}: {requirement.reason}")
            except Unsupported:
                continue  # speaks of contents, which the record does not have
    return failed


def recorded_scalars_only(func: Op, metadata: Mapping[str, Any] | None) -> list[Launch]:
    """The recorded launches in full size, without memory: 0 stands for each pointer."""
    found: list[Launch] = []
    for number, env in enumerate([] if metadata is None else recorded_scalars(func, metadata)):
        args = [env.get(f"s{i}", 0) for i in range(len(func.regions[0].blocks[0].args))]
        grid = (int(env["np0"]), int(env["np1"]), int(env["np2"]))
        found.append(Launch(grid, tuple(args), 0, f"recorded {number}"))
    return found
