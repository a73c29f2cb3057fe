// RUN: triton-lift opt --verify-diagnostics %s

// A scan of two operands that is no extremum with its index.
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.load %ap : tensor<8x!tt.ptr<f32>>
  // expected-error@+1 {{[combiner]}}
  %r, %q = "tt.scan"(%a, %a) <{axis = 0 : i32, reverse = false}> ({
  ^bb0(%c: f32, %d: f32, %e: f32, %f: f32):
    %g = arith.addf %c, %e : f32
    %h = arith.mulf %d, %f : f32
    tt.scan.return %g, %h : f32, f32
  }) : (tensor<8xf32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
  %outb = tt.splat %out : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %outp = tt.addptr %outb, %r8 : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  tt.store %outp, %r : tensor<8x!tt.ptr<f32>>
  tt.return
}
