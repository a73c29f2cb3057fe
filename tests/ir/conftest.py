"""Fixtures of the reader's tests: the sample texts, and one attribute read on its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from triton_lift.ir.model import Attr, Module
from triton_lift.ir.reader import read_module

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.mlir"))


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> str:
    """Each sample text in turn."""
    return request.param.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def module() -> Callable[..., Module]:
    """Reads ops as the body of a module, with top-level definitions before it."""

    def read(ops: str, before: str = "") -> Module:
        return read_module(f'{before}\n"builtin.module"() ({{\n{ops}\n}}) : () -> ()\n')

    return read


@pytest.fixture(scope="session")
def attribute(module: Callable[..., Module]) -> Callable[..., Attr]:
    """Reads one attribute."""

    def read(text: str, before: str = "") -> Attr:
        op = module(f'"t.op"() {{a = {text}}} : () -> ()', before).op.regions[0].blocks[0].ops[0]
        return op.attributes["a"]

    return read
