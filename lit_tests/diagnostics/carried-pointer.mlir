// RUN: triton-lift opt --verify-diagnostics %s

// The two pointers change places in every iteration.
tt.func public @k(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error@+1 {{[carried-pointer]}}
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (!tt.ptr<f32>, !tt.ptr<f32>) : i32 {
    scf.yield %b, %a : !tt.ptr<f32>, !tt.ptr<f32>
  }
  %v = tt.load %r#0 : !tt.ptr<f32>
  tt.store %y, %v : !tt.ptr<f32>
  tt.return
}
