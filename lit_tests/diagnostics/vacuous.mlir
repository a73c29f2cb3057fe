// RUN: triton-lift opt --verify-diagnostics %s

// A requirement that no launch meets: the divisor must be positive and is at most zero.
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %n: i32 loc("n")) {
  %z = arith.constant 0 : i32
  %c = arith.minsi %n, %z : i32
  %a = arith.constant 7 : i32
  // expected-warning@+1 {{[vacuous]}}
  %q = arith.divsi %a, %c : i32
  tt.store %x, %q : !tt.ptr<i32>
  tt.return
}
