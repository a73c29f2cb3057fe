// RUN: triton-lift opt %s | FileCheck %s

// A true i1 is 1 when extended unsigned and -1 when extended signed.
// CLAIM: out[0] = 0
// CHECK: // claim out[0] = 0: proved
tt.func public @k(%out: !tt.ptr<i32> loc("out")) {
  %t = arith.constant true
  %a = arith.extui %t : i1 to i32
  %b = arith.extsi %t : i1 to i32
  %r = arith.addi %a, %b : i32
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
