"""Fixtures of the hook's tests: a cache per test, lifting off before and after, a pipeline that records its calls."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("TRITON_DEFAULT_FP_FUSION", "1")

import triton_lift
import triton_lift.pipeline as pipeline
from triton_lift.hook import report
from triton_lift.pipeline.result import LiftResult
from triton_lift.util.settings import Settings

Child = Callable[..., "subprocess.CompletedProcess[str]"]

# Characters that a printer has to escape, and text that looks like an attribute of ours.
FORMULA = 'out[i] = x[i] + y[i]  for all "i" ∈ [0, n) \\ {lift.formula = "no"}\n'
RECORD: dict[str, object] = {"schema": 1, "kernel": "add", "text": 'é"\\'}


class FakePipeline:
    """Stands for the pipeline: remembers what it was given and answers with ``result``."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.result = LiftResult(
            func_attrs={"lift.summary": '{"a":"b"}', "lift.formula": FORMULA},
            func_unit_attrs=("lift.race_free",),
            arg_attrs={0: {"lift.access": "read"}, 2: {"lift.access": "write"}},
            record=RECORD,
        )

    def __call__(self, generic_text: str, *, settings: Settings) -> LiftResult:
        self.texts.append(generic_text)
        return self.result


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    cache = tmp_path / "triton-cache"
    monkeypatch.setenv("TRITON_CACHE_DIR", str(cache))
    for name in [name for name in os.environ if name.startswith("TRITON_LIFT")]:
        monkeypatch.delenv(name)
    return cache


@pytest.fixture(autouse=True)
def off_before_and_after() -> Iterator[None]:
    triton_lift.disable()
    report._said.clear()
    yield
    triton_lift.disable()
    report.configure_logging(None)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    lift = FakePipeline()
    monkeypatch.setattr(pipeline, "lift_text", lift)
    return lift


@pytest.fixture
def child(own_cache: Path) -> Child:
    """Run Python code in a fresh process with the given variables; its answer is what it printed."""

    def run(code: str, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "TRITON_CACHE_DIR": str(own_cache), **variables}
        command = [sys.executable, *flags, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)

    return run
