"""Codes of diagnostics: all are listed in docs/diagnostics.md, and each is met in some test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Where a call has the code: by the name of what is called, its position.
POSITIONS = {
    "Diagnostic": 1,
    "refuse": 1,
    "unsupported": 1,
    "_refusal": 2,
    "_broken": 1,
    "_fail": 1,
}


def codes() -> Iterator[tuple[str, str]]:
    """(code, file) of every diagnostic that a source makes with a literal code."""
    for path in sorted((ROOT / "python" / "triton_lift").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            position = POSITIONS.get(name)
            if position is None or len(node.args) <= position:
                continue
            value = node.args[position]
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                yield value.value, str(path.relative_to(ROOT))


def listed(sections: slice = slice(1, None)) -> set[str]:
    """The codes of the page's sections, all by default."""
    text = (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8")
    lines = "\n".join(text.split("\n## ")[sections]).splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("| `")]
    return {code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)}


def test_every_code_is_listed() -> None:
    missing = sorted({f"{code} ({path})" for code, path in codes() if code not in listed()})
    assert not missing, "not in docs/diagnostics.md: " + ", ".join(missing)


def test_every_listed_code_is_made_somewhere() -> None:
    sources = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "python" / "triton_lift").rglob("*.py"))
    stale = sorted(code for code in listed() if f'"{code}"' not in sources)
    assert not stale, "made nowhere: " + ", ".join(stale)


def test_every_code_about_a_kernel_or_a_claim_is_tested() -> None:
    here = Path(__file__)
    tests = [p for p in (ROOT / "tests").rglob("*.py") if p != here]
    tests += [p for p in (ROOT / "lit_tests").rglob("*") if p.suffix in (".mlir", ".test", ".ttir")]
    text = "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in tests)
    untested = sorted(code for code in listed(slice(1, 4)) if code not in text)
    assert not untested, "in no test: " + ", ".join(untested)
