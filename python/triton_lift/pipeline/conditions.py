"""Requirements as conditions on arguments alone: program ids and lanes are quantified away.

An ``assume`` holds wherever control reaches it; what is required of the arguments is that its condition holds for all
program ids and lanes under its guard. Source: docs/spec.md, "The value claim" and (C3).
"""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation


def over_arguments(denotation: Denotation, condition: Term, guard: Term | None = None) -> Term | None:
    """``guard implies condition`` for all program ids, iterations and lanes; None where its truth may be undefined."""
    ctx = denotation.ctx
    violated = ctx.not_(condition)
    if guard is not None:
        violated = ctx.and_(guard, violated)
    for counter in sorted(denotation.counters, key=lambda c: -int(c.symbol.name[1:])):  # inner loops first
        if counter.symbol in ctx.free_syms(violated):
            violated = _for_some(ctx, counter.symbol, counter.trip, violated)
    for symbol in ctx.free_syms(violated):
        size = _extent(denotation, symbol)
        if size is not None:
            violated = _for_some(ctx, symbol, size, violated)
    required = ctx.not_(violated)
    return None if may_be_undefined(ctx, required) else required


def _for_some(ctx: Context, symbol: Term, size: Term, condition: Term) -> Term:
    """That some value 0 <= symbol < size satisfies a condition."""
    # A symbol without a range of its own: the range of a program id would be printed beside the grid's.
    free = ctx.sym(f"q:{symbol.name}")
    return ctx.exists(free, ctx.num(0), size, ctx.subst(condition, {symbol: free}))


def may_be_undefined(ctx: Context, condition: Term) -> bool:
    """Whether a poison leaf is reachable in the tree of a condition."""
    return any(leaf.kind == "bundef" for leaf in ctx.leaves(condition))


def is_false(condition: Term) -> bool:
    """Whether a condition is ``false`` in normal form."""
    return condition.kind == "bool" and not condition.truth


def is_true(condition: Term) -> bool:
    """Whether a condition is ``true`` in normal form."""
    return condition.kind == "bool" and condition.truth


def _extent(denotation: Denotation, symbol: Term) -> Term | None:
    """Exclusive upper bound of a program id or lane; None for a symbol of the launch."""
    if symbol.name.startswith("pid"):
        return denotation.symbols.num_programs(int(symbol.name[3:]))
    if ":" in symbol.name:
        return denotation.ctx.num(int(symbol.name.split(":")[1]))
    return None
