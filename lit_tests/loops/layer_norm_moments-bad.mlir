// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The mean of squares as the variance.
// CLAIM: out_ptr[i, j] = (x_ptr[i, j] - sum(x_ptr[i, k] for k < n_cols)/n_cols)/sqrt(sum(x_ptr[i, l]**2 for l < n_cols)/n_cols + eps)*w_ptr[j] + b_ptr[j] for i < num_programs(0), j < n_cols
// CHECK: // claim out_ptr[i, j] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %w_ptr: !tt.ptr<f32> loc("w_ptr"), %b_ptr: !tt.ptr<f32> loc("b_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols"), %eps: f32 loc("eps")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %cst_0 = arith.constant 0.000000e+00 : f32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %out_row_stride : i32
  %4 = tt.addptr %out_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%total = %cst_0, %squares = %cst_0) -> (f32, f32) : i32 {
    %14 = tt.splat %start : i32 -> tensor<256xi32>
    %15 = arith.addi %14, %5 : tensor<256xi32>
    %16 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %17 = arith.cmpi slt, %15, %16 : tensor<256xi32>
    %18 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %19 = tt.splat %18 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %20 = tt.addptr %19, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %21 = tt.load %20, %17, %cst : tensor<256x!tt.ptr<f32>>
    %22 = "tt.reduce"(%21) <{axis = 0 : i32}> ({
    ^bb0(%total_2: f32, %total_3: f32):
      %27 = arith.addf %total_2, %total_3 : f32
      tt.reduce.return %27 : f32
    }) : (tensor<256xf32>) -> f32
    %23 = arith.addf %total, %22 : f32
    %24 = arith.mulf %21, %21 : tensor<256xf32>
    %25 = "tt.reduce"(%24) <{axis = 0 : i32}> ({
    ^bb0(%total_2: f32, %total_3: f32):
      %27 = arith.addf %total_2, %total_3 : f32
      tt.reduce.return %27 : f32
    }) : (tensor<256xf32>) -> f32
    %26 = arith.addf %squares, %25 : f32
    scf.yield %23, %26 : f32, f32
  }
  %7 = arith.sitofp %n_cols : i32 to f32
  %8 = arith.divf %6#0, %7 : f32
  %9 = arith.divf %6#1, %7 : f32
  %10 = arith.mulf %8, %8 : f32
  %11 = arith.subf %9, %10 : f32
  %12 = arith.addf %11, %eps : f32
  %13 = math.rsqrt %12 : f32
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
    %24 = tt.splat %b_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %25 = tt.addptr %24, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %26 = tt.load %25, %17, %cst : tensor<256x!tt.ptr<f32>>
    %27 = tt.splat %4 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %28 = tt.addptr %27, %15 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %29 = tt.splat %8 : f32 -> tensor<256xf32>
    %30 = arith.subf %20, %29 : tensor<256xf32>
    %31 = tt.splat %13 : f32 -> tensor<256xf32>
    %32 = arith.mulf %30, %31 : tensor<256xf32>
    %33 = arith.mulf %32, %23 : tensor<256xf32>
    %34 = arith.addf %33, %26 : tensor<256xf32>
    tt.store %28, %34, %17 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
