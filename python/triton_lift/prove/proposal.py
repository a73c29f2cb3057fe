"""A change of variables from program ids and lanes to tensor indices, proposed for one write. Untrusted.

Source: docs/spec.md, "Merging". The proposal names, for every program id and lane, its value as a function of the
indices (``forward``), and for every index its value as a function of program ids and lanes (``inverse``); the
checker shows that this is a bijection between executions and the stated domain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.attained import without_attained
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.restrict import restrict_under
from triton_lift.term.symbols import Statement, is_quotient


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement with the witness that the checker needs."""

    write: Write
    statement: Statement
    forward: dict[Term, Term]
    inverse: dict[Term, Term]
    rewrites: tuple[tuple[Term, Term], ...] = ()
    """(quotient atom, its value on the domain), to be applied in order after ``forward``."""


@dataclass
class _Change:
    """A change of variables under construction: current variables with exclusive upper bounds, where one is known."""

    ctx: Context
    upper: dict[Term, Term | None]
    forward: dict[Term, Term]
    inverse: dict[Term, Term]
    extra: list[Term] = field(default_factory=list[Term])
    """Conditions on current variables that no upper bound expresses."""
    rewrites: list[tuple[Term, Term]] = field(default_factory=list[tuple[Term, Term]])
    count: int = 0

    def fresh(self) -> Term:
        """A new variable, non-negative."""
        self.count += 1
        return self.ctx.sym(f"t{self.count}", lo=0)

    def apply(self, term: Term) -> Term:
        """The term over program ids and lanes, in the current variables."""
        out = self.ctx.subst(term, {v: t for v, t in self.forward.items() if v != t})
        for atom, value in self.rewrites:
            out = self.ctx.subst(out, {atom: value})
        return without_attained(self.ctx, out)

    def step(self, old: dict[Term, Term], new: dict[Term, tuple[Term, Term | None]]) -> _Change:
        """Replace variables ``old`` (by their value in new ones) with ``new`` (value in old ones, upper bound);
        order is kept.
        """
        ctx = self.ctx
        forward = {v: ctx.subst(t, old) for v, t in self.forward.items()}
        upper: dict[Term, Term | None] = {}
        placed = False
        for v, u in self.upper.items():
            if v not in old:
                upper[v] = u
            elif not placed:
                placed = True
                upper.update({n: b for n, (_, b) in new.items()})
        inverse = {v: t for v, t in self.inverse.items() if v not in old}
        inverse.update({n: ctx.subst(t, self.inverse) for n, (t, _) in new.items()})
        moved = [(ctx.subst(a, old), ctx.subst(b, old)) for a, b in self.rewrites]
        rewrites = [(a, b) for a, b in moved if is_quotient(a)]
        return _Change(ctx, upper, forward, inverse, [ctx.subst(e, old) for e in self.extra], rewrites, self.count)


def propose(denotation: Denotation, write: Write) -> Proposal:
    """A statement for one write, with merged indices where that makes the address simpler."""
    ctx, symbols = denotation.ctx, denotation.symbols
    unread = unread_axes(denotation, write)
    change = _Change(ctx, {}, {}, {})
    for axis in range(3):
        if axis not in unread:
            change.upper[symbols.pid(axis)] = symbols.num_programs(axis)
    change.upper.update(dict.fromkeys(write.counters))
    for lane in write.lanes:
        change.upper[lane] = ctx.num(int(lane.name.split(":")[1]))
    change.forward = {v: v for v in change.upper}
    change.inverse = {v: v for v in change.upper}
    # What the rest of the guard implies would only be in the way: that a loop's tile starts inside, of one of its cells.
    seen = replace(write, guard=without_redundant(ctx, write.guard, ()))
    change = _decode(change, seen, denotation)
    change = _merge(change, seen)
    change = _decode_address(change, seen, denotation)
    return _finish(change, write, denotation)


