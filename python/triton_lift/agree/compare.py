"""Compare a summary's statements with the evaluator, launch by launch, every cell of every buffer.

Integers, addresses and untouched cells are compared exactly. Floats: in real mode within the sum of two running error
bounds, that of the
statement's evaluation and that of the evaluator's own float64 run; in machine mode within the shadow's bound for the
declared formats. A cell whose bound is
unbounded (a comparison hung on a rounding error) is counted as undecided, never as agreeing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from triton_lift._core import BudgetError, Term
from triton_lift.agree.launches import GROWTH
from triton_lift.agree.memory import Array, Contents, Launch
from triton_lift.agree.run import GROWABLE, Run, run
from triton_lift.agree.shadow import Shadow
from triton_lift.agree.shadow_rules import is_float_arithmetic
from triton_lift.agree.statements import Outcome, apply_statements, holds
from triton_lift.agree.trips import LOOPS, observed_trips
from triton_lift.ir.model import Op
from triton_lift.term.numeric_value import PARTIAL
from triton_lift.term.symbols import Statement
from triton_lift.util.diagnostic import LiftError

WANTED = 16
"""Counted launches below which a kernel is not evaluated."""
HOPELESS = 40
"""Launches that do not count, from the first, after which no more are tried."""
Mode = Literal["real", "machine"]
Status = Literal["agrees", "real only", "disagrees", "not evaluated"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One cell at which the claim and the evaluator differ by more than the bound; ``cell`` counts from the pointer."""

    mode: Mode
    launch: str
    array: str
    cell: int
    got: float | int
    want: float | int
    bound: float
    kind: str = "value"

    def __str__(self) -> str:
        return (
            f"{self.mode} {self.launch}: {self.array}[{self.cell}] {self.kind}: evaluator {self.got!r}, "
            f"statement {self.want!r}, bound {self.bound:.3g}"
        )


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """The outcome for one kernel. ``skipped`` counts launches that did not count, by reason; ``undecided`` cells by
    mode."""

    kernel: str
    counted: int
    cells: int
    written: int
    mismatches: tuple[Mismatch, ...]
    undecided: dict[str, int]
    outside: int
    """Cells whose value the claim leaves undefined: a partial function outside its domain."""
    machine_launches: int
    trips: tuple[int, ...]
    """Numbers of iterations of loops that were met in launches that counted (first and last program)."""
    skipped: dict[str, int]
    repro: str

    @property
    def status(self) -> Status:
        """A mismatch always shows; too few counted launches, or too few cells that could be decided, say nothing.

        ``real only``: that holds of machine mode alone (its launches broke off, or its errors are unbounded).
        """
        if self.mismatches:
            return "disagrees"
        if self.counted < WANTED or self.written == 0 or 2 * self.undecided.get("real", 0) > self.written:
            return "not evaluated"
        decided = 2 * self.undecided.get("machine", 0) <= self.written
        return "agrees" if self.machine_launches == self.counted and decided else "real only"


@dataclass(slots=True)
class _Tally:
    counted: int = 0
    cells: int = 0
    written: int = 0
    machine: int = 0
    outside: int = 0
    trips: set[int] = field(default_factory=set[int])
    mismatches: list[Mismatch] = field(default_factory=list[Mismatch])
    undecided: Counter[str] = field(default_factory=Counter[str])
    skipped: Counter[str] = field(default_factory=Counter[str])


def check_agreement(
    func: Op,
    statements: Sequence[Statement],
    requires: Sequence[Term],
    launches: Iterable[Launch],
    *,
    wanted: int = WANTED,
    again: Callable[[Launch, int], Launch] | None = None,
    machine: bool = True,
    repro: str = "",
    max_mismatches: int = 10,
    given: Callable[[Launch], str] | None = None,
    injective: bool = True,
) -> AgreementReport:
    """Check up to `wanted` launches that count.

    `given(launch)` says what that the claim takes as given does not hold there; such a launch does not count. Nor does
    one at which a statement gives a cell two values, unless `injective`, which the claim itself says then.

    `requires` are Boolean terms over scalars, numbers of programs and array contents; where one does not hold the
    launch does not count.
    `again(launch, k)` gives the same launch with larger buffers, for one that left its buffers; k runs over `GROWTH`.
    """
    tally = _Tally()
    for launch in launches:
        hopeless = tally.counted == 0 and sum(tally.skipped.values()) >= HOPELESS
        if tally.counted >= wanted or len(tally.mismatches) >= max_mismatches or hopeless:
            break
        try:
            outside = given(launch) if given is not None else ""
            if outside:
                tally.skipped[f"outside given: {outside}"] += 1
                continue
            _one(func, statements, requires, launch, again, machine, injective, tally)
        except (LiftError, BudgetError) as error:
            code = error.diagnostic.code if isinstance(error, LiftError) else "term-budget"
            tally.skipped[f"{code}: {str(error)[:160]}"] += 1
    return AgreementReport(
        kernel=_name(func),
        counted=tally.counted,
        cells=tally.cells,
        written=tally.written,
        mismatches=tuple(tally.mismatches[:max_mismatches]),
        undecided={mode: count for mode, count in tally.undecided.items() if count},
        outside=tally.outside,
        machine_launches=tally.machine,
        trips=tuple(sorted(tally.trips)),
        skipped=dict(sorted(tally.skipped.items())),
        repro=repro,
    )


