// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = x[i]
// CHECK: // claim out[i] = x[i]: refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<i32>, i32
  %v = tt.load %vp : !tt.ptr<i32>
  %f = arith.sitofp %v : i32 to f32
  %h = arith.constant 0.5 : f32
  %r = arith.mulf %f, %h : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