def unread_axes(denotation: Denotation, write: Write) -> tuple[int, ...]:
    """The grid axes whose program id a write does not depend on: every program along them repeats the write."""
    ctx, symbols = denotation.ctx, denotation.symbols
    free = {s for t in (write.offset, write.value, write.guard) for s in ctx.free_syms(t)}
    return tuple(axis for axis in range(3) if symbols.pid(axis) not in free)


def quotients(ctx: Context, terms: Iterable[Term]) -> tuple[Term, ...]:
    """The distinct floor-division atoms of the terms, in canonical order per term."""
    return tuple(dict.fromkeys(a for t in terms for a in ctx.atoms(t) if a.kind == "app" and a.name == "floordiv"))


def _positive(ctx: Context, divisor: Term, denotation: Denotation) -> bool:
    """Whether a divisor is at least 1 by its interval or by a recorded requirement."""
    lo, _ = ctx.interval(divisor)
    if lo is not None and lo >= 1:
        return True
    wanted = ctx.ge(divisor, ctx.num(1))
    return any(r.cond == wanted for r in denotation.requirements)


def _decode(change: _Change, write: Write, denotation: Denotation) -> _Change:
    """Split a program id p into (p div q, p mod q) wherever the write speaks of p div q, q of sizes; repeatedly."""
    ctx = change.ctx
    for _ in range(8):
        terms = [change.apply(t) for t in (write.offset, write.guard)]
        pick = _decodable(change, quotients(ctx, terms), denotation, lanes_too=False)
        if pick is None:
            break
        change = _split(change, *pick)
    return change


def _decode_address(change: _Change, write: Write, denotation: Denotation) -> _Change:
    """After merging, split an index n that the *address* uses as (n div q, n mod q)."""
    ctx = change.ctx
    for _ in range(8):
        pick = _decodable(change, quotients(ctx, [change.apply(write.offset)]), denotation, lanes_too=True)
        if pick is None:
            break
        change = _split(change, *pick)
    return change


