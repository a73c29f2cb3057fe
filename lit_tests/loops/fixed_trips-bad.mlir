// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// The twin. Seven rows of eight.
// CLAIM: out_ptr[j] = sum(x_ptr[k, j] for k < 7) for j < n_cols if j < 256*num_programs(0) where x_ptr: strides (x_row_stride, 1)
// CHECK: // claim out_ptr[j] = sum(x_ptr[k, j] for k < 7) for j < n_cols if j < 256*num_programs(0) where x_ptr: strides (x_row_stride, 1): refuted: {{V[0-9]}}: {{.*}} the claim says
module {
  tt.func public @fixed_trips_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) attributes {noinline = false} {
    %c1_i32 = arith.constant 1 : i32
    %c8_i32 = arith.constant 8 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
    %col = arith.constant 256 : i32
    %col_0 = tt.get_program_id x : i32
    %col_1 = arith.muli %col_0, %col : i32
    %col_2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %col_3 = tt.splat %col_1 : i32 -> tensor<256xi32>
    %col_4 = arith.addi %col_3, %col_2 : tensor<256xi32>
    %mask = tt.splat %n_cols : i32 -> tensor<256xi32>
    %mask_5 = arith.cmpi slt, %col_4, %mask : tensor<256xi32>
    %total = scf.for %row = %c0_i32 to %c8_i32 step %c1_i32 iter_args(%total_6 = %cst) -> (tensor<256xf32>)  : i32 {
      %total_7 = arith.muli %row, %x_row_stride : i32
      %total_8 = tt.addptr %x_ptr, %total_7 : !tt.ptr<f32>, i32
      %total_9 = tt.splat %total_8 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %total_10 = tt.addptr %total_9, %col_4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %total_11 = tt.load %total_10, %mask_5, %cst : tensor<256x!tt.ptr<f32>>
      %total_12 = arith.addf %total_6, %total_11 : tensor<256xf32>
      scf.yield %total_12 : tensor<256xf32>
    }
    %0 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %1 = tt.addptr %0, %col_4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    tt.store %1, %total, %mask_5 : tensor<256x!tt.ptr<f32>>
    tt.return
  }
}
