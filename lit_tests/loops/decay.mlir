// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// A decaying average: the powers of beta as a product.
// CLAIM: out_ptr[i] = (1 - beta)*sum(x_ptr[j, i]*prod(beta for k in j + 1..n_rows) for j < n_rows) for i < n_cols if i < 256*num_programs(0)
// CHECK: // claim out_ptr[i] = (1 - beta)*sum(x_ptr[j, i]*prod(beta for k in j + 1..n_rows) for j < n_rows) for i < n_cols if i < 256*num_programs(0): proved given no_wrap
// CHECK: lift.loops = [{{.*}}"arg7 = (sum(x_ptr[x_row_stride*m + lane(0, 256) + 256*program_id(0)]*prod(beta for j in m + 1..k) for m < k) - beta*sum(x_ptr[x_row_stride*m + lane(0, 256) + 256*program_id(0)]*prod(beta for j in m + 1..k) for m < k) if n_cols > lane(0, 256) + 256*program_id(0) else 0)  for k <= max(n_rows, 0)"
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_rows: i32 loc("n_rows"), %n_cols: i32 loc("n_cols"), %beta: f32 loc("beta")) {
  %c1_i32 = arith.constant 1 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant 1.000000e+00 : f32
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %c256_i32 = arith.constant 256 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c256_i32 : i32
  %2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %3 = tt.splat %1 : i32 -> tensor<256xi32>
  %4 = arith.addi %3, %2 : tensor<256xi32>
  %5 = tt.splat %n_cols : i32 -> tensor<256xi32>
  %6 = arith.cmpi slt, %4, %5 : tensor<256xi32>
  %7 = scf.for %row = %c0_i32 to %n_rows step %c1_i32 iter_args(%average = %cst_0) -> (tensor<256xf32>) : i32 {
    %10 = arith.muli %row, %x_row_stride : i32
    %11 = tt.addptr %x_ptr, %10 : !tt.ptr<f32>, i32
    %12 = tt.splat %11 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %12, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %14 = tt.load %13, %6, %cst_0 : tensor<256x!tt.ptr<f32>>
    %15 = tt.splat %beta : f32 -> tensor<256xf32>
    %16 = arith.mulf %15, %average : tensor<256xf32>
    %17 = arith.subf %cst, %beta : f32
    %18 = tt.splat %17 : f32 -> tensor<256xf32>
    %19 = arith.mulf %18, %14 : tensor<256xf32>
    %20 = arith.addf %16, %19 : tensor<256xf32>
    scf.yield %20 : tensor<256xf32>
  }
  %8 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
  %9 = tt.addptr %8, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
  tt.store %9, %7, %6 : tensor<256x!tt.ptr<f32>>
  tt.return
}
