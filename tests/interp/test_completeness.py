"""Every symbolic row has a concrete row, a line in docs/ops-reference.md and a test that names its label."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triton_lift.interp.engine import IGNORED, MEMORY_ROWS
from triton_lift.ops.concrete.rows import concrete_rows
from triton_lift.ops.symbolic.math import _LIBDEVICE, _LIBDEVICE_PREDICATES  # pyright: ignore[reportPrivateUsage]
from triton_lift.ops.symbolic.row import SYMBOLIC_ROWS, row
from triton_lift.term import numeric_reals

HERE = Path(__file__).parent
REFERENCE = (HERE.parent.parent / "docs" / "ops-reference.md").read_text(encoding="utf-8")
STRUCTURE = [
    "tt.reduce",
    "tt.scan",
    "scf.if",
    "scf.yield",
    "cf.br",
    "cf.cond_br",
    "tt.return",
    "tt.assert",
    "llvm.intr.assume",
    "tt.print",
    "ttg.barrier",
]
OPS = sorted({*SYMBOLIC_ROWS, *MEMORY_ROWS, *STRUCTURE})
LINES = {m[1]: m[0] for m in re.finditer(r"^\| `(\w+)` \|.*\|$", REFERENCE, re.M)}


def label(op: str) -> str:
    return op.replace(".", "_")


@pytest.mark.parametrize("op", OPS)
def test_an_op_is_in_the_reference(op: str) -> None:
    assert label(op) in LINES, f"docs/ops-reference.md has no line for {label(op)}"
    cells = [c.strip() for c in LINES[label(op)].strip("|").split("|")]
    assert len(cells) == 4
    assert cells[3], "a line says what the op means"


def test_the_reference_has_no_line_without_an_op() -> None:
    known = {label(op) for op in (*OPS, *IGNORED)}
    assert sorted(set(LINES) - known) == []


@pytest.mark.parametrize("op", OPS)
def test_a_symbolic_row_has_a_concrete_row_of_the_same_label(op: str) -> None:
    assert op in concrete_rows
    assert concrete_rows[op].label == label(op)
    if op in SYMBOLIC_ROWS:
        assert SYMBOLIC_ROWS[op].label == label(op)


@pytest.mark.parametrize("op", OPS)
def test_an_op_is_tested_by_name(op: str) -> None:
    texts = [p.read_text(encoding="utf-8") for p in HERE.glob("test_*.py") if p.name != "test_completeness.py"]
    assert any(label(op) in t or f'"{op}"' in t or f'{op}"' in t for t in texts)


def test_a_second_row_is_an_error() -> None:
    with pytest.raises(ValueError, match="two symbolic rows"):
        row("arith.addi")(SYMBOLIC_ROWS["arith.addi"].meaning)


def test_libdevice_names_have_a_concrete_meaning() -> None:
    # each name that stays a named function in a term can be evaluated
    known = {
        *numeric_reals.MONOTONE,
        *numeric_reals.LIPSCHITZ,
        *numeric_reals.OPAQUE_ERROR,
        *numeric_reals.BINARY,
        "max",
        "min",
        "abs",
        "recip",
        "erfcinv",
    }
    rewritten = {"fabs", "fmax", "fmin", "rint", "nearbyint", "fma", "rsqrt"}
    for name in _LIBDEVICE:
        plain = (
            name.removeprefix("fast_").removesuffix("_rn").removesuffix("_rz").removesuffix("_ru").removesuffix("_rd")
        )
        arithmetic = plain in (
            "fdividef",
            "fdivide",
            "fdiv",
            "ddiv",
            "fmul",
            "dmul",
            "fadd",
            "dadd",
            "fsub",
            "dsub",
            "fmaf",
            "frcp",
            "drcp",
            "fsqrt",
            "dsqrt",
        )
        assert plain in known or plain in rewritten or arithmetic, name
    assert set(_LIBDEVICE_PREDICATES.values()) <= {"isnan", "isinf", "isfinite", "signbit"}
