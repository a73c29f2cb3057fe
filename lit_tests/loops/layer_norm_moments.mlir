// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// The variance as E[x^2] - E[x]^2.
// CLAIM: out_ptr[i, j] = (x_ptr[i, j] - sum(x_ptr[i, k] for k < n_cols)/n_cols)/sqrt(sum(x_ptr[i, q]**2 for q < n_cols)/n_cols - (sum(x_ptr[i, k] for k < n_cols)/n_cols)**2 + eps)*w_ptr[j] + b_ptr[j] for i < num_programs(0), j < n_cols where out_ptr: strides (out_row_stride, 1), x_ptr: strides (x_row_stride, 1)
// CHECK: // claim out_ptr[i, j] = (x_ptr[i, j] - sum(x_ptr[i, k] for k < n_cols)/n_cols)/sqrt(sum(x_ptr[i, q]**2 for q < n_cols)/n_cols - (sum(x_ptr[i, k] for k < n_cols)/n_cols)**2 + eps)*w_ptr[j] + b_ptr[j] for i < num_programs(0), j < n_cols where out_ptr: strides (out_row_stride, 1), x_ptr: strides (x_row_stride, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg10 = sum(x_ptr[program_id(0)*x_row_stride + m + 256*j] for j < k, m < 256 if m + 256*j < n_cols)  for k <= max((n_cols + 255) // 256, 0)
// INV-DAG: arg11 = sum(x_ptr[program_id(0)*x_row_stride + m + 256*j]**2 for j < k, m < 256 if m + 256*j < n_cols)  for k <= max((n_cols + 255) // 256, 0)
module {
  tt.func public @layer_norm_moments_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %w_ptr: !tt.ptr<f32> loc("w_ptr"), %b_ptr: !tt.ptr<f32> loc("b_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols"), %eps: f32 loc("eps")) attributes {noinline = false} {
    %c256_i32 = arith.constant 256 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %row = tt.get_program_id x : i32
    %x_row = arith.muli %row, %x_row_stride : i32
    %x_row_1 = tt.addptr %x_ptr, %x_row : !tt.ptr<f32>, i32
    %out_row = arith.muli %row, %out_row_stride : i32
    %out_row_2 = tt.addptr %out_ptr, %out_row : !tt.ptr<f32>, i32
    %lane = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %squares:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%total = %cst_0, %squares_8 = %cst_0) -> (f32, f32)  : i32 {
      %x = tt.splat %start : i32 -> tensor<256xi32>
      %x_9 = arith.addi %x, %lane : tensor<256xi32>
      %x_10 = tt.splat %n_cols : i32 -> tensor<256xi32>
      %x_11 = arith.cmpi slt, %x_9, %x_10 : tensor<256xi32>
      %x_12 = tt.addptr %x_row_1, %start : !tt.ptr<f32>, i32
      %x_13 = tt.splat %x_12 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %x_14 = tt.addptr %x_13, %lane : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %x_15 = tt.load %x_14, %x_11, %cst : tensor<256x!tt.ptr<f32>>
      %total_16 = "tt.reduce"(%x_15) <{axis = 0 : i32}> ({
      ^bb0(%total_21: f32, %total_22: f32):
        %total_23 = arith.addf %total_21, %total_22 : f32
        tt.reduce.return %total_23 : f32
      }) : (tensor<256xf32>) -> f32
      %total_17 = arith.addf %total, %total_16 : f32
      %squares_18 = arith.mulf %x_15, %x_15 : tensor<256xf32>
      %squares_19 = "tt.reduce"(%squares_18) <{axis = 0 : i32}> ({
      ^bb0(%squares_21: f32, %squares_22: f32):
        %squares_23 = arith.addf %squares_21, %squares_22 : f32
        tt.reduce.return %squares_23 : f32
      }) : (tensor<256xf32>) -> f32
      %squares_20 = arith.addf %squares_8, %squares_19 : f32
      scf.yield %total_17, %squares_20 : f32, f32
    }
    %mean = arith.sitofp %n_cols : i32 to f32
    %mean_3 = arith.divf %squares#0, %mean : f32
    %rstd = arith.divf %squares#1, %mean : f32
    %rstd_4 = arith.mulf %mean_3, %mean_3 : f32
    %rstd_5 = arith.subf %rstd, %rstd_4 : f32
    %rstd_6 = arith.addf %rstd_5, %eps : f32
    %rstd_7 = math.rsqrt %rstd_6 : f32
    scf.for %start = %c0_i32 to %n_cols step %c256_i32  : i32 {
      %col = tt.splat %start : i32 -> tensor<256xi32>
      %col_8 = arith.addi %col, %lane : tensor<256xi32>
      %mask = tt.splat %n_cols : i32 -> tensor<256xi32>
      %mask_9 = arith.cmpi slt, %col_8, %mask : tensor<256xi32>
      %x = tt.splat %x_row_1 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %x_10 = tt.addptr %x, %col_8 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %x_11 = tt.load %x_10, %mask_9, %cst : tensor<256x!tt.ptr<f32>>
      %w = tt.splat %w_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %w_12 = tt.addptr %w, %col_8 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %w_13 = tt.load %w_12, %mask_9, %cst : tensor<256x!tt.ptr<f32>>
      %b = tt.splat %b_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %b_14 = tt.addptr %b, %col_8 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %b_15 = tt.load %b_14, %mask_9, %cst : tensor<256x!tt.ptr<f32>>
      %0 = tt.splat %out_row_2 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %1 = tt.addptr %0, %col_8 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %2 = tt.splat %mean_3 : f32 -> tensor<256xf32>
      %3 = arith.subf %x_11, %2 : tensor<256xf32>
      %4 = tt.splat %rstd_7 : f32 -> tensor<256xf32>
      %5 = arith.mulf %3, %4 : tensor<256xf32>
      %6 = arith.mulf %5, %w_13 : tensor<256xf32>
      %7 = arith.addf %6, %b_15 : tensor<256xf32>
      tt.store %1, %7, %mask_9 : tensor<256x!tt.ptr<f32>>
    }
    tt.return
  }
}
