// RUN: triton-lift opt %s | FileCheck %s

// arith.cmpi ult compares unsigned: -1 is the largest, so `-1 ult 1` is false.
// CLAIM: out[0] = 7
// CHECK: // claim out[0] = 7: proved
tt.func public @k(%out: !tt.ptr<i32> loc("out")) {
  %a = arith.constant -1 : i32
  %b = arith.constant 1 : i32
  %s = arith.constant 5 : i32
  %t = arith.constant 7 : i32
  %c = arith.cmpi ult, %a, %b : i32
  %r = arith.select %c, %s, %t : i32
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
