// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// The mean, then the variance about it.
// CLAIM: out_ptr[i, j] = (x_ptr[i, j] - sum(x_ptr[i, k] for k < n_cols)/n_cols)/sqrt(sum((x_ptr[i, l] - sum(x_ptr[i, k] for k < n_cols)/n_cols)**2 for l < n_cols)/n_cols + eps)*w_ptr[j] + b_ptr[j] for i < num_programs(0), j < n_cols
// CHECK: // claim out_ptr[i, j] = (x_ptr[i, j] - sum(x_ptr[i, k] for k < n_cols)/n_cols)/sqrt(sum((x_ptr[i, l] - sum(x_ptr[i, k] for k < n_cols)/n_cols)**2 for l < n_cols)/n_cols + eps)*w_ptr[j] + b_ptr[j] for i < num_programs(0), j < n_cols: proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg16 = sum(x_ptr[program_id(0)*x_row_stride + lane(0, 256) + 256*j] for j < k if lane(0, 256) + 256*j < n_cols)  for k <= max((n_cols + 255) // 256, 0)"{{.*}}"arg12 = sum(x_ptr[program_id(0)*x_row_stride + j] for j < n_cols)**2*sum(1 for j < k_2 if lane(0, 256) + 256*j < n_cols)/n_cols**2 + sum(x_ptr[program_id(0)*x_row_stride + lane(0, 256) + 256*j]**2 for j < k_2 if lane(0, 256) + 256*j < n_cols) - 2*sum(x_ptr[program_id(0)*x_row_stride + j] for j < n_cols)*sum(x_ptr[program_id(0)*x_row_stride + lane(0, 256) + 256*j] for j < k_2 if lane(0, 256) + 256*j < n_cols)/n_cols  for k_2 <= max((n_cols + 255) // 256, 0)"
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %w_ptr: !tt.ptr<f32> loc("w_ptr"), %b_ptr: !tt.ptr<f32> loc("b_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols"), %eps: f32 loc("eps")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant 1.000000e+00 : f32
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %out_row_stride : i32
  %4 = tt.addptr %out_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%total = %cst_0) -> (tensor<256xf32>) : i32 {
    %16 = tt.splat %start : i32 -> tensor<256xi32>
    %17 = arith.addi %16, %5 : tensor<256xi32>
    %18 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %19 = arith.cmpi slt, %17, %18 : tensor<256xi32>
    %20 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %21 = tt.splat %20 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %22 = tt.addptr %21, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %23 = tt.load %22, %19, %cst_0 : tensor<256x!tt.ptr<f32>>
    %24 = arith.addf %total, %23 : tensor<256xf32>
    scf.yield %24 : tensor<256xf32>
  }
  %7 = "tt.reduce"(%6) <{axis = 0 : i32}> ({
  ^bb0(%start: f32, %total: f32):
    %16 = arith.addf %start, %total : f32
    tt.reduce.return %16 : f32
  }) : (tensor<256xf32>) -> f32
  %8 = arith.sitofp %n_cols : i32 to f32
  %9 = arith.divf %7, %8 : f32
  %10 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%total = %cst_0) -> (tensor<256xf32>) : i32 {
    %16 = tt.splat %start : i32 -> tensor<256xi32>
    %17 = arith.addi %16, %5 : tensor<256xi32>
    %18 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %19 = arith.cmpi slt, %17, %18 : tensor<256xi32>
    %20 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %21 = tt.splat %20 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %22 = tt.addptr %21, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %23 = tt.load %22, %19, %cst_0 : tensor<256x!tt.ptr<f32>>
    %24 = tt.splat %9 : f32 -> tensor<256xf32>
    %25 = arith.subf %23, %24 : tensor<256xf32>
    %26 = arith.select %19, %25, %cst_0 : tensor<256xi1>, tensor<256xf32>
    %27 = arith.mulf %26, %26 : tensor<256xf32>
    %28 = arith.addf %total, %27 : tensor<256xf32>
    scf.yield %28 : tensor<256xf32>
  }
  %11 = "tt.reduce"(%10) <{axis = 0 : i32}> ({
  ^bb0(%start: f32, %total: f32):
    %16 = arith.addf %start, %total : f32
    tt.reduce.return %16 : f32
  }) : (tensor<256xf32>) -> f32
  %12 = arith.divf %11, %8 : f32
  %13 = arith.addf %12, %eps : f32
  %14 = math.sqrt %13 : f32
  %15 = arith.divf %cst, %14 : f32
  scf.for %start = %c0_i32 to %n_cols step %c256_i32 : i32 {
    %16 = tt.splat %start : i32 -> tensor<256xi32>
    %17 = arith.addi %16, %5 : tensor<256xi32>
    %18 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %19 = arith.cmpi slt, %17, %18 : tensor<256xi32>
    %20 = tt.splat %2 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %21 = tt.addptr %20, %17 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %22 = tt.load %21, %19, %cst_0 : tensor<256x!tt.ptr<f32>>
    %23 = tt.splat %w_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %24 = tt.addptr %23, %17 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %25 = tt.load %24, %19, %cst_0 : tensor<256x!tt.ptr<f32>>
    %26 = tt.splat %b_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %27 = tt.addptr %26, %17 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %28 = tt.load %27, %19, %cst_0 : tensor<256x!tt.ptr<f32>>
    %29 = tt.splat %4 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %30 = tt.addptr %29, %17 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %31 = tt.splat %9 : f32 -> tensor<256xf32>
    %32 = arith.subf %22, %31 : tensor<256xf32>
    %33 = tt.splat %15 : f32 -> tensor<256xf32>
    %34 = arith.mulf %32, %33 : tensor<256xf32>
    %35 = arith.mulf %34, %25 : tensor<256xf32>
    %36 = arith.addf %35, %28 : tensor<256xf32>
    tt.store %30, %36, %19 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
