"""What a value claim rests on beyond the checker's obligations: given properties and disjointness of arrays.

Source: docs/spec.md, "Given" and "Aliasing".
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift._core import Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.ops.symbolic.tt import stored_bytes
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

    Accumulations need not. An address c*i + d with one index and a constant c != 0 is injective.
    """
    ctx, statement = denotation.ctx, proposal.statement
    if statement.kind not in OVERWRITING:
        return True
    unread = [i for i in statement.indices if i not in ctx.free_syms(statement.address)]
    if unread and any(i in ctx.free_syms(t) for i in unread for t in (statement.value, statement.domain)):
        return False
    used = [i for i in statement.indices if i not in unread]
    if not used:
        return True
    if len(used) > 1 or statement.address.kind != "poly":
        return False
    (index,) = used
    slope = ctx.sub(ctx.subst(statement.address, {index: ctx.add(index, ctx.num(1))}), statement.address)
    constant = slope.constant
    return constant is not None and constant[0] != 0


def same_cells(denotation: Denotation, proposals: tuple[Proposal, ...], array: str) -> bool:
    """Whether every lane reads, of an array that is also written, only the cell that the same lane itself writes.

    The lane must write it (the read's guard implies the write's), or no other execution can: the address alone
    tells executions apart.
    """
    mine = [p for p in proposals if p.write.array == array]
    if any(p.write.kind != "assign" for p in mine) or len({(p.write.offset, p.write.lanes) for p in mine}) != 1:
        return False
    write = mine[0].write
    apart = all(_address_tells_apart(denotation, p) for p in mine)
    ctx = denotation.ctx
    for read in denotation.reads:
        if read.array != array:
            continue
        if (read.offset, read.lanes) != (write.offset, write.lanes):
            return False
        idle = ctx.and_(read.guard, ctx.not_(write.guard))
        if not apart and (len(mine) != 1 or not (idle.kind == "bool" and not idle.truth)):
            return False
    return True


def _address_tells_apart(denotation: Denotation, proposal: Proposal) -> bool:
    """Whether the address is c*i + d in a single index i, c a non-zero constant: injective on every execution."""
    ctx, statement = denotation.ctx, proposal.statement
    if len(statement.indices) != 1 or statement.address.kind != "poly":
        return False
    (index,) = statement.indices
    slope = ctx.sub(ctx.subst(statement.address, {index: ctx.add(index, ctx.num(1))}), statement.address).constant
    return slope is not None and slope[0] != 0


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
    if len(mine) != 1 or mine[0].write.kind != "assign" or not _address_tells_apart(denotation, mine[0]):
        return False
    write = mine[0].write
    return all(_reads_before(r.offset, r.lanes, r.order, write) for r in denotation.reads if r.array == other)


def _reads_before(offset: Term, lanes: tuple[Term, ...], order: int, write: Write) -> bool:
    return offset == write.offset and lanes == write.lanes and order < write.order
