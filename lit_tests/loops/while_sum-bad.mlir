// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The end belongs to it.
// CLAIM: out_ptr[0] = sum(x_ptr[k] for k in first..last + 1)
// CHECK: // claim out_ptr[0] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %first: i32 loc("first"), %last: i32 loc("last")) {
  %c64_i32 = arith.constant 64 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<64xf32>
  %0 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %1:2 = scf.while (%total = %cst, %start = %first) : (tensor<64xf32>, i32) -> (tensor<64xf32>, i32) {
    %3 = arith.cmpi slt, %start, %last : i32
    scf.condition(%3) %total, %start : tensor<64xf32>, i32
  } do {
  ^bb0(%total: tensor<64xf32>, %start: i32):
    %3 = tt.splat %start : i32 -> tensor<64xi32>
    %4 = arith.addi %3, %0 : tensor<64xi32>
    %5 = tt.splat %last : i32 -> tensor<64xi32>
    %6 = arith.cmpi slt, %4, %5 : tensor<64xi32>
    %7 = tt.addptr %x_ptr, %start : !tt.ptr<f32>, i32
    %8 = tt.splat %7 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %9 = tt.addptr %8, %0 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %10 = tt.load %9, %6, %cst : tensor<64x!tt.ptr<f32>>
    %11 = arith.addf %total, %10 : tensor<64xf32>
    %12 = arith.addi %start, %c64_i32 : i32
    scf.yield %11, %12 : tensor<64xf32>, i32
  }
  %2 = "tt.reduce"(%1#0) <{axis = 0 : i32}> ({
  ^bb0(%total: f32, %start: f32):
    %3 = arith.addf %total, %start : f32
    tt.reduce.return %3 : f32
  }) : (tensor<64xf32>) -> f32
  tt.store %out_ptr, %2 : !tt.ptr<f32>
  tt.return
}
