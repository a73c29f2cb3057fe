// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Without the element itself.
// CLAIM: out_ptr[i, j] = sum(x_ptr[i, k] for k < j) for i < num_programs(0), j < n_cols where out_ptr: strides (out_row_stride, 1), x_ptr: strides (x_row_stride, 1)
// CHECK: // claim out_ptr[i, j] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %out_row_stride: i32 loc("out_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %cst_0 = arith.constant 0.000000e+00 : f32
  %0 = tt.get_program_id x : i32
  %1 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%carry = %cst_0) -> (f32) : i32 {
    %3 = tt.splat %start : i32 -> tensor<256xi32>
    %4 = arith.addi %3, %1 : tensor<256xi32>
    %5 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %6 = arith.cmpi slt, %4, %5 : tensor<256xi32>
    %7 = arith.muli %0, %x_row_stride : i32
    %8 = tt.addptr %x_ptr, %7 : !tt.ptr<f32>, i32
    %9 = tt.splat %8 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %10 = tt.addptr %9, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %11 = tt.load %10, %6, %cst : tensor<256x!tt.ptr<f32>>
    %12 = arith.muli %0, %out_row_stride : i32
    %13 = tt.addptr %out_ptr, %12 : !tt.ptr<f32>, i32
    %14 = tt.splat %13 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %15 = tt.addptr %14, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %16 = "tt.scan"(%11) <{axis = 0 : i32, reverse = false}> ({
    ^bb0(%arg7: f32, %arg8: f32):
      %21 = arith.addf %arg7, %arg8 : f32
      tt.scan.return %21 : f32
    }) : (tensor<256xf32>) -> tensor<256xf32>
    %17 = tt.splat %carry : f32 -> tensor<256xf32>
    %18 = arith.addf %17, %16 : tensor<256xf32>
    tt.store %15, %18, %6 : tensor<256x!tt.ptr<f32>>
    %19 = "tt.reduce"(%11) <{axis = 0 : i32}> ({
    ^bb0(%arg7: f32, %arg8: f32):
      %21 = arith.addf %arg7, %arg8 : f32
      tt.reduce.return %21 : f32
    }) : (tensor<256xf32>) -> f32
    %20 = arith.addf %carry, %19 : f32
    scf.yield %20 : f32
  }
  tt.return
}
