"""Display names: identifiers, each used once, whatever the source calls its arguments."""

from __future__ import annotations

import pytest

from tests.pipeline.conftest import Open
from tests.pipeline.texts import COPY
from triton_lift.pipeline.manager import PassManager
from triton_lift.pipeline.naming import identifier


@pytest.mark.parametrize(
    ("name", "shown"),
    [("x", "x"), ("x.y", "x_y"), ("3", "arg3"), ("", "arg"), ("for", "for_"), ("exp", "exp_"), ("é", "_")],
)
def test_identifiers(name: str, shown: str) -> None:
    assert identifier(name) == shown


@pytest.mark.parametrize(("x", "out"), [("i", "j"), ("a b", "a_b"), ("same", "same"), ("k", "for"), ("sum", "max")])
def test_awkward_argument_names_still_read_back(opened: Open, x: str, out: str) -> None:
    state = opened(COPY.replace('loc("x")', f'loc("{x}")').replace('loc("out")', f'loc("{out}")'))
    PassManager.of().run(state)
    assert state.diagnostics == []
    assert state.record is not None and state.record.verdicts.value == "proved"
    assert len(set(state.record.names.values())) == len(state.record.names)
