"""``scf.for``: its transition system, the proposed closed forms, and their proof.

The body is interpreted twice. First on opaque carried values, which gives the step; what that run recorded is thrown
away. The solver, which is not trusted, proposes closed forms. Then the body is interpreted on the closed forms at
iteration k, and the values that it yields must be the closed forms at k + 1. Source: docs/spec.md, "Loops",
obligations L1 to L4.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from triton_lift._core import Context, Term
from triton_lift.interp.memory import Memory
from triton_lift.interp.transition import (
    Carried,
    Counter,
    Invariant,
    Solver,
    TransitionSystem,
    is_state,
    numeric,
    state_cell,
)
from triton_lift.interp.unroll import iterations, unrolled
from triton_lift.ir.model import Block, Op, Type
from triton_lift.ir.names import value_name
from triton_lift.linear.equal import conjunction_facts, equal_under
from triton_lift.ops.symbolic.arith_float import FINITE_EXTREMUM
from triton_lift.ops.symbolic.row import NoWrap, Semantics, nums
from triton_lift.ops.symbolic.value import Desc, Num, Ptr, SymVal, int_width, is_float, lanes, shape_of
from triton_lift.util.diagnostic import Unsupported

_Item = TypeVar("_Item", Semantics, Memory)
RunBlock = Callable[[Block, tuple[SymVal, ...]], tuple[SymVal, ...]]


@dataclass
class Loops:
    """What the interpretation of loops needs and leaves: the solver, and the invariants that were proved."""

    sem: Semantics
    memory: Memory
    run: RunBlock
    solve: Solver
    numbers: dict[Op, int]
    invariants: dict[str, Invariant]
    """By name of the carried value; the last interpretation of a loop counts."""
    assumed: dict[Op, bool] = field(default_factory=dict[Op, bool])
    """Whether a loop is only assumed to end; its last interpretation counts."""
    counters: dict[Term, Counter] = field(default_factory=dict[Term, Counter])
    """Of the loops that were interpreted, by symbol."""
    lost_before: list[set[Term]] = field(default_factory=list[set[Term]])
    lost_in_steps: set[Term] = field(default_factory=set[Term])
    """Partial functions that cancelled while a step was being found."""
    endless: dict[Term, tuple[Op, str]] = field(default_factory=dict[Term, tuple[Op, str]])
    """Numbers of iterations of which nothing is known, with their loop and the reason."""

    probing: int = 0
    """How many loops around are being interpreted to find their step."""

    @property
    def inside(self) -> bool:
        """Whether a loop's body is being interpreted: there its tiles stay apart, as the invariant has them."""
        return self.probing > 0 or bool(self.memory.counters)

    @property
    def ends_assumed(self) -> bool:
        """Whether some loop is only assumed to end."""
        return any(self.assumed.values())

    def run_for(self, op: Op, operands: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
        """The values that the loop leaves behind."""
        sem, ctx = self.sem, self.sem.ctx
        number = self.numbers.setdefault(op, len(self.numbers))
        counter, variable = self._bounds(op, operands[:3], number)
        inits = operands[3:]
        block = op.regions[0].blocks[0]
        try:
            layout, system = self._system(op, counter, variable, number, inits)
            closed = self.proposed(op, system)
        except Unsupported:
            count = iterations(counter, op)
            if count is None:
                raise
            return unrolled(ctx, block, self.run, variable, counter.symbol, count, inits)
        self.initiation(op, system, closed)
        started = len(self.memory.reads), len(self.memory.writes)
        self.memory.counters.append(counter)
        with sem.under(counter.running):
            values = self.run(block, (variable, *(part.at(closed) for part in layout)))
            facts = (sem.guard, *(r.cond for r in sem.requirements))
            ends = [c for part, value in zip(layout, values, strict=True) for c in part.carried(op, value)]
            self.consecution(op, system, closed, ends, facts)
            self.memory.close_loop(op, counter, *started)
        self.memory.counters.pop()
        self.record(system, closed)
        last = {counter.symbol: counter.trip}
        after = {name: self.merged(ctx.subst(term, last)) for name, term in closed.items()}
        return tuple(part.at(after) for part in layout)

    def _system(
        self, op: Op, counter: Counter, variable: Num, number: int, inits: tuple[SymVal, ...]
    ) -> tuple[list[Layout], TransitionSystem]:
        """The loop as a transition system, by its body on opaque carried values."""
        sem, block = self.sem, op.regions[0].blocks[0]
        labels = [value_name(v) or v.label for v in block.args[1:]]
        layout = [
            Layout(op, f"c{number}.{i}", label, init, sem)
            for i, (label, init) in enumerate(zip(labels, inits, strict=True))
        ]
        saved = self.checkpoint()
        try:
            with sem.under(counter.running):
                stepped = self.run(block, (variable, *(part.opaque() for part in layout)))
                facts = (sem.guard, *(r.cond for r in sem.requirements))
        finally:
            self.rollback(saved)
        carried = tuple(c for part, value in zip(layout, stepped, strict=True) for c in part.carried(op, value))
        return layout, TransitionSystem(sem.symbols, counter, carried, facts, sem.where(op))

    def lost(self) -> tuple[Term, ...]:
        """The partial functions that cancelled in what the kernel computes.

        Steps over opaque carried values show those of the kernel's own operations; where they speak of a carried value,
        the run on its closed form shows them again. What only a closed form brings along (S/k, where the kernel divides
        by k + 1) is no operation of the kernel's: its guard belongs to the invariant that was proved.
        """
        ctx = self.sem.ctx
        counters = set(self.counters)
        brought = {a for i in self.invariants.values() for a in ctx.atoms(i.closed) if counters & set(ctx.free_syms(a))}
        closed = {n: (i.carried.lanes, numeric(ctx, i.closed)) for n, i in self.invariants.items()}
        with muted(ctx):
            for own in self.lost_in_steps if brought else ():
                brought -= {own, *ctx.atoms(ctx.instantiate(own, closed))}
        return tuple(t for t in ctx.dropped() if t not in brought and not any(is_state(a) for a in ctx.atoms(t)))

    def refuse_endless(self) -> None:
        """W5: what the kernel does may not depend on a number of iterations of which nothing is known."""
        for write in self.memory.writes:
            used = {s for t in (write.offset, write.guard, write.value) for s in self.sem.ctx.free_syms(t)}
            for symbol, (op, reason) in self.endless.items():
                if symbol in used:
                    raise self.no_ranking(op, reason)

    def no_ranking(self, op: Op, reason: str) -> Unsupported:
        """The refusal of a loop whose number of iterations matters and is not known."""
        return self.sem.refuse(op, "no-ranking", f"it is not known how often this loop runs: {reason}")

    # -- parts, for every kind of loop

    def merged(self, term: Term) -> Term:
        """The term with tiles of big operators merged, outside all loops."""
        return term if self.inside else self.sem.ctx.merge_tiles(term)

    def proposed(self, op: Op, system: TransitionSystem) -> Mapping[str, Term]:
        """The solver's closed forms, one for every carried value."""
        with muted(self.sem.ctx):
            closed = self.solve(system)
        missing = next((c.label for c in system.carried if c.name not in closed), None)
        if missing is not None:
            raise self.sem.refuse(op, "no-invariant", f"no closed form was found for {missing}, carried by this loop")
        return closed

    def record(self, system: TransitionSystem, closed: Mapping[str, Term]) -> None:
        """Remember what was proved."""
        self.counters[system.counter.symbol] = system.counter
        for c in system.carried:
            self.invariants[c.name] = Invariant(system.where, system.counter, c, closed[c.name])

    def _bounds(self, op: Op, operands: tuple[SymVal, ...], number: int) -> tuple[Counter, Num]:
        """Counter and induction variable; the step must be positive, and the variable's next value must not wrap."""
        sem, ctx = self.sem, self.sem.ctx
        if "unsignedCmp" in op.attrs:
            raise sem.refuse(op, "loop-bounds", "a loop that compares unsigned")
        numbers = nums(op, operands, sem)
        lower, upper, step = (sem.signed(op, v) for v in numbers)
        if step.kind != "poly" or any(t.has_undef for t in (lower, upper)):
            raise sem.refuse(op, "loop-bounds", "loop bounds that depend on a condition")
        low, _ = ctx.interval(step)
        if low is None or low < 1:
            sem.require(op, ctx.ge(step, ctx.num(1)), "the loop's step is positive")
        symbol = ctx.sym(f"k{number}", lo=0)
        type_ = numbers[0].type
        value = ctx.add(lower, ctx.mul(step, symbol))
        running = ctx.lt(value, upper)
        span = ctx.add(ctx.sub(upper, lower), ctx.sub(step, ctx.num(1)))
        trip = ctx.app("max", [ctx.floordiv(span, step), ctx.num(0)], is_int=True)
        width = int_width(type_)
        assert width is not None
        following = ctx.add(value, step)
        if not sem.in_range(following, width):
            sem.no_wrap[NoWrap(following, width, ctx.and_(sem.guard, running), sem.where(op))] = None
        return Counter(symbol, trip, running), Num(type_, value)

    def initiation(self, op: Op, system: TransitionSystem, closed: Mapping[str, Term]) -> None:
        """L1: closed(0) = init."""
        ctx, zero = self.sem.ctx, self.sem.ctx.num(0)
        facts = conjunction_facts(ctx, (self.sem.guard, *(r.cond for r in self.sem.requirements)))
        for c in system.carried:
            with muted(ctx):
                start = ctx.subst(closed[c.name], {system.counter.symbol: zero})
                kept = equal_under(ctx, start, c.init, facts)
            if not kept:
                raise self.sem.refuse(op, "initiation", f"the invariant of {c.label} is not shown to hold initially")

    def consecution(
        self,
        op: Op,
        system: TransitionSystem,
        closed: Mapping[str, Term],
        ends: list[Carried],
        conditions: tuple[Term, ...],
        given: Term | None = None,
    ) -> None:
        """L2: in iteration k < trip the body takes closed(k) to closed(k + 1); only where ``given`` holds."""
        ctx, k = self.sem.ctx, system.counter.symbol
        facts = conjunction_facts(ctx, conditions)
        for c, end in zip(system.carried, ends, strict=True):
            following = unfolded(ctx, ctx.subst(closed[c.name], {k: ctx.add(k, ctx.num(1))}), k)
            step, following = self._finite(end.step), self._finite(following)
            if given is not None:
                step = ctx.ite(given, step, following)
            if not equal_under(ctx, step, following, facts):
                raise self.sem.refuse(op, "consecution", f"the invariant of {c.label} is not shown to be kept")

    def _finite(self, term: Term) -> Term:
        """The term where no number is infinite: what the hypothesis of finite inputs says of a carried value."""
        ctx = self.sem.ctx
        tests = [t for t in ctx.literals(term) if t.kind == "bapp" and t.name in ("isneginf", "isposinf")]
        if not tests:
            return term
        self.sem.suppose(FINITE_EXTREMUM)
        return ctx.assign(term, dict.fromkeys(tests, False))

    def checkpoint(self) -> tuple[Semantics, Memory]:
        """What the interpretation has recorded so far, for one ``rollback``; losses stay entered."""
        self.probing += 1
        self.lost_before.append(set(self.sem.ctx.dropped()))
        return _copied(self.sem), _copied(self.memory)

    def rollback(self, saved: tuple[Semantics, Memory]) -> None:
        """Forget what was recorded since the checkpoint."""
        self.probing -= 1
        self.lost_in_steps |= set(self.sem.ctx.dropped()) - self.lost_before.pop()
        for target, source in zip((self.sem, self.memory), saved, strict=True):
            for name in vars(source):
                setattr(target, name, getattr(source, name))


@contextmanager
def muted(ctx: Context) -> Generator[None]:
    """What is compared here is not what the kernel computes: partial functions that cancel are not entered."""
    ctx.mute(True)
    try:
        yield
    finally:
        ctx.mute(False)


def _copied(item: _Item) -> _Item:
    """A copy whose lists, sets and dictionaries are copies too."""
    out = copy.copy(item)
    for name, value in vars(item).items():
        if type(value) in (dict, list, set):
            setattr(out, name, copy.copy(value))
    return out


def unfolded(ctx: Context, term: Term, k: Term) -> Term:
    """The term with the last iteration split off its big operators."""
    return ctx.unfold(term, k)


class Layout:
    """How one carried SSA value is made of terms: a number, or one offset per case of a pointer."""

    def __init__(self, op: Op, name: str, label: str, init: SymVal, sem: Semantics) -> None:
        self.name, self.label, self.init, self.sem = name, label, init, sem
        self.lanes = tuple(t for t in lanes(sem.symbols, shape_of(init.type)) if t.constant is None)
        if isinstance(init, Num) and init.permutation:
            raise sem.refuse(op, "reordered-lanes", "a loop carries a tensor of unspecified element order")

    def _terms(self, value: SymVal) -> list[tuple[str, Term]]:
        match value:
            case Num():
                return [(self.name, value.term)]
            case Ptr():
                return [(f"{self.name}.{i}", offset) for i, (_, _, offset) in enumerate(value.cases)]
            case Desc():
                return []

    def _rebuilt(self, term: Callable[[str, Term], Term]) -> SymVal:
        match self.init:
            case Num(type=type_):
                found = term(self.name, self.init.term)
                return Num(type_, found, self._exact(type_, found))
            case Ptr(type=type_):
                parts = self._terms(self.init)
                return Ptr(
                    type_, tuple((g, a, term(n, o)) for (g, a, _), (n, o) in zip(self.init.cases, parts, strict=True))
                )
            case Desc():
                return self.init

    def _exact(self, type_: Type, term: Term) -> bool:
        width = int_width(type_)
        return width is None or width == 1 or self.sem.in_range(term, width)

    def _cell(self, name: str, init: Term) -> Term:
        integral = isinstance(self.init, Ptr) or not is_float(self.init.type)
        return state_cell(self.sem.ctx, name, self.lanes, integral=integral, boolean=init.is_bool)

    def opaque(self) -> SymVal:
        """The value made of reads of its pseudo-arrays."""
        ctx = self.sem.ctx

        def cell(name: str, init: Term) -> Term:
            read = self._cell(name, init)
            return ctx.ne(read, ctx.num(0)) if init.is_bool else read

        return self._rebuilt(cell)

    def at(self, closed: Mapping[str, Term]) -> SymVal:
        """The value made of the given terms."""
        return self._rebuilt(lambda name, _: closed[name])

    def carried(self, op: Op, value: SymVal) -> list[Carried]:
        """The parts with initial value and step."""
        if isinstance(self.init, Ptr) and not _same_cases(self.init, value):
            raise self.sem.refuse(
                op, "carried-pointer", f"{self.label} may point into another array after an iteration"
            )
        if isinstance(self.init, Desc) and value != self.init:
            raise self.sem.refuse(
                op, "carried-descriptor", f"{self.label} may be another descriptor after an iteration"
            )
        if isinstance(value, Num) and value.permutation:
            raise self.sem.refuse(op, "reordered-lanes", "a loop carries a tensor of unspecified element order")
        integral = isinstance(self.init, Ptr) or not is_float(self.init.type)
        pairs = zip(self._terms(self.init), self._terms(value), strict=True)
        return [Carried(n, self.label, self.lanes, integral, i.is_bool, i, s) for (n, i), (_, s) in pairs]


def _same_cases(init: Ptr, value: SymVal) -> bool:
    return isinstance(value, Ptr) and [c[:2] for c in init.cases] == [c[:2] for c in value.cases]
