// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A while loop over an interval.
// CLAIM: out_ptr[0] = sum(x_ptr[first + k] for k < last - first)
// CHECK: // claim out_ptr[0] = sum(x_ptr[first + k] for k < last - first): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg8 = sum(x_ptr[lane(0, 64) + first + 64*j] for j < k if lane(0, 64) + first + 64*j < last)  for k <= max((63*first + last + 63) // 64 - first, 0)
// INV-DAG: arg9 = 64*k + first  for k <= max((63*first + last + 63) // 64 - first, 0)
module {
  tt.func public @while_sum_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %first: i32 loc("first"), %last: i32 loc("last")) attributes {noinline = false} {
    %c64_i32 = arith.constant 64 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<64xf32>
    %lane = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
    %start:2 = scf.while (%total = %cst, %start_0 = %first) : (tensor<64xf32>, i32) -> (tensor<64xf32>, i32) {
      %1 = arith.cmpi slt, %start_0, %last : i32
      scf.condition(%1) %total, %start_0 : tensor<64xf32>, i32
    } do {
    ^bb0(%total: tensor<64xf32>, %start_0: i32):
      %total_1 = tt.splat %start_0 : i32 -> tensor<64xi32>
      %total_2 = arith.addi %total_1, %lane : tensor<64xi32>
      %total_3 = tt.splat %last : i32 -> tensor<64xi32>
      %total_4 = arith.cmpi slt, %total_2, %total_3 : tensor<64xi32>
      %total_5 = tt.addptr %x_ptr, %start_0 : !tt.ptr<f32>, i32
      %total_6 = tt.splat %total_5 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
      %total_7 = tt.addptr %total_6, %lane : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
      %total_8 = tt.load %total_7, %total_4, %cst : tensor<64x!tt.ptr<f32>>
      %total_9 = arith.addf %total, %total_8 : tensor<64xf32>
      %start_10 = arith.addi %start_0, %c64_i32 : i32
      scf.yield %total_9, %start_10 : tensor<64xf32>, i32
    }
    %0 = "tt.reduce"(%start#0) <{axis = 0 : i32}> ({
    ^bb0(%arg4: f32, %arg5: f32):
      %1 = arith.addf %arg4, %arg5 : f32
      tt.reduce.return %1 : f32
    }) : (tensor<64xf32>) -> f32
    tt.store %out_ptr, %0 : !tt.ptr<f32>
    tt.return
  }
}
