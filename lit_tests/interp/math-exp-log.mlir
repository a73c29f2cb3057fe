// RUN: triton-lift opt %s | FileCheck %s

// math.exp, math.log: named functions; products of exponentials merge.
// CLAIM: out[i] = exp(2*x[i]) + log(x[i])
// CHECK: // claim out[i] = exp(2*x[i]) + log(x[i]): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %e = math.exp %v : f32
  %q = arith.mulf %e, %e : f32
  %l = math.log %v : f32
  %r = arith.addf %q, %l : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
