"""Partial functions that cancel in loops: those of the kernel's own operations are asked for, no others."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from triton_lift.hook import triton_api
from triton_lift.pipeline.lift import lift_text

EXAMPLES = Path(__file__).parents[2] / "examples"

DIVIDES_BY_THE_INDEX = """
tt.func public @k(%x: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32) {
  %z = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %z) -> (f32) : i32 {
    %xp = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %xp : !tt.ptr<f32>
    %f = arith.sitofp %i : i32 to f32
    %q = arith.divf %v, %f : f32
    %m = arith.mulf %q, %z : f32
    %s = arith.addf %v, %m : f32
    %b = arith.addf %a, %s : f32
    scf.yield %b : f32
  }
  tt.store %out, %r : !tt.ptr<f32>
  tt.return
}
"""


def test_what_a_closed_form_divides_by_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    example = importlib.import_module("running_mean")
    kernel = example.running_mean_kernel
    text = triton_api.generic_text(triton_api.compile_to_ttir(kernel, example.SIGNATURE, example.CONSTEXPRS))
    record = lift_text(text).record
    assert (record["verdicts"]["value"], record["requires"]) == ("proved", [])


def test_what_the_kernel_divides_by_is_asked_for() -> None:
    """The first iteration divides by zero, 0/0 or x/0, and multiplies by zero: NaN, unless there is none."""
    record = lift_text(triton_api.generic_text_of_ttir(DIVIDES_BY_THE_INDEX)).record
    assert record["requires"] or record["verdicts"]["value"] != "proved"
