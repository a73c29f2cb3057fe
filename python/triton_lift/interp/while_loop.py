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

from triton_lift._core import Term
from triton_lift.interp.loop import Layout, Loops, unfolded
from triton_lift.interp.spin import waits_for
from triton_lift.interp.termwise import exact, fixed_of, terms_of, with_terms
from triton_lift.interp.transition import Carried, Counter, TransitionSystem
from triton_lift.interp.while_trip import NoEnd, Trip, falling_conjuncts, trip_count
from triton_lift.ir.model import Block, Op
from triton_lift.ir.names import value_name
from triton_lift.linear.equal import conjunction_facts, equal_under
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.fits import fits_under
from triton_lift.ops.symbolic.row import NoWrap, nums
from triton_lift.ops.symbolic.value import Num, SymVal, int_width


@dataclass(frozen=True, slots=True)
class _Test:
    """What one run of the before-region gives: the condition, and the values that it passes on."""

    cond: Term
    passed: tuple[SymVal, ...]

    def mapped(self, change: Callable[[Term], Term]) -> _Test:
        """With every term changed."""
        return _Test(change(self.cond), tuple(with_terms(v, change) for v in self.passed))

    def terms(self) -> list[Term]:
        """All terms, in order."""
        return [self.cond, *(t for v in self.passed for t in terms_of(v))]

    def fixed(self) -> list[tuple[str, ...]]:
        """What is no term: kinds of values, arrays and permutations, and so the number of terms."""
        return [fixed_of(v) for v in self.passed]


