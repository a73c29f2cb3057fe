"""Gluon kernels have no TTIR: a located diagnostic, and nothing else."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import triton
from triton.experimental import gluon
from triton.experimental.gluon import language as gl
from triton.experimental.gluon._runtime import GluonASTSource

import triton_lift
from tests.hook.conftest import FakePipeline
from tests.hook.kernels import CUDA, binaries, summary_of
from triton_lift.util.diagnostic import Unsupported


@gluon.jit
def copy_kernel(in_ptr, out_ptr, n, BLOCK: gl.constexpr):
    layout: gl.constexpr = gl.BlockedLayout([1], [32], [4], [0])
    i = gl.program_id(0) * BLOCK + gl.arange(0, BLOCK, layout=layout)
    gl.store(out_ptr + i, gl.load(in_ptr + i, mask=i < n), mask=i < n)


def compile_gluon() -> Any:
    signature = {"in_ptr": "*fp32", "out_ptr": "*fp32", "n": "i32", "BLOCK": "constexpr"}
    return triton.compile(GluonASTSource(copy_kernel, signature=signature, constexprs={"BLOCK": 128}), target=CUDA)


def test_gluon_is_refused_with_its_location(fake: FakePipeline, caplog: pytest.LogCaptureFixture) -> None:
    alone = compile_gluon()
    with triton_lift.lifting():
        compiled = compile_gluon()
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "test_gluon.py:" in record.getMessage() and "[unsupported-gluon]" in record.getMessage()
    assert "copy_kernel" in record.getMessage()
    assert not fake.texts and summary_of(compiled) is None
    assert binaries(compiled) == binaries(alone)


def test_gluon_not_selected_is_not_mentioned(fake: FakePipeline, caplog: pytest.LogCaptureFixture) -> None:
    with triton_lift.lifting("other"):
        compile_gluon()
    assert not caplog.records


def test_gluon_strict(fake: FakePipeline) -> None:
    with triton_lift.lifting(strict=True), pytest.raises(Unsupported, match="unsupported-gluon"):
        compile_gluon()
