// RUN: triton-lift opt %s | FileCheck %s

// A loop behind an early return.
// CLAIM: out[i] = sum(x[k] for k < n) for i < num_programs(0) if i < n
// CHECK: // claim out[i] = sum(x[k] for k < n) for i < num_programs(0) if i < n: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %pid = tt.get_program_id x : i32
  %out_of_range = arith.cmpi sge, %pid, %n : i32
  cf.cond_br %out_of_range, ^bb1, ^bb2
^bb1:
  tt.return
^bb2:
  %r:2 = scf.while (%i = %c0, %a = %zero) : (i32, f32) -> (i32, f32) {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i, %a : i32, f32
  } do {
  ^bb0(%i: i32, %a: f32):
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %p : !tt.ptr<f32>
    %b = arith.addf %a, %v : f32
    %j = arith.addi %i, %c1 : i32
    scf.yield %j, %b : i32, f32
  }
  %q = tt.addptr %out, %pid : !tt.ptr<f32>, i32
  tt.store %q, %r#1 : !tt.ptr<f32>
  tt.return
}
