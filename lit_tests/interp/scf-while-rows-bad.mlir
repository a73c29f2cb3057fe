// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin: refuted at a named obligation, with a launch that was replayed.
// CLAIM: out[i] = sum(x[n*i + k] for k < n + 1) for i < rows
// CHECK: // claim out[i] = sum(x[n*i + k] for k < n + 1) for i < rows: refuted: {{V5}}: {{.*}} the claim says
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n"), %rows: i32 loc("rows")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %zero = arith.constant 0.0 : f32
  %pid = tt.get_program_id x : i32
  %np = tt.get_num_programs x : i32
  %r = scf.while (%row = %pid) : (i32) -> i32 {
    %c = arith.cmpi slt, %row, %rows : i32
    scf.condition(%c) %row : i32
  } do {
  ^bb0(%row: i32):
    %base = arith.muli %row, %n : i32
    %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> f32 : i32 {
      %o = arith.addi %base, %i : i32
      %p = tt.addptr %x, %o : !tt.ptr<f32>, i32
      %v = tt.load %p : !tt.ptr<f32>
      %b = arith.addf %a, %v : f32
      scf.yield %b : f32
    }
    %q = tt.addptr %out, %row : !tt.ptr<f32>, i32
    tt.store %q, %s : !tt.ptr<f32>
    %next = arith.addi %row, %np : i32
    scf.yield %next : i32
  }
  tt.return
}
