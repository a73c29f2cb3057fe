// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Without the maximum.
// CLAIM: out_ptr[i] = (log(sum(exp(x_ptr[i, k] - max(x_ptr[i, l] for l < n_cols)) for k < n_cols)) if n_cols > 0 else -inf) for i < num_programs(0)
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
  %cst_0 = arith.constant 0.000000e+00 : f32
  %cst_1 = arith.constant 0xFF800000 : f32
  %0 = tt.get_program_id x : i32
  %1 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %2:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%biggest = %cst_1, %total = %cst_0) -> (f32, f32) : i32 {
    %6 = tt.splat %start : i32 -> tensor<256xi32>
    %7 = arith.addi %6, %1 : tensor<256xi32>
    %8 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %9 = arith.cmpi slt, %7, %8 : tensor<256xi32>
    %10 = arith.muli %0, %x_row_stride : i32
    %11 = tt.addptr %x_ptr, %10 : !tt.ptr<f32>, i32
    %12 = tt.addptr %11, %start : !tt.ptr<f32>, i32
    %13 = tt.splat %12 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %14 = tt.addptr %13, %1 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %15 = tt.load %14, %9, %cst : tensor<256x!tt.ptr<f32>>
    %16 = "tt.reduce"(%15) <{axis = 0 : i32}> ({
    ^bb0(%bigger: f32, %bigger_2: f32):
      %26 = arith.maxnumf %bigger, %bigger_2 : f32
      tt.reduce.return %26 : f32
    }) : (tensor<256xf32>) -> f32
    %17 = arith.maxnumf %biggest, %16 : f32
    %18 = arith.subf %biggest, %17 : f32
    %19 = math.exp %18 : f32
    %20 = arith.mulf %total, %19 : f32
    %21 = tt.splat %17 : f32 -> tensor<256xf32>
    %22 = arith.subf %15, %21 : tensor<256xf32>
    %23 = math.exp %22 : tensor<256xf32>
    %24 = "tt.reduce"(%23) <{axis = 0 : i32}> ({
    ^bb0(%bigger: f32, %bigger_2: f32):
      %26 = arith.addf %bigger, %bigger_2 : f32
      tt.reduce.return %26 : f32
    }) : (tensor<256xf32>) -> f32
    %25 = arith.addf %20, %24 : f32
    scf.yield %17, %25 : f32, f32
  }
  %3 = tt.addptr %out_ptr, %0 : !tt.ptr<f32>, i32
  %4 = math.log %2#1 : f32
  %5 = arith.addf %2#0, %4 : f32
  tt.store %3, %5 : !tt.ptr<f32>
  tt.return
}
