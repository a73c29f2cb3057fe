// RUN: triton-lift opt %s | FileCheck %s

// arith.trunci keeps the low bits: the signed value of the low eight.
// CLAIM: out[i] = wrap_s8(x[i])
// CHECK: // claim out[i] = wrap_s8(x[i]): proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i8> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<i32>, i32
  %v = tt.load %vp : !tt.ptr<i32>
  %r = arith.trunci %v : i32 to i8
  %outp = tt.addptr %out, %p : !tt.ptr<i8>, i32
  tt.store %outp, %r : !tt.ptr<i8>
  tt.return
}
