"""Big operators over the lanes of an axis; undef lanes are made explicit. Source: docs/spec.md, (R5)."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.ops.symbolic.value import map_leaves

Monoid = str
"""A big-operator kind of the core, or 'any' / 'all' / 'parity' on truth values."""


def big(ctx: Context, monoid: Monoid, var: Term, lo: Term, hi: Term, body: Term, dom: Term | None = None) -> Term:
    """The monoid over lo <= var < hi (and ``dom``); undef iff some lane in the domain is."""
    inside = dom if dom is not None else ctx.truth(True)
    poisoned = map_leaves(ctx, body, lambda leaf: ctx.truth(leaf.kind in ("undef", "bundef")))
    if not (poisoned.kind == "bool" and not poisoned.truth):
        clean = _over(ctx, monoid, var, lo, hi, _without_undef(ctx, monoid, body), inside, dom)
        nowhere = ctx.bundef() if clean.is_bool else ctx.undef()
        return ctx.ite(ctx.exists(var, lo, hi, ctx.and_(inside, poisoned)), nowhere, clean)
    return _over(ctx, monoid, var, lo, hi, body, inside, dom)


def _without_undef(ctx: Context, monoid: Monoid, body: Term) -> Term:
    """The body with the monoid's identity in place of undef."""
    identity = {
        "sum": ctx.num(0),
        "prod": ctx.num(1),
        "max": ctx.inf(-1),
        "min": ctx.inf(1),
        "band": ctx.num(-1),
        "bor": ctx.num(0),
        "bxor": ctx.num(0),
        "any": ctx.truth(False),
        "all": ctx.truth(True),
        "parity": ctx.truth(False),
    }[monoid]
    return map_leaves(ctx, body, lambda leaf: identity if leaf.kind in ("undef", "bundef") else leaf)


def _over(
    ctx: Context, monoid: Monoid, var: Term, lo: Term, hi: Term, body: Term, inside: Term, dom: Term | None
) -> Term:
    match monoid:
        case "any":
            return ctx.exists(var, lo, hi, ctx.and_(inside, body))
        case "all":
            return ctx.not_(ctx.exists(var, lo, hi, ctx.and_(inside, ctx.not_(body))))
        case "parity":
            ones = ctx.big("sum", var, lo, hi, ctx.ite(body, ctx.num(1), ctx.num(0)), dom=dom)
            return ctx.ne(ctx.mod(ones, ctx.num(2)), ctx.num(0))
        case "sum" | "prod" | "max" | "min" | "band" | "bor" | "bxor":
            return ctx.big(monoid, var, lo, hi, body, dom=dom)
        case _:
            raise ValueError(f"unknown monoid {monoid}")
