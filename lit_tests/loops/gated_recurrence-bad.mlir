// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// One gate too many.
// CLAIM: h_ptr[j, i] = sum(b_ptr[m, i]*prod(a_ptr[k, i] for k in m..j + 1) for m < j + 1) for j < n_steps, i < n_channels if i < 256*num_programs(0)
// CHECK: // claim h_ptr[j, i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%h_ptr: !tt.ptr<f32> loc("h_ptr"), %a_ptr: !tt.ptr<f32> loc("a_ptr"), %b_ptr: !tt.ptr<f32> loc("b_ptr"), %stride: i32 loc("stride"), %n_steps: i32 loc("n_steps"), %n_channels: i32 loc("n_channels")) {
  %c1_i32 = arith.constant 1 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %c256_i32 = arith.constant 256 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c256_i32 : i32
  %2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %3 = tt.splat %1 : i32 -> tensor<256xi32>
  %4 = arith.addi %3, %2 : tensor<256xi32>
  %5 = tt.splat %n_channels : i32 -> tensor<256xi32>
  %6 = arith.cmpi slt, %4, %5 : tensor<256xi32>
  %7 = scf.for %t = %c0_i32 to %n_steps step %c1_i32 iter_args(%h = %cst) -> (tensor<256xf32>) : i32 {
    %8 = arith.muli %t, %stride : i32
    %9 = tt.addptr %a_ptr, %8 : !tt.ptr<f32>, i32
    %10 = tt.splat %9 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %11 = tt.addptr %10, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %12 = tt.load %11, %6, %cst : tensor<256x!tt.ptr<f32>>
    %13 = tt.addptr %b_ptr, %8 : !tt.ptr<f32>, i32
    %14 = tt.splat %13 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %15 = tt.addptr %14, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %16 = tt.load %15, %6, %cst : tensor<256x!tt.ptr<f32>>
    %17 = arith.mulf %12, %h : tensor<256xf32>
    %18 = arith.addf %17, %16 : tensor<256xf32>
    %19 = tt.addptr %h_ptr, %8 : !tt.ptr<f32>, i32
    %20 = tt.splat %19 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %21 = tt.addptr %20, %4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    tt.store %21, %18, %6 : tensor<256x!tt.ptr<f32>>
    scf.yield %18 : tensor<256xf32>
  }
  tt.return
}
