"""``scf.while``: its transition system, the proposed closed forms, their proof, and how often the loop runs.

As in ``loop``, the regions are interpreted on opaque carried values first, which gives the step; the solver, which is
not trusted, proposes closed forms; then the after-region runs on the closed forms at iteration k and must yield them at
k + 1. The before-region gives the condition and what it passes on as terms over k. The first k at which the condition
fails is the trip count. What the before-region itself does is recorded where it runs: once before the loop, and at the
end of every iteration for the next. Source: docs/spec.md, "Loops", obligations L1 to L4 and W1 to W5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from triton_lift._core import Context, Term
from triton_lift.interp.loop import Layout, Loops, unfolded
from triton_lift.interp.spin import waits_for
from triton_lift.interp.transition import Carried, Counter, TransitionSystem
from triton_lift.interp.while_trip import NoEnd, Trip, trip_count
from triton_lift.ir.model import Op
from triton_lift.ir.names import value_name
from triton_lift.linear.equal import conjunction_facts, equal_under
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import nums
from triton_lift.ops.symbolic.value import Desc, Num, Ptr, SymVal, int_width

MAX_CASES = 5
"""Conditions in an integer whose cases are looked at one by one to show that it fits its width."""


@dataclass(frozen=True, slots=True)
class _Test:
    """What one run of the before-region gives: the condition, and the values that it passes on."""

    cond: Term
    passed: tuple[SymVal, ...]

    def mapped(self, change: Callable[[Term], Term]) -> _Test:
        """With every term changed."""
        return _Test(change(self.cond), tuple(_with_terms(v, change) for v in self.passed))

    def terms(self) -> list[Term]:
        """All terms, in order."""
        return [self.cond, *(t for v in self.passed for t in _terms(v))]

    def fixed(self) -> list[tuple[str, ...]]:
        """What is no term: kinds of values, arrays and permutations, and so the number of terms."""
        return [_fixed(v) for v in self.passed]


def run_while(loops: Loops, op: Op, operands: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
    """The values that the loop leaves behind."""
    return _While(loops, op, operands).run()


class _While:
    def __init__(self, loops: Loops, op: Op, operands: tuple[SymVal, ...]) -> None:
        self.loops, self.op, self.inits = loops, op, operands
        self.sem, self.ctx = loops.sem, loops.sem.ctx
        waiting = waits_for(op)
        if waiting is not None:
            where = self.sem.where(waiting)
            raise self.sem.refuse(
                op,
                "spin-wait",
                f"this loop waits for other programs: its condition depends on {waiting.name} at {where}",
            )
        self.before, self.after = (region.blocks[0] for region in op.regions)
        number = loops.numbers.setdefault(op, len(loops.numbers))
        self.symbol = self.ctx.sym(f"k{number}", lo=0)
        labels = [value_name(v) or v.label for v in self.before.args]
        self.layout = [
            Layout(op, f"c{number}.{i}", label, init, self.sem)
            for i, (label, init) in enumerate(zip(labels, operands, strict=True))
        ]

    def run(self) -> tuple[SymVal, ...]:
        """Search, then proof."""
        loops, sem, op = self.loops, self.sem, self.op
        system = self._system()
        closed = loops.proposed(op, system)
        at_k = self._at_k(closed)
        trip = self._trip(at_k.cond)
        at_k = self._with_exact(at_k, trip)
        counter = Counter(self.symbol, trip.trip, trip.running)
        system = replace(system, counter=counter)
        loops.initiation(op, system, closed)
        self._same_test(self._test(self.inits), at_k.mapped(self._initial), sem.ctx.truth(True))
        started = len(loops.memory.reads), len(loops.memory.writes)
        loops.memory.counters.append(counter)
        with sem.under(counter.running):
            values = loops.run(self.after, at_k.passed)
            facts = (sem.guard, *(r.cond for r in sem.requirements))
            loops.consecution(op, system, closed, self._carried(values), facts, given=at_k.cond)
            self._same_test(self._test(values), at_k.mapped(self._following), at_k.cond)
            loops.memory.close_loop(op, counter, *started)
        loops.memory.counters.pop()
        loops.record(system, closed)
        return tuple(_with_terms(v, lambda term: self._at_exit(term, trip)) for v in at_k.passed)

    # -- the regions

    def _test(self, values: tuple[SymVal, ...]) -> _Test:
        """Run the before-region."""
        cond, *passed = self.loops.run(self.before, values)
        (number,) = nums(self.op, (cond,), self.sem)
        return _Test(number.term, tuple(passed))

    def _carried(self, values: tuple[SymVal, ...]) -> list[Carried]:
        return [c for part, value in zip(self.layout, values, strict=True) for c in part.carried(self.op, value)]

    def _system(self) -> TransitionSystem:
        """Both regions on opaque carried values; nothing is recorded. How often the loop runs is not known yet."""
        loops, sem = self.loops, self.sem
        saved = loops.checkpoint()
        test = self._test(tuple(part.opaque() for part in self.layout))
        with sem.under(test.cond):
            stepped = loops.run(self.after, test.passed)
            facts = (sem.guard, *(r.cond for r in sem.requirements))
        loops.rollback(saved)
        trip = self._unknown_trip()
        counter = Counter(self.symbol, trip.trip, trip.running)
        carried = tuple(self._carried(stepped))
        return TransitionSystem(sem.symbols, counter, carried, facts, sem.where(self.op), test.cond)

    def _at_k(self, closed: Mapping[str, Term]) -> _Test:
        """The before-region on the closed forms at iteration k; nothing is recorded.

        An integer whose range it observes in any case is exact, since ``_same_test`` runs it where it really runs.
        """
        loops, sem = self.loops, self.sem
        saved = loops.checkpoint()
        test = self._test(tuple(part.at(closed) for part in self.layout))
        observed = {(n.term, n.width) for n in sem.no_wrap if n.guard == sem.guard}
        loops.rollback(saved)
        passed = (
            replace(v, exact=True) if isinstance(v, Num) and (v.term, int_width(v.type)) in observed else v
            for v in test.passed
        )
        return _Test(test.cond, tuple(passed))

    def _with_exact(self, at_k: _Test, trip: Trip) -> _Test:
        """With the integers marked that are shown to fit their width for all k up to the trip count."""
        ctx, k = self.ctx, self.symbol
        earlier = ctx.subst(trip.running, {k: ctx.sub(k, ctx.num(1))})
        later = conjunction_facts(ctx, (self.sem.guard, ctx.ge(k, ctx.num(1)), earlier))
        at_start = conjunction_facts(ctx, (self.sem.guard,))

        def fits(term: Term, width: int) -> bool:
            return fits_under(ctx, self._initial(term), width, at_start) and fits_under(ctx, term, width, later)

        def marked(value: SymVal) -> SymVal:
            width = int_width(value.type) if isinstance(value, Num) else None
            if isinstance(value, Num) and width is not None and width > 1 and not value.exact:
                return replace(value, exact=fits(value.term, width))
            return value

        return _Test(at_k.cond, tuple(marked(v) for v in at_k.passed))

    # -- how often the loop runs

    def _unknown_trip(self) -> Trip:
        """W5: a number of iterations of which nothing is known; nothing that is stored may depend on it."""
        trip = self.ctx.sym(f"t{self.symbol.name[1:]}", lo=0)
        return Trip(trip, self.ctx.lt(self.symbol, trip), {}, assumed=True)

    def _trip(self, cond: Term) -> Trip:
        if cond.has_undef:
            raise self.sem.refuse(self.op, "loop-bounds", "the condition of this loop may be undefined")
        if self.symbol not in self.ctx.free_syms(cond) and cond.kind != "bool":
            raise self.sem.refuse(self.op, "spin-wait", "this loop ends only if another program changes its condition")
        try:
            trip = trip_count(self.ctx, cond, self.symbol, self._positive)
        except NoEnd as failure:
            if self.loops.memory.counters:  # in another loop the number may differ from iteration to iteration
                raise self.loops.no_ranking(self.op, str(failure)) from failure
            trip = self._unknown_trip()
            self.loops.endless[trip.trip] = (self.op, str(failure))
        self.loops.assumed[self.op] = trip.assumed
        return trip

    def _positive(self, term: Term) -> bool:
        """Whether ``term >= 1``; it becomes a requirement where it is made of arguments alone."""
        sem, ctx = self.sem, self.ctx
        cond = ctx.ge(term, ctx.num(1))
        if sem.known_at_least(term, 1) or self._facts().holds(cond):
            return True
        arguments = all(s.name.startswith(("s", "np")) for s in ctx.free_syms(term))
        if not arguments or any(atom.kind == "read" for atom in ctx.atoms(term)):
            return False
        sem.require(self.op, cond, "what the loop counts by is positive")
        return True

    # -- the proof

    def _facts(self) -> LinearFacts:
        return conjunction_facts(self.ctx, (self.sem.guard, *(r.cond for r in self.sem.requirements)))

    def _initial(self, term: Term) -> Term:
        return self._at(term, self.ctx.num(0))

    def _following(self, term: Term) -> Term:
        k = self.symbol
        return unfolded(self.ctx, self._at(term, self.ctx.add(k, self.ctx.num(1))), k)

    def _at_exit(self, term: Term, trip: Trip) -> Term:
        known = self.ctx.subst(term, trip.known) if trip.known else term
        return self._at(known, trip.trip)

    def _at(self, term: Term, k: Term) -> Term:
        """The term at another iteration; what fits its width there is not wrapped."""
        out = self.ctx.subst(term, {self.symbol: k})
        wraps = [a for a in self.ctx.atoms(out) if a.kind == "app" and a.name.startswith("wrap_s")]
        folded = {a: self.sem.wrap(a.args[0], int(a.name.removeprefix("wrap_s"))) for a in wraps}
        changed = {a: t for a, t in folded.items() if t != a}
        return self.ctx.subst(out, changed) if changed else out

    def _same_test(self, recorded: _Test, expected: _Test, given: Term) -> None:
        """The before-region, where it really runs, gives what it was taken to give for that k."""
        facts = self._facts()
        same = recorded.fixed() == expected.fixed() and all(
            equal_under(self.ctx, self.ctx.ite(given, a, b), b, facts)
            for a, b in zip(recorded.terms(), expected.terms(), strict=True)
        )
        if not same:
            raise self.sem.refuse(
                self.op, "consecution", "the condition of this loop is not shown to be a function of the iteration"
            )


def fits_under(ctx: Context, term: Term, width: int, facts: LinearFacts) -> bool:
    """Whether the facts show that an integer fits the signed range of ``width`` bits; False where it is undefined."""
    half = 1 << (width - 1)
    if len(ctx.literals(term)) > MAX_CASES:
        return False
    for path, leaf in ctx.paths(term):
        below = facts.extended(path)
        if below.contradictory():
            continue
        if leaf.kind != "poly" or not leaf.is_int:
            return False
        if not below.holds(ctx.and_(ctx.ge(leaf, ctx.num(-half)), ctx.lt(leaf, ctx.num(half)))):
            return False
    return True


def _terms(value: SymVal) -> tuple[Term, ...]:
    match value:
        case Num(term=term):
            return (term,)
        case Ptr(cases=cases):
            return tuple(t for guard, _, offset in cases for t in (guard, offset))
        case Desc(offset=offset, shape=shape, strides=strides):
            return (offset, *shape, *strides)


def _fixed(value: SymVal) -> tuple[str, ...]:
    match value:
        case Num(permutation=permutation):
            return ("number", str(permutation))
        case Ptr(cases=cases):
            return ("pointer", *(array for _, array, _ in cases))
        case Desc(array=array, shape=shape):
            return ("descriptor", array, str(len(shape)))


def _with_terms(value: SymVal, change: Callable[[Term], Term]) -> SymVal:
    match value:
        case Num(term=term):
            return replace(value, term=change(term))
        case Ptr(cases=cases):
            return replace(value, cases=tuple((change(g), array, change(offset)) for g, array, offset in cases))
        case Desc(offset=offset, shape=shape, strides=strides):
            return replace(
                value,
                offset=change(offset),
                shape=tuple(change(t) for t in shape),
                strides=tuple(change(t) for t in strides),
            )
