// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = y[i] if i < n else x[i]
// CHECK: // claim out[i] = y[i] if i < n else x[i]: refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %y: !tt.ptr<f32> loc("y"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c = arith.cmpi slt, %p, %n : i32
  %s = arith.select %c, %x, %y : !tt.ptr<f32>
  %sp = tt.addptr %s, %p : !tt.ptr<f32>, i32
  %v = tt.load %sp : !tt.ptr<f32>
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %v : !tt.ptr<f32>
  tt.return
}
