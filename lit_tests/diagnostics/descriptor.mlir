// RUN: triton-lift opt --verify-diagnostics %s

// A descriptor made on the host has sizes that the IR does not show.
tt.func public @k(%d: !tt.tensordesc<8x8xf32>, %out: !tt.ptr<f32>) {
  %c = arith.constant 0 : i32
  // expected-error@+1 {{[descriptor]}}
  %v = tt.descriptor_load %d[%c, %c] : !tt.tensordesc<8x8xf32> -> tensor<8x8xf32>
  tt.return
}
