// RUN: triton-lift opt --passes=contract %s | FileCheck %s

// No integer that is observed can wrap, and no order matters: two properties follow from the proof.
// CHECK: lift.verdict = "proved"
// CHECK-SAME: lift.no_wrap
// CHECK-SAME: lift.deterministic
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %r = arith.addf %v, %v : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
