// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: x[i] = 4*x[i] for i < 64*num_programs(0) if i < n
// CHECK: // claim x[i] = 4*x[i] for i < 64*num_programs(0) if i < n: refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c64 = arith.constant 64 : i32
  %base = arith.muli %p, %c64 : i32
  %r64 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %bs = tt.splat %base : i32 -> tensor<64xi32>
  %i = arith.addi %bs, %r64 : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %m = arith.cmpi slt, %i, %ns : tensor<64xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %a = tt.load %ap, %m : tensor<64x!tt.ptr<f32>>
  %s = arith.addf %a, %a : tensor<64xf32>
  %xq = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %xr = tt.addptr %xq, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  tt.store %xr, %s, %m : tensor<64x!tt.ptr<f32>>
  tt.return
}
