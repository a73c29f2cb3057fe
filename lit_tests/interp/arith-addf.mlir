// RUN: triton-lift opt %s | FileCheck %s

// arith.addf, arith.mulf: real addition and multiplication.
// CLAIM: out[i] = 2*x[i] + x[i]**2
// CHECK: // claim out[i] = 2*x[i] + x[i]**2: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %a = arith.addf %v, %v : f32
  %b = arith.mulf %v, %v : f32
  %r = arith.addf %a, %b : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
