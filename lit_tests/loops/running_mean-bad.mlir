// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Divided by one more.
// CLAIM: out_ptr[i] = (sum(x_ptr[k, i] for k < n_rows)/(n_rows + 1) if n_rows > 0 else 0) for i < n_cols if i < 256*num_programs(0)
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_rows: i32 loc("n_rows"), %n_cols: i32 loc("n_cols")) {
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %c1_i32 = arith.constant 1 : i32
  %c256_i32 = arith.constant 256 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c256_i32 : i32
  %2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %3 = tt.splat %1 : i32 -> tensor<256xi32>
  %4 = arith.addi %3, %2 : tensor<256xi32>
  %5 = tt.splat %n_cols : i32 -> tensor<256xi32>
  %6 = arith.cmpi slt, %4, %5 : tensor<256xi32>
  %7 = scf.for %row = %c0_i32 to %n_rows step %c1_i32 iter_args(%mean = %cst) -> (tensor<256xf32>) : i32 {
    %10 = arith.muli %row, %x_row_stride : i32
    %11 = tt.addptr %x_ptr, %10 : !tt.ptr<f32>, i32
    %12 = tt.splat %11 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %12, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %14 = tt.load %13, %6, %cst : tensor<256x!tt.ptr<f32>>
    %15 = arith.subf %14, %mean : tensor<256xf32>
    %16 = arith.addi %row, %c1_i32 : i32
    %17 = arith.sitofp %16 : i32 to f32
    %18 = tt.splat %17 : f32 -> tensor<256xf32>
    %19 = arith.divf %15, %18 : tensor<256xf32>
    %20 = arith.addf %mean, %19 : tensor<256xf32>
    scf.yield %20 : tensor<256xf32>
  }
  %8 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
  %9 = tt.addptr %8, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
  tt.store %9, %7, %6 : tensor<256x!tt.ptr<f32>>
  tt.return
}
