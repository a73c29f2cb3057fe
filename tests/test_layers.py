"""Imports go only downward through the layers, and each foreign library has its one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "python" / "triton_lift"

# docs/design: each layer may import itself and those before it. Those on top do not import one another.
ORDER = (
    "util",
    "ir",
    "term",
    "linear",
    "ops",
    "interp",
    "loops",
    "prove",
    "contract",
    "simplify",
    "recognise",
    "emit",
    "pipeline",
)
TOP = ("hook", "agree", "cli", "report", "equiv", "probe")
# Above the pipeline: Triton's own internals are reached through the hook's door, and commands may use everything.
ALSO = {"agree": {"hook"}, "cli": {"hook", "agree"}}
DOORS = ("z3", "egglog", "triton")


def sources() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """All modules imported anywhere in a file, by absolute name, with their lines."""
    package = ("triton_lift", *path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                for name in names:
                    yield name.name, node.lineno
            case ast.ImportFrom(module=module, names=names, level=0) if module is not None:
                for name in names:
                    yield f"{module}.{name.name}", node.lineno
            case ast.ImportFrom(module=module, names=names, level=level):
                base = ".".join(package[: len(package) - level + 1])
                for name in names:
                    yield ".".join(part for part in (base, module, name.name) if part), node.lineno
            case _:
                pass


def layer(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "triton_lift" or len(parts) < 2:
        return None
    return parts[1] if parts[1] in ORDER + TOP else None


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downward(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    if len(parts) == 1:
        return  # the package itself is the façade
    own = parts[0]
    assert own in ORDER + TOP, f"{own} is no layer: add it to the order"
    allowed = set(ORDER[: ORDER.index(own) + 1]) if own in ORDER else {*ORDER, own, *ALSO.get(own, ())}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for module, line in imports(path)
        if (target := layer(module)) is not None and target not in allowed
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("library", DOORS)
def test_one_door_per_foreign_library(library: str) -> None:
    users = sorted(
        {
            str(path.relative_to(ROOT))
            for path in sources()
            for module, _ in imports(path)
            if module.split(".")[0] == library
        }
    )
    assert len(users) <= 1, f"{library} is imported by {users}"
