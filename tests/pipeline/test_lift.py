"""Lifting a module: what is claimed, that it does not depend on names, and that it is the same every time."""

from __future__ import annotations

import re

import pytest

from tests.pipeline.texts import ADD, ASSUMES, COPY, DIVIDES_NEGATIVE, LOOP
from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.pipeline import LiftResult, lift_text
from triton_lift.util.settings import Settings


def lifted(text: str, budget: int | None = None) -> LiftResult:
    settings = Settings() if budget is None else Settings(budget=budget)
    return lift_text(generic_text_of_ttir(text), settings=settings)


def test_a_masked_addition_is_proved_for_all_sizes() -> None:
    result = lifted(ADD)
    assert result.func_attrs["lift.verdict"] == "proved given no_wrap"
    formula = result.func_attrs["lift.formula"]
    assert formula.startswith("out[i] = x[i] + y[i]  for i < ")
    assert set(re.findall(r"i < (\S+)", formula)) == {"n", "64*num_programs(0)"}
    assert result.arg_attrs == {n: {"lift.access": a} for n, a in enumerate(("read", "read", "write"))}
    assert result.diagnostics == ()


def test_a_copy_has_all_that_follows_from_its_proof() -> None:
    result = lifted(COPY)
    assert result.func_attrs["lift.verdict"] == "proved"
    assert result.func_unit_attrs == ("lift.no_wrap", "lift.deterministic")
    verdicts = result.record["verdicts"]
    assert isinstance(verdicts, dict)
    assert verdicts == {
        "value": "proved",
        "bounds": None,
        "coverage": None,
        "races": None,
        "wrap": "proved",
        "deterministic": "proved",
    }


def test_what_is_not_proved_is_not_on_the_ir() -> None:
    result = lifted(LOOP)
    assert (result.func_attrs, result.func_unit_attrs, result.arg_attrs) == ({}, (), {})
    assert [(d.code, d.where) for d in result.diagnostics] == [("loop-carried-store", "<input>:5:3")]
    assert result.record["grade"] == "refused"


def test_a_requirement_that_no_launch_meets_is_vacuous() -> None:
    # The dividend is -7 and the divisor an argument: where the denotation requires a non-negative dividend there is
    # no launch, and where it divides toward zero the value is -(7 // n).
    result = lifted(DIVIDES_NEGATIVE)
    verdict = str(result.record["verdict"])
    assert verdict.startswith("vacuous") or "tdiv" in str(result.func_attrs) or "-" in str(result.func_attrs)


def test_an_assumption_is_required_of_the_arguments_alone() -> None:
    result = lifted(ASSUMES)
    requires = result.record["requires"]
    assert isinstance(requires, list)
    (row,) = requires
    assert row["kind"] == "assume"
    # pid < n for all 0 <= pid < num_programs(0), which has at least one program
    assert row["text"] in ("not any(k >= n for k < num_programs(0))", "n >= num_programs(0)", "num_programs(0) <= n")


def test_same_input_same_bytes() -> None:
    assert lifted(ADD) == lifted(ADD)


@pytest.mark.parametrize("text", [ADD, COPY])
def test_names_and_locations_change_nothing_but_names(text: str) -> None:
    names = {"x": "alpha", "y": "beta", "out": "gamma", "n": "delta"}
    renamed = re.sub(r'loc\("(\w+)"\)', lambda m: f'loc("{names[m[1]]}")', text)
    renamed = re.sub(r"%(\w+)", r"%v_\1", renamed).replace("@add", "@f").replace("@copy", "@f")
    stripped = re.sub(r' loc\("\w+"\)', "", text)
    first, second, third = lifted(text), lifted(renamed), lifted(stripped)
    assert first.func_attrs["lift.verdict"] == second.func_attrs["lift.verdict"] == third.func_attrs["lift.verdict"]

    def by_position(result: LiftResult) -> str:
        shown = result.record["names"]
        assert isinstance(shown, dict)
        back = {name: symbol for symbol, name in shown.items()}
        return re.sub(r"[A-Za-z_]\w*", lambda m: str(back.get(m[0], m[0])), result.func_attrs["lift.formula"])

    assert by_position(first) == by_position(second) == by_position(third)


def test_the_budget_is_counted_in_steps() -> None:
    runs = [lifted(ADD, budget=40) for _ in range(2)]
    assert runs[0] == runs[1]
    assert [d.code for d in runs[0].diagnostics] == ["budget-exceeded"]
    assert runs[0].func_attrs == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "parse-error"),
        ('"builtin.module"() ({\n}) : () -> ()\n', "no-kernel"),
        ('"builtin.module"() ({\n  "tt.func"() <{sym_name = "k"}> ({\n  }) : () -> ()\n}) : () -> ()\n', "declaration"),
    ],
)
def test_what_is_no_kernel_is_a_located_diagnostic(text: str, code: str) -> None:
    result = lift_text(text, settings=Settings())
    (diagnostic,) = result.diagnostics
    assert diagnostic.code == code
    assert diagnostic.where.startswith("<input>:")
    assert result.func_attrs == {}
