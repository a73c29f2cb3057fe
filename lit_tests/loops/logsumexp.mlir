// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// Online log-sum-exp; -inf of an empty row.
// CLAIM: out_ptr[i] = max(x_ptr[i, k] for k < n_cols) + log(sum(exp(x_ptr[i, q] - max(x_ptr[i, k] for k < n_cols)) for q < n_cols)) if n_cols > 0 else -inf for i < num_programs(0) where x_ptr: strides (x_row_stride, 1)
// CHECK: // claim out_ptr[i] = max(x_ptr[i, k] for k < n_cols) + log(sum(exp(x_ptr[i, q] - max(x_ptr[i, k] for k < n_cols)) for q < n_cols)) if n_cols > 0 else -inf for i < num_programs(0) where x_ptr: strides (x_row_stride, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg5 = (max(x_ptr[program_id(0)*x_row_stride + j + 256*m] for j < 256, m < k if j + 256*m < n_cols) if k > 0 and n_cols > 0 else -inf)  for k <= max((n_cols + 255) // 256, 0)
// INV-DAG: arg6 = (exp(-max(x_ptr[program_id(0)*x_row_stride + j + 256*m] for j < 256, m < k if j + 256*m < n_cols))*sum(exp(x_ptr[program_id(0)*x_row_stride + m + 256*j]) for j < k, m < 256 if m + 256*j < n_cols) if k > 0 and n_cols > 0 else 0)  for k <= max((n_cols + 255) // 256, 0)
module {
  tt.func public @logsumexp_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) attributes {noinline = false} {
    %c256_i32 = arith.constant 256 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
    %total = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0xFF800000 : f32
    %row = tt.get_program_id x : i32
    %lane = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %total_1:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%biggest = %cst_0, %total_2 = %total) -> (f32, f32)  : i32 {
      %x = tt.splat %start : i32 -> tensor<256xi32>
      %x_3 = arith.addi %x, %lane : tensor<256xi32>
      %x_4 = tt.splat %n_cols : i32 -> tensor<256xi32>
      %x_5 = arith.cmpi slt, %x_3, %x_4 : tensor<256xi32>
      %x_6 = arith.muli %row, %x_row_stride : i32
      %x_7 = tt.addptr %x_ptr, %x_6 : !tt.ptr<f32>, i32
      %x_8 = tt.addptr %x_7, %start : !tt.ptr<f32>, i32
      %x_9 = tt.splat %x_8 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %x_10 = tt.addptr %x_9, %lane : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %x_11 = tt.load %x_10, %x_5, %cst : tensor<256x!tt.ptr<f32>>
      %bigger = "tt.reduce"(%x_11) <{axis = 0 : i32}> ({
      ^bb0(%bigger_21: f32, %bigger_22: f32):
        %bigger_23 = arith.maxnumf %bigger_21, %bigger_22 : f32
        tt.reduce.return %bigger_23 : f32
      }) : (tensor<256xf32>) -> f32
      %bigger_12 = arith.maxnumf %biggest, %bigger : f32
      %total_13 = arith.subf %biggest, %bigger_12 : f32
      %total_14 = math.exp %total_13 : f32
      %total_15 = arith.mulf %total_2, %total_14 : f32
      %total_16 = tt.splat %bigger_12 : f32 -> tensor<256xf32>
      %total_17 = arith.subf %x_11, %total_16 : tensor<256xf32>
      %total_18 = math.exp %total_17 : tensor<256xf32>
      %total_19 = "tt.reduce"(%total_18) <{axis = 0 : i32}> ({
      ^bb0(%total_21: f32, %total_22: f32):
        %total_23 = arith.addf %total_21, %total_22 : f32
        tt.reduce.return %total_23 : f32
      }) : (tensor<256xf32>) -> f32
      %total_20 = arith.addf %total_15, %total_19 : f32
      scf.yield %bigger_12, %total_20 : f32, f32
    }
    %0 = tt.addptr %out_ptr, %row : !tt.ptr<f32>, i32
    %1 = math.log %total_1#1 : f32
    %2 = arith.addf %total_1#0, %1 : f32
    tt.store %0, %2 : !tt.ptr<f32>
    tt.return
  }
}
