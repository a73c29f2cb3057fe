// RUN: triton-lift opt --verify-diagnostics %s

// A masked-off lane without `other` reaches an unmasked store.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ns = tt.splat %n : i32 -> tensor<8xi32>
  %m = arith.cmpi slt, %r8, %ns : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.load %ap, %m : tensor<8x!tt.ptr<f32>>
  %ob = tt.splat %out : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %op = tt.addptr %ob, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  // expected-warning@+1 {{V6: an undefined value is not shown to stay out of the store [not-proved]}}
  tt.store %op, %a : tensor<8x!tt.ptr<f32>>
  tt.return
}