def run_while(loops: Loops, op: Op, operands: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
    """The values that the loop leaves behind."""
    return _While(loops, op, operands).run()


class _While:
    def __init__(self, loops: Loops, op: Op, operands: tuple[SymVal, ...]) -> None:
        self.loops, self.op, self.inits = loops, op, operands
        self.sem, self.ctx = loops.sem, loops.sem.ctx
        self.before, self.after = self._regions()
        waiting = waits_for(op)
        if waiting is not None:
            where = self.sem.where(waiting)
            raise self.sem.refuse(
                op,
                "spin-wait",
                f"this loop waits for other programs: its condition depends on {waiting.name} at {where}",
            )
        number = loops.numbers.setdefault(op, len(loops.numbers))
        self.symbol = self.ctx.sym(f"k{number}", lo=0)
        self.fitting: frozenset[int] = frozenset()
        """Numbers of the carried values that are shown to fit their width whenever the condition is tested."""
        labels = [value_name(v) or v.label for v in self.before.args]
        self.layout = [
            Layout(op, f"c{number}.{i}", label, init, self.sem)
            for i, (label, init) in enumerate(zip(labels, operands, strict=True))
        ]

    def _regions(self) -> tuple[Block, Block]:
        """The only blocks of the before-region and the after-region."""
        blocks = [block for region in self.op.regions for block in region.blocks]
        ends = [block.ops[-1].name if block.ops else "" for block in blocks]
        if len(self.op.regions) != 2 or ends != ["scf.condition", "scf.yield"] or not blocks[0].ops[-1].operands:
            raise self.sem.refuse(
                self.op, "unsupported-op", "scf.while of another form than its two regions of a block"
            )
        return blocks[0], blocks[1]

    def run(self) -> tuple[SymVal, ...]:
        """Search, then proof."""
        loops, sem, op = self.loops, self.sem, self.op
        system = self._system()
        closed = loops.proposed(op, system)
        at_k, trip, counts = self._counted(closed)
        at_k = self._with_exact(at_k, trip)
        counter = Counter(self.symbol, trip.trip, trip.running)
        system = replace(system, counter=counter)
        loops.initiation(op, system, closed)
        inits = tuple(exact(v) if i in self.fitting else v for i, v in enumerate(self.inits))
        self._same_test(self._test(inits), at_k.mapped(self._initial), sem.ctx.truth(True))
        started = len(loops.memory.reads), len(loops.memory.writes)
        loops.memory.counters.append(counter)
        with sem.under(counter.running):
            values = loops.run(self.after, at_k.passed)
            facts = (sem.guard, *(r.cond for r in sem.requirements))
            loops.consecution(op, system, closed, self._carried(values), facts, given=at_k.cond)
            values = self._without_wrap(values, counts, closed)
            self._same_test(self._test(values), at_k.mapped(self._following), at_k.cond)
            loops.memory.close_loop(op, counter, *started)
        loops.memory.counters.pop()
        loops.record(system, closed)
        return tuple(with_terms(v, lambda term: self._at_exit(term, trip)) for v in at_k.passed)

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

    def _at_k(self, closed: Mapping[str, Term], counts: frozenset[int]) -> _Test:
        """The before-region on the closed forms at iteration k; nothing is recorded.

        ``counts``: numbers of carried values that are taken not to wrap. An integer whose range the region observes in
        any case is exact, since ``_same_test`` runs it where it really runs.
        """
        loops, sem = self.loops, self.sem
        saved = loops.checkpoint()
        values = (part.at(closed) for part in self.layout)
        test = self._test(tuple(exact(v) if i in counts | self.fitting else v for i, v in enumerate(values)))
        observed = {(n.term, n.width) for n in sem.no_wrap if n.guard == sem.guard}
        loops.rollback(saved)
        passed = (
            exact(v) if isinstance(v, Num) and (v.term, int_width(v.type)) in observed else v for v in test.passed
        )
        return _Test(test.cond, tuple(passed))

    def _with_exact(self, at_k: _Test, trip: Trip) -> _Test:
        """With the integers marked that are shown to fit their width for all k up to the trip count."""
        fits = self._fitting(trip.running)
        return _Test(at_k.cond, tuple(exact(v) if fits(v) else v for v in at_k.passed))

    # -- how often the loop runs

    def _unknown_trip(self) -> Trip:
        """W5: a number of iterations of which nothing is known; nothing that is stored may depend on it."""
        trip = self.ctx.sym(f"t{self.symbol.name[1:]}", lo=0)
        return Trip(trip, self.ctx.lt(self.symbol, trip), {}, assumed=True)

    def _counted(self, closed: Mapping[str, Term]) -> tuple[_Test, Trip, frozenset[int]]:
        """The test at iteration k, how often the loop runs, and which carried values are taken not to wrap for it.

        As the variable of ``scf.for``, one that counts from a loaded number is not wrapped, which is an obligation.
        """
        at_k = self._at_k(closed, frozenset())
        fits = self._fitting(falling_conjuncts(self.ctx, at_k.cond, self.symbol))
        self.fitting = frozenset(i for i, part in enumerate(self.layout) if fits(part.at(closed)))
        if self.fitting:
            at_k = self._at_k(closed, frozenset())
        try:
            return at_k, self._trip(at_k.cond), frozenset()
        except NoEnd as failure:
            counts = frozenset(i for i, part in enumerate(self.layout) if self._counts(part, closed))
            if counts:
                counted = self._at_k(closed, counts)
                try:
                    return counted, self._trip(counted.cond), counts
                except NoEnd:
                    pass
            return at_k, self._endless(str(failure)), frozenset()

    def _fitting(self, running: Term) -> Callable[[SymVal], bool]:
        """Whether an integer, given at iteration k, is shown to fit its width for all k up to the trip count, where
        ``running`` holds for all k below it.
        """
        ctx, k = self.ctx, self.symbol
        earlier = ctx.subst(running, {k: ctx.sub(k, ctx.num(1))})
        later = conjunction_facts(ctx, (self.sem.guard, ctx.ge(k, ctx.num(1)), earlier))
        at_start = conjunction_facts(ctx, (self.sem.guard,))

        def fits(value: SymVal) -> bool:
            if not isinstance(value, Num) or value.exact:
                return False  # nothing to show
            width = int_width(value.type)
            if width is None or width < 2:
                return False
            return fits_under(ctx, self._initial(value.term), width, at_start) and fits_under(
                ctx, value.term, width, later
            )

        return fits

    def _counts(self, part: Layout, closed: Mapping[str, Term]) -> bool:
        """Whether a carried value is an integer that grows or falls by the same constant in every iteration."""
        ctx, init = self.ctx, part.init
        if not isinstance(init, Num) or not init.exact or (int_width(init.type) or 0) < 2:
            return False
        term = closed[part.name]
        step = ctx.sub(self._at(term, ctx.add(self.symbol, ctx.num(1))), term).constant
        return term.kind == "poly" and step is not None and step[0] != 0

    def _without_wrap(
        self, values: tuple[SymVal, ...], counts: frozenset[int], closed: Mapping[str, Term]
    ) -> tuple[SymVal, ...]:
        """The values after an iteration, exact where they fit; those that count with the obligation that they do."""
        sem, out = self.sem, list(values)
        for i in sorted(counts):
            width = int_width(values[i].type)
            assert width is not None, "only integers count"
            sem.no_wrap[NoWrap(self._following(closed[self.layout[i].name]), width, sem.guard, sem.where(self.op))] = (
                None
            )
            out[i] = exact(values[i])
        return tuple(exact(v) if i in self.fitting else v for i, v in enumerate(out))

    def _trip(self, cond: Term) -> Trip:
        """Raises ``NoEnd``."""
        if cond.has_undef:
            raise self.sem.refuse(self.op, "loop-bounds", "the condition of this loop may be undefined")
        if cond.kind == "bool" and cond.truth:
            raise self.loops.no_ranking(self.op, "it never ends")
        if self.symbol not in self.ctx.free_syms(cond) and cond.kind != "bool":
            raise self.sem.refuse(self.op, "spin-wait", "this loop ends only if another program changes its condition")
        trip = trip_count(self.ctx, cond, self.symbol, self._positive)
        self.loops.assumed[self.op] = trip.assumed
        return trip

    def _endless(self, reason: str) -> Trip:
        """An unknown number of iterations; in another loop it may differ from iteration to iteration."""
        if self.loops.memory.counters:
            raise self.loops.no_ranking(self.op, reason)
        trip = self._unknown_trip()
        self.loops.endless[trip.trip] = (self.op, reason)
        self.loops.assumed[self.op] = True
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
