// RUN: triton-lift opt %s | FileCheck %s

// tt.dot: a sum over the inner axis; expand_dims and broadcast on the way.
// CLAIM: out[i] = sum(a[16*(i // 16) + k]*b[16*k + i % 16] for k < 16) for i < 256
// CHECK: // claim out[i] = sum(a[16*(i // 16) + k]*b[16*k + i % 16] for k < 16) for i < 256: proved
tt.func public @k(%a: !tt.ptr<f32> loc("a"), %b: !tt.ptr<f32> loc("b"), %out: !tt.ptr<f32> loc("out")) {
  %r16 = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %row = tt.expand_dims %r16 {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
  %col = tt.expand_dims %r16 {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>
  %w = arith.constant dense<16> : tensor<16x1xi32>
  %rw = arith.muli %row, %w : tensor<16x1xi32>
  %rb = tt.broadcast %rw : tensor<16x1xi32> -> tensor<16x16xi32>
  %cb = tt.broadcast %col : tensor<1x16xi32> -> tensor<16x16xi32>
  %o = arith.addi %rb, %cb : tensor<16x16xi32>
  %as = tt.splat %a : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %ap = tt.addptr %as, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  %av = tt.load %ap : tensor<16x16x!tt.ptr<f32>>
  %bs = tt.splat %b : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %bp = tt.addptr %bs, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  %bv = tt.load %bp : tensor<16x16x!tt.ptr<f32>>
  %z = arith.constant dense<0.0> : tensor<16x16xf32>
  %d = tt.dot %av, %bv, %z : tensor<16x16xf32> * tensor<16x16xf32> -> tensor<16x16xf32>
  %os = tt.splat %out : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %op = tt.addptr %os, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  tt.store %op, %d : tensor<16x16x!tt.ptr<f32>>
  tt.return
}
