// RUN: triton-lift opt --verify-diagnostics %s

// An integer used as a pointer.
tt.func public @k(%x: !tt.ptr<i64> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %v = tt.load %x : !tt.ptr<i64>
  // expected-error@+1 {{int_to_ptr}}
  %q = tt.int_to_ptr %v : i64 -> !tt.ptr<f32>
  %w = tt.load %q : !tt.ptr<f32>
  tt.store %out, %w : !tt.ptr<f32>
  tt.return
}
