"""The checker accepts the right statement and refuses each kind of wrong one at the obligation that it breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.prove.texts import ADD
from triton_lift._core import Context
from triton_lift.interp.denotation import Denotation
from triton_lift.interp.engine import interpret
from triton_lift.ir.reader import read_module
from triton_lift.loops.solver import solve
from triton_lift.prove.checker import check
from triton_lift.prove.proposal import Proposal, propose
from triton_lift.prove.verdict import CHECKER_TOKEN, Proved, Unknown


def lifted(text: str = ADD) -> tuple[Denotation, Proposal]:
    denotation = interpret(read_module(text), Context(), solve)
    return denotation, propose(denotation, denotation.writes[0])


def test_the_right_statement_is_proved() -> None:
    denotation, proposal = lifted()
    ctx = denotation.ctx
    (i,) = proposal.statement.indices
    assert proposal.statement.address == ctx.add(i, ctx.num(0))
    read = [ctx.read(a, [i], is_int=False) for a in ("a0", "a1")]
    assert proposal.statement.value == ctx.add(*read)
    assert isinstance(check(denotation, (proposal,), ()), Proved)


def wrong(denotation: Denotation, proposal: Proposal, what: str) -> Proposal:
    """The proposal with one thing changed."""
    ctx, s = denotation.ctx, proposal.statement
    (i,) = s.indices
    one = ctx.num(1)
    match what:
        case "value":
            return replace(proposal, statement=replace(s, value=ctx.add(s.value, one)))
        case "other-array":
            return replace(proposal, statement=replace(s, value=ctx.read("a0", [i], is_int=False)))
        case "address":
            return replace(proposal, statement=replace(s, address=ctx.add(s.address, one)))
        case "domain-too-large":
            return replace(proposal, statement=replace(s, domain=ctx.truth(True)))
        case "domain-too-small":
            return replace(proposal, statement=replace(s, domain=ctx.and_(s.domain, ctx.ge(i, one))))
        case "inverse":
            return replace(proposal, inverse={i: ctx.add(proposal.inverse[i], one)})
        case "forward":
            pid = denotation.symbols.pid(0)
            return replace(proposal, forward={**proposal.forward, pid: i})
        case "foreign-symbol":
            return replace(proposal, statement=replace(s, value=ctx.add(s.value, denotation.symbols.pid(0))))
        case _:
            raise AssertionError(what)


@pytest.mark.parametrize(
    ("what", "label"),
    [
        ("value", "V5"),
        ("other-array", "V5"),
        ("address", "V4"),
        ("domain-too-large", "V3"),
        ("domain-too-small", "V3"),
        ("inverse", "V2"),
        ("forward", "V2"),
        ("foreign-symbol", "V1"),
    ],
)
def test_a_wrong_statement_is_refused_at_its_obligation(what: str, label: str) -> None:
    denotation, proposal = lifted()
    verdict = check(denotation, (wrong(denotation, proposal, what),), ())
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith(label + ":")


def test_a_missing_or_repeated_write_is_refused() -> None:
    denotation, proposal = lifted()
    assert isinstance(check(denotation, (), ()), Unknown)
    assert isinstance(check(denotation, (proposal, proposal), ()), Unknown)


def test_only_the_checker_holds_the_token() -> None:
    with pytest.raises(TypeError):
        Proved((), object())  # pyright: ignore[reportArgumentType]
    assert CHECKER_TOKEN is not None


def test_undef_must_not_reach_the_store() -> None:
    # without the store's mask, the lanes that the loads leave undefined are stored
    unmasked = ADD.replace('"tt.store"(%op, %sum, %mask)', '"tt.store"(%op, %sum)').replace(
        "(tensor<1024x!tt.ptr<f32>>, tensor<1024xf32>, tensor<1024xi1>) -> ()",
        "(tensor<1024x!tt.ptr<f32>>, tensor<1024xf32>) -> ()",
    )
    denotation, proposal = lifted(unmasked)
    verdict = check(denotation, (proposal,), ())
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("V6:")
