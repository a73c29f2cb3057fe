// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The first row is left out.
// CLAIM: out_ptr[i] = sum(x_ptr[k, i] for k in 1..n_rows) for i < n_cols if i < 256*num_programs(0)
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_rows: i32 loc("n_rows"), %n_cols: i32 loc("n_cols")) {
  %c1_i32 = arith.constant 1 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %c0_i32 = arith.constant 0 : i32
  %c256_i32 = arith.constant 256 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c256_i32 : i32
  %2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %3 = tt.splat %1 : i32 -> tensor<256xi32>
  %4 = arith.addi %3, %2 : tensor<256xi32>
  %5 = tt.splat %n_cols : i32 -> tensor<256xi32>
  %6 = arith.cmpi slt, %4, %5 : tensor<256xi32>
  %7 = tt.splat %x_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
  %8 = tt.addptr %7, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
  %9 = arith.cmpi sgt, %n_rows, %c0_i32 : i32
  %10 = tt.splat %9 : i1 -> tensor<256xi1>
  %11 = arith.andi %6, %10 : tensor<256xi1>
  %12 = tt.load %8, %11, %cst : tensor<256x!tt.ptr<f32>>
  %13:3 = scf.for %row = %c0_i32 to %n_rows step %c1_i32 iter_args(%x_ptrs = %8, %total = %cst, %current = %12) -> (tensor<256x!tt.ptr<f32>>, tensor<256xf32>, tensor<256xf32>) : i32 {
    %16 = tt.splat %x_row_stride : i32 -> tensor<256xi32>
    %17 = tt.addptr %x_ptrs, %16 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %18 = arith.addi %row, %c1_i32 : i32
    %19 = arith.cmpi slt, %18, %n_rows : i32
    %20 = tt.splat %19 : i1 -> tensor<256xi1>
    %21 = arith.andi %6, %20 : tensor<256xi1>
    %22 = tt.load %17, %21, %cst : tensor<256x!tt.ptr<f32>>
    %23 = arith.addf %total, %current : tensor<256xf32>
    scf.yield %17, %23, %22 : tensor<256x!tt.ptr<f32>>, tensor<256xf32>, tensor<256xf32>
  }
  %14 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
  %15 = tt.addptr %14, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
  tt.store %15, %13#1, %6 : tensor<256x!tt.ptr<f32>>
  tt.return
}
