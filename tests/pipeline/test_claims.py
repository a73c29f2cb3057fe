"""Claims: shown by the checker whatever their indices are called and ordered, never by their text."""

from __future__ import annotations

import pytest

from tests.pipeline.conftest import Open
from tests.pipeline.texts import ADD
from triton_lift.pipeline.claims import check_claim
from triton_lift.pipeline.manager import PassManager
from triton_lift.prove.verdict import Proved, Unknown
from triton_lift.util.diagnostic import ParseError


@pytest.mark.parametrize(
    "claim",
    [
        "out[i] = x[i] + y[i]",
        "out[row] = y[row] + x[row]",
        "out[i] = 2*x[i] + y[i] - x[i]",
        "out[i] = x[i] + y[i] for i < n if i < 64*num_programs(0)",
        "out[i] = x[i] + y[i] for i < min(n, 64*num_programs(0))",
        "out[i] = y[i] + x[i] if i < n else 7",
    ],
)
def test_proved(opened: Open, claim: str) -> None:
    state = opened(ADD)
    PassManager.of().run(state)
    assert isinstance(check_claim(state, claim).verdict, Proved)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("out[i] = x[i]", "V5"),
        ("out[i] = x[i] + y[i + 1]", "V5"),
        ("out[i + 1] = x[i] + y[i] for i < n if i < 64*num_programs(0)", "V4"),
        ("out[i] = x[i] + y[i] for i < n", "V3"),
        ("out[i] = x[i] + y[i] for i < 64*num_programs(0)", "V3"),
        ("out[i] = x[i] + y[i] for i < n if i + 1 < 64*num_programs(0)", "V3"),
        ("out[i] += x[i] + y[i]", "updates out by assign, the claim says add"),
        ("x[i] = y[i]", "does not write x"),
    ],
)
def test_not_shown_at_a_named_obligation(opened: Open, claim: str, reason: str) -> None:
    state = opened(ADD)
    PassManager.of().run(state)
    verdict = check_claim(state, claim).verdict
    assert isinstance(verdict, Unknown)
    assert reason in verdict.reason


NO_CLAIMS = ["", "out[i] =", "nobody[i] = 1", "out[i] = x[i] for j < n j", "out[i] = " + "(" * 5000]


@pytest.mark.parametrize("claim", NO_CLAIMS)
def test_what_is_no_claim_is_a_located_error(opened: Open, claim: str) -> None:
    state = opened(ADD)
    PassManager.of().run(state)
    with pytest.raises(ParseError, match="<claim>:1:"):
        check_claim(state, claim)
