// RUN: triton-lift opt --passes=contract %s | FileCheck %s

// Float atomics are added in any order: not deterministic.
// CHECK: lift.verdict = "proved"
// CHECK-NOT: lift.deterministic
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %t = arith.constant true
  %old = tt.atomic_rmw fadd, relaxed, gpu, %out, %v, %t : (!tt.ptr<f32>, f32, i1) -> f32
  tt.return
}
