// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// The gradient of x.
// CLAIM: dx_ptr[i, j] = rstd_ptr[i]*(dy_ptr[i, j]*w_ptr[j] - x_ptr[i, j]*rstd_ptr[i]**2*sum(dy_ptr[i, k]*w_ptr[k]*x_ptr[i, k] for k < n_cols)/n_cols) for i < num_programs(0), j < n_cols
// CHECK: // claim dx_ptr[i, j] = rstd_ptr[i]*(dy_ptr[i, j]*w_ptr[j] - x_ptr[i, j]*rstd_ptr[i]**2*sum(dy_ptr[i, k]*w_ptr[k]*x_ptr[i, k] for k < n_cols)/n_cols) for i < num_programs(0), j < n_cols: proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg11 = sum(dy_ptr[program_id(0)*dy_row_stride + j + 256*m]*x_ptr[program_id(0)*x_row_stride + j + 256*m]*w_ptr[j + 256*m] for j < 256, m < k if j + 256*m < n_cols)  for k <= max((n_cols + 255) // 256, 0)"
tt.func public @k(%dx_ptr: !tt.ptr<f32> loc("dx_ptr"), %dy_ptr: !tt.ptr<f32> loc("dy_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %w_ptr: !tt.ptr<f32> loc("w_ptr"), %rstd_ptr: !tt.ptr<f32> loc("rstd_ptr"), %dx_row_stride: i32 loc("dx_row_stride"), %dy_row_stride: i32 loc("dy_row_stride"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %cst_0 = arith.constant 0.000000e+00 : f32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %dy_row_stride : i32
  %4 = tt.addptr %dy_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6 = tt.addptr %rstd_ptr, %0 : !tt.ptr<f32>, i32
  %7 = tt.load %6 : !tt.ptr<f32>
  %8 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%dot = %cst_0) -> (f32) : i32 {
    %14 = tt.splat %start : i32 -> tensor<256xi32>
    %15 = arith.addi %14, %5 : tensor<256xi32>
    %16 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %17 = arith.cmpi slt, %15, %16 : tensor<256xi32>
    %18 = tt.splat %2 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %19 = tt.addptr %18, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %20 = tt.load %19, %17, %cst : tensor<256x!tt.ptr<f32>>
    %21 = tt.splat %w_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %22 = tt.addptr %21, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %23 = tt.load %22, %17, %cst : tensor<256x!tt.ptr<f32>>
    %24 = tt.splat %4 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %25 = tt.addptr %24, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %26 = tt.load %25, %17, %cst : tensor<256x!tt.ptr<f32>>
    %27 = arith.mulf %23, %26 : tensor<256xf32>
    %28 = arith.mulf %20, %27 : tensor<256xf32>
    %29 = "tt.reduce"(%28) <{axis = 0 : i32}> ({
    ^bb0(%dot_2: f32, %dot_3: f32):
      %31 = arith.addf %dot_2, %dot_3 : f32
      tt.reduce.return %31 : f32
    }) : (tensor<256xf32>) -> f32
    %30 = arith.addf %dot, %29 : f32
    scf.yield %30 : f32
  }
  %9 = arith.mulf %7, %7 : f32
  %10 = arith.mulf %9, %7 : f32
  %11 = arith.mulf %10, %8 : f32
  %12 = arith.sitofp %n_cols : i32 to f32
  %13 = arith.divf %11, %12 : f32
  scf.for %start = %c0_i32 to %n_cols step %c256_i32 : i32 {
    %14 = tt.splat %start : i32 -> tensor<256xi32>
    %15 = arith.addi %14, %5 : tensor<256xi32>
    %16 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %17 = arith.cmpi slt, %15, %16 : tensor<256xi32>
    %18 = tt.splat %2 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %19 = tt.addptr %18, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %20 = tt.load %19, %17, %cst : tensor<256x!tt.ptr<f32>>
    %21 = tt.splat %w_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %22 = tt.addptr %21, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %23 = tt.load %22, %17, %cst : tensor<256x!tt.ptr<f32>>
    %24 = tt.splat %4 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %25 = tt.addptr %24, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %26 = tt.load %25, %17, %cst : tensor<256x!tt.ptr<f32>>
    %27 = arith.mulf %23, %26 : tensor<256xf32>
    %28 = arith.muli %0, %dx_row_stride : i32
    %29 = tt.addptr %dx_ptr, %28 : !tt.ptr<f32>, i32
    %30 = tt.splat %29 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %31 = tt.addptr %30, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %32 = tt.splat %7 : f32 -> tensor<256xf32>
    %33 = arith.mulf %32, %27 : tensor<256xf32>
    %34 = tt.splat %13 : f32 -> tensor<256xf32>
    %35 = arith.mulf %34, %20 : tensor<256xf32>
    %36 = arith.subf %33, %35 : tensor<256xf32>
    tt.store %31, %36, %17 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
