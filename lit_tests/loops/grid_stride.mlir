// RUN: triton-lift opt %s | FileCheck %s

// Every program takes every num_programs-th block.
// CLAIM: out_ptr[i] = alpha*x_ptr[i] + y_ptr[i] for i < n
// CHECK: // claim out_ptr[i] = alpha*x_ptr[i] + y_ptr[i] for i < n: proved
module {
  tt.func public @grid_stride_kernel(%out_ptr: !tt.ptr<f32> loc("out_ptr"), %x_ptr: !tt.ptr<f32> loc("x_ptr"), %y_ptr: !tt.ptr<f32> loc("y_ptr"), %n: i32 loc("n"), %alpha: f32 loc("alpha")) attributes {noinline = false} {
    %c1023_i32 = arith.constant 1023 : i32
    %c1024_i32 = arith.constant 1024 : i32
    %0 = tt.get_program_id x : i32
    %1 = arith.addi %n, %c1023_i32 : i32
    %2 = arith.divsi %1, %c1024_i32 : i32
    %3 = tt.get_num_programs x : i32
    scf.for %block = %0 to %2 step %3  : i32 {
      %i = arith.muli %block, %c1024_i32 : i32
      %i_0 = tt.make_range {end = 1024 : i32, start = 0 : i32} : tensor<1024xi32>
      %i_1 = tt.splat %i : i32 -> tensor<1024xi32>
      %i_2 = arith.addi %i_1, %i_0 : tensor<1024xi32>
      %x = tt.splat %n : i32 -> tensor<1024xi32>
      %x_3 = arith.cmpi slt, %i_2, %x : tensor<1024xi32>
      %x_4 = tt.splat %x_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
      %x_5 = tt.addptr %x_4, %i_2 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
      %x_6 = tt.load %x_5, %x_3 : tensor<1024x!tt.ptr<f32>>
      %y = tt.splat %y_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
      %y_7 = tt.addptr %y, %i_2 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
      %y_8 = tt.load %y_7, %x_3 : tensor<1024x!tt.ptr<f32>>
      %4 = tt.splat %out_ptr : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
      %5 = tt.addptr %4, %i_2 : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
      %6 = tt.splat %alpha : f32 -> tensor<1024xf32>
      %7 = arith.mulf %6, %x_6 : tensor<1024xf32>
      %8 = arith.addf %7, %y_8 : tensor<1024xf32>
      tt.store %5, %8, %x_3 : tensor<1024x!tt.ptr<f32>>
    }
    tt.return
  }
}
