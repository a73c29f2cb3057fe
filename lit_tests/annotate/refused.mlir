// RUN: not triton-lift opt %s 2>/dev/null | FileCheck %s

// What is not proved is not written onto the IR.
// CHECK: sym_name = "k"
// CHECK-NOT: lift.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %n: i32 loc("n")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 : i32 {
    %xp = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %v = tt.load %xp : !tt.ptr<f32>
    %next = arith.addi %i, %c1 : i32
    %yp = tt.addptr %x, %next : !tt.ptr<f32>, i32
    tt.store %yp, %v : !tt.ptr<f32>
  }
  tt.return
}
