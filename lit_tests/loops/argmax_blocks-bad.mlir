// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// A place of the least.
// CLAIM: index_ptr[i] = (max(j for j < n_cols if x_ptr[i, j] == min(x_ptr[i, k] for k < n_cols)) if n_cols > 0 else 0) for i < num_programs(0)
// CHECK: // claim index_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%index_ptr: !tt.ptr<i32> loc("index_ptr"), %value_ptr: !tt.ptr<f32> loc("value_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
  %c0_i32 = arith.constant 0 : i32
  %cst_0 = arith.constant 0xFF800000 : f32
  %0 = tt.get_program_id x : i32
  %1 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %2:2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%best = %cst_0, %best_index = %c0_i32) -> (f32, i32) : i32 {
    %5 = tt.splat %start : i32 -> tensor<256xi32>
    %6 = arith.addi %5, %1 : tensor<256xi32>
    %7 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %8 = arith.cmpi slt, %6, %7 : tensor<256xi32>
    %9 = arith.muli %0, %x_row_stride : i32
    %10 = tt.addptr %x_ptr, %9 : !tt.ptr<f32>, i32
    %11 = tt.splat %10 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %12 = tt.addptr %11, %6 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %13 = tt.load %12, %8, %cst : tensor<256x!tt.ptr<f32>>
    %14:2 = "tt.reduce"(%13, %1) <{axis = 0 : i32}> ({
    ^bb0(%arg8: f32, %arg9: i32, %arg10: f32, %arg11: i32):
      %19 = arith.cmpf oeq, %arg8, %arg10 : f32
      %20 = arith.cmpi slt, %arg9, %arg11 : i32
      %21 = arith.andi %19, %20 : i1
      %22 = arith.cmpf ogt, %arg8, %arg10 : f32
      %23 = arith.ori %22, %21 : i1
      %24 = arith.select %23, %arg8, %arg10 : f32
      %25 = arith.select %23, %arg9, %arg11 : i32
      tt.reduce.return %24, %25 : f32, i32
    }) : (tensor<256xf32>, tensor<256xi32>) -> (f32, i32)
    %15 = arith.cmpf ogt, %14#0, %best : f32
    %16 = arith.addi %start, %14#1 : i32
    %17 = arith.select %15, %16, %best_index : i32
    %18 = arith.select %15, %14#0, %best : f32
    scf.yield %18, %17 : f32, i32
  }
  %3 = tt.addptr %value_ptr, %0 : !tt.ptr<f32>, i32
  tt.store %3, %2#0 : !tt.ptr<f32>
  %4 = tt.addptr %index_ptr, %0 : !tt.ptr<i32>, i32
  tt.store %4, %2#1 : !tt.ptr<i32>
  tt.return
}
