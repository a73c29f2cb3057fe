// RUN: triton-lift opt %s | FileCheck %s

// tt.reduce with addf: a sum over the lanes.
// CLAIM: out[i] = sum(x[8*i + k] for k < 8)
// CHECK: // claim out[i] = sum(x[8*i + k] for k < 8): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %c8 = arith.constant 8 : i32
  %o = arith.muli %p, %c8 : i32
  %os = tt.splat %o : i32 -> tensor<8xi32>
  %i = arith.addi %os, %r8 : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %i : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.load %ap : tensor<8x!tt.ptr<f32>>
  %r = "tt.reduce"(%a) <{axis = 0 : i32}> ({
  ^bb0(%c: f32, %d: f32):
    %e = arith.addf %c, %d : f32
    tt.reduce.return %e : f32
  }) : (tensor<8xf32>) -> f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
