// RUN: triton-lift opt %s | FileCheck %s

// The before-region loads: it runs once before the loop and at the end of every iteration.
// CLAIM: out[0] = (min(k for k < n if x[k] == t) if any(x[k] == t for k < n) else max(n, 0))
// CHECK: // claim out[0] = (min(k for k < n if x[k] == t) if any(x[k] == t for k < n) else max(n, 0)): proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out"), %n: i32 loc("n"), %t: i32 loc("t")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %c = arith.cmpi slt, %i, %n : i32
    %p = tt.addptr %x, %i : !tt.ptr<i32>, i32
    %v = tt.load %p, %c, %t : !tt.ptr<i32>
    %e = arith.cmpi ne, %v, %t : i32
    %d = arith.andi %c, %e : i1
    scf.condition(%d) %i : i32
  } do {
  ^bb0(%i: i32):
    %j = arith.addi %i, %c1 : i32
    scf.yield %j : i32
  }
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
