// RUN: triton-lift opt %s | FileCheck %s

// An early return (cf.cond_br) is a guard of everything behind it.
// CLAIM: out[i] = x[i] for i < num_programs(0) if i < n
// CHECK: // claim out[i] = x[i] for i < num_programs(0) if i < n: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c = arith.cmpi sge, %p, %n : i32
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  tt.return
^bb2:
  %xp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %xp : !tt.ptr<f32>
  %op = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %op, %v : !tt.ptr<f32>
  tt.return
}
