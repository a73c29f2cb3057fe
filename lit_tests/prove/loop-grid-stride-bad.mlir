// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// One cell less than the kernel writes.
// CLAIM: out[i] = 2*x[i] for i < n - 1
// CHECK: // claim out[i] = 2*x[i] for i < n - 1: {{unknown|refuted}}: V3
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %np = tt.get_num_programs x : i32
  %c64 = arith.constant 64 : i32
  %r64 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %first = arith.muli %p, %c64 : i32
  %step = arith.muli %np, %c64 : i32
  scf.for %start = %first to %n step %step : i32 {
    %bs = tt.splat %start : i32 -> tensor<64xi32>
    %i = arith.addi %bs, %r64 : tensor<64xi32>
    %m = arith.cmpi slt, %i, %ns : tensor<64xi32>
    %ab = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %ap = tt.addptr %ab, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %a = tt.load %ap, %m : tensor<64x!tt.ptr<f32>>
    %s = arith.addf %a, %a : tensor<64xf32>
    %ob = tt.splat %out : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %op = tt.addptr %ob, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    tt.store %op, %s, %m : tensor<64x!tt.ptr<f32>>
  }
  tt.return
}
