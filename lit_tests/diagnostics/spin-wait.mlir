// RUN: triton-lift opt --verify-diagnostics %s

// A lock: the loop ends when another program stores.
tt.func public @k(%lock: !tt.ptr<i32> loc("lock"), %out: !tt.ptr<i32> loc("out")) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error@+1 {{this loop waits for other programs: its condition depends on tt.atomic_cas}}
  scf.while : () -> () {
    %old = tt.atomic_cas acq_rel, gpu, %lock, %c0, %c1 : (!tt.ptr<i32>, i32, i32) -> i32
    %c = arith.cmpi ne, %old, %c0 : i32
    scf.condition(%c)
  } do {
    scf.yield
  }
  tt.store %out, %c1 : !tt.ptr<i32>
  tt.return
}
