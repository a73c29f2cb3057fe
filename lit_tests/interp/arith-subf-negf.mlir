// RUN: triton-lift opt %s | FileCheck %s

// arith.subf, arith.negf.
// CLAIM: out[i] = x[i] + a
// CHECK: // claim out[i] = x[i] + a: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %a: f32 loc("a"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %n = arith.negf %a : f32
  %r = arith.subf %v, %n : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
