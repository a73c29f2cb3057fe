// RUN: triton-lift opt --verify-diagnostics %s

// What compare-and-swap stores depends on the order of programs.
tt.func public @k(%x: !tt.ptr<i32> loc("x")) {
  %a = arith.constant 0 : i32
  %b = arith.constant 1 : i32
  // expected-error@+1 {{[compare-and-swap]}}
  %o = tt.atomic_cas acq_rel, gpu, %x, %a, %b : (!tt.ptr<i32>, i32, i32) -> i32
  tt.return
}