def _one(
    func: Op,
    statements: Sequence[Statement],
    requires: Sequence[Term],
    launch: Launch,
    again: Callable[[Launch, int], Launch] | None,
    machine: bool,
    injective: bool,
    tally: _Tally,
) -> None:
    failed = holds(requires, launch)
    if failed:
        tally.skipped[f"requires[{failed[0]}] does not hold"] += 1
        return
    real = run(func, launch, "real")
    for k in GROWTH:
        if again is None or not GROWABLE & set(real.events):
            break
        launch = again(launch, k)
        if failed := holds(requires, launch):
            tally.skipped[f"requires[{failed[0]}] does not hold"] += 1
            return
        real = run(func, launch, "real")
    if real.events:
        tally.skipped[f"event {real.events[0]}"] += 1
        return
    want = apply_statements(statements, launch)
    if not injective and any(fault.kind == "overlap" for fault in want.faults):
        tally.skipped["outside given: a cell gets two values"] += 1
        return
    tally.counted += 1
    tally.written += want.points
    if any(op.name in LOOPS for op in func.walk()):
        tally.trips |= observed_trips(func, launch)
    for fault in want.faults:
        label = launch.describe()
        tally.mismatches.append(
            Mismatch("real", label, fault.array, fault.cell, 0, 0, 0.0, f"{fault.kind}: {fault.detail}")
        )
    shadow = None
    if not all(_agrees(launch, real, want)):
        shadow = Shadow(func, launch, real=True)
        real = run(func, launch, "real", observe=shadow.observe)
    _compare("real", launch, real, shadow, want, tally)
    if not machine:
        return
    try:
        shadow = Shadow(func, launch, real=False) if is_float_arithmetic(func) else None
        narrow = run(func, launch, "machine", observe=None if shadow is None else shadow.observe)
    except LiftError as error:
        tally.skipped[f"machine mode, {error.diagnostic.code}"] += 1
        return
    if narrow.events:
        tally.skipped[f"machine mode, event {narrow.events[0]}"] += 1
        return
    tally.machine += 1
    _compare("machine", launch, narrow, shadow, want, tally)


def _comparable(found: Array, expected: Contents) -> Array:
    return found.astype(np.float64) if expected.val.dtype.kind == "f" else found.astype(np.int64)


def _agrees(launch: Launch, got: Run, want: Outcome) -> Iterator[bool]:
    """Per array, whether the statements' own error explains every difference, so that the evaluator's need not be
    known."""
    for position in launch.buffers():
        expected, found = want.arrays[f"a{position}"], got.arrays[f"a{position}"]
        bad, _ = _differs(_comparable(found, expected), expected, expected.err, got.undefined[f"a{position}"])
        yield not bad.any()


def _compare(mode: Mode, launch: Launch, got: Run, shadow: Shadow | None, want: Outcome, tally: _Tally) -> None:
    for position, buffer in launch.buffers().items():
        name = f"a{position}"
        expected = want.arrays[name]
        found = got.arrays[name]
        have = _comparable(found, expected)
        bound = expected.err if shadow is None else expected.err + shadow.cell_errors(position)
        bad, undecided = _differs(have, expected, bound, got.undefined[name])
        tally.cells += len(have)
        tally.undecided[mode] += int(undecided.sum())
        tally.outside += int((expected.undefined == PARTIAL).sum()) if mode == "real" else 0
        for cell in np.flatnonzero(bad)[:3]:
            kind = "undefined" if expected.undefined[cell] else "value" if expected.touched[cell] else "changed outside"
            tally.mismatches.append(
                Mismatch(
                    mode,
                    launch.describe(),
                    name,
                    int(cell) - buffer.offset,
                    have[cell].item(),
                    expected.val[cell].item(),
                    float(bound[cell]),
                    kind,
                )
            )


def _differs(have: Array, expected: Contents, bound: Array, poison: Array) -> tuple[Array, Array]:
    """(cells that differ, cells about which nothing can be said)."""
    unbounded = ~np.isfinite(bound)
    with np.errstate(invalid="ignore"):
        same = have == expected.val
        if have.dtype.kind == "f":
            same |= np.isnan(have) & np.isnan(expected.val)
        near = np.abs(have.astype(np.float64) - expected.val.astype(np.float64)) <= bound
    # A cell that no statement writes must not have changed, whatever its bound.
    bad = ~(same | (near & expected.touched)) & ~unbounded
    bad |= ((expected.undefined & ~np.uint8(PARTIAL)) != 0) | poison
    bad &= expected.undefined != PARTIAL
    undecided = unbounded & ~same & (expected.undefined == 0)
    for cells, values in expected.any_of:
        chosen = np.zeros(len(have), dtype=bool)
        with np.errstate(invalid="ignore"):
            hit = np.abs(have[cells].astype(np.float64) - values.astype(np.float64)) <= bound[cells]
        np.logical_or.at(chosen, cells, hit | (have[cells] == values))
        bad[cells] = ~chosen[cells] & ~unbounded[cells]
    return bad, undecided


def _name(func: Op) -> str:
    name = func.attrs.get("sym_name")
    value = getattr(name, "value", b"?")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "?"
