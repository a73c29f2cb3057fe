// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// Squares in one loop, quotients in another.
// CLAIM: out_ptr[i, j] = x_ptr[i, j]*w_ptr[j]/sqrt(sum(x_ptr[i, k]**2 for k < n_cols)/n_cols + eps) for i < num_programs(0), j < n_cols
// CHECK: // claim out_ptr[i, j] = x_ptr[i, j]*w_ptr[j]/sqrt(sum(x_ptr[i, k]**2 for k < n_cols)/n_cols + eps) for i < num_programs(0), j < n_cols: proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg12 = sum(x_ptr[program_id(0)*x_row_stride + lane(0, 256) + 256*j]**2 for j < k if lane(0, 256) + 256*j < n_cols)  for k <= max((n_cols + 255) // 256, 0)"
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %rstd_ptr: !tt.ptr<f32> loc("rstd_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %w_ptr: !tt.ptr<f32> loc("w_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols"), %eps: f32 loc("eps")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %out_row_stride : i32
  %4 = tt.addptr %out_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%squares = %cst) -> (tensor<256xf32>) : i32 {
    %13 = tt.splat %start : i32 -> tensor<256xi32>
    %14 = arith.addi %13, %5 : tensor<256xi32>
    %15 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %16 = arith.cmpi slt, %14, %15 : tensor<256xi32>
    %17 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %18 = tt.splat %17 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %19 = tt.addptr %18, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %20 = tt.load %19, %16, %cst : tensor<256x!tt.ptr<f32>>
    %21 = arith.mulf %20, %20 : tensor<256xf32>
    %22 = arith.addf %squares, %21 : tensor<256xf32>
    scf.yield %22 : tensor<256xf32>
  }
  %7 = "tt.reduce"(%6) <{axis = 0 : i32}> ({
  ^bb0(%start: f32, %squares: f32):
    %13 = arith.addf %start, %squares : f32
    tt.reduce.return %13 : f32
  }) : (tensor<256xf32>) -> f32
  %8 = arith.sitofp %n_cols : i32 to f32
  %9 = arith.divf %7, %8 : f32
  %10 = arith.addf %9, %eps : f32
  %11 = math.rsqrt %10 : f32
  %12 = tt.addptr %rstd_ptr, %0 : !tt.ptr<f32>, i32
  tt.store %12, %11 : !tt.ptr<f32>
  scf.for %start = %c0_i32 to %n_cols step %c256_i32 : i32 {
    %13 = tt.splat %start : i32 -> tensor<256xi32>
    %14 = arith.addi %13, %5 : tensor<256xi32>
    %15 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %16 = arith.cmpi slt, %14, %15 : tensor<256xi32>
    %17 = tt.splat %2 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %18 = tt.addptr %17, %14 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %19 = tt.load %18, %16, %cst : tensor<256x!tt.ptr<f32>>
    %20 = tt.splat %w_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %21 = tt.addptr %20, %14 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %22 = tt.load %21, %16, %cst : tensor<256x!tt.ptr<f32>>
    %23 = tt.splat %4 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %24 = tt.addptr %23, %14 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %25 = tt.splat %11 : f32 -> tensor<256xf32>
    %26 = arith.mulf %19, %25 : tensor<256xf32>
    %27 = arith.mulf %26, %22 : tensor<256xf32>
    tt.store %24, %27, %16 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
