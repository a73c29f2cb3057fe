// RUN: triton-lift opt --passes=loops --verify-diagnostics %s

// scf.while is a loop too.
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %n: i32 loc("n")) {
  // expected-error@+1 {{loops have no summary yet [loop]}}
  %r = scf.while (%a = %n) : (i32) -> i32 {
    %c0 = arith.constant 0 : i32
    %c = arith.cmpi sgt, %a, %c0 : i32
    scf.condition(%c) %a : i32
  } do {
  ^bb0(%b: i32):
    %c1 = arith.constant 1 : i32
    %d = arith.subi %b, %c1 : i32
    scf.yield %d : i32
  }
  tt.store %x, %r : !tt.ptr<i32>
  tt.return
}
