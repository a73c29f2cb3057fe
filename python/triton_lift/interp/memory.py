"""Loads and stores of one program instance over symbolic memory.

A load reads the initial array iff it is disjoint from every earlier store of the same program; else it forwards the
store whose address it provably has; else the kernel is refused. Source: docs/spec.md, "Memory".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Access, Argument, Read, Write, int_range, is_real
from triton_lift.interp.transition import Counter
from triton_lift.ir.model import Op, Type
from triton_lift.linear.equal import conjunction_facts
from triton_lift.ops.symbolic.row import Semantics
from triton_lift.ops.symbolic.value import Num, Ptr, element_of, int_width, lanes, shape_of
from triton_lift.term.symbols import StatementKind


@dataclass
class Memory:
    """The accesses of one program instance so far, in program order."""

    sem: Semantics
    arguments: tuple[Argument, ...]
    writes: list[Write] = field(default_factory=list[Write])
    reads: list[Read] = field(default_factory=list[Read])
    order: int = 0
    counters: list[Counter] = field(default_factory=list[Counter])
    """Of the loops that are being interpreted on their closed forms, outermost first."""
    settled: set[int] = field(default_factory=set[int])
    """Orders of the reads whose value an earlier store of the same iteration gives in any case."""

    def _tick(self) -> int:
        self.order += 1
        return self.order

    def initial(self, array: str, offset: Term) -> Term:
        """Cell of the array before the launch; an offset tree is lifted by the core."""
        element = self.arguments[int(array[1:])].element
        lo, hi = int_range(element)
        return self.sem.ctx.read(array, [offset], is_int=not is_real(element), lo=lo, hi=hi)

    def load(self, op: Op, pointer: Ptr, mask: Term, other: Term, type_: Type) -> Num:
        """Value of ``tt.load``: per pointer case, ``mask`` selects between the cell and ``other``."""
        ctx = self.sem.ctx
        boolean = int_width(type_) == 1
        value = other
        for guard, array, offset in reversed(pointer.cases):
            cell = self.cell(op, array, offset, ctx.and_(mask, guard), shape_of(type_))
            if boolean:
                cell = ctx.ne(cell, ctx.num(0))
            value = ctx.ite(ctx.and_(mask, guard), cell, value)
        return Num(type_, value)

    def cell(self, op: Op, array: str, offset: Term, guard: Term, shape: tuple[int, ...]) -> Term:
        """Content of ``array[offset]`` at this point of the program."""
        sem, ctx = self.sem, self.sem.ctx
        own = tuple(t for t in lanes(sem.symbols, shape) if t.constant is None)
        access_guard = ctx.and_(sem.guard, guard)
        pending: list[tuple[Term, Term]] = []  # (condition, stored value), the latest store first
        for write in reversed(self.writes):
            if write.array != array or self._disjoint(write, offset, own):
                continue
            if write.kind != "assign":
                raise sem.refuse(op, "load-after-atomic", "a load may see an atomic update of the same launch")
            covered = self._implied(access_guard, write.guard)
            same_lanes = set(write.lanes) == set(own) or not write.lanes
            if write.counters != self._within()[: len(write.counters)]:
                same_lanes = False  # a store of another loop, or of an iteration that this load does not name
            if write.offset != offset or not same_lanes or not (covered or _injective_in_lanes(ctx, offset, own)):
                raise sem.refuse(
                    op,
                    "store-to-load",
                    "a load may read an earlier store of this program at an address not shown equal or disjoint",
                )
            pending.append((write.guard, write.value))
            if covered:
                if write.counters == self._within():
                    self.settled.add(self.order + 1)
                break
        value = self.initial(array, offset)
        source = "initial"
        for condition, stored in reversed(pending):
            value, source = ctx.ite(condition, stored, value), "forwarded"
        self.reads.append(Read(array, offset, access_guard, own, self._tick(), sem.where(op), self._within(), source))
        return value

    def _within(self) -> tuple[Term, ...]:
        return tuple(c.symbol for c in self.counters)

    def _implied(self, guard: Term, conclusion: Term) -> bool:
        rest = self.sem.ctx.and_(guard, self.sem.ctx.not_(conclusion))
        return rest.kind == "bool" and not rest.truth

    def close_loop(self, op: Op, counter: Counter, first_read: int, first_write: int) -> None:
        """L3: no load of the loop's body sees a store of an earlier iteration. L4: of stores that every iteration makes
        to the same place the last one stays.
        """
        sem, k = self.sem, counter.symbol
        earlier = sem.ctx.sym("earlier", lo=0)
        for read in self.reads[first_read:]:
            if read.order in self.settled:
                continue
            for write in self.writes[first_write:]:
                if write.array != read.array:
                    continue
                if write.kind != "assign":
                    raise sem.refuse(op, "load-after-atomic", "a load may see an atomic update of an earlier iteration")
                if not self._apart(read, write, k, earlier):
                    raise sem.refuse(
                        op, "loop-carried-store", "a load may read what an earlier iteration of this loop stored"
                    )
        self.writes[first_write:] = [self._last(op, w, counter) for w in self.writes[first_write:]]

    def _apart(self, read: Read, write: Write, k: Term, earlier: Term) -> bool:
        """Whether a store of iteration ``earlier`` < k cannot have the load's address in iteration k."""
        ctx = self.sem.ctx
        own = {t: ctx.sym("w" + t.name, lo=0, hi=int(t.name.split(":")[1]) - 1) for t in write.lanes}
        inner = {t: ctx.sym("w" + t.name, lo=0) for t in write.counters if t != k and t not in self._within()}
        renamed = {**own, **inner, k: earlier}
        conditions = (read.guard, ctx.subst(write.guard, renamed), ctx.lt(earlier, k))
        facts = conjunction_facts(ctx, conditions)
        return facts.holds(ctx.ne(ctx.subst(write.offset, renamed), read.offset))

    def _last(self, op: Op, write: Write, counter: Counter) -> Write:
        """A store whose address is the same in all iterations, as the one store of the last iteration."""
        ctx, k = self.sem.ctx, counter.symbol
        if write.kind != "assign" or k in ctx.free_syms(write.offset):
            return write
        always = conjunction_without(ctx, write.guard, counter.running)
        if always is None or k in ctx.free_syms(always):
            raise self.sem.refuse(op, "overwritten", "iterations of this loop overwrite one cell under a condition")
        final = {k: ctx.sub(counter.trip, ctx.num(1))}
        some = ctx.subst(counter.running, {k: ctx.num(0)})
        counters = tuple(c for c in write.counters if c != k)
        return replace(write, guard=ctx.and_(always, some), value=ctx.subst(write.value, final), counters=counters)

    def _disjoint(self, access: Access, offset: Term, own: tuple[Term, ...]) -> bool:
        """Whether no lane of ``access`` has an address that any lane of the load has, by intervals."""
        ctx = self.sem.ctx
        renamed = {t: ctx.sym("w" + t.name, lo=0, hi=int(t.name.split(":")[1]) - 1) for t in access.lanes if t in own}
        within = self._within()
        renamed.update({t: ctx.sym("w" + t.name, lo=0) for t in access.counters if t not in within})
        there = ctx.subst(access.offset, renamed) if renamed else access.offset
        lo, hi = ctx.interval(ctx.sub(there, offset))
        return (lo is not None and lo > 0) or (hi is not None and hi < 0)

    def store(
        self, op: Op, pointer: Ptr, value: Num, mask: Term, kind: StatementKind = "assign", *, ordered: bool = True
    ) -> None:
        """Record ``tt.store`` or an atomic."""
        sem, ctx = self.sem, self.sem.ctx
        shape = shape_of(pointer.type)
        own = tuple(t for t in lanes(sem.symbols, shape) if t.constant is None)
        if value.permutation:
            raise sem.refuse(op, "reordered-lanes", "a tensor of unspecified element order is stored")
        earlier_cases = ctx.truth(False)
        for guard, array, offset in pointer.cases:
            here = ctx.and_(ctx.and_(sem.guard, mask), ctx.and_(guard, ctx.not_(earlier_cases)))
            earlier_cases = ctx.or_(earlier_cases, guard)
            element = self.arguments[int(array[1:])].element
            self.writes.append(
                Write(
                    array,
                    offset,
                    here,
                    own,
                    self._tick(),
                    sem.where(op),
                    self._within(),
                    kind,
                    self._stored(op, value, element),
                    element,
                    ordered,
                )
            )

    def _stored(self, op: Op, value: Num, element: Type) -> Term:
        """The number that lies in memory: a true i1 is 1; an integer is its signed value."""
        ctx = self.sem.ctx
        if value.term.is_bool:
            return ctx.ite(value.term, ctx.num(1), ctx.num(0))
        if is_real(element_of(value.type)):
            return value.term
        return self.stored_int(op, value)

    def stored_int(self, op: Op, value: Num) -> Term:
        """An integer as stored: the signed value, ``wrap_s<w>`` where it is data that may leave the range."""
        return self.sem.signed(op, value)


