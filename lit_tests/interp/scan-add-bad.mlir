// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = sum(x[k] for k < i if k < 8) for i < 8
// CHECK: // claim out[i] = sum(x[k] for k < i if k < 8) for i < 8: refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.load %ap : tensor<8x!tt.ptr<f32>>
  %r = "tt.scan"(%a) <{axis = 0 : i32, reverse = false}> ({
  ^bb0(%c: f32, %d: f32):
    %e = arith.addf %c, %d : f32
    tt.scan.return %e : f32
  }) : (tensor<8xf32>) -> tensor<8xf32>
  %outb = tt.splat %out : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %outp = tt.addptr %outb, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  tt.store %outp, %r : tensor<8x!tt.ptr<f32>>
  tt.return
}
