// RUN: triton-lift opt %s | FileCheck %s

// arith.divf: real division; the divisor must not be zero, which is printed with the value.
// CLAIM: out[i] = 1/x[i]
// CHECK: // claim out[i] = 1/x[i]: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %one = arith.constant 1.0 : f32
  %r = arith.divf %one, %v : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
