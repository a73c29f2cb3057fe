// RUN: %python -c "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]) != 3)" triton-lift lift --fail-on unknown %s | FileCheck %s

// Exit code 3 for a kernel that is not proved, when asked for.
// CHECK: unsupported: a load may read what an earlier iteration of this loop stored
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
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
