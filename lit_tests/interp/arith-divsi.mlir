// RUN: triton-lift opt %s | FileCheck %s

// arith.divsi rounds toward zero (MLIR reference): -7 divided by 2 is -3.
// CLAIM: out[0] = -3
// CHECK: // claim out[0] = -3: proved
tt.func public @k(%out: !tt.ptr<i32> loc("out")) {
  %a = arith.constant -7 : i32
  %b = arith.constant 2 : i32
  %r = arith.divsi %a, %b : i32
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
