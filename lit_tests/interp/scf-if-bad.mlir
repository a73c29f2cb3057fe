// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = 2*x[i] if i <= n else x[i]
// CHECK: // claim out[i] = 2*x[i] if i <= n else x[i]: refuted: {{V5}}: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %c = arith.cmpi slt, %p, %n : i32
  %r = scf.if %c -> (f32) {
    %d = arith.addf %v, %v : f32
    scf.yield %d : f32
  } else {
    scf.yield %v : f32
  }
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
