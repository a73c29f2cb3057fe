"""A transition system on its way to closed forms: which carried values are solved, and what a step reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from triton_lift._core import Context, Term
from triton_lift.interp.transition import Carried, TransitionSystem, numeric
from triton_lift.ops.symbolic.bigop import big


@dataclass
class Problem:
    """The carried values by name, and the closed forms found so far (terms over counter and lanes)."""

    system: TransitionSystem
    closed: dict[str, Term] = field(default_factory=dict[str, Term])

    @property
    def ctx(self) -> Context:
        """The term context."""
        return self.system.ctx

    @property
    def k(self) -> Term:
        """The counter."""
        return self.system.counter.symbol

    def open(self) -> list[Carried]:
        """The carried values without closed form, in order."""
        return [c for c in self.system.carried if c.name not in self.closed]

    def by_name(self, name: str) -> Carried:
        """The carried value behind a pseudo-array."""
        return next(c for c in self.system.carried if c.name == name)

    def reads(self, term: Term) -> set[str]:
        """Names of the carried values of this loop, not of one around it, that a term reads, at whatever lane."""
        return states_in(term) & {c.name for c in self.system.carried}

    def with_closed(self, term: Term) -> Term:
        """The term with every solved carried value as its closed form at iteration k."""
        ctx = self.ctx
        known = {
            name: (self.by_name(name).lanes, numeric(ctx, self.closed[name]))
            for name in self.reads(term)
            if name in self.closed
        }
        return ctx.instantiate(term, known) if known else term

    def at(self, term: Term, k: Term) -> Term:
        """The term at another iteration."""
        return self.ctx.subst(term, {self.k: k})

    def fresh(self, name: str) -> Term:
        """A counter to be bound."""
        return self.ctx.sym(f"{name}:{self.k.name}", lo=0)

    def before(self, kind: str, body: Term) -> Term:
        """The big operator of ``body`` (over k) over all iterations before k; undef where one of them is."""
        ctx, j = self.ctx, self.fresh("j")
        return big(ctx, kind, j, ctx.num(0), self.k, self.at(body, j))


def states_in(term: Term) -> set[str]:
    """Names of the pseudo-arrays of carried values that are read anywhere in a term, below binders too."""
    return {t.name for t in subterms(term) if t.kind == "read" and t.name.startswith("c")}


def subterms(term: Term) -> Iterator[Term]:
    """Every distinct node below a term, binders included."""
    seen: set[tuple[int, str]] = set()  # a polynomial of one atom has the atom's id
    stack = [term]
    while stack:
        t = stack.pop()
        if (t.id, t.kind) in seen:
            continue
        seen.add((t.id, t.kind))
        yield t
        if t.kind == "poly":
            stack.extend(atom for _, _, factors in t.monomials for atom, _ in factors)
        else:
            stack.extend(t.args)
            if t.kind in ("big", "exists"):
                stack.extend(literal for literal, _ in t.domain)
