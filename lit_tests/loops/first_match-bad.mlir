// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Without a match it is 0.
// CLAIM: out_ptr[i] = (min(k for k < n_cols if x_ptr[i, k] == target) if any(x_ptr[i, k] == target for k < n_cols) else 0) for i < num_programs(0)
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%x_ptr: !tt.ptr<i32> loc("x_ptr"), %out_ptr: !tt.ptr<i32> loc("out_ptr"), %n_cols: i32 loc("n_cols"), %target: i32 loc("target")) {
  %c-1_i32 = arith.constant -1 : i32
  %c1_i32 = arith.constant 1 : i32
  %true = arith.constant true
  %false = arith.constant false
  %c0_i32 = arith.constant 0 : i32
  %0 = tt.get_program_id x : i32
  %1:2 = scf.while (%col = %c0_i32, %found = %false) : (i32, i1) -> (i32, i1) {
    %5 = arith.cmpi slt, %col, %n_cols : i32
    %6 = arith.xori %found, %true : i1
    %7 = arith.andi %5, %6 : i1
    scf.condition(%7) %col, %found : i32, i1
  } do {
  ^bb0(%col: i32, %found: i1):
    %5 = arith.muli %0, %n_cols : i32
    %6 = tt.addptr %x_ptr, %5 : !tt.ptr<i32>, i32
    %7 = tt.addptr %6, %col : !tt.ptr<i32>, i32
    %8 = tt.load %7 : !tt.ptr<i32>
    %9 = arith.cmpi eq, %8, %target : i32
    %10 = arith.addi %col, %c1_i32 : i32
    scf.yield %10, %9 : i32, i1
  }
  %2 = tt.addptr %out_ptr, %0 : !tt.ptr<i32>, i32
  %3 = arith.subi %1#0, %c1_i32 : i32
  %4 = arith.select %1#1, %3, %c-1_i32 : i32
  tt.store %2, %4 : !tt.ptr<i32>
  tt.return
}
