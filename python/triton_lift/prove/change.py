"""Changes of variables in small steps: splitting a variable into digits, merging two into one. Untrusted.

Source: docs/spec.md, "Merging".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from triton_lift._core import Context, Term
from triton_lift.linear.attained import without_attained
from triton_lift.term.symbols import is_quotient


@dataclass
class Change:
    """A change of variables under construction: current variables with exclusive upper bounds, where one is known."""

    ctx: Context
    upper: dict[Term, Term | None]
    forward: dict[Term, Term]
    inverse: dict[Term, Term]
    extra: list[Term] = field(default_factory=list[Term])
    """Conditions on current variables that no upper bound expresses."""
    rewrites: list[tuple[Term, Term]] = field(default_factory=list[tuple[Term, Term]])
    back: list[tuple[Term, Term]] = field(default_factory=list[tuple[Term, Term]])
    """(quotient of current variables, its value over program ids, counters and lanes)."""
    count: int = 0

    def fresh(self) -> Term:
        """A new variable, non-negative."""
        self.count += 1
        return self.ctx.sym(f"t{self.count}", lo=0)

    def apply(self, term: Term) -> Term:
        """The term over program ids and lanes, in the current variables."""
        out = self.ctx.subst(term, {v: t for v, t in self.forward.items() if v != t})
        for atom, value in self.rewrites:
            out = self.ctx.subst(out, {atom: value})
        return without_attained(self.ctx, out)

    def step(self, old: dict[Term, Term], new: dict[Term, tuple[Term, Term | None]]) -> Change:
        """Replace variables ``old`` (by their value in new ones) with ``new`` (value in old ones, upper bound);
        order is kept.
        """
        ctx = self.ctx
        forward = {v: ctx.subst(t, old) for v, t in self.forward.items()}
        upper: dict[Term, Term | None] = {}
        placed = False
        for v, u in self.upper.items():
            if v not in old:
                upper[v] = u
            elif not placed:
                placed = True
                upper.update({n: b for n, (_, b) in new.items()})
        inverse = {v: t for v, t in self.inverse.items() if v not in old}
        inverse.update({n: ctx.subst(t, self.inverse) for n, (t, _) in new.items()})
        moved = [(ctx.subst(a, old), ctx.subst(b, old)) for a, b in self.rewrites]
        rewrites = [(a, b) for a, b in moved if is_quotient(a)]
        back = [(q, value) for a, value in self.back if is_quotient(q := ctx.subst(a, old))]
        extra = [ctx.subst(e, old) for e in self.extra]
        return Change(ctx, upper, forward, inverse, extra, rewrites, back, self.count)


def quotients(ctx: Context, terms: Iterable[Term]) -> tuple[Term, ...]:
    """The distinct floor-division atoms of the terms, in canonical order per term."""
    return tuple(dict.fromkeys(a for t in terms for a in ctx.atoms(t) if a.kind == "app" and a.name == "floordiv"))


def split(change: Change, variable: Term, divisor: Term) -> Change:
    ctx = change.ctx
    high, low = change.fresh(), change.fresh()
    upper = change.upper[variable]
    whole = ctx.add(ctx.mul(divisor, high), low)
    quotient = ctx.floordiv(variable, divisor)
    high_upper: Term | None = None
    extra: list[Term] = []
    if upper is not None:
        exact = _exact_quotient(ctx, upper, divisor)
        if exact is not None:
            high_upper = exact
        else:
            extra.append(ctx.lt(whole, upper))
    after = change.step({variable: whole}, {high: (quotient, high_upper), low: (ctx.mod(variable, divisor), divisor)})
    after.extra.extend(extra)
    remainder = ctx.floordiv(low, divisor)
    if is_quotient(remainder):
        after.rewrites.append((remainder, ctx.num(0)))
    return after


def _exact_quotient(ctx: Context, upper: Term, divisor: Term) -> Term | None:
    """upper / divisor where the division is exact in normal form."""
    quotient = ctx.floordiv(upper, divisor)
    return quotient if ctx.mul(quotient, divisor) == upper and not quotients(ctx, [quotient]) else None


def merge_pair(change: Change, x: Term, y: Term, size: Term) -> Change:
    ctx = change.ctx
    n = change.fresh()
    upper = change.upper[x]
    whole = ctx.add(ctx.mul(size, x), y)
    ordered = {x: ctx.floordiv(n, size), y: ctx.mod(n, size)}
    after = change.step(ordered, {n: (whole, None if upper is None else ctx.mul(size, upper))})
    # keep the position of x, the more significant part
    keys = [k for k in change.upper if k != y]
    after.upper = {(n if k == x else k): (after.upper[n] if k == x else after.upper[k]) for k in keys}
    return after


def replace_variables(change: Change, names: dict[Term, Term]) -> Change:
    """The same change with its current variables renamed."""
    ctx = change.ctx
    return replace(
        change,
        upper={names[v]: (ctx.subst(u, names) if u is not None else None) for v, u in change.upper.items()},
        forward={v: ctx.subst(t, names) for v, t in change.forward.items()},
        inverse={names[v]: t for v, t in change.inverse.items()},
        extra=[ctx.subst(e, names) for e in change.extra],
        rewrites=[(ctx.subst(a, names), ctx.subst(b, names)) for a, b in change.rewrites if is_quotient(a)],
        back=[(q, value) for a, value in change.back if is_quotient(q := ctx.subst(a, names))],
    )
