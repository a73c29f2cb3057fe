// RUN: triton-lift opt %s | FileCheck %s

// math.fma: a product and a sum.
// CLAIM: out[i] = a*x[i] + x[i]
// CHECK: // claim out[i] = a*x[i] + x[i]: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %a: f32 loc("a"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %r = math.fma %a, %v, %v : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
