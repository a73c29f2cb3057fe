// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The factor on the other array.
// CLAIM: out_ptr[i] = x_ptr[i] + alpha*y_ptr[i] for i < n
// CHECK: // claim out_ptr[i] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %y_ptr: !tt.ptr<f32> loc("y_ptr"), %n: i32 loc("n"), %alpha: f32 loc("alpha")) {
  %c1023_i32 = arith.constant 1023 : i32
  %c1024_i32 = arith.constant 1024 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.addi %n, %c1023_i32 : i32
  %2 = arith.divsi %1, %c1024_i32 : i32
  %3 = tt.get_num_programs x : i32
  scf.for %block = %0 to %2 step %3 : i32 {
    %4 = arith.muli %block, %c1024_i32 : i32
    %5 = tt.make_range {end = 1024 : i32, start = 0 : i32} : tensor<1024xi32>
    %6 = tt.splat %4 : i32 -> tensor<1024xi32>
    %7 = arith.addi %6, %5 : tensor<1024xi32>
    %8 = tt.splat %n : i32 -> tensor<1024xi32>
    %9 = arith.cmpi slt, %7, %8 : tensor<1024xi32>
    %10 = tt.splat %x_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
    %11 = tt.addptr %10, %7 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
    %12 = tt.load %11, %9 : tensor<1024x!tt.ptr<f32>>
    %13 = tt.splat %y_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
    %14 = tt.addptr %13, %7 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
    %15 = tt.load %14, %9 : tensor<1024x!tt.ptr<f32>>
    %16 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
    %17 = tt.addptr %16, %7 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
    %18 = tt.splat %alpha : f32 -> tensor<1024xf32>
    %19 = arith.mulf %18, %12 : tensor<1024xf32>
    %20 = arith.addf %19, %15 : tensor<1024xf32>
    tt.store %17, %20, %9 : tensor<1024x!tt.ptr<f32>>
  }
  tt.return
}
