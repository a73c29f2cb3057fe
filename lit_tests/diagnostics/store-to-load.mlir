// RUN: triton-lift opt --verify-diagnostics %s

// A load that may or may not see an earlier store.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %z = arith.constant 1.0 : f32
  tt.store %x, %z : !tt.ptr<f32>
  %xp = tt.addptr %x, %n : !tt.ptr<f32>, i32
  // expected-error@+1 {{[store-to-load]}}
  %v = tt.load %xp : !tt.ptr<f32>
  tt.store %out, %v : !tt.ptr<f32>
  tt.return
}
