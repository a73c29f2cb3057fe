// RUN: triton-lift opt %s | FileCheck %s

// Casts between float types are the identity over the reals.
// CLAIM: out[i] = x[i]
// CHECK: // claim out[i] = x[i]: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f16> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %r = arith.truncf %v : f32 to f16
  %outp = tt.addptr %out, %p : !tt.ptr<f16>, i32
  tt.store %outp, %r : !tt.ptr<f16>
  tt.return
}
