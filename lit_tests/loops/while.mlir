// RUN: triton-lift opt --passes=loops %s | FileCheck %s

// A loop that counts down: the invariant, for all iterations k up to the trip count.
// CHECK: lift.loops = ["{{[^"]*}} = n - k {{[^"]*}}max(n, 0)"]
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %n: i32 loc("n")) {
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
