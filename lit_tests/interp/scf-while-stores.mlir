// RUN: triton-lift opt %s | FileCheck %s

// Downwards, with a store in every iteration.
// CLAIM: out[n - i - 1] = x[n - i - 1] for i < n
// CHECK: // claim out[n - i - 1] = x[n - i - 1] for i < n: proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %m = arith.subi %n, %c1 : i32
  %r = scf.while (%i = %m) : (i32) -> i32 {
    %c = arith.cmpi sge, %i, %c0 : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %p = tt.addptr %x, %i : !tt.ptr<i32>, i32
    %v = tt.load %p : !tt.ptr<i32>
    %q = tt.addptr %out, %i : !tt.ptr<i32>, i32
    tt.store %q, %v : !tt.ptr<i32>
    %j = arith.subi %i, %c1 : i32
    scf.yield %j : i32
  }
  tt.return
}
