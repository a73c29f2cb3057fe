"""Kernels in pretty TTIR for the tests of pipeline, records and commands."""

from __future__ import annotations

ADD = """
tt.func public @add(%x: !tt.ptr<f32> loc("x"), %y: !tt.ptr<f32> loc("y"), %out: !tt.ptr<f32> loc("out"),
                    %n: i32 loc("n")) {
  %c64 = arith.constant 64 : i32
  %p = tt.get_program_id x : i32
  %base = arith.muli %p, %c64 : i32
  %lane = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %bs = tt.splat %base : i32 -> tensor<64xi32>
  %i = arith.addi %bs, %lane : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %m = arith.cmpi slt, %i, %ns : tensor<64xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %xv = tt.load %xp, %m : tensor<64x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %yv = tt.load %yp, %m : tensor<64x!tt.ptr<f32>>
  %s = arith.addf %xv, %yv : tensor<64xf32>
  %os = tt.splat %out : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %op = tt.addptr %os, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  tt.store %op, %s, %m : tensor<64x!tt.ptr<f32>>
  tt.return
}
"""

COPY = """
tt.func public @copy(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %xp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %xp : !tt.ptr<f32>
  %op = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %op, %v : !tt.ptr<f32>
  tt.return
}
"""

LOOP = """
tt.func public @loop(%x: !tt.ptr<f32> loc("x"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 : i32 {
    %xp = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %xp : !tt.ptr<f32>
    %next = arith.addi %i, %c1 : i32
    %yp = tt.addptr %x, %next : !tt.ptr<f32>, i32
    tt.store %yp, %v : !tt.ptr<f32>
  }
  tt.return
}
"""

DIVIDES_NEGATIVE = """
tt.func public @k(%out: !tt.ptr<i32> loc("out"), %n: i32 loc("n")) {
  %a = arith.constant -7 : i32
  %r = arith.divsi %a, %n : i32
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
"""

ASSUMES = """
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c = arith.cmpi slt, %p, %n : i32
  llvm.intr.assume %c : i1
  %xp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %xp : !tt.ptr<f32>
  %op = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %op, %v : !tt.ptr<f32>
  tt.return
}
"""
