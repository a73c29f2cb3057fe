"""Shadows of loops: values handed on among themselves, loops that do not run, loops that come first in a body."""

from __future__ import annotations

import numpy as np
import pytest

from triton_lift.agree.memory import Buffer, Launch
from triton_lift.agree.run import run
from triton_lift.agree.shadow import Shadow
from triton_lift.agree.trips import loop_arguments, observed_trips, trip_sizes
from triton_lift.hook.triton_api import generic_text_of_ttir
from triton_lift.ir.model import FloatType, Op
from triton_lift.ir.reader import read_module

# new = b/3 + ... of an inner loop that is the body's first op; a takes b, b takes the new value
ROTATING = """
tt.func public @rotating(%x: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32, %m: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %one = arith.constant 1.0 : f32
  %third = arith.constant 0.333333343 : f32
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %third, %b = %one) -> (f32, f32) : i32 {
    %s = scf.for %j = %c0 to %m step %c1 iter_args(%t = %a) -> (f32) : i32 {
      %u = arith.mulf %t, %third : f32
      %v = arith.addf %u, %b : f32
      scf.yield %v : f32
    }
    %xp = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %xv = tt.load %xp : !tt.ptr<f32>
    %new = arith.addf %s, %xv : f32
    scf.yield %b, %new : f32, f32
  }
  tt.store %out, %r#0 : !tt.ptr<f32>
  %next = tt.addptr %out, %c1 : !tt.ptr<f32>, i32
  tt.store %next, %r#1 : !tt.ptr<f32>
  tt.return
}
"""
# The after-region only yields: nothing is seen of it.
WHILE = """
tt.func public @halves(%x: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32, %m: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %third = arith.constant 0.333333343 : f32
  %first = tt.load %x : !tt.ptr<f32>
  %r:2 = scf.while (%i = %c0, %t = %first) : (i32, f32) -> (i32, f32) {
    %go = arith.cmpi slt, %i, %n : i32
    %u = arith.mulf %t, %third : f32
    %v = arith.addf %u, %first : f32
    %k = arith.addi %i, %c1 : i32
    scf.condition(%go) %k, %v : i32, f32
  } do {
  ^bb0(%i: i32, %t: f32):
    scf.yield %i, %t : i32, f32
  }
  tt.store %out, %r#1 : !tt.ptr<f32>
  tt.return
}
"""


def func_of(text: str) -> Op:
    return read_module(generic_text_of_ttir(text)).functions()[0]


@pytest.mark.parametrize("text", [ROTATING, WHILE])
def test_bounds_hold_however_often_loops_run(text: str) -> None:
    func = func_of(text)
    f32 = FloatType("f32")
    x = np.random.default_rng(0).normal(size=8).astype(np.float32)
    for n in (0, 1, 2, 5):
        for m in (3, 0, 1):
            args = (Buffer(f32, x), Buffer(f32, np.zeros(2, np.float32)), n, m)
            launch = Launch((3, 1, 1), args, 0, "by hand")  # several programs: what one saw is not the next one's
            shadow = Shadow(func, launch, real=False)
            machine = run(func, launch, "machine", observe=shadow.observe).arrays["a1"].astype(np.float64)
            real = run(func, launch, "real").arrays["a1"]
            bound = shadow.cell_errors(1)
            assert not shadow.lost
            assert (np.abs(machine - real) <= bound + 1e-15 * np.abs(real)).all(), (n, m)
            assert (bound <= 1e-5).all(), (n, m)


def test_rotated_values_have_their_own_bounds() -> None:
    func, f32 = func_of(ROTATING), FloatType("f32")
    x = np.array([2.0**-30], np.float32)  # 1/3 + 2^-30 and 1 are not rounded alike: only the second value is
    launch = Launch((1, 1, 1), (Buffer(f32, x), Buffer(f32, np.zeros(2, np.float32)), 1, 0), 0, "by hand")
    shadow = Shadow(func, launch, real=False)
    run(func, launch, "machine", observe=shadow.observe)
    assert shadow.cell_errors(1)[0] == 0 < shadow.cell_errors(1)[1]


def test_arguments_that_decide_about_loops() -> None:
    assert loop_arguments(func_of(ROTATING)) == {2: 1, 3: 1}
    assert loop_arguments(func_of(WHILE)) == {2: 1}
    tiled = ROTATING.replace("%c0 to %n step %c1 iter_args(%a", "%c0 to %n step %c64 iter_args(%a").replace(
        "%one =", "%c64 = arith.constant 64 : i32\n  %one ="
    )
    assert loop_arguments(func_of(tiled)) == {2: 64, 3: 1}


@pytest.mark.parametrize(("text", "n", "m", "want"), [
    (ROTATING, 3, 2, {2, 3}), (ROTATING, 2, 0, {0, 2}), (ROTATING, 0, 5, {0}), (WHILE, 4, 0, {4}), (WHILE, 0, 0, {0}),
])  # fmt: skip
def test_counting_iterations(text: str, n: int, m: int, want: set[int]) -> None:
    args = (Buffer(FloatType("f32"), np.ones(8, np.float32)), Buffer(FloatType("f32"), np.zeros(2, np.float32)), n, m)
    assert observed_trips(func_of(text), Launch((2, 1, 1), args, 0, "by hand")) == want


@pytest.mark.parametrize("tile", [1, 2, 64])
def test_sizes_run_a_loop_not_once_and_often(tile: int) -> None:
    trips = {-(-size // tile) for size in trip_sizes(tile)}
    assert {0, 1, 2, 3} <= trips
    assert tile == 1 or any(size % tile for size in trip_sizes(tile) if size > tile)
