"""Definedness of whole kernels: what signs and masks show is not printed; what they do not is, with its bad twins."""

from __future__ import annotations

import pytest

from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.pipeline.lift import lift_state

ROW = """
tt.func public @row(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {{
  %p = tt.get_program_id x : i32
  %k = tt.make_range {{end = 64 : i32, start = 0 : i32}} : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %m = arith.cmpi slt, %k, %ns : tensor<64xi32>
  %base = arith.muli %p, %n : i32
  %bs = tt.splat %base : i32 -> tensor<64xi32>
  %i = arith.addi %bs, %k : tensor<64xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %low = arith.constant dense<0xFF800000> : tensor<64xf32>
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %xv = tt.load %xp, %m, %{other} : tensor<64x!tt.ptr<f32>>
  %e = {body} : tensor<64xf32>
  %s = "tt.reduce"(%e) <{{axis = 0 : i32}}> ({{
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tt.reduce.return %c : f32
  }}) : (tensor<64xf32>) -> f32
  %ss = tt.splat %s : f32 -> tensor<64xf32>
  %y = arith.divf %e, %ss : tensor<64xf32>
  %os = tt.splat %out : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %op = tt.addptr %os, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  tt.store %op, %y{mask} : tensor<64x!tt.ptr<f32>>
  tt.return
}}
"""


def conditions(body: str, other: str = "low", mask: str = ", %m") -> tuple[set[str], set[str | None]]:
    """(conditions per point, conditions on arguments that are about definedness)."""
    state, _ = lift_state(generic_text_of_ttir(ROW.format(body=body, other=other, mask=mask)))
    assert state is not None
    assert state.proved, state.verdict
    return {d for line in state.lines for d in line.defined}, {c.text for c in state.conditions if c.kind == "defined"}


def test_softmax_needs_no_condition() -> None:
    assert conditions("math.exp %xv") == (set(), set())


def test_a_sum_of_values_may_be_zero() -> None:
    per_point, of_arguments = conditions("arith.addf %xv, %xv", other="zero")
    assert len(per_point) == 1
    assert next(iter(per_point)).endswith("!= 0")
    assert of_arguments == set()


def test_a_sum_of_squares_may_be_zero() -> None:
    per_point, of_arguments = conditions("arith.mulf %xv, %xv", other="zero")
    assert len(per_point) == 1
    assert next(iter(per_point)).endswith("!= 0")
    assert of_arguments == set()


@pytest.mark.parametrize("body", ["math.exp %xv", "math.exp2 %xv"])
def test_unmasked_stores_of_an_empty_row_divide_by_zero(body: str) -> None:
    # without the mask a row of n <= 0 elements is stored: its sum is empty
    state, _ = lift_state(generic_text_of_ttir(ROW.format(body=body, other="low", mask="")))
    assert state is not None
    shown = [d for line in state.lines for d in line.defined] + [c.text for c in state.conditions]
    assert shown or not state.proved
