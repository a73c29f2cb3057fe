"""The commuting square: lift then evaluate the statement = run the kernel in the concrete evaluator (real mode).

    kernel text --interpret, propose--> statement --evaluate on memory--> cells
         |                                                                  =
         +------------- concrete evaluator, grid of programs ------------> cells

Cells that the evaluator marks as poison count as unspecified. A statement may be undefined where a partial function
leaves its domain; the points where that happens are given back, so that a test can say that they are the expected ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift._core import Context, Term
from triton_lift.agree.memory import Argument, Buffer, Launch, storage_dtype
from triton_lift.agree.run import run
from triton_lift.agree.statements import apply_statements, holds
from triton_lift.interp.denotation import Denotation
from triton_lift.interp.engine import interpret
from triton_lift.ir.model import Module, PointerType
from triton_lift.ir.reader import read_module
from triton_lift.loops.solver import solve
from triton_lift.prove.checker import check
from triton_lift.prove.obligations import given_properties
from triton_lift.prove.proposal import Proposal, propose
from triton_lift.prove.verdict import Proved, Verdict
from triton_lift.term.numeric import evaluate_bounded
from triton_lift.term.numeric_value import PARTIAL

Array = NDArray[Any]

RELATIVE = 1e-12
"""Real mode runs in float64 in another order of operations than the statement."""


@dataclass(frozen=True)
class Lifted:
    """A kernel with its denotation, proposals and verdict."""

    module: Module
    denotation: Denotation
    proposals: tuple[Proposal, ...]
    verdict: Verdict


def lift(text: str, ctx: Context | None = None) -> Lifted:
    """Interpret, propose and check; raises what the interpreter raises."""
    module = read_module(text)
    denotation = interpret(module, ctx or Context(), solve)
    proposals = tuple(propose(denotation, w) for w in denotation.writes)
    verdict = check(denotation, proposals, given_properties(denotation, proposals))
    return Lifted(module, denotation, proposals, verdict)


def launch_of(lifted: Lifted, args: Sequence[Any], grid: tuple[int, int, int] = (1, 1, 1)) -> Launch:
    """A launch with arrays for pointers (one dimension, converted to the storage type) and numbers for scalars."""
    values = lifted.module.functions()[0].regions[0].blocks[0].args
    out: list[Argument] = []
    for value, arg in zip(values, args, strict=True):
        if isinstance(value.type, PointerType):
            kind = value.type.pointee
            out.append(Buffer(kind, np.asarray(arg).reshape(-1).astype(storage_dtype(kind))))
        else:
            out.append(arg)
    return Launch(grid, tuple(out), 0, "test")


@dataclass(frozen=True)
class Difference:
    """Cells by array: where the two sides differ, where only the statement is undefined."""

    differ: dict[str, list[tuple[int, Any, Any]]]
    partial: dict[str, list[int]]
    compared: int
    """Written cells at which both sides have a value."""

    @property
    def empty(self) -> bool:
        return not any(self.differ.values())


def difference(lifted: Lifted, launch: Launch, proposals: Sequence[Proposal] | None = None) -> Difference:
    """Compare all cells of all arrays; integers exactly, reals within the statement's own error and `RELATIVE`."""
    chosen = lifted.proposals if proposals is None else proposals
    concrete = run(lifted.module.functions()[0], launch, "real")
    stated = apply_statements([p.statement for p in chosen], launch)
    differ: dict[str, list[tuple[int, Any, Any]]] = {}
    partial: dict[str, list[int]] = {}
    compared = 0
    for fault in stated.faults:
        differ.setdefault(fault.array, []).append((fault.cell, "fault", str(fault)))
    for name, want in stated.arrays.items():
        got, unspecified = concrete.arrays[name], concrete.undefined[name]
        have = got.astype(want.val.dtype)
        with np.errstate(all="ignore"):
            same = have == want.val
            if have.dtype.kind == "f":
                same |= np.isnan(have) & np.isnan(want.val)
                bound = np.where(np.isfinite(want.err), want.err, 0.0) + RELATIVE * np.abs(have)
                same |= want.touched & (np.abs(have - want.val) <= bound)
        for cells, values in want.any_of:
            for cell in np.unique(cells):
                same[cell] = bool((values[cells == cell] == have[cell]).any())
        unspecified = unspecified | ~np.isfinite(want.err)  # a comparison hung on a rounding error: nothing to compare
        undefined = want.undefined != 0
        outside = undefined & (want.undefined == PARTIAL)
        wrong = ~unspecified & ((~same & ~outside) | (undefined & ~outside))
        compared += int((want.touched & ~unspecified & ~undefined).sum())
        if wrong.any():
            rows = [(int(i), have[i].item(), want.val[i].item()) for i in np.flatnonzero(wrong)[:8]]
            differ.setdefault(name, []).extend(rows)
        if (outside & ~unspecified).any():
            partial[name] = [int(i) for i in np.flatnonzero(outside & ~unspecified)]
    return Difference(differ, partial, compared)


