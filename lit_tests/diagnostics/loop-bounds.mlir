// RUN: triton-lift opt --verify-diagnostics %s

// An unsigned comparison with the upper bound.
tt.func public @k(%x: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error@+1 {{[loop-bounds]}}
  scf.for unsigned %i = %c0 to %n step %c1 : i32 {
    %p = tt.addptr %x, %i : !tt.ptr<i32>, i32
    tt.store %p, %i : !tt.ptr<i32>
  }
  tt.return
}
