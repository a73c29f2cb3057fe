// RUN: triton-lift opt %s | FileCheck %s

// arith.remsi has the sign of the dividend (MLIR reference): -7 rem 2 is -1.
// CLAIM: out[0] = -1
// CHECK: // claim out[0] = -1: proved
tt.func public @k(%out: !tt.ptr<i32> loc("out")) {
  %a = arith.constant -7 : i32
  %b = arith.constant 2 : i32
  %r = arith.remsi %a, %b : i32
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
