"""Strict: what is a diagnostic otherwise, raises; what is no failure of ours does not."""

from __future__ import annotations

import pytest
import triton
import triton.language as tl
from triton.compiler import ASTSource

import triton_lift
from tests.hook.conftest import FakePipeline
from tests.hook.kernels import CUDA, binaries, compile_kernel, summary_of
from triton_lift.hook import key
from triton_lift.pipeline.result import LiftResult
from triton_lift.util.diagnostic import Diagnostic, LiftError, Unsupported

ERROR = Diagnostic("error", "some-code", "refused", where="file.py:3:4", op="tt.some")
REMARK = Diagnostic("remark", "some-remark", "by the way", where="file.py:3:4")


def test_an_error_of_the_pipeline_raises(fake: FakePipeline) -> None:
    fake.result = LiftResult(record={"schema": 1}, diagnostics=(REMARK, ERROR))
    with triton_lift.lifting(strict=True), pytest.raises(LiftError) as caught:
        compile_kernel()
    assert caught.value.diagnostic == ERROR


def test_a_remark_does_not(fake: FakePipeline) -> None:
    fake.result = LiftResult(record={"schema": 1}, diagnostics=(REMARK,))
    with triton_lift.lifting(strict=True):
        assert summary_of(compile_kernel())


def test_not_strict_logs_each_once(fake: FakePipeline, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "triton_lift")
    fake.result = LiftResult(record={"schema": 1}, diagnostics=(REMARK, ERROR))
    with triton_lift.lifting():
        assert summary_of(compile_kernel()), "a refusal is recorded too"
    assert [record.getMessage() for record in caplog.records] == [str(REMARK), str(ERROR)]


def test_our_own_error_keeps_its_type_and_cause(fake: FakePipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, *, settings: object) -> None:
        raise Unsupported(ERROR)

    monkeypatch.setattr("triton_lift.pipeline.lift_text", broken)
    with triton_lift.lifting(strict=True), pytest.raises(Unsupported):
        compile_kernel()

    def broken_otherwise(text: str, *, settings: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("triton_lift.pipeline.lift_text", broken_otherwise)
    with triton_lift.lifting(strict=True), pytest.raises(LiftError) as caught:
        compile_kernel()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@triton.jit(noinline=True)
def helper(x):
    return x * 2


@triton.jit
def calling(out_ptr, x_ptr):
    tl.store(out_ptr, helper(tl.load(x_ptr)))


def test_a_call_is_refused_with_its_location(caplog: pytest.LogCaptureFixture) -> None:
    source = ASTSource(calling, signature={"out_ptr": "*fp32", "x_ptr": "*fp32"})
    alone = triton.compile(source, target=CUDA)
    with triton_lift.lifting():
        compiled = triton.compile(source, target=CUDA)
    assert binaries(compiled) == binaries(alone)
    messages = [record.getMessage() for record in caplog.records if "tt.call" in record.getMessage()]
    assert messages and "test_strict.py:" in messages[0]
    assert "lift.formula" not in compiled.asm["ttir"]


def test_no_key_raises(fake: FakePipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OSError("unreadable")

    monkeypatch.setattr(key, "source_digest", broken)
    with triton_lift.lifting(strict=True), pytest.raises(LiftError, match="no-cache-key"):
        compile_kernel()


def test_a_kernel_that_is_not_selected_cannot_fail(fake: FakePipeline) -> None:
    fake.result = LiftResult(diagnostics=(ERROR,))
    with triton_lift.lifting("other", strict=True):
        compile_kernel()
