"""Pages say what is there: links resolve, commands and targets exist, settings and decisions are all listed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from triton_lift.cli.main import COMMANDS
from triton_lift.pipeline.steps import PASSES
from triton_lift.util.settings import ACCEPTED, DEFAULT_BUDGET

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """GitHub's anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{name(page)} links to {target}"
        if anchor:
            assert anchor in anchors(found), f"{name(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text(encoding="utf-8"), re.DOTALL))
    for target in re.findall(r"\bmake ([a-z][a-z-]*)", code):
        assert target in targets, f"{name(page)}: make {target}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_exist(page: Path) -> None:
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`|^    .*$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
    for command in re.findall(r"\btriton-lift ([a-z]+)\b", code):
        assert command in COMMANDS, f"{name(page)}: triton-lift {command}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_source_files_that_are_named_exist(page: Path) -> None:
    package = ROOT / "python" / "triton_lift"
    for path in re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|md|cpp|hpp|pyi))`", page.read_text(encoding="utf-8")):
        places = (ROOT / path, package / path, ROOT / "python" / path)
        assert any(place.is_file() for place in places), f"{name(page)}: {path}"


def test_every_page_is_in_the_index() -> None:
    index = text("docs/index.md")
    missing = [p.name for p in (ROOT / "docs").glob("*.md") if p.name != "index.md" and f"]({p.name})" not in index]
    assert not missing


def test_every_decision_is_listed() -> None:
    index = text("docs/adr/README.md")
    missing = [p.name for p in (ROOT / "docs" / "adr").glob("0*.md") if f"]({p.name})" not in index]
    assert not missing


def test_decisions_say_why_and_what_follows() -> None:
    for page in sorted((ROOT / "docs" / "adr").glob("0*.md")):
        body = page.read_text(encoding="utf-8")
        assert body.startswith(f"# {page.name[:4]}: "), page.name
        for part in ("**Decision.**", "**Why not otherwise.**", "**What follows.**"):
            assert part in body, f"{page.name}: {part}"


@pytest.mark.parametrize("page", ["docs/settings.md", "README.md"])
def test_every_setting_is_explained(page: str) -> None:
    body = text(page)
    for variable in ACCEPTED:
        assert f"`{variable}" in body, f"{page}: {variable}"


def test_the_default_budget_is_the_one_explained() -> None:
    assert f"| {DEFAULT_BUDGET} |" in text("docs/settings.md")


def test_the_passes_are_the_ones_explained() -> None:
    assert f"`{', '.join(PASSES)}`" in text("docs/architecture.md")


def test_every_layer_is_explained() -> None:
    body = text("docs/architecture.md")
    folders = [p.name for p in (ROOT / "python" / "triton_lift").iterdir() if (p / "__init__.py").is_file()]
    assert [folder for folder in folders if f"| `{folder}` |" not in body] == []


def test_the_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "matrix", "bench", "test-extended"):
        assert re.search(rf"^{target}\s", listed, re.MULTILINE), target


def test_nothing_names_a_machine() -> None:
    # Python files in examples and benchmarks too: what is written there is read as documentation
    files = [*PAGES, *(ROOT / "examples").glob("*.py"), *(ROOT / "benchmarks").glob("*")]
    for path in files:
        if path.is_file():
            assert not re.search(r"/(work|home|root|Users)/", path.read_text(encoding="utf-8")), name(path)
