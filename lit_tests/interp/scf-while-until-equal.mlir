// RUN: triton-lift opt %s | FileCheck %s

// Nothing bounds a negative n from below: proved for launches that end.
// CLAIM: out[i] = i for i < n
// CHECK: // claim out[i] = i for i < n: proved given {{.*}}terminates
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %c = arith.cmpi ne, %i, %n : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %q = tt.addptr %out, %i : !tt.ptr<i32>, i32
    tt.store %q, %i : !tt.ptr<i32>
    %j = arith.addi %i, %c1 : i32
    scf.yield %j : i32
  }
  tt.return
}