def conjunction_without(ctx: Context, guard: Term, condition: Term) -> Term | None:
    """The conjunction ``guard`` without the literals of the conjunction ``condition``; None where either is none."""
    parts = [_conjuncts(ctx, t) for t in (guard, condition)]
    if parts[0] is None or parts[1] is None:
        return None
    out = ctx.truth(True)
    for literal, truth in parts[0]:
        if (literal, truth) not in parts[1]:
            out = ctx.and_(out, ctx.ite(literal, ctx.truth(truth), ctx.truth(not truth)))
    return out


def _conjuncts(ctx: Context, cond: Term) -> tuple[tuple[Term, bool], ...] | None:
    if cond.kind != "ite":
        return () if cond.kind == "bool" and cond.truth else None
    good = [path for path, leaf in ctx.paths(cond) if not (leaf.kind == "bool" and not leaf.truth)]
    return good[0] if len(good) == 1 else None


def _injective_in_lanes(ctx: Context, offset: Term, lanes_: tuple[Term, ...]) -> bool:
    """Whether distinct lanes have distinct offsets: constant strides, each beyond the reach of the smaller ones."""
    steps: list[tuple[int, int]] = []
    for lane in lanes_:
        slope = ctx.sub(ctx.subst(offset, {lane: ctx.add(lane, ctx.num(1))}), offset).constant
        if slope is None or slope[0] == 0:
            return False
        steps.append((abs(slope[0]), int(lane.name.split(":")[1])))
    reach = 0
    for stride, size in sorted(steps):
        if stride <= reach:
            return False
        reach += stride * (size - 1)
    return True
