// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = x[i] if x[i] < 0 else 0
// CHECK: // claim out[i] = x[i] if x[i] < 0 else 0: refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %z = arith.constant 0.0 : f32
  %c = arith.cmpf ogt, %v, %z : f32
  %r = arith.select %c, %v, %z : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
