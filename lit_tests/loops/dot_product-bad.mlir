// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The product with itself.
// CLAIM: out_ptr[0] = sum(x_ptr[k]*x_ptr[k] for k < n)
// CHECK: // claim out_ptr[0] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %y_ptr: !tt.ptr<f32> loc("y_ptr"), %n: i32 loc("n")) {
  %c512_i32 = arith.constant 512 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst = arith.constant dense<256> : tensor<256xi32>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<256xf32>
  %0 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
  %1:2 = scf.for %start = %c0_i32 to %n step %c512_i32 iter_args(%even = %cst_0, %odd = %cst_0) -> (tensor<256xf32>, tensor<256xf32>) : i32 {
    %4 = tt.splat %start : i32 -> tensor<256xi32>
    %5 = arith.addi %4, %0 : tensor<256xi32>
    %6 = tt.splat %n : i32 -> tensor<256xi32>
    %7 = arith.cmpi slt, %5, %6 : tensor<256xi32>
    %8 = tt.splat %x_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %9 = tt.addptr %8, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %10 = tt.load %9, %7, %cst_0 : tensor<256x!tt.ptr<f32>>
    %11 = tt.splat %y_ptr : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %12 = tt.addptr %11, %5 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %13 = tt.load %12, %7, %cst_0 : tensor<256x!tt.ptr<f32>>
    %14 = arith.mulf %10, %13 : tensor<256xf32>
    %15 = arith.addf %even, %14 : tensor<256xf32>
    %16 = arith.addi %5, %cst : tensor<256xi32>
    %17 = arith.cmpi slt, %16, %6 : tensor<256xi32>
    %18 = tt.addptr %8, %16 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %19 = tt.load %18, %17, %cst_0 : tensor<256x!tt.ptr<f32>>
    %20 = tt.addptr %11, %16 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %21 = tt.load %20, %17, %cst_0 : tensor<256x!tt.ptr<f32>>
    %22 = arith.mulf %19, %21 : tensor<256xf32>
    %23 = arith.addf %odd, %22 : tensor<256xf32>
    scf.yield %15, %23 : tensor<256xf32>, tensor<256xf32>
  }
  %2 = arith.addf %1#0, %1#1 : tensor<256xf32>
  %3 = "tt.reduce"(%2) <{axis = 0 : i32}> ({
  ^bb0(%start: f32, %even: f32):
    %4 = arith.addf %start, %even : f32
    tt.reduce.return %4 : f32
  }) : (tensor<256xf32>) -> f32
  tt.store %out_ptr, %3 : !tt.ptr<f32>
  tt.return
}
