"""Rounding by a magic constant: the named function agrees with the kernel, tightly in machine mode."""

from __future__ import annotations

import pytest

from tests.agree.kernels import Claims, func_of
from triton_lift._core import Term
from triton_lift.agree.compare import AgreementReport, check_agreement
from triton_lift.agree.launches import make_launches
from triton_lift.hook.triton_api import generic_text_of_ttir

# out[i] = (x[i] + 1.5*2^23) - 1.5*2^23, the integer nearest to x[i]
NEAREST = """
tt.func public @nearest(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32) {
  %c16 = arith.constant 16 : i32
  %magic = arith.constant 12582912.0 : f32
  %magics = tt.splat %magic : f32 -> tensor<16xf32>
  %pid = tt.get_program_id x : i32
  %start = arith.muli %pid, %c16 : i32
  %range = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %starts = tt.splat %start : i32 -> tensor<16xi32>
  %offs = arith.addi %starts, %range : tensor<16xi32>
  %ns = tt.splat %n : i32 -> tensor<16xi32>
  %mask = arith.cmpi slt, %offs, %ns : tensor<16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %offs : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %xv = tt.load %xp, %mask : tensor<16x!tt.ptr<f32>>
  %up = arith.addf %xv, %magics : tensor<16xf32>
  %down = arith.subf %up, %magics : tensor<16xf32>
  %os = tt.splat %out : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %op = tt.addptr %os, %offs : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  tt.store %op, %down, %mask : tensor<16x!tt.ptr<f32>>
  tt.return
}
"""


def report_of(claims: Claims, value: Term) -> AgreementReport:
    func = func_of(generic_text_of_ttir(NEAREST))
    launches = make_launches(func, None, n=24, seed=2)

    def again(launch: object, k: int) -> object:
        number = int(launch.label.split()[1])  # type: ignore[attr-defined]
        return make_launches(func, None, seed=2, grow=k, only=number)[0]

    return check_agreement(func, [claims.add_statement(value=value)], [], launches, again=again)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", ["named", "identity", "other constant"])
def test_only_the_named_function_agrees(shape: str) -> None:
    claims = Claims()
    c = claims.ctx
    x = claims.read("a0", claims.i)
    magic = c.num(3 * 2**22 if shape == "named" else 2**25)
    value = x if shape == "identity" else c.app("fsub_f32", [c.app("fadd_f32", [x, magic]), magic])
    report = report_of(claims, value)
    assert report.status == ("agrees" if shape == "named" else "disagrees")
    assert report.undecided == {}
    if shape == "identity":  # real mode does not round, so only machine mode tells
        assert {m.mode for m in report.mismatches} == {"machine"}
