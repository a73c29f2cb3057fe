// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A running pair of maximum and index: the first index where the maximum is attained.
// CLAIM: value_ptr[i] = max(x_ptr[i, k] for k < n_cols) for i < num_programs(0) where x_ptr: strides (x_row_stride, 1)
// CHECK: // claim value_ptr[i] = max(x_ptr[i, k] for k < n_cols) for i < num_programs(0) where x_ptr: strides (x_row_stride, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg6 = (max(x_ptr[program_id(0)*x_row_stride + j + 256*m] for j < 256, m < k if j + 256*m < n_cols) if k > 0 and n_cols > 0 else -inf)  for k <= max((n_cols + 255) // 256, 0)
// INV-DAG: arg7 = (min(n + 256*p for n < 256, p < k if n + 256*p < n_cols and x_ptr[program_id(0)*x_row_stride + n + 256*p] == max(x_ptr[program_id(0)*x_row_stride + j + 256*m] for j < 256, m < k if j + 256*m < n_cols)) if k > 0 and n_cols > 0 else 0)  for k <= max((n_cols + 255) // 256, 0)
module {
  tt.func public @argmax_blocks_kernel(%index_ptr: !tt.ptr<i32> loc("index_ptr"), %value_ptr: !tt.ptr<f32> loc("value_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) attributes {noinline = false} {
    %c256_i32 = arith.constant 256 : i32
    %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
    %c0_i32 = arith.constant 0 : i32
    %cst_0 = arith.constant 0xFF800000 : f32
    %row = tt.get_program_id x : i32
    %lane = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %best_index:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%best = %cst_0, %best_index_1 = %c0_i32) -> (f32, i32)  : i32 {
      %col = tt.splat %start : i32 -> tensor<256xi32>
      %col_2 = arith.addi %col, %lane : tensor<256xi32>
      %x = tt.splat %n_cols : i32 -> tensor<256xi32>
      %x_3 = arith.cmpi slt, %col_2, %x : tensor<256xi32>
      %x_4 = arith.muli %row, %x_row_stride : i32
      %x_5 = tt.addptr %x_ptr, %x_4 : !tt.ptr<f32>, i32
      %x_6 = tt.splat %x_5 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %x_7 = tt.addptr %x_6, %col_2 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %x_8 = tt.load %x_7, %x_3, %cst : tensor<256x!tt.ptr<f32>>
      %2:2 = "tt.reduce"(%x_8, %lane) <{axis = 0 : i32}> ({
      ^bb0(%arg8: f32, %arg9: i32, %arg10: f32, %arg11: i32):
        %tie = arith.cmpf oeq, %arg8, %arg10 : f32
        %tie_12 = arith.cmpi slt, %arg9, %arg11 : i32
        %tie_13 = arith.andi %tie, %tie_12 : i1
        %gt = arith.cmpf ogt, %arg8, %arg10 : f32
        %gt_14 = arith.ori %gt, %tie_13 : i1
        %v_ret = arith.select %gt_14, %arg8, %arg10 : f32
        %i_ret = arith.select %gt_14, %arg9, %arg11 : i32
        tt.reduce.return %v_ret, %i_ret : f32, i32
      }) : (tensor<256xf32>, tensor<256xi32>) -> (f32, i32)
      %better = arith.cmpf ogt, %2#0, %best : f32
      %best_index_9 = arith.addi %start, %2#1 : i32
      %best_index_10 = arith.select %better, %best_index_9, %best_index_1 : i32
      %best_11 = arith.select %better, %2#0, %best : f32
      scf.yield %best_11, %best_index_10 : f32, i32
    }
    %0 = tt.addptr %value_ptr, %row : !tt.ptr<f32>, i32
    tt.store %0, %best_index#0 : !tt.ptr<f32>
    %1 = tt.addptr %index_ptr, %row : !tt.ptr<i32>, i32
    tt.store %1, %best_index#1 : !tt.ptr<i32>
    tt.return
  }
}
