"""Requirements inferred from branches that would store an undefined value.

A branch condition of sizes alone (``n >= 1``) is required as it is; one that compares an index with a size is
required of the largest index that the domain admits (``programs <= n``). Conditions that would exclude ragged sizes
(``n >= 1024``, ``n >= 64*((n + 63) // 64)``) or all but empty arrays are not inferred: the kernel then stays unproved.
Untrusted: a requirement only narrows the claim, and it is printed. Source: docs/spec.md, "Requirements".
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation
from triton_lift.linear.facts import LinearFacts
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.prove.conjunctions import conjuncts, requirement_literals
from triton_lift.prove.proposal import Proposal

MAX_UNDEF_PATHS = 64
"""Paths to an undefined leaf that are looked at; beyond, nothing is inferred."""


def with_inferred(denotation: Denotation, proposals: tuple[Proposal, ...]) -> Denotation | None:
    """The denotation with further requirements, or None where none helps."""
    ctx = denotation.ctx
    found: dict[Term, Requirement] = {}
    for proposal in proposals:
        value = proposal.statement.value
        if not value.has_undef:
            continue
        literals = conjuncts(ctx, proposal.statement.domain)
        if literals is None:
            return None
        facts = LinearFacts.of(ctx, (*requirement_literals(denotation), *literals))
        paths = [path for path, leaf in ctx.paths(value) if leaf.kind == "undef"]
        if len(paths) > MAX_UNDEF_PATHS:
            return None
        for path in paths:
            cond = next(
                (c for lit, truth in path if (c := _candidate(ctx, facts, proposal, lit, truth)) is not None), None
            )
            if cond is None:
                return None
            reason = "a branch that stores an undefined value is not taken"
            found.setdefault(cond, Requirement(cond, reason, proposal.write.where))
    known = {r.cond for r in denotation.requirements}
    new = [r for c, r in found.items() if c not in known]
    return replace(denotation, requirements=(*denotation.requirements, *new)) if new else None


def _candidate(ctx: Context, facts: LinearFacts, proposal: Proposal, literal: Term, truth: bool) -> Term | None:
    """A condition on sizes that makes ``literal`` differ from ``truth`` at every point of the domain."""
    if literal.kind != "ge":
        return None
    (p,) = literal.args
    wanted = ctx.sub(ctx.num(-1), p) if truth else p  # wanted >= 0 excludes the branch
    indices = [s for s in ctx.free_syms(wanted) if s in proposal.statement.indices]
    for index in indices:
        slope = ctx.sub(ctx.subst(wanted, {index: ctx.add(index, ctx.num(1))}), wanted)
        bound = _upper_bound(ctx, facts, index)
        if slope.constant is None or slope.constant[0] >= 0 or bound is None:
            return None
        wanted = ctx.subst(wanted, {index: ctx.sub(bound, ctx.num(1))})
    if not all(s.name.startswith(("s", "np")) for s in ctx.free_syms(wanted)) or any(
        a.kind in ("read", "big", "app") for a in ctx.atoms(wanted)
    ):
        return None  # also quotients: that a size is a multiple of a block is not inferred
    if not any(n > 0 and monomial for n, _, monomial in wanted.monomials):
        return None  # that a size is zero
    cond = ctx.ge(wanted, ctx.num(0))
    if indices:
        return cond
    constant = next((n for n, _, monomial in wanted.monomials if not monomial), 0)
    return cond if constant in (0, -1) else None


def _upper_bound(ctx: Context, facts: LinearFacts, index: Term) -> Term | None:
    """A number of programs that bounds the index from above: a literal ``index < np``."""
    for literal, truth in facts.literals:
        if literal.kind != "ge":
            continue
        rest = ctx.add(literal.args[0], index) if truth else ctx.sub(index, literal.args[0])
        bound = ctx.add(rest, ctx.num(1)) if truth else rest
        names = [s.name for s in ctx.free_syms(bound)]
        if len(names) == 1 and names[0].startswith("np") and bound.kind == "poly" and len(bound.monomials) == 1:
            return bound
    return None
