"""The checker: the only place where ``Proved`` is constructed.

For one write of the denotation and one proposed statement it shows that executions and points of the stated domain
correspond one to one and that address, guard and value agree there. Source: docs/spec.md, "The value claim",
obligations V1 to V6.
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.attained import without_attained
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.products import holds_by_factors, with_positive_divisors, without_settled
from triton_lift.linear.restrict import restrict_under
from triton_lift.prove.conjunctions import requirement_literals
from triton_lift.prove.proposal import Proposal, unread_axes
from triton_lift.prove.verdict import CHECKER_TOKEN, Given, Proved, Unknown, Verdict
from triton_lift.term.symbols import Statement, is_quotient, single_atom

Literal = tuple[Term, bool]

MAX_PATHS = 256
"""Paths of a domain tree that are checked one by one; a larger domain is answered with ``unknown``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome for one write: a verdict, and the obligations discharged, by label."""

    verdict: Verdict
    obligations: tuple[str, ...]


class _Failed(Exception):
    def __init__(self, label: str, reason: str) -> None:
        super().__init__(reason)
        self.label, self.reason = label, reason


def check(denotation: Denotation, proposals: tuple[Proposal, ...], given: tuple[Given, ...]) -> Verdict:
    """The verdict on all statements together: every write has exactly one proposal, in order, and each is shown."""
    if tuple(p.write for p in proposals) != denotation.writes:
        return Unknown("the proposals do not cover every write exactly once")
    if not proposals:
        return Unknown("the kernel writes nothing")
    for proposal in proposals:
        try:
            _check_write(denotation, proposal)
        except _Failed as failure:
            return Unknown(f"{failure.label}: {failure.reason}", proposal.write.where)
    return Proved(given, CHECKER_TOKEN)


def _check_write(denotation: Denotation, proposal: Proposal) -> None:
    ctx, write, statement = denotation.ctx, proposal.write, proposal.statement
    if (statement.array, statement.kind) != (write.array, write.kind):
        raise _Failed("V1", "the statement names another array or another kind of write")
    variables = _variables(denotation, write)
    _closed(ctx, statement, variables)
    if set(proposal.forward) != set(variables) or set(proposal.inverse) != set(statement.indices):
        raise _Failed("V1", "the change of variables does not speak of exactly the program ids, lanes and indices")
    base = requirement_literals(denotation)
    _bijective(denotation, proposal, variables, base)
    for facts in _domain_cases(ctx, statement.domain, base, "V3"):
        checked = _Rewriter(ctx, proposal, facts)
        for index, source in proposal.inverse.items():
            back = checked.image(source)
            if back != ctx.add(index, ctx.num(0)) and not _same(facts, back, index):
                raise _Failed("V2", f"two points may be one execution: {index.name} is not shown to come back")
        bounds = _execution_domain(denotation, write, variables, checked)
        if not holds_by_factors(facts, bounds):
            raise _Failed("V3", "a point of the stated domain is not shown to be an execution")
        address = restrict_under(ctx, checked.image(write.offset), facts)
        stated_address = restrict_under(ctx, statement.address, facts)
        if not checked.equal(stated_address, address):
            raise _Failed("V4", "the address differs from the stated one")
        if address.has_undef or stated_address.has_undef:
            raise _Failed("V6", "an undefined address is not shown to be masked off")
        value = restrict_under(ctx, checked.image(write.value), facts)
        stated = restrict_under(ctx, statement.value, facts)
        if value.has_undef or stated.has_undef:
            raise _Failed("V6", "an undefined value is not shown to stay out of the store")
        if not checked.equal(stated, value):
            raise _Failed("V5", "the value differs from the stated one")
    _covers(denotation, proposal, variables, base)


def _variables(denotation: Denotation, write: Write) -> tuple[Term, ...]:
    """The execution variables of a write: the program ids it depends on, its loops' counters, and all its lanes."""
    symbols = denotation.symbols
    unread = unread_axes(denotation, write)
    return (*(symbols.pid(a) for a in range(3) if a not in unread), *write.counters, *write.lanes)


def _closed(ctx: Context, statement: Statement, variables: tuple[Term, ...]) -> None:
    """The statement speaks of indices, scalars and numbers of programs only."""
    for term in (statement.domain, statement.address, statement.value):
        for symbol in ctx.free_syms(term):
            if symbol in variables or not (symbol in statement.indices or symbol.name.startswith(("s", "np"))):
                raise _Failed("V1", f"the statement mentions {symbol.name}")


def _size(denotation: Denotation, variable: Term) -> Term | None:
    """Exclusive upper bound of an execution variable; the write's guard bounds a loop's counter."""
    if variable.name.startswith("k"):
        return None
    if variable.name.startswith("pid"):
        return denotation.symbols.num_programs(int(variable.name[3:]))
    return denotation.ctx.num(int(variable.name.split(":")[1]))


def _within(denotation: Denotation, variable: Term, place: Term) -> Term:
    """0 <= place < size, for an execution variable's value."""
    ctx, size = denotation.ctx, _size(denotation, variable)
    lower = ctx.ge(place, ctx.num(0))
    return lower if size is None else ctx.and_(lower, ctx.lt(place, size))


