"""Wrong closed forms are refused by the generic check: codes initiation and consecution (docs/spec.md, L1 and L2)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from triton_lift.agree.invariants import Tally, campaign
from triton_lift.hook import triton_api
from triton_lift.ir.reader import read_module

EXAMPLES = Path(__file__).parents[2] / "examples"
# What only says the same in other words: an extremum over nothing is -inf with and without its guard.
SAME_MEANING = ("literal",)


@pytest.mark.parametrize("name", ["blocked_sum", "blocked_max", "softmax_online", "matmul", "decay", "gated_recurrence"])
def test_wrong_invariants_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    example = importlib.import_module(name)
    kernel = getattr(example, importlib.import_module("catalogue").LOOPS[name])
    text = triton_api.generic_text(triton_api.compile_to_ttir(kernel, example.SIGNATURE, example.CONSTEXPRS))
    tally = Tally()
    campaign(read_module(text, name), name, tally, limit=20)
    assert tally.refused >= 3
    assert not tally.other
    assert not [found for found in tally.accepted if not any(word in found for word in SAME_MEANING)]
    sys.modules.pop(name, None)
