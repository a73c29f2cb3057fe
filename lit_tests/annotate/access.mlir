// RUN: triton-lift opt %s | FileCheck %s

// Access per argument: none, read, readwrite, atomic.
// CHECK: arg_attrs = [{lift.access = "none"}, {lift.access = "read"}, {lift.access = "readwrite"}, {lift.access = "atomic"}]
tt.func public @k(%n: !tt.ptr<f32> loc("n"), %x: !tt.ptr<f32> loc("x"), %y: !tt.ptr<f32> loc("y"), %z: !tt.ptr<f32> loc("z")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %yp = tt.addptr %y, %p : !tt.ptr<f32>, i32
  %w = tt.load %yp : !tt.ptr<f32>
  %s = arith.addf %v, %w : f32
  tt.store %yp, %s : !tt.ptr<f32>
  %t = arith.constant true
  %old = tt.atomic_rmw fadd, relaxed, gpu, %z, %v, %t : (!tt.ptr<f32>, f32, i1) -> f32
  tt.return
}
