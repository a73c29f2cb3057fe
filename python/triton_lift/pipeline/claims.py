"""A claim that someone wrote: shown by the checker, in the place of the statement that was proposed, or not shown.

A claim is never compared as text: it is read, its indices are matched with the proposal's, and the same obligations
V1 to V6 are checked of it. Source: docs/grammar.md, "Claims"; docs/spec.md, "The checker's obligations".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from triton_lift.interp.denotation import Denotation
from triton_lift.pipeline.formulas import signature_of
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.checker import check
from triton_lift.prove.obligations import given_properties
from triton_lift.prove.proposal import Proposal, propose
from triton_lift.prove.verdict import Proved, Unknown, Verdict
from triton_lift.term.formula_parse import Claim, parse_claim
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Statement
from triton_lift.util.diagnostic import ParseError

MAX_INDICES = 5
"""A claim with more indices is only tried in the order in which it lists them."""


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """The verdict on a claim, and the claim as a statement over the proposal's indices where one was found."""

    text: str
    verdict: Verdict
    statement: Statement | None


def check_claim(state: LiftState, text: str, origin: str = "<claim>") -> ClaimResult:
    """The verdict of the checker; raises `ParseError` where the claim cannot be read.

    Not shown is not refuted: that takes a counterexample, which is for the caller to look for.
    """
    denotation = state.summary.denotation if state.summary is not None else state.denotation  # with all requirements
    if denotation is None or state.names is None:
        return ClaimResult(text, state.verdict or Unknown("the kernel was not interpreted"), None)
    claim = read_claim(state, denotation, state.names, text, origin)
    proposals = tuple(propose(denotation, write) for write in denotation.writes)
    best: ClaimResult | None = None
    for number, proposal in enumerate(proposals):
        for statement in _candidates(denotation, claim, proposal):
            tried = (*proposals[:number], replace(proposal, statement=statement), *proposals[number + 1 :])
            verdict = check(denotation, tried, given_properties(denotation, tried))
            if isinstance(verdict, Proved):
                return ClaimResult(text, verdict, statement)
            if best is None or statement.address == proposal.statement.address:
                best = ClaimResult(text, verdict, statement)
    return best or ClaimResult(text, Unknown(_no_match(claim, proposals, state.names)), None)


def read_claim(state: LiftState, denotation: Denotation, names: Names, text: str, origin: str) -> Claim:
    """The claim over the kernel's symbols; its own index names are new, whatever ours are called.

    Arrays are read with the strides that the printed formulas have, or all with flat addresses where that fails.
    """
    arguments = Names({s: n for s, n in names.by_symbol.items() if not s.startswith("i")})
    signature = signature_of(denotation)
    views: dict[str, View] = dict(state.views)
    try:
        return parse_claim(denotation.ctx, text, arguments, signature, views, origin=origin)
    except ParseError:
        if not views:
            raise
        try:
            return parse_claim(denotation.ctx, text, arguments, signature, {}, origin=origin)
        except ParseError:
            pass
        raise


def _no_match(claim: Claim, proposals: tuple[Proposal, ...], names: Names) -> str:
    target = claim.statement
    array = names.by_symbol.get(target.array, target.array)
    same = [p.statement for p in proposals if p.statement.array == target.array]
    if not same:
        return f"the kernel does not write {array}"
    if all(s.kind != target.kind for s in same):
        return f"the kernel updates {array} by {same[0].kind}, the claim says {target.kind}"
    return f"the claim has {len(target.indices)} indices, the kernel writes {array} over {len(same[0].indices)}"


def _candidates(denotation: Denotation, claim: Claim, proposal: Proposal) -> Iterator[Statement]:
    """The claim over the proposal's indices, in every order of them; the orders in which the addresses agree first."""
    ctx, target, own = denotation.ctx, claim.statement, proposal.statement
    if (target.array, target.kind, len(target.indices)) != (own.array, own.kind, len(own.indices)):
        return
    count = len(own.indices)
    orders = permutations(own.indices) if count <= MAX_INDICES else iter([own.indices])
    found: list[Statement] = []
    for order in orders:
        mapping = {a: b for a, b in zip(target.indices, order, strict=True) if a != b}
        domain = ctx.subst(target.domain, mapping) if claim.has_domain else own.domain
        address, value = ctx.subst(target.address, mapping), ctx.subst(target.value, mapping)
        found.append(Statement(own.array, own.kind, own.indices, domain, address, value))
    yield from sorted(found, key=lambda s: s.address != own.address)
