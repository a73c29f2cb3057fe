"""Renaming the function, arguments, blocks and SSA values, and stripping locations, changes no verdict and no formula.

Up to names: statements of both lifts have equal structural keys, and the formulas are equal once the argument names of
the second are put back.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline import texts
from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.ir.printer import print_module
from triton_lift.ir.reader import read_module
from triton_lift.pipeline.lift import lift_state
from triton_lift.pipeline.state import LiftState

KERNELS = ("ADD", "COPY", "LOOP", "DIVIDES_NEGATIVE", "ASSUMES")

ROOT = Path(__file__).resolve().parents[2]
CORPUS = os.environ.get("TRITON_LIFT_CORPUS")


def renamed(text: str) -> tuple[str, dict[str, str]]:
    """The text under other names, longest first so that none is the prefix of another, and new argument name to old."""
    entry = re.search(r"\^bb0\(([^\n]*)\):\n", text)
    assert entry is not None
    arguments = re.findall(r"%([\w.$-]+):", entry[1])
    names = list(dict.fromkeys(re.findall(r"%([A-Za-z0-9_.$-]+)", text)))
    table = {name: f"zz{len(names) - k}q" for k, name in enumerate(names)}
    out = re.sub(r"%([A-Za-z0-9_.$-]+)", lambda m: "%" + table[m[1]], text)
    out = re.sub(r'sym_name = "[^"]*"', 'sym_name = "other_name"', out)
    out = re.sub(r"\^bb(\d+)", r"^block\1x", out)
    return out, {table[a]: a for a in arguments}


def without_locations(text: str) -> str:
    """The same module printed without locations."""
    return print_module(read_module(text))


def example_sources() -> list[str]:
    """Generic text, with locations, of every kernel under examples/."""
    script = (
        "import sys, json, importlib; sys.path.insert(0, 'examples')\n"
        "from catalogue import KERNELS\n"
        "from triton.backends.compiler import GPUTarget\n"
        "from triton_lift.hook import triton_api\n"
        "out = []\n"
        "for name, kernel in KERNELS.items():\n"
        "    m = importlib.import_module(name)\n"
        "    target = GPUTarget('cuda', 90, 32)\n"
        "    module = triton_api.compile_to_ttir(getattr(m, kernel), m.SIGNATURE, m.CONSTEXPRS, target)\n"
        "    out.append(triton_api.generic_text(module))\n"
        "print(json.dumps(out))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def statements(state: LiftState | None) -> list[tuple[str, str, str, str, str]]:
    if state is None or state.summary is None:
        return []
    return [(s.array, s.kind, s.domain.key, s.address.key, s.value.key) for s in state.summary.statements]


def check(text: str) -> None:
    other, back = renamed(without_locations(text))
    state, record = lift_state(text)
    state_other, record_other = lift_state(other)
    assert (record.verdict, record.grade) == (record_other.verdict, record_other.grade)
    assert record.given == record_other.given
    assert statements(state) == statements(state_other)
    put_back = [re.sub(r"zz\d+q", lambda m: back[m[0]], f) for f in record_other.formulas]
    if "loc(" not in text:  # with locations the first text shows the source's names
        assert put_back == list(record.formulas)


@pytest.mark.parametrize("name", KERNELS)
def test_names_do_not_matter(name: str) -> None:
    check(generic_text_of_ttir(getattr(texts, name)))


def test_names_do_not_matter_on_the_examples() -> None:
    for source in example_sources():
        check(source)


@pytest.mark.extended
@pytest.mark.skipif(CORPUS is None, reason="TRITON_LIFT_CORPUS names no folder of kernels")
def test_names_do_not_matter_on_a_corpus() -> None:
    for path in sorted(Path(str(CORPUS)).rglob("*.ttir"))[::7]:
        check(generic_text_of_ttir(path))
