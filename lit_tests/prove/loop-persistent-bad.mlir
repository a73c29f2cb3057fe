// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// Without the tiles that no program makes being left out.
// CLAIM: out[i] = 2*x[i] for i < n
// CHECK: // claim out[i] = 2*x[i] for i < n: {{unknown|refuted}}: V3
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c64 = arith.constant 64 : i32
  %r64 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %c63 = arith.constant 63 : i32
  %c132 = arith.constant 132 : i32
  %n63 = arith.addi %n, %c63 : i32
  %tiles = arith.divsi %n63, %c64 : i32
  scf.for %tile = %p to %tiles step %c132 : i32 {
    %start = arith.muli %tile, %c64 : i32
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
