"""Decoding grouped program orders into the tile's row and column. Untrusted. Source: docs/spec.md, "Merging".

A program p that was split into its group g and its number r in the group has row ``G*g + r mod h`` and column
``r div h``, where ``h = min(X - G*g, G)`` is the group's height, X the number of rows and r < G*Y, Y the number of
columns.
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift._core import Term
from triton_lift.interp.denotation import Write
from triton_lift.prove.change import Change, quotients
from triton_lift.term.symbols import is_quotient, single_atom


@dataclass(frozen=True, slots=True)
class _Group:
    """Group g and number r in it, height h of the group and G of a full one, rows X and columns Y of all tiles."""

    group: Term
    number: Term
    height: Term
    full: Term
    rows: Term
    columns: Term


def decode_groups(change: Change, write: Write) -> Change:
    """The change with group and number replaced by row and column of the tile, where the write speaks of them."""
    ctx = change.ctx
    found = next(
        (g for a in quotients(ctx, [change.apply(t) for t in (write.offset, write.guard)]) if (g := _group(change, a))),
        None,
    )
    if found is None:
        return change
    row, column = change.fresh(), change.fresh()
    group, height = ctx.floordiv(row, found.full), found.height
    height_there = ctx.subst(height, {found.group: group})
    inside = ctx.mod(row, found.full)
    column_here = ctx.floordiv(found.number, height)
    row_here = ctx.add(ctx.mul(found.full, found.group), ctx.sub(found.number, ctx.mul(height, column_here)))
    after = change.step(
        {found.group: group, found.number: ctx.add(ctx.mul(height_there, column), inside)},
        {row: (row_here, found.rows), column: (column_here, found.columns)},
    )
    if is_quotient(group):
        after.back.append((group, change.inverse[found.group]))
    rest = ctx.floordiv(inside, height_there)
    if is_quotient(rest):
        after.rewrites.append((rest, ctx.num(0)))
    return after


def _group(change: Change, quotient: Term) -> _Group | None:
    ctx = change.ctx
    dividend, height = quotient.args
    number = next((v for v in change.upper if dividend in (v, ctx.add(v, ctx.num(0)))), None)
    least = single_atom(height)
    width = change.upper[number] if number is not None else None
    if number is None or width is None or least is None or least.name != "min" or len(least.args) != 2:
        return None
    for rest, full in (least.args, least.args[::-1]):
        size = full.constant
        if size is None or size[1] != 1 or size[0] < 1:
            continue
        columns = ctx.floordiv(width, full)
        for group in change.upper:
            rows = ctx.add(rest, ctx.mul(full, group))
            fixed = not any(v in ctx.free_syms(t) for v in change.upper for t in (rows, columns))
            if fixed and ctx.mul(columns, full) == width and group in ctx.free_syms(rest):
                return _Group(group, number, height, full, rows, columns)
    return None
