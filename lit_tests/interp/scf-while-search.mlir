// RUN: triton-lift opt %s | FileCheck %s

// A search that ends at the first match: the least index, by a minimum over those below the bound.
// CLAIM: out[0] = (min(k for k < n if x[k] == t) if any(x[k] == t for k < n) else -1)
// CHECK: // claim out[0] = (min(k for k < n if x[k] == t) if any(x[k] == t for k < n) else -1): proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out"), %n: i32 loc("n"), %t: i32 loc("t")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %none = arith.constant -1 : i32
  %false = arith.constant false
  %true = arith.constant true
  %r:3 = scf.while (%i = %c0, %found = %false, %at = %none) : (i32, i1, i32) -> (i32, i1, i32) {
    %c = arith.cmpi slt, %i, %n : i32
    %not = arith.xori %found, %true : i1
    %d = arith.andi %c, %not : i1
    scf.condition(%d) %i, %found, %at : i32, i1, i32
  } do {
  ^bb0(%i: i32, %found: i1, %at: i32):
    %p = tt.addptr %x, %i : !tt.ptr<i32>, i32
    %v = tt.load %p : !tt.ptr<i32>
    %e = arith.cmpi eq, %v, %t : i32
    %new = scf.if %e -> i32 {
      scf.yield %i : i32
    } else {
      scf.yield %at : i32
    }
    %j = arith.addi %i, %c1 : i32
    scf.yield %j, %e, %new : i32, i1, i32
  }
  tt.store %out, %r#2 : !tt.ptr<i32>
  tt.return
}
