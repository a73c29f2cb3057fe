"""What a value claim rests on beyond the checker's obligations: given properties and disjointness of arrays.

Source: docs/spec.md, "Given" and "Aliasing".
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, Read, Write
from triton_lift.interp.forwarding import forwarded
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.follow import all_follow
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.ops.symbolic.tt import stored_bytes
from triton_lift.prove.conjunctions import conjuncts, requirement_literals
from triton_lift.prove.proposal import Proposal, unread_axes
from triton_lift.prove.verdict import Given


@dataclass(frozen=True, slots=True)
class Disjoint:
    """Arrays ``written`` and ``other`` must not overlap.

    ``in_place``: being the very same array (same base) is allowed too, on grids that satisfy ``in_place_requires``.
    """

    written: str
    other: str
    in_place: bool
    in_place_requires: tuple[Term, ...] = ()


def given_properties(denotation: Denotation, proposals: tuple[Proposal, ...]) -> tuple[Given, ...]:
    """The properties that are not shown here and on which the claim rests."""
    given: list[Given] = []
    if denotation.no_wrap:
        given.append("no_wrap")
    if not all(injective(denotation, p) for p in proposals) or _shared_targets(proposals):
        given.append("injective")
    if any(not same_cells(denotation, proposals, array) for array in _read_and_written(denotation)):
        given.append("no_cross_read")
    if denotation.ends_assumed:
        given.append("terminates")
    return tuple(given)


OVERWRITING = frozenset({"assign", "exchange"})
"""Kinds of writes of which the last one stays."""

IDEMPOTENT = frozenset({"assign", "exchange", "max", "min", "and", "or"})
"""Kinds of writes that may be repeated without changing the outcome."""


def grid_requirements(denotation: Denotation) -> tuple[Requirement, ...]:
    """One program on every axis along which programs would repeat a write that may not be repeated.

    That is an accumulation that is not idempotent, or a store to an array that the kernel also reads.
    """
    ctx, found = denotation.ctx, dict[Requirement, None]()
    again_read = {r.array for r in denotation.reads}
    for write in denotation.writes:
        if write.kind in IDEMPOTENT and write.array not in again_read:
            continue
        for axis in unread_axes(denotation, write):
            single = ctx.eq(denotation.symbols.num_programs(axis), ctx.num(1))
            found[Requirement(single, f"programs along axis {axis} would repeat the write", write.where)] = None
    return tuple(found)


def _shared_targets(proposals: tuple[Proposal, ...]) -> bool:
    """Whether an array has several writes whose order could matter: unless all accumulate by one monoid, it could."""
    kinds: dict[str, list[str]] = {}
    for proposal in proposals:
        kinds.setdefault(proposal.statement.array, []).append(proposal.statement.kind)
    return any(len(found) > 1 and (len(set(found)) > 1 or found[0] in OVERWRITING) for found in kinds.values())


def _read_and_written(denotation: Denotation) -> tuple[str, ...]:
    written = {w.array for w in denotation.writes}
    return tuple(sorted({r.array for r in denotation.reads} & written))


def injective(denotation: Denotation, proposal: Proposal) -> bool:
    """Whether distinct points of the domain are shown to have distinct addresses, or need not have.

    Accumulations need not. An address c*i + d with one index and a constant c != 0 is injective; of others linear
    arithmetic may show it.
    """
    ctx, statement = denotation.ctx, proposal.statement
    if statement.kind not in OVERWRITING:
        return True
    unread = [i for i in statement.indices if i not in ctx.free_syms(statement.address)]
    if not any(i in ctx.free_syms(t) for i in unread for t in (statement.value, statement.domain)):
        used = [i for i in statement.indices if i not in unread]
        if not used or (len(used) == 1 and _constant_slope(ctx, statement.address, used[0])):
            return True
    return _points_apart(denotation, proposal)


def _constant_slope(ctx: Context, address: Term, index: Term) -> bool:
    """Whether the address is c*index + d, c a non-zero constant."""
    if address.kind != "poly":
        return False
    slope = ctx.sub(ctx.subst(address, {index: ctx.add(index, ctx.num(1))}), address).constant
    return slope is not None and slope[0] != 0


def _points_apart(denotation: Denotation, proposal: Proposal) -> bool:
    """Whether two points of the domain with one address are shown to be the same point."""
    ctx, statement = denotation.ctx, proposal.statement
    domain = conjuncts(ctx, statement.domain)
    if domain is None or statement.address.kind != "poly" or not statement.address.is_int:
        return False
    other = {i: ctx.sym(f"other {i.name}", lo=0) for i in statement.indices}
    there = conjuncts(ctx, ctx.subst(statement.domain, other))
    same = conjuncts(ctx, ctx.eq(statement.address, ctx.subst(statement.address, other)))
    if there is None or same is None:
        return False
    facts = LinearFacts.of(ctx, (*requirement_literals(denotation), *domain, *there, *same))
    return all_follow(ctx, facts, (ctx.eq(i, o) for i, o in other.items()))


def same_cells(denotation: Denotation, proposals: tuple[Proposal, ...], array: str) -> bool:
    """Whether every program reads, of an array that is also written, only cells that the program itself writes.

    Then, where distinct executions write distinct cells, no other program writes them. A lane must write the cell (the
    read's guard implies the write's), or no other execution can: the address alone tells executions apart.
    """
    ctx = denotation.ctx
    mine = [p for p in proposals if p.write.array == array]
    if any(p.write.kind != "assign" for p in mine):
        return False
    known = tuple(r.cond for r in denotation.requirements)

    def own(read: Read, proposal: Proposal) -> bool:
        write = proposal.write
        alike = (read.offset, read.lanes, read.counters) == (write.offset, write.lanes, write.counters)
        if alike and not write.counters and len(mine) == 1 and _address_tells_apart(denotation, proposal):
            return True
        found = forwarded(ctx, read, write, known)
        return found is not None and found.covered

    reads = [r for r in denotation.reads if r.array == array and r.source != "forwarded"]
    return all(any(own(read, p) for p in mine) for read in reads)


def _address_tells_apart(denotation: Denotation, proposal: Proposal) -> bool:
    """Whether the address is c*i + d in a single index i, c a non-zero constant: injective on every execution."""
    ctx, statement = denotation.ctx, proposal.statement
    return len(statement.indices) == 1 and _constant_slope(ctx, statement.address, statement.indices[0])


def alias_conditions(denotation: Denotation, proposals: tuple[Proposal, ...]) -> tuple[Disjoint, ...]:
    """Pairs of distinct array arguments, at least one written, that must not overlap.

    ``in_place`` holds where every read of the other array is at the address that the same lane then writes, before
    it writes it, and the write is injective: then passing one array for both changes nothing.
    """
    written = {w.array for w in denotation.writes}
    used = written | {r.array for r in denotation.reads}
    out: list[Disjoint] = []
    for target in sorted(written, key=_position):
        for other in sorted(used, key=_position):
            if other == target or (other in written and _position(other) < _position(target)):
                continue
            allowed = _in_place(denotation, proposals, target, other)
            conditions = _single_axes(denotation, target) if allowed else ()
            out.append(Disjoint(written=target, other=other, in_place=allowed, in_place_requires=conditions))
    return tuple(out)


def _single_axes(denotation: Denotation, target: str) -> tuple[Term, ...]:
    """One program on each axis along which the writes of ``target`` would be repeated."""
    ctx, symbols = denotation.ctx, denotation.symbols
    axes = {a for w in denotation.writes if w.array == target for a in unread_axes(denotation, w)}
    return tuple(ctx.eq(symbols.num_programs(a), ctx.num(1)) for a in sorted(axes))


def _position(array: str) -> int:
    digits = "".join(c for c in array if c.isdigit())
    return int(digits or 0)


def _in_place(denotation: Denotation, proposals: tuple[Proposal, ...], target: str, other: str) -> bool:
    if any(w.array == other for w in denotation.writes):
        return False
    sizes = {stored_bytes(denotation.argument(array).type) for array in (target, other)}
    if len(sizes) > 1:
        return False  # element i of the one is not where element i of the other is
    mine = [p for p in proposals if p.write.array == target]
    if any(w.array == target for w in denotation.overwritten):
        return False  # what a covered store leaves for a while would be read
    if len(mine) != 1 or mine[0].write.kind != "assign" or not _address_tells_apart(denotation, mine[0]):
        return False
    write = mine[0].write
    return all(_reads_before(r, write) for r in denotation.reads if r.array == other)


def _reads_before(read: Read, write: Write) -> bool:
    """Whether every execution of the read is at the address of the write's with the same lanes and counters, and before
    it.
    """
    return (read.offset, read.lanes, read.counters) == (
        write.offset,
        write.lanes,
        write.counters,
    ) and read.order < write.order
