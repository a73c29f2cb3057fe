// RUN: triton-lift opt %s | FileCheck %s

// tt.trans permutes axes.
// CLAIM: out[i] = x[16*(i % 16) + i // 16] for i < 256
// CHECK: // claim out[i] = x[16*(i % 16) + i // 16] for i < 256: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
    %r16 = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
    %row = tt.expand_dims %r16 {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
    %col = tt.expand_dims %r16 {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>
    %w = arith.constant dense<16> : tensor<16x1xi32>
    %rw = arith.muli %row, %w : tensor<16x1xi32>
    %rb = tt.broadcast %rw : tensor<16x1xi32> -> tensor<16x16xi32>
    %cb = tt.broadcast %col : tensor<1x16xi32> -> tensor<16x16xi32>
    %o = arith.addi %rb, %cb : tensor<16x16xi32>
    %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
    %xp = tt.addptr %xs, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
    %xv = tt.load %xp : tensor<16x16x!tt.ptr<f32>>
    %t = tt.trans %xv {order = array<i32: 1, 0>} : tensor<16x16xf32> -> tensor<16x16xf32>
  %os = tt.splat %out : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %op = tt.addptr %os, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  tt.store %op, %t : tensor<16x16x!tt.ptr<f32>>
  tt.return
}
