// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// An empty row gives 0.
// CLAIM: out_ptr[i] = (max(x_ptr[i, k] for k < n_cols) if n_cols > 0 else 0) for i < num_programs(0)
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %x_row_stride: i32 loc("x_row_stride"), %n_cols: i32 loc("n_cols")) {
  %c256_i32 = arith.constant 256 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0xFF800000> : tensor<256xf32>
  %cst_0 = arith.constant 0xFF800000 : f32
  %0 = tt.get_program_id x : i32
  %1 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %2 = scf.for %start = %c0_i32 to %n_cols step %c256_i32 iter_args(%best = %cst_0) -> (f32) : i32 {
    %4 = tt.splat %start : i32 -> tensor<256xi32>
    %5 = arith.addi %4, %1 : tensor<256xi32>
    %6 = tt.splat %n_cols : i32 -> tensor<256xi32>
    %7 = arith.cmpi slt, %5, %6 : tensor<256xi32>
    %8 = arith.muli %0, %x_row_stride : i32
    %9 = tt.addptr %x_ptr, %8 : !tt.ptr<f32>, i32
    %10 = tt.addptr %9, %start : !tt.ptr<f32>, i32
    %11 = tt.splat %10 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %12 = tt.addptr %11, %1 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %13 = tt.load %12, %7, %cst : tensor<256x!tt.ptr<f32>>
    %14 = "tt.reduce"(%13) <{axis = 0 : i32}> ({
    ^bb0(%best_2: f32, %best_3: f32):
      %16 = arith.maxnumf %best_2, %best_3 : f32
      tt.reduce.return %16 : f32
    }) : (tensor<256xf32>) -> f32
    %15 = arith.maxnumf %best, %14 : f32
    scf.yield %15 : f32
  }
  %3 = tt.addptr %out_ptr, %0 : !tt.ptr<f32>, i32
  tt.store %3, %2 : !tt.ptr<f32>
  tt.return
}
