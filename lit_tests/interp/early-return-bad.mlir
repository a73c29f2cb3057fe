// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// Without the guard.
// CLAIM: out[i] = x[i] for i < num_programs(0)
// CHECK: // claim out[i] = x[i] for i < num_programs(0): {{unknown|refuted}}: V3
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
