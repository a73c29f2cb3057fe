// RUN: triton-lift opt --verify-diagnostics %s

// A kernel without a store claims nothing.
// expected-warning@+1 {{the kernel writes nothing}}
tt.func public @k(%x: !tt.ptr<f32> loc("x")) {
  %v = tt.load %x : !tt.ptr<f32>
  tt.return
}
