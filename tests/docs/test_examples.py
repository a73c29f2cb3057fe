"""The example kernels are all proved, each with the formula that its docstring promises."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from triton_lift.emit.schema import Record
from triton_lift.hook import triton_api
from triton_lift.pipeline.lift import lift_state

EXAMPLES = Path(__file__).parents[2] / "examples"

# Of the first formula: what it begins with, and a part of its value; written down from the kernels, not from output.
EXPECTED = {
    "vector_add": ("out_ptr[i] = ", "x_ptr[i] + y_ptr[i]"),
    "inplace_add": ("x_ptr[i] = ", "alpha*y_ptr[i]"),
    "swiglu": ("out_ptr[i] = ", "exp(-gate_ptr[i])"),
    "gelu": ("out_ptr[i] = ", "x_ptr[i]**3"),
    "softmax": ("out_ptr[i, j] = ", "sum(exp("),
    "rms_norm": ("out_ptr[i, j] = ", "x_ptr[i, k]**2"),
    "layer_norm": ("mean_ptr[i] = ", "sum(x_ptr[i, k] for k < n_cols"),
    "rotary": ("out_ptr[i, j] = ", "cos_ptr[i, j]"),
    "row_argmax": ("out_ptr[i] = ", "max(x_ptr[i, k] for k < n_cols"),
    "cumsum": ("out_ptr[i, j] = ", "k <= j"),
    "transpose": ("out_ptr[j, i] = ", "x_ptr[i, j]"),
    "matmul_block": ("c_ptr[i, j] = ", "sum(a_ptr[i, p]*b_ptr[p, j] for p < k"),
    "dropout": ("out_ptr[i] = ", "umulhi_i32("),
    "atomic_sum": ("out_ptr[0] += ", "sum(x_ptr["),
    "embedding": ("out_ptr[i, j] = ", "ids_ptr[i]"),
    "grouped_scale": ("out_ptr[i, j] = ", "scale_ptr[i % channels]"),
}


@pytest.fixture(scope="module", autouse=True)
def examples_importable() -> object:
    sys.path.insert(0, str(EXAMPLES))
    yield
    sys.path.remove(str(EXAMPLES))


def lifted(module: str) -> Record:
    kernels: dict[str, str] = importlib.import_module("catalogue").KERNELS
    example = importlib.import_module(module)
    ttir = triton_api.compile_to_ttir(getattr(example, kernels[module]), example.SIGNATURE, example.CONSTEXPRS)
    _, record = lift_state(triton_api.generic_text(ttir), filename=module)
    return record


def test_the_catalogue_is_complete() -> None:
    catalogue = importlib.import_module("catalogue")
    kernels: dict[str, str] = catalogue.KERNELS
    files = {p.stem for p in EXAMPLES.glob("*.py") if "@triton.jit" in p.read_text(encoding="utf-8")}
    assert set(kernels) == set(EXPECTED)
    assert files == set(kernels) | set(catalogue.LOOPS)


@pytest.mark.parametrize("module", EXPECTED)
def test_an_example_is_proved(module: str) -> None:
    record = lifted(module)
    assert record.verdicts.value == "proved", record.diagnostics
    assert record.grade == "closed"
    start, part = EXPECTED[module]
    assert record.formulas[0].startswith(start), record.formulas[0]
    assert part in record.formulas[0]


@pytest.mark.parametrize("module", EXPECTED)
def test_an_example_asks_for_no_size_that_is_a_multiple_of_its_block(module: str) -> None:
    assert not [r.text for r in lifted(module).requires if r.text and "% 1024" in r.text]


def test_an_axis_that_repeats_an_update_is_single() -> None:
    texts = {r.text for r in lifted("atomic_sum").requires}
    assert texts == {"num_programs(1) == 1", "num_programs(2) == 1"}


def test_in_place_is_said_where_it_is_allowed() -> None:
    assert all(d.in_place for d in lifted("vector_add").disjoint)
    assert not any(d.in_place for d in lifted("softmax").disjoint)
