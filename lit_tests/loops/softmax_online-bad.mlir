// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The maximum is not taken off below.
// CLAIM: out_ptr[i, j] = exp(x_ptr[i, j] - max(x_ptr[i, k] for k < n_cols))/sum(exp(x_ptr[i, k]) for k < n_cols) for i < num_programs(0), j < n_cols
// CHECK: // claim out_ptr[i, j] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
  %cst_0 = arith.constant 0.000000e+00 : f32
  %cst_1 = arith.constant 0xFF800000 : f32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %out_row_stride : i32
  %4 = tt.addptr %out_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%biggest = %cst_1, %total = %cst_0) -> (f32, f32) : i32 {
    %7 = tt.splat %start : i32 -> tensor<256xi32>
    %8 = arith.addi %7, %5 : tensor<256xi32>
    %9 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %10 = arith.cmpi slt, %8, %9 : tensor<256xi32>
    %11 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %12 = tt.splat %11 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %12, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %14 = tt.load %13, %10, %cst : tensor<256x!tt.ptr<f32>>
    %15 = "tt.reduce"(%14) <{axis = 0 : i32}> ({
    ^bb0(%bigger: f32, %bigger_2: f32):
      %25 = arith.maxnumf %bigger, %bigger_2 : f32
      tt.reduce.return %25 : f32
    }) : (tensor<256xf32>) -> f32
    %16 = arith.maxnumf %biggest, %15 : f32
    %17 = arith.subf %biggest, %16 : f32
    %18 = math.exp %17 : f32
    %19 = arith.mulf %total, %18 : f32
    %20 = tt.splat %16 : f32 -> tensor<256xf32>
    %21 = arith.subf %14, %20 : tensor<256xf32>
    %22 = math.exp %21 : tensor<256xf32>
    %23 = "tt.reduce"(%22) <{axis = 0 : i32}> ({
    ^bb0(%bigger: f32, %bigger_2: f32):
      %25 = arith.addf %bigger, %bigger_2 : f32
      tt.reduce.return %25 : f32
    }) : (tensor<256xf32>) -> f32
    %24 = arith.addf %19, %23 : f32
    scf.yield %16, %24 : f32, f32
  }
  scf.for %start = %c0_i32 to %n_cols step %c256_i32 : i32 {
    %7 = tt.splat %start : i32 -> tensor<256xi32>
    %8 = arith.addi %7, %5 : tensor<256xi32>
    %9 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %10 = arith.cmpi slt, %8, %9 : tensor<256xi32>
    %11 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %12 = tt.splat %11 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %12, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %14 = tt.load %13, %10, %cst : tensor<256x!tt.ptr<f32>>
    %15 = tt.addptr %4, %start : !tt.ptr<f32>, i32
    %16 = tt.splat %15 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %17 = tt.addptr %16, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %18 = tt.splat %6#0 : f32 -> tensor<256xf32>
    %19 = arith.subf %14, %18 : tensor<256xf32>
    %20 = math.exp %19 : tensor<256xf32>
    %21 = tt.splat %6#1 : f32 -> tensor<256xf32>
    %22 = arith.divf %20, %21 : tensor<256xf32>
    tt.store %17, %22, %10 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