def _bijective(
    denotation: Denotation, proposal: Proposal, variables: tuple[Term, ...], base: tuple[Literal, ...]
) -> None:
    """V2: on every execution, indices are non-negative and forward(inverse(v)) = v.

    Without loops it is shown for all program ids and lanes, whatever the guard says: the address of a read under
    another guard may rest on it.
    """
    ctx = denotation.ctx
    bounds = proposal.write.guard if proposal.write.counters else ctx.truth(True)
    for v in variables:
        bounds = ctx.and_(bounds, _within(denotation, v, ctx.add(v, ctx.num(0))))
    for case in _domain_cases(ctx, bounds, base, "V2"):
        facts = with_positive_divisors(case, proposal.inverse.values())
        for index, source in proposal.inverse.items():
            if not holds_by_factors(facts, ctx.ge(source, ctx.num(0))):
                raise _Failed("V2", f"index {index.name} is not shown to be non-negative")
        known = _values_back(facts, proposal)
        for v in variables:
            back = ctx.subst(proposal.forward[v], {**proposal.inverse, **known})
            if back != ctx.add(v, ctx.num(0)) and not _same(facts, back, v):
                raise _Failed("V2", f"the change of variables is not shown to invert at {v.name}")


def _values_back(facts: LinearFacts, proposal: Proposal) -> dict[Term, Term]:
    """Quotients of indices with their value over the execution variables, as far as that is shown."""
    ctx, found = facts.ctx, dict[Term, Term]()
    for quotient, value in proposal.back:
        atom = single_atom(quotient)
        if atom is None or not is_quotient(atom):
            raise _Failed("V2", "a value of something that is no quotient")
        dividend, divisor = (ctx.subst(t, proposal.inverse) for t in atom.args)
        rest = ctx.sub(dividend, ctx.mul(divisor, value))
        if holds_by_factors(facts, ctx.and_(ctx.ge(rest, ctx.num(0)), ctx.lt(rest, divisor))):
            found[atom] = value
    return found


def _same(facts: LinearFacts, place: Term, variable: Term) -> bool:
    """Whether a value comes back as the variable, by linear arithmetic or where quotients are shown to be 0."""
    ctx = facts.ctx
    if facts.holds(ctx.eq(place, variable)):
        return True
    settled = without_settled(facts, place)
    return settled != place and holds_by_factors(facts, ctx.eq(settled, variable))


def _domain_cases(ctx: Context, domain: Term, base: tuple[Literal, ...], label: str) -> list[LinearFacts]:
    """The facts of every path of a domain tree to true."""
    if domain.kind == "bool":
        return [LinearFacts.of(ctx, base)] if domain.truth else []
    cases: list[LinearFacts] = []
    for path, leaf in ctx.paths(domain, MAX_PATHS):
        if leaf.kind != "bool":
            raise _Failed(label, "whether a point is in the domain may be undefined")
        if leaf.truth:
            facts = LinearFacts.of(ctx, (*base, *path))
            if not facts.contradictory():
                cases.append(facts)
    return cases


class _Rewriter:
    """Images of the write's terms under the change of variables, with quotients rewritten where the facts show
    their value.
    """

    def __init__(self, ctx: Context, proposal: Proposal, facts: LinearFacts) -> None:
        self.ctx, self.facts = ctx, facts
        self.forward = {v: t for v, t in proposal.forward.items() if v != t}
        self.rewrites: list[tuple[Term, Term]] = []
        for quotient, value in proposal.rewrites:
            atom = single_atom(quotient)
            if atom is None or not is_quotient(atom):
                raise _Failed("V3", "a rewrite of something that is no quotient")
            dividend, divisor = atom.args
            rest = ctx.sub(dividend, ctx.mul(divisor, value))
            inside = ctx.and_(ctx.ge(rest, ctx.num(0)), ctx.lt(rest, divisor))
            if holds_by_factors(facts, inside):
                self.rewrites.append((atom, value))

    def image(self, term: Term) -> Term:
        """The term over the indices."""
        out = self.ctx.subst(term, self.forward) if self.forward else term
        for atom, value in self.rewrites:
            out = self.ctx.subst(out, {atom: value})
        return without_attained(self.ctx, out)

    def equal(self, a: Term, b: Term) -> bool:
        """Equal normal forms, or equal by linear arithmetic on integers."""
        if a == b:
            return True
        ctx = self.ctx
        return a.is_int and b.is_int and self.facts.holds(ctx.eq(a, b))


def _execution_domain(denotation: Denotation, write: Write, variables: tuple[Term, ...], image: _Rewriter) -> Term:
    """0 <= v < size for every execution variable, and the guard, over the indices."""
    ctx = denotation.ctx
    out = image.image(write.guard)
    for v in variables:
        out = ctx.and_(out, _within(denotation, v, image.image(ctx.add(v, ctx.num(0)))))
    return out


def _covers(denotation: Denotation, proposal: Proposal, variables: tuple[Term, ...], base: tuple[Literal, ...]) -> None:
    """V3, converse: every execution's indices lie in the stated domain."""
    ctx, write = denotation.ctx, proposal.write
    executions = write.guard
    for v in variables:
        executions = ctx.and_(executions, _within(denotation, v, ctx.add(v, ctx.num(0))))
    stated = ctx.subst(proposal.statement.domain, proposal.inverse)
    for case in _domain_cases(ctx, executions, base, "V3"):
        facts = with_positive_divisors(case, proposal.inverse.values())
        if not holds_by_factors(facts, without_settled(facts, restrict_under(ctx, stated, facts))):
            raise _Failed("V3", "an execution is not shown to be in the stated domain")
