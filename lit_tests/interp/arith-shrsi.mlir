// RUN: triton-lift opt %s | FileCheck %s

// arith.shrsi by a constant is the floor of the quotient by a power of two.
// CLAIM: out[i] = x[i] // 8
// CHECK: // claim out[i] = x[i] // 8: proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<i32>, i32
  %v = tt.load %vp : !tt.ptr<i32>
  %t = arith.constant 3 : i32
  %r = arith.shrsi %v, %t : i32
  %outp = tt.addptr %out, %p : !tt.ptr<i32>, i32
  tt.store %outp, %r : !tt.ptr<i32>
  tt.return
}
