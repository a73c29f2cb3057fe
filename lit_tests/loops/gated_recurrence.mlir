// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A first-order recurrence whose every value is stored.
// CLAIM: h_ptr[t, c] = a_ptr[t, c]*sum(b_ptr[s, c]*prod(a_ptr[r, c] for r in s + 1..t) for s < t) + b_ptr[t, c] for t < n_steps, c < n_channels if c < 256*num_programs(0) where h_ptr: strides (stride, 1), a_ptr: strides (stride, 1), b_ptr: strides (stride, 1)
// CHECK: // claim h_ptr[t, c] = a_ptr[t, c]*sum(b_ptr[s, c]*prod(a_ptr[r, c] for r in s + 1..t) for s < t) + b_ptr[t, c] for t < n_steps, c < n_channels if c < 256*num_programs(0) where h_ptr: strides (stride, 1), a_ptr: strides (stride, 1), b_ptr: strides (stride, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg7 = (sum(b_ptr[stride*m + lane(0, 256) + 256*program_id(0)]*prod(a_ptr[stride*j + lane(0, 256) + 256*program_id(0)] for j in m + 1..k) for m < k) if n_channels > lane(0, 256) + 256*program_id(0) else 0)  for k <= max(n_steps, 0)
module {
  tt.func public @gated_recurrence_kernel(%h_ptr: !tt.ptr<f32> loc("h_ptr"), %a_ptr: !tt.ptr<f32> loc("a_ptr"), %b_ptr: !tt.ptr<f32> loc("b_ptr"), %stride: i32 loc("stride"), %n_steps: i32 loc("n_steps"), %n_channels: i32 loc("n_channels")) attributes {noinline = false} {
    %c1_i32 = arith.constant 1 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<256xf32>
    %channel = arith.constant 256 : i32
    %channel_0 = tt.get_program_id x : i32
    %channel_1 = arith.muli %channel_0, %channel : i32
    %channel_2 = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %channel_3 = tt.splat %channel_1 : i32 -> tensor<256xi32>
    %channel_4 = arith.addi %channel_3, %channel_2 : tensor<256xi32>
    %mask = tt.splat %n_channels : i32 -> tensor<256xi32>
    %mask_5 = arith.cmpi slt, %channel_4, %mask : tensor<256xi32>
    %h = scf.for %t = %c0_i32 to %n_steps step %c1_i32 iter_args(%h_6 = %cst) -> (tensor<256xf32>)  : i32 {
      %a = arith.muli %t, %stride : i32
      %a_7 = tt.addptr %a_ptr, %a : !tt.ptr<f32>, i32
      %a_8 = tt.splat %a_7 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %a_9 = tt.addptr %a_8, %channel_4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %a_10 = tt.load %a_9, %mask_5, %cst : tensor<256x!tt.ptr<f32>>
      %b = tt.addptr %b_ptr, %a : !tt.ptr<f32>, i32
      %b_11 = tt.splat %b : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %b_12 = tt.addptr %b_11, %channel_4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      %b_13 = tt.load %b_12, %mask_5, %cst : tensor<256x!tt.ptr<f32>>
      %h_14 = arith.mulf %a_10, %h_6 : tensor<256xf32>
      %h_15 = arith.addf %h_14, %b_13 : tensor<256xf32>
      %0 = tt.addptr %h_ptr, %a : !tt.ptr<f32>, i32
      %1 = tt.splat %0 : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
      %2 = tt.addptr %1, %channel_4 : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
      tt.store %2, %h_15, %mask_5 : tensor<256x!tt.ptr<f32>>
      scf.yield %h_15 : tensor<256xf32>
    }
    tt.return
  }
}
