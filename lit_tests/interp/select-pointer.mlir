// RUN: triton-lift opt %s | FileCheck %s

// A select between base pointers is a choice between arrays.
// CLAIM: out[i] = x[i] if i < n else y[i]
// CHECK: // claim out[i] = x[i] if i < n else y[i]: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %y: !tt.ptr<f32> loc("y"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c = arith.cmpi slt, %p, %n : i32
  %s = arith.select %c, %x, %y : !tt.ptr<f32>
  %sp = tt.addptr %s, %p : !tt.ptr<f32>, i32
  %v = tt.load %sp : !tt.ptr<f32>
  %outp = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %outp, %v : !tt.ptr<f32>
  tt.return
}
