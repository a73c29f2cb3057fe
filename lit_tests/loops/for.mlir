// RUN: triton-lift opt --passes=loops %s | FileCheck %s

// The pass shows the invariant of each carried value over k, the number of finished iterations.
// CHECK: lift.loops = ["{{.*}} = sum(x[j] for j < k)  for k <= max(n, 0)"]
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %z = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %z) -> (f32) : i32 {
    %xp = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %xp : !tt.ptr<f32>
    %b = arith.addf %a, %v : f32
    scf.yield %b : f32
  }
  tt.store %out, %r : !tt.ptr<f32>
  tt.return
}
