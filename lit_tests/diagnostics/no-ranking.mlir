// RUN: triton-lift opt --verify-diagnostics %s

// Only memory ends the loop, and what is stored depends on where it ends.
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error@+1 {{it is not known how often this loop runs: nothing in its condition is known to decrease from iteration to iteration [no-ranking]}}
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %p = tt.addptr %x, %i : !tt.ptr<i32>, i32
    %v = tt.load %p : !tt.ptr<i32>
    %c = arith.cmpi ne, %v, %c0 : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %j = arith.addi %i, %c1 : i32
    scf.yield %j : i32
  }
  tt.store %out, %r : !tt.ptr<i32>
  tt.return
}
