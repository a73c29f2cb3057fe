// RUN: triton-lift opt --verify-diagnostics %s

// A combiner that is no known commutative monoid.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.load %ap : tensor<8x!tt.ptr<f32>>
  // expected-error@+1 {{[combiner]}}
  %r = "tt.reduce"(%a) <{axis = 0 : i32}> ({
  ^bb0(%c: f32, %d: f32):
    %e = arith.subf %c, %d : f32
    tt.reduce.return %e : f32
  }) : (tensor<8xf32>) -> f32
  tt.store %out, %r : !tt.ptr<f32>
  tt.return
}
