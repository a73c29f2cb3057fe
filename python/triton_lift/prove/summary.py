"""The summary of one kernel: statements, what they rest on, verdict and grade."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift._core import Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Assumption, Requirement
from triton_lift.prove.checker import check
from triton_lift.prove.conjunctions import requirement_literals
from triton_lift.prove.counters import wanted_bounds
from triton_lift.prove.dropped import Dropped, dropped_conditions
from triton_lift.prove.obligations import Disjoint, alias_conditions, given_properties, grid_requirements
from triton_lift.prove.partial import definedness
from triton_lift.prove.proposal import Proposal, propose
from triton_lift.prove.requirements import with_inferred
from triton_lift.prove.verdict import Grade, Proved, Unknown, Verdict
from triton_lift.term.symbols import Statement
from triton_lift.util.diagnostic import BudgetExceeded

MAX_ROUNDS = 3
"""Rounds of inferring requirements."""
MAX_DEFINED_STEPS = 2_000_000
"""Steps of the core that may be spent on where the values are defined."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is claimed of a kernel and how far it is shown.

    ``requires``: Boolean terms over scalars and numbers of programs. ``disjoint``: pairs of arrays that must not
    overlap. ``defined``: for each statement, conditions under which its value is defined (per point of its domain).
    """

    denotation: Denotation
    statements: tuple[Statement, ...]
    writes: tuple[Write, ...]
    requires: tuple[Requirement, ...]
    assumptions: tuple[Assumption, ...]
    disjoint: tuple[Disjoint, ...]
    defined: tuple[tuple[Term, ...], ...]
    verdict: Verdict
    grade: Grade
    notes: tuple[str, ...]


def summarise(denotation: Denotation, moved: frozenset[str] | None = None) -> Summary:
    """Propose statements for every write, check them, and collect what they rest on.

    ``moved``: lane symbols that do not stand for the same lane throughout the kernel (see ``dropped_conditions``).
    """
    denotation, proposals = _proposed(denotation)
    for _ in range(MAX_ROUNDS):
        extended = with_inferred(denotation, proposals)
        if extended is None:
            break
        denotation = extended
        proposals = tuple(propose(denotation, write) for write in denotation.writes)
    given = given_properties(denotation, proposals)
    verdict = check(denotation, proposals, given)
    if not isinstance(verdict, Proved):
        others = tuple(propose(denotation, write, plain=True) for write in denotation.writes)
        if others != proposals:
            less_given = given_properties(denotation, others)
            second = check(denotation, others, less_given)
            if isinstance(second, Proved):
                proposals, given, verdict = others, less_given, second
    statements = tuple(p.statement for p in proposals)
    grade: Grade = "refused"
    if isinstance(verdict, Proved):
        grade = "opaque" if _uses_fresh(denotation, statements) else "closed"
    dropped = dropped_conditions(denotation, proposals, moved)
    defined = _definedness(denotation, statements, dropped)
    if defined is None and isinstance(verdict, Proved):
        verdict, grade = Unknown("where the stored values are defined takes too many steps to find"), "refused"
    return Summary(
        denotation=denotation,
        statements=statements,
        writes=denotation.writes,
        requires=_merged(*denotation.requirements, *grid_requirements(denotation)),
        assumptions=(*denotation.assumptions, *_not_required(denotation, dropped.everywhere)),
        disjoint=alias_conditions(denotation, proposals),
        defined=((),) * len(statements) if defined is None else defined,
        verdict=verdict,
        grade=grade,
        notes=denotation.notes,
    )


def _proposed(denotation: Denotation) -> tuple[Denotation, tuple[Proposal, ...]]:
    """Proposals for all writes; with a bound on the number of programs where that makes for fewer indices."""
    proposals = tuple(propose(denotation, write) for write in denotation.writes)
    bounds = _merged(*(b for write in denotation.writes for b in wanted_bounds(denotation, write)))
    if bounds:
        bounded = replace(denotation, requirements=(*denotation.requirements, *bounds))
        others = tuple(propose(bounded, write) for write in denotation.writes)
        if sum(len(p.statement.indices) for p in others) < sum(len(p.statement.indices) for p in proposals):
            return bounded, others
    return denotation, proposals


def _definedness(
    denotation: Denotation, statements: tuple[Statement, ...], dropped: Dropped
) -> tuple[tuple[Term, ...], ...] | None:
    """Conditions per statement, or None if they cannot all be found within the budget."""
    ctx, base = denotation.ctx, requirement_literals(denotation)
    until = ctx.steps + MAX_DEFINED_STEPS
    try:
        return tuple(
            definedness(ctx, statement, base, also, until=until)
            for statement, also in zip(statements, dropped.by_statement, strict=True)
        )
    except (BudgetExceeded, RecursionError):
        return None


def _not_required(denotation: Denotation, conditions: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """The conditions that the requirements do not imply."""
    facts = LinearFacts.of(denotation.ctx, requirement_literals(denotation))
    return tuple(c for c in conditions if not facts.holds(c.cond))


def _merged(*requirements: Requirement) -> tuple[Requirement, ...]:
    """One requirement per condition, the first place kept."""
    by_condition: dict[Term, Requirement] = {}
    for requirement in requirements:
        by_condition.setdefault(requirement.cond, requirement)
    return tuple(by_condition.values())


def _uses_fresh(denotation: Denotation, statements: tuple[Statement, ...]) -> bool:
    """Whether a value that no function determines takes part."""
    return any(
        atom.kind == "read" and atom.name.startswith("fresh")
        for s in statements
        for t in (s.domain, s.address, s.value)
        for atom in denotation.ctx.atoms(t)
    )
