// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// Each program of axis 1 adds every fourth block of k.
// CLAIM: c_ptr[i, j] += sum(a_ptr[i, 128*q + 32*l + p]*b_ptr[128*q + 32*l + p, j] for p < 32, q if q >= 0 and 32*l + p + 128*q < k) for i < m, j < n, l < num_programs(1) if 64*(i // 64)*((n + 63) // 64) + j < 64*num_programs(0) where a_ptr: strides (stride_am, stride_ak), b_ptr: strides (stride_bk, stride_bn), c_ptr: strides (stride_cm, stride_cn)
// CHECK: // claim c_ptr[i, j] += sum(a_ptr[i, 128*q + 32*l + p]*b_ptr[128*q + 32*l + p, j] for p < 32, q if q >= 0 and 32*l + p + 128*q < k) for i < m, j < n, l < num_programs(1) if 64*(i // 64)*((n + 63) // 64) + j < 64*num_programs(0) where a_ptr: strides (stride_am, stride_ak), b_ptr: strides (stride_bk, stride_bn), c_ptr: strides (stride_cm, stride_cn): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg13 = 128*k_2*stride_ak + lane(0, 64)*stride_am + lane(1, 32)*stride_ak + 32*program_id(1)*stride_ak + 64*stride_am*(program_id(0) // ((n + 63) // 64))  for k_2 <= max((k + 127) // 128, 0)
// INV-DAG: arg14 = 128*k_2*stride_bk + lane(0, 32)*stride_bk + lane(1, 64)*stride_bn + 32*program_id(1)*stride_bk + 64*stride_bn*(program_id(0) % ((n + 63) // 64))  for k_2 <= max((k + 127) // 128, 0)
// INV-DAG: arg15 = (sum(a_ptr[lane(0, 64)*stride_am + 32*program_id(1)*stride_ak + 64*stride_am*(program_id(0) // ((n + 63) // 64)) + stride_ak*j + 128*stride_ak*p]*b_ptr[lane(1, 64)*stride_bn + 32*program_id(1)*stride_bk + stride_bk*j + 128*stride_bk*p + 64*stride_bn*(program_id(0) % ((n + 63) // 64))] for j < 32, p < k_2 if 32*program_id(1) + j + 128*p < k) if m > lane(0, 64) + 64*(program_id(0) // ((n + 63) // 64)) and n > lane(1, 64) + 64*(program_id(0) % ((n + 63) // 64)) else 0)  for k_2 <= max((k + 127) // 128, 0)
module {
  tt.func public @matmul_split_k_kernel(%a_ptr: !tt.ptr<f16> loc("a_ptr"), %b_ptr: !tt.ptr<f16> loc("b_ptr"), %c_ptr: !tt.ptr<f32> loc("c_ptr"), %m: i32 loc("m"), %n: i32 loc("n"), %k: i32 loc("k"), %stride_am: i32 loc("stride_am"), %stride_ak: i32 loc("stride_ak"), %stride_bk: i32 loc("stride_bk"), %stride_bn: i32 loc("stride_bn"), %stride_cm: i32 loc("stride_cm"), %stride_cn: i32 loc("stride_cn")) attributes {noinline = false} {
    %c127_i32 = arith.constant 127 : i32
    %blocks_n = arith.constant 63 : i32
    %cst = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
    %c1_i32 = arith.constant 1 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
    %c128_i32 = arith.constant 128 : i32
    %inner = arith.constant 32 : i32
    %c64_i32 = arith.constant 64 : i32
    %pid = tt.get_program_id x : i32
    %pid_k = tt.get_program_id y : i32
    %blocks_n_2 = arith.addi %n, %blocks_n : i32
    %blocks_n_3 = arith.divsi %blocks_n_2, %c64_i32 : i32
    %rows = arith.divsi %pid, %blocks_n_3 : i32
    %rows_4 = arith.muli %rows, %c64_i32 : i32
    %rows_5 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
    %rows_6 = tt.splat %rows_4 : i32 -> tensor<64xi32>
    %rows_7 = arith.addi %rows_6, %rows_5 : tensor<64xi32>
    %cols = arith.remsi %pid, %blocks_n_3 : i32
    %cols_8 = arith.muli %cols, %c64_i32 : i32
    %cols_9 = tt.splat %cols_8 : i32 -> tensor<64xi32>
    %cols_10 = arith.addi %cols_9, %rows_5 : tensor<64xi32>
    %inner_11 = arith.muli %pid_k, %inner : i32
    %inner_12 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
    %inner_13 = tt.splat %inner_11 : i32 -> tensor<32xi32>
    %inner_14 = arith.addi %inner_13, %inner_12 : tensor<32xi32>
    %a_ptrs = tt.expand_dims %rows_7 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
    %a_ptrs_15 = tt.splat %stride_am : i32 -> tensor<64x1xi32>
    %a_ptrs_16 = arith.muli %a_ptrs, %a_ptrs_15 : tensor<64x1xi32>
    %a_ptrs_17 = tt.splat %a_ptr : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
    %a_ptrs_18 = tt.addptr %a_ptrs_17, %a_ptrs_16 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
    %a_ptrs_19 = tt.expand_dims %inner_14 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
    %a_ptrs_20 = tt.splat %stride_ak : i32 -> tensor<1x32xi32>
    %a_ptrs_21 = arith.muli %a_ptrs_19, %a_ptrs_20 : tensor<1x32xi32>
    %a_ptrs_22 = tt.broadcast %a_ptrs_18 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x32x!tt.ptr<f16>>
    %a_ptrs_23 = tt.broadcast %a_ptrs_21 : tensor<1x32xi32> -> tensor<64x32xi32>
    %a_ptrs_24 = tt.addptr %a_ptrs_22, %a_ptrs_23 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %b_ptrs = tt.expand_dims %inner_14 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
    %b_ptrs_25 = tt.splat %stride_bk : i32 -> tensor<32x1xi32>
    %b_ptrs_26 = arith.muli %b_ptrs, %b_ptrs_25 : tensor<32x1xi32>
    %b_ptrs_27 = tt.splat %b_ptr : !tt.ptr<f16> -> tensor<32x1x!tt.ptr<f16>>
    %b_ptrs_28 = tt.addptr %b_ptrs_27, %b_ptrs_26 : tensor<32x1x!tt.ptr<f16>>, tensor<32x1xi32>
    %b_ptrs_29 = tt.expand_dims %cols_10 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
    %b_ptrs_30 = tt.splat %stride_bn : i32 -> tensor<1x64xi32>
    %b_ptrs_31 = arith.muli %b_ptrs_29, %b_ptrs_30 : tensor<1x64xi32>
    %b_ptrs_32 = tt.broadcast %b_ptrs_28 : tensor<32x1x!tt.ptr<f16>> -> tensor<32x64x!tt.ptr<f16>>
    %b_ptrs_33 = tt.broadcast %b_ptrs_31 : tensor<1x64xi32> -> tensor<32x64xi32>
    %b_ptrs_34 = tt.addptr %b_ptrs_32, %b_ptrs_33 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
    %0 = arith.addi %k, %c127_i32 : i32
    %1 = arith.divsi %0, %c128_i32 : i32
    %acc:3 = scf.for %step = %c0_i32 to %1 step %c1_i32 iter_args(%a_ptrs_43 = %a_ptrs_24, %b_ptrs_44 = %b_ptrs_34, %acc_45 = %cst_1) -> (tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>)  : i32 {
      %left = arith.muli %step, %c128_i32 : i32
      %left_46 = arith.subi %k, %left : i32
      %a = tt.splat %m : i32 -> tensor<64x1xi32>
      %a_47 = arith.cmpi slt, %a_ptrs, %a : tensor<64x1xi32>
      %a_48 = tt.splat %left_46 : i32 -> tensor<1x32xi32>
      %a_49 = arith.cmpi slt, %a_ptrs_19, %a_48 : tensor<1x32xi32>
      %a_50 = tt.broadcast %a_47 : tensor<64x1xi1> -> tensor<64x32xi1>
      %a_51 = tt.broadcast %a_49 : tensor<1x32xi1> -> tensor<64x32xi1>
      %a_52 = arith.andi %a_50, %a_51 : tensor<64x32xi1>
      %a_53 = tt.load %a_ptrs_43, %a_52, %cst_0 : tensor<64x32x!tt.ptr<f16>>
      %b = tt.splat %left_46 : i32 -> tensor<32x1xi32>
      %b_54 = arith.cmpi slt, %b_ptrs, %b : tensor<32x1xi32>
      %b_55 = tt.splat %n : i32 -> tensor<1x64xi32>
      %b_56 = arith.cmpi slt, %b_ptrs_29, %b_55 : tensor<1x64xi32>
      %b_57 = tt.broadcast %b_54 : tensor<32x1xi1> -> tensor<32x64xi1>
      %b_58 = tt.broadcast %b_56 : tensor<1x64xi1> -> tensor<32x64xi1>
      %b_59 = arith.andi %b_57, %b_58 : tensor<32x64xi1>
      %b_60 = tt.load %b_ptrs_44, %b_59, %cst : tensor<32x64x!tt.ptr<f16>>
      %acc_61 = tt.dot %a_53, %b_60, %acc_45, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
      %a_ptrs_62 = arith.muli %stride_ak, %c128_i32 : i32
      %a_ptrs_63 = tt.splat %a_ptrs_62 : i32 -> tensor<64x32xi32>
      %a_ptrs_64 = tt.addptr %a_ptrs_43, %a_ptrs_63 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
      %b_ptrs_65 = arith.muli %stride_bk, %c128_i32 : i32
      %b_ptrs_66 = tt.splat %b_ptrs_65 : i32 -> tensor<32x64xi32>
      %b_ptrs_67 = tt.addptr %b_ptrs_44, %b_ptrs_66 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
      scf.yield %a_ptrs_64, %b_ptrs_67, %acc_61 : tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>
    }
    %c_ptrs = tt.splat %stride_cm : i32 -> tensor<64x1xi32>
    %c_ptrs_35 = arith.muli %a_ptrs, %c_ptrs : tensor<64x1xi32>
    %c_ptrs_36 = tt.splat %c_ptr : !tt.ptr<f32> -> tensor<64x1x!tt.ptr<f32>>
    %c_ptrs_37 = tt.addptr %c_ptrs_36, %c_ptrs_35 : tensor<64x1x!tt.ptr<f32>>, tensor<64x1xi32>
    %c_ptrs_38 = tt.splat %stride_cn : i32 -> tensor<1x64xi32>
    %c_ptrs_39 = arith.muli %b_ptrs_29, %c_ptrs_38 : tensor<1x64xi32>
    %c_ptrs_40 = tt.broadcast %c_ptrs_37 : tensor<64x1x!tt.ptr<f32>> -> tensor<64x64x!tt.ptr<f32>>
    %c_ptrs_41 = tt.broadcast %c_ptrs_39 : tensor<1x64xi32> -> tensor<64x64xi32>
    %c_ptrs_42 = tt.addptr %c_ptrs_40, %c_ptrs_41 : tensor<64x64x!tt.ptr<f32>>, tensor<64x64xi32>
    %2 = tt.splat %m : i32 -> tensor<64x1xi32>
    %3 = arith.cmpi slt, %a_ptrs, %2 : tensor<64x1xi32>
    %4 = tt.splat %n : i32 -> tensor<1x64xi32>
    %5 = arith.cmpi slt, %b_ptrs_29, %4 : tensor<1x64xi32>
    %6 = tt.broadcast %3 : tensor<64x1xi1> -> tensor<64x64xi1>
    %7 = tt.broadcast %5 : tensor<1x64xi1> -> tensor<64x64xi1>
    %8 = arith.andi %6, %7 : tensor<64x64xi1>
    %9 = tt.atomic_rmw fadd, acq_rel, gpu, %c_ptrs_42, %acc#2, %8 : (tensor<64x64x!tt.ptr<f32>>, tensor<64x64xf32>, tensor<64x64xi1>) -> tensor<64x64xf32>
    tt.return
  }
}