def _decodable(
    change: _Change, atoms: tuple[Term, ...], denotation: Denotation, *, lanes_too: bool
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


def _from_pids(change: _Change, variable: Term) -> bool:
    return all(s.name.startswith(("pid", "np", "s")) for s in change.ctx.free_syms(change.inverse[variable]))


def _split(change: _Change, variable: Term, divisor: Term) -> _Change:
    ctx = change.ctx
    high, low = change.fresh(), change.fresh()
    upper = change.upper[variable]
    whole = ctx.add(ctx.mul(divisor, high), low)
    quotient = ctx.floordiv(variable, divisor)
    high_upper: Term | None = None
    extra: list[Term] = []
    if upper is not None:
        exact = _exact_quotient(ctx, upper, divisor)
        if exact is not None:
            high_upper = exact
        else:
            extra.append(ctx.lt(whole, upper))
    after = change.step({variable: whole}, {high: (quotient, high_upper), low: (ctx.mod(variable, divisor), divisor)})
    after.extra.extend(extra)
    remainder = ctx.floordiv(low, divisor)
    if is_quotient(remainder):
        after.rewrites.append((remainder, ctx.num(0)))
    return after


def _exact_quotient(ctx: Context, upper: Term, divisor: Term) -> Term | None:
    """upper / divisor where the division is exact in normal form."""
    quotient = ctx.floordiv(upper, divisor)
    return quotient if ctx.mul(quotient, divisor) == upper and not quotients(ctx, [quotient]) else None


def _merge(change: _Change, write: Write) -> _Change:
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
                merged = _merge_pair(change, x, y, size)
                before = len(quotients(ctx, [address]))
                if len(quotients(ctx, [merged.apply(write.offset)])) <= before and not _worse_guard(
                    change, merged, write
                ):
                    change, progress = merged, True
                    break
            if progress:
                break
    return change


def _worse_guard(change: _Change, merged: _Change, write: Write) -> bool:
    """Whether merging makes the guard speak of quotients where the parts are bounded separately."""
    ctx = change.ctx
    return len(quotients(ctx, [merged.apply(write.guard)])) > len(quotients(ctx, [change.apply(write.guard)]))


def _merge_pair(change: _Change, x: Term, y: Term, size: Term) -> _Change:
    ctx = change.ctx
    n = change.fresh()
    upper = change.upper[x]
    whole = ctx.add(ctx.mul(size, x), y)
    ordered = {x: ctx.floordiv(n, size), y: ctx.mod(n, size)}
    after = change.step(ordered, {n: (whole, None if upper is None else ctx.mul(size, upper))})
    # keep the position of x, the more significant part
    keys = [k for k in change.upper if k != y]
    after.upper = {(n if k == x else k): (after.upper[n] if k == x else after.upper[k]) for k in keys}
    return after


def _finish(change: _Change, write: Write, denotation: Denotation) -> Proposal:
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
    return Proposal(write, statement, final.forward, final.inverse, tuple(final.rewrites))


def replace_variables(change: _Change, names: dict[Term, Term]) -> _Change:
    """The same change with its current variables renamed."""
    ctx = change.ctx
    return replace(
        change,
        upper={names[v]: (ctx.subst(u, names) if u is not None else None) for v, u in change.upper.items()},
        forward={v: ctx.subst(t, names) for v, t in change.forward.items()},
        inverse={names[v]: t for v, t in change.inverse.items()},
        extra=[ctx.subst(e, names) for e in change.extra],
        rewrites=[(ctx.subst(a, names), ctx.subst(b, names)) for a, b in change.rewrites if is_quotient(a)],
    )


def requirement_literals(denotation: Denotation) -> tuple[tuple[Term, bool], ...]:
    """The literals that the recorded requirements assert."""
    ctx, found = denotation.ctx, dict[tuple[Term, bool], None]()
    for requirement in denotation.requirements:
        paths = ctx.paths(requirement.cond) if requirement.cond.kind == "ite" else ()
        good = [path for path, leaf in paths if leaf.kind == "bool" and leaf.truth]
        if len(good) == 1:
            found.update(dict.fromkeys(good[0]))
    return tuple(found)


def conjuncts(ctx: Context, cond: Term) -> tuple[tuple[Term, bool], ...] | None:
    """The literals of a conjunction; None when the tree is no conjunction."""
    if cond.kind != "ite":
        return () if cond.kind == "bool" and cond.truth else None
    good = [path for path, leaf in ctx.paths(cond) if not (leaf.kind == "bool" and not leaf.truth)]
    return good[0] if len(good) == 1 else None


def without_redundant(ctx: Context, cond: Term, context: tuple[tuple[Term, bool], ...]) -> Term:
    """Drop the literals of a conjunction that the others (and ``context``) imply."""
    found = conjuncts(ctx, cond)
    if found is None or len(found) > 24:
        return cond
    keep = list(found)
    for literal in found:
        rest = [k for k in keep if k != literal]
        if LinearFacts.of(ctx, (*context, *rest)).implies(*literal):
            keep = rest
    return conjunction(ctx, keep)


def conjunction(ctx: Context, literals: Iterable[tuple[Term, bool]]) -> Term:
    """The tree of a conjunction of literals."""
    out = ctx.truth(True)
    for literal, truth in literals:
        tree = ctx.ite(literal, ctx.truth(truth), ctx.truth(not truth))
        out = ctx.and_(out, tree)
    return out


def restrict(ctx: Context, term: Term, domain: Term, denotation: Denotation) -> Term:
    """The term with the literals of its tree that a conjunctive domain decides fixed; for other domains unchanged."""
    found = conjuncts(ctx, domain)
    if term.kind != "ite" or found is None:
        return term
    return restrict_under(ctx, term, LinearFacts.of(ctx, (*requirement_literals(denotation), *found)))
