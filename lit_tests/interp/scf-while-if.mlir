// RUN: triton-lift opt %s | FileCheck %s

// scf.if in the body, with a carried value.
// CLAIM: out[0] = sum(x[k] for k < n if x[k] > 0)
// CHECK: // claim out[0] = sum(x[k] for k < n if x[k] > 0): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %r:2 = scf.while (%i = %c0, %a = %zero) : (i32, f32) -> (i32, f32) {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i, %a : i32, f32
  } do {
  ^bb0(%i: i32, %a: f32):
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %p : !tt.ptr<f32>
    %g = arith.cmpf ogt, %v, %zero : f32
    %b = scf.if %g -> f32 {
      %s = arith.addf %a, %v : f32
      scf.yield %s : f32
    } else {
      scf.yield %a : f32
    }
    %j = arith.addi %i, %c1 : i32
    scf.yield %j, %b : i32, f32
  }
  tt.store %out, %r#1 : !tt.ptr<f32>
  tt.return
}
