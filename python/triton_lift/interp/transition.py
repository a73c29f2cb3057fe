"""A loop as a transition system: counter, carried values with their initial values and steps, and its invariant.

Source: docs/spec.md, "Loops". While a loop's step is being found, the carried value number p of loop n is the read
``c<n>.<p>[lanes]`` of a pseudo-array, so that a step may speak of any lane of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.term.symbols import Symbols


@dataclass(frozen=True, slots=True)
class Counter:
    """Number of finished iterations of a loop: ``0 <= symbol < trip`` in its body.

    ``running`` is the same condition in the terms of the loop's bounds, ``lower + step*symbol < upper``.
    """

    symbol: Term
    trip: Term
    running: Term


@dataclass(frozen=True, slots=True)
class Carried:
    """One carried value: a term per lane, Boolean or numeric.

    ``step`` is the value after an iteration in terms of ``read(name, lanes)`` of all carried values before it and of
    the counter.
    """

    name: str
    label: str
    lanes: tuple[Term, ...]
    integral: bool
    boolean: bool
    init: Term
    step: Term

    def cell(self, ctx: Context) -> Term:
        """The carried value itself, at its own lanes, as the pseudo-array's read; 0 or 1 for a Boolean."""
        return state_cell(ctx, self.name, self.lanes, integral=self.integral, boolean=self.boolean)


@dataclass(frozen=True, slots=True)
class TransitionSystem:
    """``s(0) = init``, ``s(k + 1) = step(k, s(k))`` for ``0 <= k < trip``."""

    symbols: Symbols
    counter: Counter
    carried: tuple[Carried, ...]
    facts: tuple[Term, ...]
    """Conditions that hold wherever the body runs."""
    where: str
    condition: Term | None = None
    """Of ``scf.while``: what holds of the carried values wherever the body runs."""

    @property
    def ctx(self) -> Context:
        """The term context."""
        return self.symbols.ctx


Solver = Callable[[TransitionSystem], Mapping[str, Term]]
"""Proposes, by name of the carried value, its closed form over the counter and its lanes; some may be missing."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """What holds of one carried value at the start of iteration k, and after the last one for k = trip."""

    loop: str
    counter: Counter
    carried: Carried
    closed: Term


def state_cell(ctx: Context, name: str, lanes: tuple[Term, ...], *, integral: bool, boolean: bool) -> Term:
    """The read of a carried value's pseudo-array; a Boolean one is 0 or 1."""
    if boolean:
        return ctx.read(name, lanes, is_int=True, lo=0, hi=1)
    return ctx.read(name, lanes, is_int=integral)


def numeric(ctx: Context, term: Term) -> Term:
    """A Boolean as 0 or 1, anything else as it is."""
    return ctx.ite(term, ctx.num(1), ctx.num(0)) if term.is_bool else term


def is_state(atom: Term) -> bool:
    """Whether an atom is the read of a carried value's pseudo-array."""
    return atom.kind == "read" and atom.name.startswith("c")
