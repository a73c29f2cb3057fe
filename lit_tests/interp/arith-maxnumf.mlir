// RUN: triton-lift opt %s | FileCheck %s

// arith.maxnumf, arith.minnumf: n-ary extrema.
// CLAIM: out[i] = min(max(x[i], 0), 6)
// CHECK: // claim out[i] = min(max(x[i], 0), 6): proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %z = arith.constant 0.0 : f32
  %s = arith.constant 6.0 : f32
  %a = arith.maxnumf %v, %z : f32
  %r = arith.minnumf %a, %s : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
