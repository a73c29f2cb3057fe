"""docs/functions.md is the closed list: what the sources make is on it, and what is on it can be evaluated."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from triton_lift.term import numeric_functions
from triton_lift.term.numeric_value import Num
from triton_lift.util.diagnostic import Unsupported

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
SOURCES = [ROOT / "python" / "triton_lift" / folder for folder in ("ops/symbolic", "interp", "prove")]
MAKERS = {"app": 0, "bapp": 0, "named": 0, "_rounding": 0, "_integral": 1}
"""Calls that name a function, and the position of the name."""
# Without a concrete meaning so far; a kernel that uses one cannot be evaluated and is not counted.
UNEVALUATED = {"y0", "y1"}


def section(title: str) -> list[str]:
    body = PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


REALS, INTEGERS, PREDICATES = (
    section("Functions of reals"),
    section("Functions of integers"),
    section("Predicates on IEEE values"),
)
LISTED = {*REALS, *INTEGERS, *PREDICATES}


def pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace("<w>", r"(\d+|\*)").replace("<type>", r"(\w+|\*)"))


def is_listed(name: str) -> bool:
    return any(pattern(listed).fullmatch(name) for listed in LISTED)


def spelled(node: ast.expr) -> str | None:
    """A literal, or an f-string with `*` for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts)
        case _:
            return None


def made() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for folder in SOURCES:
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                position = MAKERS.get(name)
                if position is None or len(node.args) <= position:
                    continue
                text = spelled(node.args[position])
                # `{name}_i{width}`: the names that are put in are checked where they are listed
                if text is not None and not text.startswith("*"):
                    found.add((text, path.name))
    return found


def test_there_is_something_to_check() -> None:
    names = {name for name, _ in made()}
    assert {"exp", "sqrt", "isnan", "wrap_s*", "umulhi_i*"} <= names
    assert len(LISTED) > 60


def test_every_function_that_a_row_makes_is_listed() -> None:
    missing = sorted(f"{name} ({path})" for name, path in made() if not is_listed(name))
    assert not missing, "not in docs/functions.md: " + ", ".join(missing)


def test_every_partial_function_of_the_prover_is_listed() -> None:
    from triton_lift.prove.partial import PARTIAL

    assert sorted(name for name in PARTIAL if not is_listed(name)) == []


@pytest.mark.parametrize("name", sorted({*REALS, *INTEGERS} - UNEVALUATED))
def test_a_listed_function_has_a_concrete_meaning(name: str) -> None:
    concrete = name.replace("<w>", "32").replace("<type>", "f32")
    integral = name in INTEGERS and name != "fptoi" and not name.startswith("bits_")
    argument = Num(np.array([1], dtype=np.int64)) if integral else Num(np.array([0.5]))
    for count in (1, 2):
        try:
            value = numeric_functions.apply(concrete, [argument] * count)
        except (TypeError, ValueError, IndexError):
            continue  # another number of arguments
        assert value.val.shape == (1,)
        return
    raise AssertionError(f"{name} takes neither one nor two arguments")


@pytest.mark.parametrize("name", PREDICATES)
def test_a_listed_predicate_has_a_concrete_meaning(name: str) -> None:
    assert not numeric_functions.predicate(name, [Num(np.array([0.5]))]).val[0] or name == "isfinite"


def test_a_function_off_the_list_has_no_meaning() -> None:
    with pytest.raises(Unsupported, match="no concrete meaning"):
        numeric_functions.apply("frobnicate", [Num(np.array([0.5]))])
