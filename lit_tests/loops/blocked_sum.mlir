// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// The sum of each row, a block at a time.
// CLAIM: out_ptr[i] = sum(x_ptr[i, k] for k < n_cols) for i < num_programs(0)
// CHECK: // claim out_ptr[i] = sum(x_ptr[i, k] for k < n_cols) for i < num_programs(0): proved given no_wrap
// CHECK: lift.loops = [{{.*}}"arg7 = sum(x_ptr[program_id(0)*x_row_stride + lane(0, 256) + 256*j] for j < k if lane(0, 256) + 256*j < n_cols)  for k <= max((n_cols + 255) // 256, 0)"
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %0 = tt.get_program_id x : i32
  %1 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%total = %cst) -> (tensor<256xf32>) : i32 {
    %5 = tt.splat %start : i32 -> tensor<256xi32>
    %6 = arith.addi %5, %1 : tensor<256xi32>
    %7 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %8 = arith.cmpi slt, %6, %7 : tensor<256xi32>
    %9 = arith.muli %0, %x_row_stride : i32
    %10 = tt.addptr %x_ptr, %9 : !tt.ptr<f32>, i32
    %11 = tt.addptr %10, %start : !tt.ptr<f32>, i32
    %12 = tt.splat %11 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %12, %1 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %14 = tt.load %13, %8, %cst : tensor<256x!tt.ptr<f32>>
    %15 = arith.addf %total, %14 : tensor<256xf32>
    scf.yield %15 : tensor<256xf32>
  }
  %3 = tt.addptr %out_ptr, %0 : !tt.ptr<f32>, i32
  %4 = "tt.reduce"(%2) <{axis = 0 : i32}> ({
  ^bb0(%start: f32, %total: f32):
    %5 = arith.addf %start, %total : f32
    tt.reduce.return %5 : f32
  }) : (tensor<256xf32>) -> f32
  tt.store %3, %4 : !tt.ptr<f32>
  tt.return
}
