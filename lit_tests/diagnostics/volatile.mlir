// RUN: triton-lift opt --verify-diagnostics %s

// A volatile load may see another program's store.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  // expected-error@+1 {{[volatile]}}
  %v = tt.load %x {isVolatile = true} : !tt.ptr<f32>
  tt.store %out, %v : !tt.ptr<f32>
  tt.return
}
