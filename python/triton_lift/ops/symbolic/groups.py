"""Grouped program orders: the height of the last group of rows is at least 1.

Programs are numbered group by group: with W = G*Y programs in a group of G rows of Y tiles, program p lies in group
``p div W``, and the group has ``min(X - G*(p div W), G)`` rows of the X there are. Every program that divides by this
height needs it to be positive, which it is where p < X*Y. Source: docs/spec.md, "Merging".
"""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.ir.model import Op
from triton_lift.linear.equal import conjunction_facts
from triton_lift.ops.symbolic.row import Semantics
from triton_lift.term.symbols import single_atom


def group_height(ctx: Context, divisor: Term) -> tuple[Term, Term, Term] | None:
    """(p, X, Y) where the divisor is ``min(X - G*(p div (G*Y)), G)`` with a constant G >= 1, else None."""
    least = single_atom(divisor)
    if least is None or least.kind != "app" or least.name != "min" or len(least.args) != 2:
        return None
    for rest, height in (least.args, least.args[::-1]):
        size = height.constant
        if size is None or size[1] != 1 or size[0] < 1 or rest.kind != "poly":
            continue
        for numerator, denominator, factors in rest.monomials:
            if (numerator, denominator) != (-size[0], 1) or len(factors) != 1 or factors[0][1] != 1:
                continue
            atom = factors[0][0]
            if atom.kind != "app" or atom.name != "floordiv":
                continue
            rows = ctx.add(rest, ctx.mul(height, atom))
            columns = ctx.floordiv(atom.args[1], height)
            if atom not in ctx.atoms(rows) and ctx.mul(columns, height) == atom.args[1]:
                return atom.args[0], rows, columns
    return None


def positive_height(op: Op, divisor: Term, sem: Semantics) -> bool:
    """Whether a divisor is a group's height and at least 1: the guard says p < X*Y, or, where p is the program id, the
    number of programs is required to be X*Y.
    """
    ctx = sem.ctx
    found = group_height(ctx, divisor)
    if found is None:
        return False
    program, rows, columns = found
    if not sem.known_at_least(ctx.mul(columns, ctx.num(1)), 1) and not _required(sem, columns):
        return False
    tiles = ctx.mul(rows, columns)
    facts = conjunction_facts(ctx, (sem.guard, *(r.cond for r in sem.requirements)))
    if facts.holds(ctx.lt(program, tiles)):
        return True
    symbol = single_atom(program)
    if symbol is None or not symbol.name.startswith("pid"):
        return False
    if not all(s.name.startswith(("s", "np")) for s in ctx.free_syms(tiles)):
        return False
    sem.require(op, ctx.eq(sem.symbols.num_programs(int(symbol.name[3:])), tiles), "one program for every tile")
    return True


def _required(sem: Semantics, term: Term) -> bool:
    ctx = sem.ctx
    facts = conjunction_facts(ctx, tuple(r.cond for r in sem.requirements))
    return facts.holds(ctx.ge(term, ctx.num(1)))
