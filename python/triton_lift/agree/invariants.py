"""Mutated loop invariants: does the generic check refuse them? ``python -m triton_lift.agree.invariants FILE...``

For every carried value of every loop that is proved, one wrong closed form at a time takes the place of the right one.
Interpretation must then fail at initiation or consecution (docs/spec.md, L1 and L2). A mutant that is accepted is
printed; it may say the same as the original in other words, which somebody has to look at.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triton_lift._core import BudgetError, Context, Term
from triton_lift.interp.engine import interpret
from triton_lift.interp.transition import TransitionSystem
from triton_lift.ir.model import Module
from triton_lift.ir.reader import read_module
from triton_lift.loops.solver import solve
from triton_lift.ops.symbolic.value import map_leaves
from triton_lift.util.diagnostic import LiftError

STEPS = 4_000_000
"""Steps that one interpretation may take."""
REFUSED = frozenset({"initiation", "consecution"})


@dataclass
class Tally:
    """Mutants by what became of them; ``accepted`` and ``other`` are told one by one."""

    refused: int = 0
    same: int = 0
    accepted: list[str] = field(default_factory=list[str])
    other: list[str] = field(default_factory=list[str])


def mutants(system: TransitionSystem, name: str, closed: Term) -> Iterator[tuple[str, Term]]:
    """Wrong closed forms of one carried value, each with the name of the change."""
    ctx, k = system.ctx, system.counter.symbol
    one = ctx.num(1)
    value = next(c for c in system.carried if c.name == name)
    yield "k + 1", ctx.subst(closed, {k: ctx.add(k, one)})
    yield "2*k", ctx.subst(closed, {k: ctx.mul(ctx.num(2), k)})
    yield "initial value", value.init
    for lane in value.lanes:
        yield f"next {lane.name}", ctx.subst(closed, {lane: ctx.add(lane, one)})
    for number, literal in enumerate(ctx.literals(closed)):
        for truth in (True, False):
            yield f"literal {number} {truth}", ctx.assign(closed, {literal: truth})
    if closed.is_bool:
        yield "not", ctx.not_(closed)
        return
    yield "+ 1", map_leaves(ctx, closed, lambda t: ctx.add(t, one) if t.kind == "poly" else t)
    yield "* 2", map_leaves(ctx, closed, lambda t: ctx.mul(t, ctx.num(2)) if t.kind == "poly" else t)
    yield "negated", map_leaves(ctx, closed, lambda t: ctx.neg(t) if t.kind == "poly" else t)
    for number in range(4):
        yield f"without summand {number}", map_leaves(ctx, closed, lambda t, n=number: _without(ctx, t, n))


def _without(ctx: Context, leaf: Term, number: int) -> Term:
    """A polynomial without one of its monomials."""
    if leaf.kind != "poly" or number >= len(leaf.monomials):
        return leaf
    numerator, denominator, factors = leaf.monomials[number]
    dropped = ctx.num(numerator, denominator)
    for atom, power in factors:
        dropped = ctx.mul(dropped, ctx.power(atom, power))
    return ctx.sub(leaf, dropped)


@dataclass
class _Saboteur:
    """A solver that gives the right closed forms but for one, counted over the whole kernel."""

    target: int
    seen: int = 0
    change: str = ""
    same: bool = False

    def __call__(self, system: TransitionSystem) -> Mapping[str, Term]:
        closed = dict(solve(system))
        for name in sorted(closed):
            for change, wrong in mutants(system, name, closed[name]):
                if self.seen == self.target:
                    self.change = f"{system.where} {name}: {change}"
                    self.same = wrong == closed[name]
                    closed[name] = wrong
                    self.seen += 1
                    return closed
                self.seen += 1
        return closed


def campaign(module: Module, filename: str, tally: Tally, limit: int, stride: int = 1) -> None:
    """Try every ``stride``-th mutant of one kernel's invariants, at most ``limit``."""
    try:
        interpret(module, Context(max_steps=STEPS), solve, filename)
    except (LiftError, BudgetError):
        return
    for number in range(limit):
        saboteur = _Saboteur(number * stride)
        try:
            interpret(module, Context(max_steps=STEPS), saboteur, filename)
        except LiftError as error:
            code = error.diagnostic.code
            if code in REFUSED:
                tally.refused += 1
            else:
                tally.other.append(f"{saboteur.change} [{code}]")
            continue
        except BudgetError:
            tally.other.append(f"{saboteur.change} [budget]")
            continue
        if not saboteur.change:
            return
        if saboteur.same:
            tally.same += 1
        else:
            tally.accepted.append(saboteur.change)


def main() -> None:
    """Run over files of generic form and print the tally."""
    parser = argparse.ArgumentParser(prog="python -m triton_lift.agree.invariants", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="modules in MLIR's generic form")
    parser.add_argument("--limit", type=int, default=40, help="mutants per kernel")
    parser.add_argument("--stride", type=int, default=3, help="every so manieth mutant is tried")
    arguments = parser.parse_args()
    tally = Tally()
    for path in arguments.files:
        text = path.read_text(encoding="utf-8")
        if "scf.for" in text or "scf.while" in text:
            campaign(read_module(text, path.name), path.name, tally, arguments.limit, arguments.stride)
    for line in (*(f"accepted {c}" for c in tally.accepted), *(f"other {c}" for c in tally.other)):
        print(line)
    print(f"{tally.refused} refused, {len(tally.accepted)} accepted, {tally.same} the same, {len(tally.other)} other")


if __name__ == "__main__":
    main()
