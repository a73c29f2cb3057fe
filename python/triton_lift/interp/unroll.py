"""Loops of a few iterations, known in number, for which no invariant is found: one iteration after the other.

Source: docs/spec.md, "Loops" (L5).
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Context, Term
from triton_lift.interp.transition import Counter
from triton_lift.ir.model import Block, Op
from triton_lift.ops.symbolic.value import Num, SymVal

MAX_ITERATIONS = 16
"""Iterations up to which a loop is unrolled."""


def iterations(counter: Counter, op: Op) -> int | None:
    """How often the loop runs where that is a small constant and no loop is inside; else None."""
    trips = counter.trip.constant if counter.trip.kind == "poly" else None
    if trips is None or trips[1] != 1 or trips[0] > MAX_ITERATIONS or _has_loop(op.regions[0].blocks[0]):
        return None
    return trips[0]


def unrolled(
    ctx: Context,
    block: Block,
    run: Callable[[Block, tuple[SymVal, ...]], tuple[SymVal, ...]],
    variable: Num,
    symbol: Term,
    count: int,
    inits: tuple[SymVal, ...],
) -> tuple[SymVal, ...]:
    """The carried values after ``count`` iterations; ``variable`` speaks of the number of iterations ``symbol``."""
    values = inits
    for i in range(count):
        now = Num(variable.type, ctx.subst(variable.term, {symbol: ctx.num(i)}))
        values = run(block, (now, *values))
    return values


def _has_loop(block: Block) -> bool:
    return any(
        op.name in ("scf.for", "scf.while") or any(_has_loop(b) for region in op.regions for b in region.blocks)
        for op in block.ops
    )
