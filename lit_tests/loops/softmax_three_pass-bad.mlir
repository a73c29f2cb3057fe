// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The sum misses the last element.
// CLAIM: out_ptr[i, j] = exp(x_ptr[i, j])/sum(exp(x_ptr[i, k]) for k < n_cols - 1) for i < num_programs(0), j < n_cols
// CHECK: // claim out_ptr[i, j] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant 0.000000e+00 : f32
  %cst_0 = arith.constant dense<0xFF800000> : tensor<256xf32>
  %cst_1 = arith.constant 0xFF800000 : f32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %x_row_stride : i32
  %2 = tt.addptr %x_ptr, %1 : !tt.ptr<f32>, i32
  %3 = arith.muli %0, %out_row_stride : i32
  %4 = tt.addptr %out_ptr, %3 : !tt.ptr<f32>, i32
  %5 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %6 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%biggest = %cst_1) -> (f32) : i32 {
    %8 = tt.splat %start : i32 -> tensor<256xi32>
    %9 = arith.addi %8, %5 : tensor<256xi32>
    %10 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %11 = arith.cmpi slt, %9, %10 : tensor<256xi32>
    %12 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %13 = tt.splat %12 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %14 = tt.addptr %13, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %15 = tt.load %14, %11, %cst_0 : tensor<256x!tt.ptr<f32>>
    %16 = "tt.reduce"(%15) <{axis = 0 : i32}> ({
    ^bb0(%biggest_2: f32, %biggest_3: f32):
      %18 = arith.maxnumf %biggest_2, %biggest_3 : f32
      tt.reduce.return %18 : f32
    }) : (tensor<256xf32>) -> f32
    %17 = arith.maxnumf %biggest, %16 : f32
    scf.yield %17 : f32
  }
  %7 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%biggest = %cst) -> (f32) : i32 {
    %8 = tt.splat %start : i32 -> tensor<256xi32>
    %9 = arith.addi %8, %5 : tensor<256xi32>
    %10 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %11 = arith.cmpi slt, %9, %10 : tensor<256xi32>
    %12 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %13 = tt.splat %12 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %14 = tt.addptr %13, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %15 = tt.load %14, %11, %cst_0 : tensor<256x!tt.ptr<f32>>
    %16 = tt.splat %6 : f32 -> tensor<256xf32>
    %17 = arith.subf %15, %16 : tensor<256xf32>
    %18 = math.exp %17 : tensor<256xf32>
    %19 = "tt.reduce"(%18) <{axis = 0 : i32}> ({
    ^bb0(%biggest_2: f32, %biggest_3: f32):
      %21 = arith.addf %biggest_2, %biggest_3 : f32
      tt.reduce.return %21 : f32
    }) : (tensor<256xf32>) -> f32
    %20 = arith.addf %biggest, %19 : f32
    scf.yield %20 : f32
  }
  scf.for %start = %c0_i32 to %n_cols step %c256_i32 : i32 {
    %8 = tt.splat %start : i32 -> tensor<256xi32>
    %9 = arith.addi %8, %5 : tensor<256xi32>
    %10 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %11 = arith.cmpi slt, %9, %10 : tensor<256xi32>
    %12 = tt.addptr %2, %start : !tt.ptr<f32>, i32
    %13 = tt.splat %12 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %14 = tt.addptr %13, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %15 = tt.load %14, %11, %cst_0 : tensor<256x!tt.ptr<f32>>
    %16 = tt.addptr %4, %start : !tt.ptr<f32>, i32
    %17 = tt.splat %16 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %18 = tt.addptr %17, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %19 = tt.splat %6 : f32 -> tensor<256xf32>
    %20 = arith.subf %15, %19 : tensor<256xf32>
    %21 = math.exp %20 : tensor<256xf32>
    %22 = tt.splat %7 : f32 -> tensor<256xf32>
    %23 = arith.divf %21, %22 : tensor<256xf32>
    tt.store %18, %23, %11 : tensor<256x!tt.ptr<f32>>
  }
  tt.return
}
