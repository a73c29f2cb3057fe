// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// Folding the test away is not accepted.
// CLAIM: out[i] = 0
// CHECK: // claim out[i] = 0: {{unknown|refuted}}: V5
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %z = arith.constant 0.0 : f32
  %o = arith.constant 1.0 : f32
  %c = arith.cmpf une, %v, %v : f32
  %r = arith.select %c, %o, %z : f32
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %r : !tt.ptr<f32>
  tt.return
}
