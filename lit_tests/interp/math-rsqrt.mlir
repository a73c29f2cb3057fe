// RUN: triton-lift opt %s | FileCheck %s

// math.rsqrt is the reciprocal of the root.
// CLAIM: out[i] = 1/sqrt(x[i])
// CHECK: // claim out[i] = 1/sqrt(x[i]): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %r = math.rsqrt %v : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
