"""Definedness: where partial functions in a value must have their arguments. Source: docs/spec.md, "Definedness"."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation
from triton_lift.ops.symbolic.row import Assumption
from triton_lift.term.symbols import Statement

Domain = Callable[[Context, tuple[Term, ...]], Term]


def _positive(ctx: Context, args: tuple[Term, ...]) -> Term:
    return ctx.gt(args[0], ctx.num(0))


def _off_the_poles(ctx: Context, args: tuple[Term, ...]) -> Term:
    """Not zero or a negative integer."""
    floor = ctx.app("floor", [args[0]], is_int=True)
    return ctx.or_(ctx.gt(args[0], ctx.num(0)), ctx.ne(args[0], floor))


def _within_one(ctx: Context, args: tuple[Term, ...]) -> Term:
    return ctx.and_(ctx.ge(args[0], ctx.num(-1)), ctx.le(args[0], ctx.num(1)))


PARTIAL: dict[str, Domain] = {
    "recip": lambda ctx, a: ctx.ne(a[0], ctx.num(0)),
    "log": _positive,
    "log2": _positive,
    "log10": _positive,
    "log1p": lambda ctx, a: ctx.gt(a[0], ctx.num(-1)),
    "sqrt": lambda ctx, a: ctx.ge(a[0], ctx.num(0)),
    "asin": _within_one,
    "acos": _within_one,
    "acosh": lambda ctx, a: ctx.ge(a[0], ctx.num(1)),
    "atanh": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(-1)), ctx.lt(a[0], ctx.num(1))),
    "lgamma": _off_the_poles,
    "tgamma": _off_the_poles,
    "tan": lambda ctx, a: ctx.ne(ctx.app("cos", [a[0]]), ctx.num(0)),
    "y0": _positive,
    "y1": _positive,
    "erfinv": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(-1)), ctx.lt(a[0], ctx.num(1))),
    "erfcinv": lambda ctx, a: ctx.and_(ctx.gt(a[0], ctx.num(0)), ctx.lt(a[0], ctx.num(2))),
    "fmod": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "tdiv": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "floordiv": lambda ctx, a: ctx.ne(a[1], ctx.num(0)),
    "pow": lambda ctx, a: ctx.or_(
        ctx.gt(a[0], ctx.num(0)), ctx.and_(ctx.eq(a[0], ctx.num(0)), ctx.gt(a[1], ctx.num(0)))
    ),
}
"""Where each partial function is defined over the reals (integer quotients: a non-zero divisor)."""


def dropped_conditions(denotation: Denotation) -> tuple[Assumption, ...]:
    """Partial atoms that were cancelled must be defined wherever the kernel computes them."""
    ctx, found = denotation.ctx, dict[Term, None]()
    for atom in denotation.dropped:
        cond = PARTIAL[atom.name](ctx, atom.args) if atom.name in PARTIAL else ctx.truth(False)
        found[cond] = None
    return tuple(Assumption(cond, ctx.truth(True), "defined", "-") for cond in found)


def definedness(ctx: Context, statement: Statement) -> tuple[Term, ...]:
    """Conditions, per point of the domain, under which value, address and domain are defined; trivial ones dropped.

    A condition under a binder is left with its bound variable and is meant for every value that the binder's domain
    admits.
    """
    found: dict[Term, None] = {}
    for term in (statement.domain, statement.address, statement.value):
        for atom in ctx.atoms(term):
            if atom.kind == "app" and atom.name in PARTIAL:
                cond = PARTIAL[atom.name](ctx, atom.args)
                if not (cond.kind == "bool" and cond.truth):
                    found[cond] = None
    return tuple(found)
