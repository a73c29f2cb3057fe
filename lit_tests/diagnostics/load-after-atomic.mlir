// RUN: triton-lift opt --verify-diagnostics %s

// A load behind an atomic on the same array may see other programs.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %z = arith.constant 1.0 : f32
  %t = arith.constant true
  %old = tt.atomic_rmw fadd, relaxed, gpu, %x, %z, %t : (!tt.ptr<f32>, f32, i1) -> f32
  // expected-error@+1 {{[load-after-atomic]}}
  %v = tt.load %x : !tt.ptr<f32>
  tt.store %out, %v : !tt.ptr<f32>
  tt.return
}
