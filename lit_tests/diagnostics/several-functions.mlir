// RUN: triton-lift opt --verify-diagnostics %s

// A module with two functions.
module {
tt.func public @k(%x: !tt.ptr<f32> loc("x")) {
  %z = arith.constant 0.0 : f32
  tt.store %x, %z : !tt.ptr<f32>
  tt.return
}
// expected-error@+1 {{[several-functions]}}
tt.func public @other(%x: !tt.ptr<f32> loc("x")) {
  %z = arith.constant 0.0 : f32
  tt.store %x, %z : !tt.ptr<f32>
  tt.return
}
}
