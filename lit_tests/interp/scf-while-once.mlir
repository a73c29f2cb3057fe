// RUN: triton-lift opt %s | FileCheck %s

// The body decides whether it runs again, so it runs at least once.
// CLAIM: out[0] = x[0] + sum(x[k] for k in 1..n)
// CHECK: // claim out[0] = x[0] + sum(x[k] for k in 1..n): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %r:3 = scf.while (%i = %c0, %go = %true, %a = %zero) : (i32, i1, f32) -> (i32, i1, f32) {
    %c = arith.andi %go, %true : i1
    scf.condition(%c) %i, %go, %a : i32, i1, f32
  } do {
  ^bb0(%i: i32, %go: i1, %a: f32):
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %p : !tt.ptr<f32>
    %b = arith.addf %a, %v : f32
    %j = arith.addi %i, %c1 : i32
    %e = arith.cmpi slt, %j, %n : i32
    scf.yield %j, %e, %b : i32, i1, f32
  }
  tt.store %out, %r#2 : !tt.ptr<f32>
  tt.return
}
