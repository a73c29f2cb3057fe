"""A change of variables from program ids and lanes to tensor indices, proposed for one write. Untrusted.

Source: docs/spec.md, "Merging". The proposal names, for every program id and lane, its value as a function of the
indices (``forward``), and for every index its value as a function of program ids and lanes (``inverse``); the
checker shows that this is a bijection between executions and the stated domain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.products import holds_by_factors
from triton_lift.prove.change import Change, merge_pair, quotients, replace_variables, split
from triton_lift.prove.conjunctions import conjunction, conjuncts, requirement_literals, restrict, without_redundant
from triton_lift.prove.counters import merge_counters
from triton_lift.prove.groups import decode_groups
from triton_lift.term.symbols import Statement

MAX_LITERALS = 16
"""Literals of a guard of which it is asked whether the others imply them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement with the witness that the checker needs."""

    write: Write
    statement: Statement
    forward: dict[Term, Term]
    inverse: dict[Term, Term]
    rewrites: tuple[tuple[Term, Term], ...] = ()
    """(quotient atom, its value on the domain), to be applied in order after ``forward``."""
    back: tuple[tuple[Term, Term], ...] = ()
    """(quotient of indices, its value on every execution), for ``forward(inverse)``."""


def propose(denotation: Denotation, write: Write, *, plain: bool = False) -> Proposal:
    """A statement for one write, with merged indices where that makes the address simpler.

    ``plain``: counters and groups of programs stay as they are.
    """
    ctx, symbols = denotation.ctx, denotation.symbols
    unread = unread_axes(denotation, write)
    change = Change(ctx, {}, {}, {})
    for axis in range(3):
        if axis not in unread:
            change.upper[symbols.pid(axis)] = symbols.num_programs(axis)
    change.upper.update(dict.fromkeys(write.counters))
    for lane in write.lanes:
        change.upper[lane] = ctx.num(int(lane.name.split(":")[1]))
    change.forward = {v: v for v in change.upper}
    change.inverse = {v: v for v in change.upper}
    # What the rest of the guard implies would only be in the way, as that the tile of an inside cell starts inside.
    seen = replace(write, guard=without_redundant(ctx, write.guard, ()))
    if not plain:
        change = merge_counters(change, seen, denotation)
    change = _decode(change, seen, denotation)
    if not plain:
        change = decode_groups(change, seen)
    change = _merge(change, replace(seen, guard=_relevant(change, seen.guard)))
    change = _decode_address(change, seen, denotation)
    return _finish(change, write, denotation)


def _relevant(change: Change, guard: Term) -> Term:
    """The guard without the literals that the others imply in the variables of a change."""
    ctx = change.ctx
    literals = conjuncts(ctx, guard)
    if literals is None or len(literals) > MAX_LITERALS:
        return guard
    ranges = [part for v, u in change.upper.items() if u is not None for part in conjuncts(ctx, ctx.lt(v, u)) or ()]
    kept = list(literals)
    for literal in literals:
        rest = [
            part for k in kept if k != literal for part in conjuncts(ctx, change.apply(conjunction(ctx, [k]))) or ()
        ]
        if holds_by_factors(LinearFacts.of(ctx, (*ranges, *rest)), change.apply(conjunction(ctx, [literal]))):
            kept.remove(literal)
    return conjunction(ctx, kept)


def unread_axes(denotation: Denotation, write: Write) -> tuple[int, ...]:
    """The grid axes whose program id a write does not depend on: every program along them repeats the write."""
    ctx, symbols = denotation.ctx, denotation.symbols
    free = {s for t in (write.offset, write.value, write.guard) for s in ctx.free_syms(t)}
    return tuple(axis for axis in range(3) if symbols.pid(axis) not in free)


def _positive(ctx: Context, divisor: Term, denotation: Denotation) -> bool:
    """Whether a divisor is at least 1 by its interval or by a recorded requirement."""
    lo, _ = ctx.interval(divisor)
    if lo is not None and lo >= 1:
        return True
    wanted = ctx.ge(divisor, ctx.num(1))
    return any(r.cond == wanted for r in denotation.requirements)


def _decode(change: Change, write: Write, denotation: Denotation) -> Change:
    """Split a program id p into (p div q, p mod q) wherever the write speaks of p div q, q of sizes; repeatedly."""
    ctx = change.ctx
    for _ in range(8):
        terms = [change.apply(t) for t in (write.offset, write.guard)]
        pick = _decodable(change, quotients(ctx, terms), denotation, lanes_too=False)
        if pick is None:
            break
        change = split(change, *pick)
    return change


def _decode_address(change: Change, write: Write, denotation: Denotation) -> Change:
    """After merging, split an index n that the *address* uses as (n div q, n mod q)."""
    ctx = change.ctx
    for _ in range(8):
        pick = _decodable(change, quotients(ctx, [change.apply(write.offset)]), denotation, lanes_too=True)
        if pick is None:
            break
        change = split(change, *pick)
    return change


def _decodable(
    change: Change, atoms: tuple[Term, ...], denotation: Denotation, *, lanes_too: bool
) -> tuple[Term, Term] | None:
    """A variable and divisor to split by: the largest constant divisor first, so that the digits nest; symbolic
    ones by canonical order.
    """
    ctx = change.ctx
    found: list[tuple[int, Term, Term]] = []
    for atom in atoms:
        dividend, divisor = atom.args
        variable = next((v for v in change.upper if ctx.add(v, ctx.num(0)) == dividend or v == dividend), None)
        if variable is None or any(s in change.upper for s in ctx.free_syms(divisor)):
            continue
        if not lanes_too and not _from_pids(change, variable):
            continue
        if not _positive(ctx, divisor, denotation):
            continue
        constant = divisor.constant
        found.append((-constant[0] if constant else -(2**62), variable, divisor))
    if not found:
        return None
    _, variable, divisor = min(found, key=lambda f: f[0])
    return variable, divisor


def _from_pids(change: Change, variable: Term) -> bool:
    return all(s.name.startswith(("pid", "np", "s", "k")) for s in change.ctx.free_syms(change.inverse[variable]))


def _merge(change: Change, write: Write) -> Change:
    """Merge x and y (0 <= y < B) into n = B*x + y wherever the address then needs no quotient; repeatedly."""
    ctx = change.ctx
    progress = True
    while progress:
        progress = False
        address = change.apply(write.offset)
        inside = set(ctx.free_syms(address))
        for y, size in list(change.upper.items()):
            if size is None or size.constant is None or y not in inside:
                continue
            for x in list(change.upper):
                if x == y or x not in inside:
                    continue
                merged = merge_pair(change, x, y, size)
                before = len(quotients(ctx, [address]))
                if len(quotients(ctx, [merged.apply(write.offset)])) <= before and not _worse_guard(
                    change, merged, write
                ):
                    change, progress = merged, True
                    break
            if progress:
                break
    return change


def _worse_guard(change: Change, merged: Change, write: Write) -> bool:
    """Whether merging makes the guard speak of quotients where the parts are bounded separately."""
    ctx = change.ctx
    return len(quotients(ctx, [merged.apply(write.guard)])) > len(quotients(ctx, [change.apply(write.guard)]))


def _finish(change: Change, write: Write, denotation: Denotation) -> Proposal:
    """Name the variables i0, i1, ... and state the domain without redundant literals."""
    ctx, symbols = change.ctx, denotation.symbols
    names = {v: symbols.index(k) for k, v in enumerate(change.upper)}
    final = replace_variables(change, names)
    domain = ctx.truth(True)
    for v, upper in final.upper.items():
        if upper is not None:
            domain = ctx.and_(domain, ctx.lt(v, upper))
    for cond in (*final.extra, final.apply(write.guard)):
        domain = ctx.and_(domain, cond)
    domain = without_redundant(ctx, domain, requirement_literals(denotation))
    address, value = final.apply(write.offset), final.apply(write.value)
    address, value = restrict(ctx, address, domain, denotation), restrict(ctx, value, domain, denotation)
    statement = Statement(write.array, write.kind, tuple(names.values()), domain, address, value)
    return Proposal(write, statement, final.forward, final.inverse, tuple(final.rewrites), tuple(final.back))
