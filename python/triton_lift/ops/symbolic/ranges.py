"""Integer bounds of terms, those of extrema over bounded domains included.

The core's intervals know nothing of a big operator. The minimum of ``k`` over ``0 <= k < n`` lies between 0 and the
largest ``n - 1``; where the domain is empty it is some number (docs/terms.md), and may be taken to lie there too.
"""

from __future__ import annotations

from triton_lift._core import Context, Term

Bounds = tuple[int | None, int | None]


def bounds(ctx: Context, term: Term) -> Bounds:
    """Bounds of an integer-valued term, None where none is known."""
    found = ctx.interval(term)
    if None not in found or term.kind != "poly":
        return found
    extrema = {
        atom
        for _, _, factors in term.monomials
        for atom, _ in factors
        if atom.kind == "big" and atom.name in ("min", "max") and atom.is_int
    }
    bounded: dict[Term, Term] = {}
    for atom in extrema:
        lo, hi = _of_extremum(ctx, atom)
        if (lo is not None or hi is not None) and (lo is None or hi is None or lo <= hi):
            bounded[atom] = ctx.sym(f"in {lo} {hi} {atom.key}", lo=lo, hi=hi)
    return ctx.interval(ctx.subst(term, bounded)) if bounded else found


def _of_extremum(ctx: Context, extremum: Term) -> Bounds:
    """Bounds of the body over the box that the domain's bounds on single variables make."""
    syms = tuple(ctx.sym(f"b{i} {extremum.key}") for i in range(extremum.nvars))
    domain, body = ctx.open_big(extremum, syms)
    if not body.is_int:
        return None, None
    box: dict[Term, Term] = {}
    for i, sym in enumerate(syms):
        lo: int | None = None
        hi: int | None = None
        for literal, truth in domain:
            if literal.kind != "ge":
                continue
            p = literal.args[0] if truth else ctx.sub(ctx.num(-1), literal.args[0])
            below, above = _on(ctx, p, sym, syms)
            lo = below if lo is None else lo if below is None else max(lo, below)
            hi = above if hi is None else hi if above is None else min(hi, above)
        if lo is not None and hi is not None and lo > hi:
            return None, None
        box[sym] = ctx.sym(f"b{i} {lo} {hi} {extremum.key}", lo=lo, hi=hi)
    return ctx.interval(ctx.subst(body, box))


def _on(ctx: Context, p: Term, sym: Term, syms: tuple[Term, ...]) -> Bounds:
    """What ``p >= 0`` says of one variable, by the largest value of the rest of p."""
    slope = ctx.sub(ctx.subst(p, {sym: ctx.add(sym, ctx.num(1))}), p).constant
    if slope is None or slope[1] != 1 or slope[0] == 0:
        return None, None
    rest = ctx.subst(p, {sym: ctx.num(0)})
    if any(s in ctx.free_syms(rest) for s in syms):
        return None, None
    _, most = ctx.interval(rest)
    if most is None:
        return None, None
    return (-(most // slope[0]), None) if slope[0] > 0 else (None, most // -slope[0])
