// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A scan of each block and a carried sum.
// CLAIM: out_ptr[i, j] = sum(x_ptr[i, 256*k + m] for k, m < 256 if k >= 0 and 256*k + 255 < j and m + 256*k < n_cols) + sum(x_ptr[i, 256*(j // 256) + k] for k < j % 256 + 1 if k + 256*(j // 256) < n_cols) for i < num_programs(0), j < n_cols where out_ptr: strides (out_row_stride, 1), x_ptr: strides (x_row_stride, 1)
// CHECK: // claim out_ptr[i, j] = sum(x_ptr[i, 256*k + m] for k, m < 256 if k >= 0 and 256*k + 255 < j and m + 256*k < n_cols) + sum(x_ptr[i, 256*(j // 256) + k] for k < j % 256 + 1 if k + 256*(j // 256) < n_cols) for i < num_programs(0), j < n_cols where out_ptr: strides (out_row_stride, 1), x_ptr: strides (x_row_stride, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg6 = sum(x_ptr[program_id(0)*x_row_stride + j + 256*m] for j < 256, m < k if j + 256*m < n_cols)  for k <= max((n_cols + 255) // 256, 0)
module {
  tt.func public @cumsum_blocks_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols")) attributes {noinline = false} {
    %c256_i32 = arith.constant 256 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
    %cst_0 = arith.constant 0.000000e+00 : f32
    %row = tt.get_program_id x : i32
    %lane = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %carry = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%carry_1 = %cst_0) -> (f32)  : i32 {
      %col = tt.splat %start : i32 -> tensor<256xi32>
      %col_2 = arith.addi %col, %lane : tensor<256xi32>
      %x = tt.splat %n_cols : i32 -> tensor<256xi32>
      %x_3 = arith.cmpi slt, %col_2, %x : tensor<256xi32>
      %x_4 = arith.muli %row, %x_row_stride : i32
      %x_5 = tt.addptr %x_ptr, %x_4 : !tt.ptr<f32>, i32
      %x_6 = tt.splat %x_5 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %x_7 = tt.addptr %x_6, %col_2 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %x_8 = tt.load %x_7, %x_3, %cst : tensor<256x!tt.ptr<f32>>
      %0 = arith.muli %row, %out_row_stride : i32
      %1 = tt.addptr %out_ptr, %0 : !tt.ptr<f32>, i32
      %2 = tt.splat %1 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %3 = tt.addptr %2, %col_2 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %4 = "tt.scan"(%x_8) <{axis = 0 : i32, reverse = false}> ({
      ^bb0(%arg7: f32, %arg8: f32):
        %7 = arith.addf %arg7, %arg8 : f32
        tt.scan.return %7 : f32
      }) : (tensor<256xf32>) -> tensor<256xf32>
      %5 = tt.splat %carry_1 : f32 -> tensor<256xf32>
      %6 = arith.addf %5, %4 : tensor<256xf32>
      tt.store %3, %6, %x_3 : tensor<256x!tt.ptr<f32>>
      %carry_9 = "tt.reduce"(%x_8) <{axis = 0 : i32}> ({
      ^bb0(%carry_11: f32, %carry_12: f32):
        %carry_13 = arith.addf %carry_11, %carry_12 : f32
        tt.reduce.return %carry_13 : f32
      }) : (tensor<256xf32>) -> f32
      %carry_10 = arith.addf %carry_1, %carry_9 : f32
      scf.yield %carry_10 : f32
    }
    tt.return
  }
}
