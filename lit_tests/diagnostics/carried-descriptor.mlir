// RUN: triton-lift opt --verify-diagnostics %s

// Another descriptor, of more rows, after every iteration.
tt.func public @k(%x: !tt.ptr<f32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c1l = arith.constant 1 : i64
  %d = tt.make_tensor_descriptor %x, [%n], [%c1l] : <f32>, <16xf32>
  // expected-error@+1 {{[carried-descriptor]}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %d) -> (!tt.tensordesc<16xf32>) : i32 {
    %m = arith.addi %n, %i : i32
    %e = tt.make_tensor_descriptor %x, [%m], [%c1l] : <f32>, <16xf32>
    scf.yield %e : !tt.tensordesc<16xf32>
  }
  %v = tt.descriptor_load %r[%c0] : !tt.tensordesc<16xf32> -> tensor<16xf32>
  tt.descriptor_store %d[%c0], %v : !tt.tensordesc<16xf32>, tensor<16xf32>
  tt.return
}