def satisfied(lifted: Lifted, launch: Launch) -> bool:
    """Whether the requirements on scalars and grid hold at a launch."""
    return satisfied_with([r.cond for r in lifted.denotation.requirements], launch)


def satisfied_with(requires: Sequence[Term], launch: Launch) -> bool:
    """Whether conditions on scalars and grid hold at a launch."""
    return not holds(requires, launch)


def assert_square(
    text: str,
    args: Sequence[Any],
    grid: tuple[int, int, int] = (1, 1, 1),
    *,
    partial_at: dict[str, list[int]] | None = None,
) -> Lifted:
    """Lift, demand `proved`, and compare on one launch; `partial_at`: cells where the statement may be undefined."""
    lifted = lift(text)
    assert isinstance(lifted.verdict, Proved), str(lifted.verdict)
    launch = launch_of(lifted, args, grid)
    assert satisfied(lifted, launch), [str(r) for r in lifted.denotation.requirements]
    found = difference(lifted, launch)
    assert found.empty, found.differ
    assert found.compared, "nothing was compared"
    if partial_at is not None:
        assert found.partial == partial_at
    return lifted


def assert_refuted(text: str, wrong_text: str, args: Sequence[Any], grid: tuple[int, int, int] = (1, 1, 1)) -> None:
    """The statement of `wrong_text`, claimed of `text`: a launch tells the two apart, the checker does not accept it.

    Both kernels have the same arguments and stores at the same places of their text.
    """
    ctx = Context()
    good, wrong = lift(text, ctx), lift(wrong_text, ctx)
    swapped = tuple(replace(w, write=g.write) for g, w in zip(good.proposals, wrong.proposals, strict=True))
    launch = launch_of(good, args, grid)
    assert not difference(good, launch, swapped).empty, (
        "the launch does not tell the wrong statement from the right one"
    )
    verdict = check(good.denotation, swapped, ())
    assert not isinstance(verdict, Proved), "the checker accepts a wrong statement"


@dataclass(frozen=True)
class OnScalars:
    """Values of a statement over scalar arguments, values expected from the data kernel, and where both count."""

    expected: Array
    stated: Array
    counted: Array
    conditions: int


def scalar_values(text: str, data_text: str, columns: Sequence[Array]) -> OnScalars:
    """Evaluate the statement of a kernel of scalars at many points at once, against the data kernel's concrete run.

    A point counts where the evaluator's value is specified and every requirement and no-wrap obligation holds.
    """
    lifted = lift(text)
    assert isinstance(lifted.verdict, Proved), str(lifted.verdict)
    (proposal,) = lifted.proposals
    env = {f"s{i + 1}": c for i, c in enumerate(columns)} | {f"np{a}": 1 for a in range(3)}
    n = len(columns[0])
    value, bound, poison = evaluate_bounded(proposal.statement.value, env, {}, {})
    counted = np.broadcast_to(poison, (n,)) == 0
    ctx, conditions = lifted.denotation.ctx, [r.cond for r in lifted.denotation.requirements]
    for o in lifted.denotation.no_wrap:
        half = 1 << (o.width - 1)
        conditions.append(ctx.and_(ctx.ge(o.term, ctx.num(-half)), ctx.lt(o.term, ctx.num(half))))
    for c in conditions:
        truth, _, bad = evaluate_bounded(c, env, {}, {})
        counted = counted & np.broadcast_to(truth, (n,)) & (np.broadcast_to(bad, (n,)) == 0)
    data = read_module(data_text)
    values = data.functions()[0].regions[0].blocks[0].args
    kinds = [v.type.pointee for v in values if isinstance(v.type, PointerType)]
    arrays = [*columns, np.zeros(n)]
    buffers = tuple(Buffer(k, a.astype(storage_dtype(k))) for k, a in zip(kinds, arrays, strict=True))
    got = run(data.functions()[0], Launch((1, 1, 1), buffers, 0, "data"), "real")
    name = f"a{len(columns)}"
    counted = counted & ~got.undefined[name] & np.isfinite(np.broadcast_to(bound, (n,)))
    return OnScalars(got.arrays[name], np.broadcast_to(value, (n,)), counted, len(conditions))


def assert_scalar_square(text: str, data_text: str, columns: Sequence[Array]) -> OnScalars:
    """The statement over scalars equals the concrete value at every counted point, and some point counts."""
    found = scalar_values(text, data_text, columns)
    assert found.counted.any(), "no point satisfies the printed conditions"
    want, got = found.expected[found.counted], found.stated[found.counted]
    with np.errstate(all="ignore"):
        same = (
            want == got.astype(want.dtype) if want.dtype.kind == "i" else np.abs(want - got) <= RELATIVE * np.abs(want)
        )
    bad = np.flatnonzero(~same)
    rows = [(*(c[found.counted][i] for c in columns), want[i], got[i]) for i in bad[:8]]
    assert not len(bad), rows
    return found
