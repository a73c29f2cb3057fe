"""The pass manager: order, needs, and that nothing escapes from a pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pipeline.conftest import Open
from tests.pipeline.texts import ADD, ASSUMES, COPY, LOOP
from triton_lift._core import BudgetError
from triton_lift.pipeline import manager, simplify
from triton_lift.pipeline.manager import PassManager, run_pass
from triton_lift.pipeline.state import LiftState
from triton_lift.pipeline.steps import DEFAULT_PASSES, PASSES
from triton_lift.prove.verdict import Proved, Unknown, Unsupported
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic, ParseError, UsageError
from triton_lift.util.diagnostic import Unsupported as Refused


def test_the_six_passes_in_their_order() -> None:
    assert DEFAULT_PASSES == ("interp", "loops", "prove", "contract", "simplify", "annotate")


def test_an_unknown_pass_is_a_usage_error_that_lists_them() -> None:
    with pytest.raises(UsageError, match="unknown pass 'nonsense'; there are interp, loops"):
        PassManager.of(["interp", "nonsense"])


@pytest.mark.parametrize("name", DEFAULT_PASSES)
def test_each_pass_runs_alone(opened: Open, name: str) -> None:
    state = opened(ADD)
    PassManager.of([name]).run(state)
    assert [d for d in state.diagnostics if d.severity == "error"] == []
    assert name in state.ran and set(PASSES[name].needs) <= set(state.ran)


def test_a_pass_alone_claims_no_more_than_it_did(opened: Open) -> None:
    state = opened(ADD)
    PassManager.of(["annotate"]).run(state)
    assert state.record is not None and state.record.verdicts.value == "unknown"
    state = opened(ADD)
    PassManager.of(["prove", "annotate"]).run(state)
    assert state.record is not None and state.record.verdicts.value == "unknown"  # nothing is written down


def test_after_is_called_for_the_passes_that_were_asked_for(opened: Open) -> None:
    seen: list[str] = []
    PassManager.of(["prove", "simplify"], lambda name, _: seen.append(name)).run(opened(ADD))
    assert seen == ["prove", "simplify"]


FAILURES = [
    (BudgetError("steps"), "budget-exceeded", Unknown),
    (BudgetExceeded(Diagnostic("error", "budget-exceeded", "too much", "here:1")), "budget-exceeded", Unknown),
    (RecursionError(), "budget-exceeded", Unknown),
    (MemoryError(), "out-of-memory", Unknown),
    (Refused(Diagnostic("error", "some-op", "no meaning", "here:1", "x.y")), "some-op", Unsupported),
    (ParseError(Diagnostic("error", "bad", "no", "here:1")), "bad", Unknown),
    (ValueError("a defect"), "internal-error", Unknown),
    (AssertionError(), "internal-error", Unknown),
]


@pytest.mark.parametrize(("error", "code", "verdict"), FAILURES, ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("name", ["interp", "prove", "contract", "simplify"])
def test_a_failing_pass_costs_the_claim_and_nothing_else(
    opened: Open, monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException, code: str, verdict: type
) -> None:
    def fail(state: LiftState) -> None:
        raise error

    monkeypatch.setitem(PASSES, name, replace(PASSES[name], run=fail))
    state = opened(COPY)
    PassManager.of().run(state)
    assert [d.code for d in state.diagnostics] == [code]
    assert state.record is not None
    assert not isinstance(state.verdict, Proved)
    assert isinstance(state.verdict, verdict) or name in ("contract", "simplify")
    assert state.record.verdicts.value in ("unknown", "unsupported")
    assert not any(key.startswith("lift.verdict") for attrs in state.attributes.values() for key in attrs)


def test_keyboard_interrupt_is_let_through(opened: Open) -> None:
    def stop(state: LiftState) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pass(replace(PASSES["interp"], run=stop), opened(COPY))


def test_loops_reports_each_loop_once(opened: Open) -> None:
    state = opened(LOOP)
    PassManager.of().run(state)
    assert [d.code for d in state.diagnostics] == ["loop-carried-store"]
    assert isinstance(state.verdict, Unsupported)


def test_a_formula_that_reads_back_as_something_else_is_not_proved(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simplify, "statement_text", lambda *args: None)
    state = opened(COPY)
    PassManager.of().run(state)
    assert state.record is not None
    assert [d.code for d in state.diagnostics] == ["formula-mismatch"]
    assert (state.record.verdicts.value, state.record.formulas) == ("unknown", ())
    assert manager.PASSES is PASSES


def test_a_tampered_text_is_noticed(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is between terms: printing another formula than the proved one fails, whatever it says."""
    from triton_lift.pipeline import formulas

    honest = formulas.print_statement
    monkeypatch.setattr(
        formulas, "print_statement", lambda *args, **kwargs: honest(*args, **kwargs).replace("x[i]", "2*x[i]")
    )
    state = opened(COPY)
    PassManager.of().run(state)
    assert state.record is not None and state.record.verdicts.value == "unknown"


def test_a_formula_that_is_too_long_is_not_proved(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long(*args: object) -> str:
        raise BudgetExceeded(Diagnostic("error", "formula-too-large", "longer than 10 characters"))

    monkeypatch.setattr(simplify, "statement_text", too_long)
    state = opened(COPY)
    PassManager.of().run(state)
    assert [d.code for d in state.diagnostics] == ["formula-too-large"]
    assert state.record is not None and state.record.verdicts.value == "unknown"


def test_a_requirement_that_cannot_be_written_is_not_proved(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplify, "over_arguments", lambda *args: None)
    state = opened(ASSUMES)
    PassManager.of().run(state)
    assert [d.code for d in state.diagnostics] == ["requirement-text"]
    assert state.record is not None and state.record.verdicts.value == "unknown"
    assert state.record.requires[0].text is None


def test_names_that_cannot_stand_in_a_formula_are_an_error(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplify, "names_of", lambda *args: Names({"a0": "x", "a1": "x", "i0": "i"}))
    state = opened(COPY)
    PassManager.of().run(state)
    assert [d.code for d in state.diagnostics] == ["bad-names"]
    assert not isinstance(state.verdict, Proved)
