// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A tile for each iteration of the outer loop, stored inside it.
// CLAIM: c_ptr[i, j] = sum(a_ptr[i, 32*p + q]*b_ptr[32*p + q, j] for p, q < 32 if p >= 0 and q + 32*p < k) for i < m, j < 64*((m + 63) // 64)*((n + 63) // 64) - 64*(i // 64)*((n + 63) // 64) if j < n where a_ptr: strides (stride_am, stride_ak), b_ptr: strides (stride_bk, stride_bn), c_ptr: strides (stride_cm, stride_cn)
// CHECK: // claim c_ptr[i, j] = sum(a_ptr[i, 32*p + q]*b_ptr[32*p + q, j] for p, q < 32 if p >= 0 and q + 32*p < k) for i < m, j < 64*((m + 63) // 64)*((n + 63) // 64) - 64*(i // 64)*((n + 63) // 64) if j < n where a_ptr: strides (stride_am, stride_ak), b_ptr: strides (stride_bk, stride_bn), c_ptr: strides (stride_cm, stride_cn): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg14 = 32*k_3*stride_ak + lane(0, 64)*stride_am + lane(1, 32)*stride_ak + 64*stride_am*((k_2*num_programs(0) + program_id(0)) // ((n + 63) // 64))  for k_3 <= max((k + 31) // 32, 0)
// INV-DAG: arg15 = 32*k_3*stride_bk + lane(0, 32)*stride_bk + lane(1, 64)*stride_bn + 64*stride_bn*((k_2*num_programs(0) + program_id(0)) % ((n + 63) // 64))  for k_3 <= max((k + 31) // 32, 0)
// INV-DAG: arg16 = (sum(a_ptr[lane(0, 64)*stride_am + 64*stride_am*((k_2*num_programs(0) + program_id(0)) // ((n + 63) // 64)) + stride_ak*j + 32*stride_ak*p]*b_ptr[lane(1, 64)*stride_bn + stride_bk*j + 32*stride_bk*p + 64*stride_bn*((k_2*num_programs(0) + program_id(0)) % ((n + 63) // 64))] for j < 32, p < k_3 if j + 32*p < k) if m > lane(0, 64) + 64*((k_2*num_programs(0) + program_id(0)) // ((n + 63) // 64)) and n > lane(1, 64) + 64*((k_2*num_programs(0) + program_id(0)) % ((n + 63) // 64)) else 0)  for k_3 <= max((k + 31) // 32, 0)
module {
  tt.func public @matmul_persistent_kernel(%a_ptr: !tt.ptr<f16> loc("a_ptr"), %b_ptr: !tt.ptr<f16> loc("b_ptr"), %c_ptr: !tt.ptr<f32> loc("c_ptr"), %m: i32 loc("m"), %n: i32 loc("n"), %k: i32 loc("k"), %stride_am: i32 loc("stride_am"), %stride_ak: i32 loc("stride_ak"), %stride_bk: i32 loc("stride_bk"), %stride_bn: i32 loc("stride_bn"), %stride_cm: i32 loc("stride_cm"), %stride_cn: i32 loc("stride_cn")) attributes {noinline = false} {
    %cst = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
    %c0_i32 = arith.constant 0 : i32
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
    %c32_i32 = arith.constant 32 : i32
    %c64_i32 = arith.constant 64 : i32
    %c63_i32 = arith.constant 63 : i32
    %blocks_n = arith.addi %n, %c63_i32 : i32
    %blocks_n_2 = arith.divsi %blocks_n, %c64_i32 : i32
    %inner = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
    %0 = tt.get_program_id x : i32
    %1 = arith.addi %m, %c63_i32 : i32
    %2 = arith.divsi %1, %c64_i32 : i32
    %3 = arith.muli %2, %blocks_n_2 : i32
    %4 = tt.get_num_programs x : i32
    scf.for %tile = %0 to %3 step %4  : i32 {
      %rows = arith.divsi %tile, %blocks_n_2 : i32
      %rows_3 = arith.muli %rows, %c64_i32 : i32
      %rows_4 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
      %rows_5 = tt.splat %rows_3 : i32 -> tensor<64xi32>
      %rows_6 = arith.addi %rows_5, %rows_4 : tensor<64xi32>
      %cols = arith.remsi %tile, %blocks_n_2 : i32
      %cols_7 = arith.muli %cols, %c64_i32 : i32
      %cols_8 = tt.splat %cols_7 : i32 -> tensor<64xi32>
      %cols_9 = arith.addi %cols_8, %rows_4 : tensor<64xi32>
      %a_ptrs = tt.expand_dims %rows_6 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
      %a_ptrs_10 = tt.splat %stride_am : i32 -> tensor<64x1xi32>
      %a_ptrs_11 = arith.muli %a_ptrs, %a_ptrs_10 : tensor<64x1xi32>
      %a_ptrs_12 = tt.splat %a_ptr : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
      %a_ptrs_13 = tt.addptr %a_ptrs_12, %a_ptrs_11 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
      %a_ptrs_14 = tt.expand_dims %inner {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
      %a_ptrs_15 = tt.splat %stride_ak : i32 -> tensor<1x32xi32>
      %a_ptrs_16 = arith.muli %a_ptrs_14, %a_ptrs_15 : tensor<1x32xi32>
      %a_ptrs_17 = tt.broadcast %a_ptrs_13 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x32x!tt.ptr<f16>>
      %a_ptrs_18 = tt.broadcast %a_ptrs_16 : tensor<1x32xi32> -> tensor<64x32xi32>
      %a_ptrs_19 = tt.addptr %a_ptrs_17, %a_ptrs_18 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
      %b_ptrs = tt.expand_dims %inner {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
      %b_ptrs_20 = tt.splat %stride_bk : i32 -> tensor<32x1xi32>
      %b_ptrs_21 = arith.muli %b_ptrs, %b_ptrs_20 : tensor<32x1xi32>
      %b_ptrs_22 = tt.splat %b_ptr : !tt.ptr<f16> -> tensor<32x1x!tt.ptr<f16>>
      %b_ptrs_23 = tt.addptr %b_ptrs_22, %b_ptrs_21 : tensor<32x1x!tt.ptr<f16>>, tensor<32x1xi32>
      %b_ptrs_24 = tt.expand_dims %cols_9 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
      %b_ptrs_25 = tt.splat %stride_bn : i32 -> tensor<1x64xi32>
      %b_ptrs_26 = arith.muli %b_ptrs_24, %b_ptrs_25 : tensor<1x64xi32>
      %b_ptrs_27 = tt.broadcast %b_ptrs_23 : tensor<32x1x!tt.ptr<f16>> -> tensor<32x64x!tt.ptr<f16>>
      %b_ptrs_28 = tt.broadcast %b_ptrs_26 : tensor<1x64xi32> -> tensor<32x64xi32>
      %b_ptrs_29 = tt.addptr %b_ptrs_27, %b_ptrs_28 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
      %acc:3 = scf.for %start = %c0_i32 to %k step %c32_i32 iter_args(%a_ptrs_38 = %a_ptrs_19, %b_ptrs_39 = %b_ptrs_29, %acc_40 = %cst_1) -> (tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>)  : i32 {
        %a = tt.splat %m : i32 -> tensor<64x1xi32>
        %a_41 = arith.cmpi slt, %a_ptrs, %a : tensor<64x1xi32>
        %a_42 = arith.subi %k, %start : i32
        %a_43 = tt.splat %a_42 : i32 -> tensor<1x32xi32>
        %a_44 = arith.cmpi slt, %a_ptrs_14, %a_43 : tensor<1x32xi32>
        %a_45 = tt.broadcast %a_41 : tensor<64x1xi1> -> tensor<64x32xi1>
        %a_46 = tt.broadcast %a_44 : tensor<1x32xi1> -> tensor<64x32xi1>
        %a_47 = arith.andi %a_45, %a_46 : tensor<64x32xi1>
        %a_48 = tt.load %a_ptrs_38, %a_47, %cst_0 : tensor<64x32x!tt.ptr<f16>>
        %b = tt.splat %a_42 : i32 -> tensor<32x1xi32>
        %b_49 = arith.cmpi slt, %b_ptrs, %b : tensor<32x1xi32>
        %b_50 = tt.splat %n : i32 -> tensor<1x64xi32>
        %b_51 = arith.cmpi slt, %b_ptrs_24, %b_50 : tensor<1x64xi32>
        %b_52 = tt.broadcast %b_49 : tensor<32x1xi1> -> tensor<32x64xi1>
        %b_53 = tt.broadcast %b_51 : tensor<1x64xi1> -> tensor<32x64xi1>
        %b_54 = arith.andi %b_52, %b_53 : tensor<32x64xi1>
        %b_55 = tt.load %b_ptrs_39, %b_54, %cst : tensor<32x64x!tt.ptr<f16>>
        %acc_56 = tt.dot %a_48, %b_55, %acc_40, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
        %a_ptrs_57 = arith.muli %stride_ak, %c32_i32 : i32
        %a_ptrs_58 = tt.splat %a_ptrs_57 : i32 -> tensor<64x32xi32>
        %a_ptrs_59 = tt.addptr %a_ptrs_38, %a_ptrs_58 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
        %b_ptrs_60 = arith.muli %stride_bk, %c32_i32 : i32
        %b_ptrs_61 = tt.splat %b_ptrs_60 : i32 -> tensor<32x64xi32>
        %b_ptrs_62 = tt.addptr %b_ptrs_39, %b_ptrs_61 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
        scf.yield %a_ptrs_59, %b_ptrs_62, %acc_56 : tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>
      }
      %c_ptrs = tt.splat %stride_cm : i32 -> tensor<64x1xi32>
      %c_ptrs_30 = arith.muli %a_ptrs, %c_ptrs : tensor<64x1xi32>
      %c_ptrs_31 = tt.splat %c_ptr : !tt.ptr<f32> -> tensor<64x1x!tt.ptr<f32>>
      %c_ptrs_32 = tt.addptr %c_ptrs_31, %c_ptrs_30 : tensor<64x1x!tt.ptr<f32>>, tensor<64x1xi32>
      %c_ptrs_33 = tt.splat %stride_cn : i32 -> tensor<1x64xi32>
      %c_ptrs_34 = arith.muli %b_ptrs_24, %c_ptrs_33 : tensor<1x64xi32>
      %c_ptrs_35 = tt.broadcast %c_ptrs_32 : tensor<64x1x!tt.ptr<f32>> -> tensor<64x64x!tt.ptr<f32>>
      %c_ptrs_36 = tt.broadcast %c_ptrs_34 : tensor<1x64xi32> -> tensor<64x64xi32>
      %c_ptrs_37 = tt.addptr %c_ptrs_35, %c_ptrs_36 : tensor<64x64x!tt.ptr<f32>>, tensor<64x64xi32>
      %5 = tt.splat %m : i32 -> tensor<64x1xi32>
      %6 = arith.cmpi slt, %a_ptrs, %5 : tensor<64x1xi32>
      %7 = tt.splat %n : i32 -> tensor<1x64xi32>
      %8 = arith.cmpi slt, %b_ptrs_24, %7 : tensor<1x64xi32>
      %9 = tt.broadcast %6 : tensor<64x1xi1> -> tensor<64x64xi1>
      %10 = tt.broadcast %8 : tensor<1x64xi1> -> tensor<64x64xi1>
      %11 = arith.andi %9, %10 : tensor<64x64xi1>
      tt.store %c_ptrs_37, %acc#2, %11 : tensor<64x64x!tt.ptr<f32>>
    }
    tt.return
  }
}
