"""Loads and stores of one program instance over symbolic memory.

A load reads the initial array iff it is disjoint from every earlier store of the same program; else it forwards the
store whose address it provably has; else the kernel is refused. Source: docs/spec.md, "Memory".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from triton_lift._core import Term
from triton_lift.interp.denotation import Access, Argument, Read, Write, int_range, is_real
from triton_lift.interp.forwarding import Forwarded, apart, apart_earlier, forwarded, shared_counters
from triton_lift.interp.overwritten import last_only, lasting
from triton_lift.interp.transition import Counter, is_state
from triton_lift.ir.model import Op, Type
from triton_lift.ops.symbolic.row import Semantics
from triton_lift.ops.symbolic.value import Num, Ptr, element_of, int_width, lanes, shape_of
from triton_lift.term.symbols import StatementKind

OTHER_LANES = "a program sees in program order what other lanes of its own stored"
"""Hypothesis: on the device a barrier orders stores and loads of different threads of one program."""


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
    settled: dict[int, int] = field(default_factory=dict[int, int])
    """By order of a read whose value an earlier store gives in any case: how many loops around both, the outermost
    ones, are in the same iteration."""
    homes: dict[int, tuple[Term, ...]] = field(default_factory=dict[int, tuple[Term, ...]])
    """By order of a store: the counters of all loops around it."""
    reduced: dict[tuple[int, Term], Term] = field(default_factory=dict[tuple[int, Term], Term])
    """By order of a store and counter of a loop around it: the one iteration whose store stays."""
    pinned: set[int] = field(default_factory=set[int])
    """Orders of the stores that a load forwards on the ground that their statement's points have distinct cells."""

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
        here = ctx.and_(sem.guard, guard)
        load = Read(array, offset, here, own, self._tick(), sem.where(op), self._within(), "initial")
        pending, covered = self._seen(op, load)
        value = pending.pop().value if covered else self.initial(array, offset)
        for found in reversed(pending):
            value = ctx.ite(found.condition, found.value, value)
        source = "forwarded" if covered else "either" if pending else "initial"
        self.reads.append(replace(load, source=source))
        return value

    def _seen(self, op: Op, load: Read) -> tuple[list[Forwarded], bool]:
        """What earlier stores may have left in the load's cell, the latest first; and whether one of them did."""
        sem, ctx, known = self.sem, self.sem.ctx, self._known()
        pending: list[Forwarded] = []
        passed: list[tuple[Write, Forwarded]] = []
        covered = False
        for write in reversed(self.writes):
            if write.array != load.array or (covered and not self._interleaved(load, write, passed)):
                continue
            if apart(ctx, load, write, known):
                continue
            if write.kind != "assign":
                raise sem.refuse(op, "load-after-atomic", "a load may see an atomic update of the same launch")
            found = forwarded(ctx, load, write, known)
            if found is None or not all(self._in_order(load, (write, found), later) for later in passed):
                if self._searching(load, write):
                    continue
                raise sem.refuse(
                    op,
                    "store-to-load",
                    "a load may read an earlier store of this program at an address not shown equal or disjoint",
                )
            if covered:
                continue  # made before the store that the load sees
            if not found.unique:
                self.pinned.add(write.order)
            if any(found.place[lane] != lane for lane in write.lanes):
                sem.suppose(OTHER_LANES)
            pending.append(found)
            passed.append((write, found))
            if found.covered:
                self.settled[load.order] = len(shared_counters(write.counters, load.counters))
                covered = True
        return pending, covered

    def _interleaved(self, load: Read, write: Write, passed: list[tuple[Write, Forwarded]]) -> bool:
        """Whether a finished loop made a store and one that a load sees: then the one recorded first may be later."""
        home = self.homes[write.order]
        outer = len(shared_counters(home, load.counters))
        return any(len(shared_counters(home, self.homes[later.order])) > outer for later, _ in passed)

    def _in_order(self, load: Read, earlier: tuple[Write, Forwarded], later: tuple[Write, Forwarded]) -> bool:
        """Whether of two stores that a load may see the one recorded later was made later.

        So it is unless a finished loop made both in different iterations.
        """
        (first, one), (second, other) = earlier, later
        homes = self.homes[first.order], self.homes[second.order]
        outer = len(shared_counters(homes[0], load.counters))
        return all(
            self._iteration(first, one, c) == self._iteration(second, other, c) for c in shared_counters(*homes)[outer:]
        )

    def _iteration(self, write: Write, found: Forwarded, counter: Term) -> Term:
        """The iteration of a finished loop in which the execution of a store that a load sees was made."""
        if counter in found.place:
            return found.place[counter]
        return self.sem.ctx.subst(self.reduced[write.order, counter], found.place)

    def _within(self) -> tuple[Term, ...]:
        return tuple(c.symbol for c in self.counters)

    def _known(self) -> tuple[Term, ...]:
        return tuple(r.cond for r in self.sem.requirements)

    def _searching(self, *accesses: Access) -> bool:
        """Whether an access belongs to the search for a loop's step, which is interpreted again on closed forms."""
        ctx = self.sem.ctx
        return any(is_state(atom) for a in accesses for t in (a.offset, a.guard) for atom in ctx.atoms(t))

    def close_loop(self, op: Op, counter: Counter, first_read: int, first_write: int) -> None:
        """L3: no load of the loop's body sees a store of an earlier iteration. L4: of stores that every iteration makes
        to the same place one stays.
        """
        sem, k, depth = self.sem, counter.symbol, len(self.counters) - 1
        known = self._known()
        for read in self.reads[first_read:]:
            if self.settled.get(read.order, 0) > depth:
                continue
            for write in self.writes[first_write:]:
                if write.array != read.array or apart_earlier(sem.ctx, read, write, k, known):
                    continue
                if self._searching(read, write):
                    continue
                if write.kind != "assign":
                    raise sem.refuse(op, "load-after-atomic", "a load may see an atomic update of an earlier iteration")
                raise sem.refuse(
                    op, "loop-carried-store", "a load may read what an earlier iteration of this loop stored"
                )
        self.writes[first_write:] = [self._last(op, w, counter) for w in self.writes[first_write:]]

    def _last(self, op: Op, write: Write, counter: Counter) -> Write:
        """A store whose address is the same in all iterations, as the one that stays."""
        ctx, k = self.sem.ctx, counter.symbol
        if write.kind != "assign" or k in ctx.free_syms(write.offset):
            return write
        last = last_only(ctx, write, counter)
        if last is not None:
            self.reduced[write.order, k] = last.iteration
            return last.write
        if self._searching(write):
            return write
        raise self.sem.refuse(op, "overwritten", "iterations of this loop overwrite one cell under a condition")

    def lasting(self) -> tuple[tuple[Write, ...], tuple[Write, ...]]:
        """The stores that stay, and those that a later store covers."""
        return lasting(self.sem.ctx, self.writes, self.homes, self.pinned, self._known())

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
            self.homes[self.order + 1] = self._within()
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
