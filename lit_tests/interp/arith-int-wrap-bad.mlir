// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = wrap_s32(3*x[i])
// CHECK: // claim out[i] = wrap_s32(3*x[i]): refuted: V5: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<i32>, i32
  %v = tt.load %vp : !tt.ptr<i32>
  %t = arith.constant 3 : i32
  %o = arith.constant 1 : i32
  %a = arith.muli %v, %t : i32
  %r = arith.addi %a, %o : i32
  %outp = tt.addptr %out, %p : !tt.ptr<i32>, i32
  tt.store %outp, %r : !tt.ptr<i32>
  tt.return
}
