// RUN: triton-lift opt %s | FileCheck %s
// RUN: triton-lift opt --passes=loops %s | FileCheck --check-prefix=INV %s

// A key and value head for four query heads.
// CLAIM: out_ptr[b, h, i, d] = sum(exp2(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h // 4, n, e] for e < 64))*v_ptr[b, h // 4, n, d] for n < kv_len)/sum(exp2(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h // 4, n, e] for e < 64)) for n < kv_len) for i < q_len, b, h < n_heads, d < 64 if i < 64*num_programs(0) and b*n_heads + h < num_programs(1) where q_ptr: strides (stride_qb, stride_qh, stride_qm, 1), k_ptr: strides (stride_kb, stride_kh, stride_kn, 1), v_ptr: strides (stride_vb, stride_vh, stride_vn, 1), out_ptr: strides (stride_ob, stride_oh, stride_om, 1)
// CHECK: // claim out_ptr[b, h, i, d] = sum(exp2(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h // 4, n, e] for e < 64))*v_ptr[b, h // 4, n, d] for n < kv_len)/sum(exp2(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h // 4, n, e] for e < 64)) for n < kv_len) for i < q_len, b, h < n_heads, d < 64 if i < 64*num_programs(0) and b*n_heads + h < num_programs(1) where q_ptr: strides (stride_qb, stride_qh, stride_qm, 1), k_ptr: strides (stride_kb, stride_kh, stride_kn, 1), v_ptr: strides (stride_vb, stride_vh, stride_vn, 1), out_ptr: strides (stride_ob, stride_oh, stride_om, 1): proved
// The invariants of the loop, for all iterations k up to the trip count.
// INV-DAG: arg22 = (1.442695f*max(scale*sum(q_ptr[lane(0, 64)*stride_qm + 64*program_id(0)*stride_qm + stride_qb*(program_id(1) // n_heads) + stride_qh*(program_id(1) % n_heads) + j]*k_ptr[stride_kb*(program_id(1) // n_heads) + stride_kh*((3*n_heads*(program_id(1) // n_heads) + program_id(1)) // 4) + stride_kn*n + 32*stride_kn*m + j - n_heads*stride_kh*(program_id(1) // n_heads)] for j < 64) for m < k, n < 32 if n + 32*m < kv_len) if k > 0 and q_len > lane(0, 64) + 64*program_id(0) and kv_len > 0 else 0 if k > 0 and lane(0, 64) + 64*program_id(0) >= q_len and kv_len > 0 else -inf)  for k <= max((kv_len + 31) // 32, 0)
module {
  tt.func public @flash_attention_gqa_kernel(%q_ptr: !tt.ptr<f16> loc("q_ptr"), %k_ptr: !tt.ptr<f16> loc("k_ptr"), %v_ptr: !tt.ptr<f16> loc("v_ptr"), %out_ptr: !tt.ptr<f16> loc("out_ptr"), %lse_ptr: !tt.ptr<f32> loc("lse_ptr"), %scale: f32 loc("scale"), %n_heads: i32 loc("n_heads"), %q_len: i32 loc("q_len"), %kv_len: i32 loc("kv_len"), %stride_qb: i32 loc("stride_qb"), %stride_qh: i32 loc("stride_qh"), %stride_qm: i32 loc("stride_qm"), %stride_kb: i32 loc("stride_kb"), %stride_kh: i32 loc("stride_kh"), %stride_kn: i32 loc("stride_kn"), %stride_vb: i32 loc("stride_vb"), %stride_vh: i32 loc("stride_vh"), %stride_vn: i32 loc("stride_vn"), %stride_ob: i32 loc("stride_ob"), %stride_oh: i32 loc("stride_oh"), %stride_om: i32 loc("stride_om")) attributes {noinline = false} {
    %l_i = arith.constant dense<0.000000e+00> : tensor<64xf32>
    %cst = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
    %cst_0 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
    %c32_i32 = arith.constant 32 : i32
    %c0_i32 = arith.constant 0 : i32
    %q = arith.constant dense<0.000000e+00> : tensor<64x64xf16>
    %cst_1 = arith.constant dense<0xFF800000> : tensor<64x32xf32>
    %cst_2 = arith.constant dense<0.000000e+00> : tensor<64x32xf32>
    %scale_log2 = arith.constant 1.44269502 : f32
    %m_i = arith.constant dense<0xFF800000> : tensor<64xf32>
    %cst_3 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
    %kv_head = arith.constant 4 : i32
    %rows = arith.constant 64 : i32
    %rows_4 = tt.get_program_id x : i32
    %rows_5 = arith.muli %rows_4, %rows : i32
    %rows_6 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
    %rows_7 = tt.splat %rows_5 : i32 -> tensor<64xi32>
    %rows_8 = arith.addi %rows_7, %rows_6 : tensor<64xi32>
    %batch = tt.get_program_id y : i32
    %batch_9 = arith.divsi %batch, %n_heads : i32
    %head = arith.remsi %batch, %n_heads : i32
    %kv_head_10 = arith.divsi %head, %kv_head : i32
    %cols = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
    %q_ptrs = arith.muli %batch_9, %stride_qb : i32
    %q_ptrs_11 = tt.addptr %q_ptr, %q_ptrs : !tt.ptr<f16>, i32
    %q_ptrs_12 = arith.muli %head, %stride_qh : i32
    %q_ptrs_13 = tt.addptr %q_ptrs_11, %q_ptrs_12 : !tt.ptr<f16>, i32
    %q_ptrs_14 = tt.expand_dims %rows_8 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
    %q_ptrs_15 = tt.splat %stride_qm : i32 -> tensor<64x1xi32>
    %q_ptrs_16 = arith.muli %q_ptrs_14, %q_ptrs_15 : tensor<64x1xi32>
    %q_ptrs_17 = tt.splat %q_ptrs_13 : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
    %q_ptrs_18 = tt.addptr %q_ptrs_17, %q_ptrs_16 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
    %q_ptrs_19 = tt.expand_dims %rows_6 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
    %q_ptrs_20 = tt.broadcast %q_ptrs_18 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x64x!tt.ptr<f16>>
    %q_ptrs_21 = tt.broadcast %q_ptrs_19 : tensor<1x64xi32> -> tensor<64x64xi32>
    %q_ptrs_22 = tt.addptr %q_ptrs_20, %q_ptrs_21 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
    %k_ptrs = arith.muli %batch_9, %stride_kb : i32
    %k_ptrs_23 = tt.addptr %k_ptr, %k_ptrs : !tt.ptr<f16>, i32
    %k_ptrs_24 = arith.muli %kv_head_10, %stride_kh : i32
    %k_ptrs_25 = tt.addptr %k_ptrs_23, %k_ptrs_24 : !tt.ptr<f16>, i32
    %k_ptrs_26 = tt.expand_dims %cols {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
    %k_ptrs_27 = tt.splat %stride_kn : i32 -> tensor<1x32xi32>
    %k_ptrs_28 = arith.muli %k_ptrs_26, %k_ptrs_27 : tensor<1x32xi32>
    %k_ptrs_29 = tt.splat %k_ptrs_25 : !tt.ptr<f16> -> tensor<1x32x!tt.ptr<f16>>
    %k_ptrs_30 = tt.addptr %k_ptrs_29, %k_ptrs_28 : tensor<1x32x!tt.ptr<f16>>, tensor<1x32xi32>
    %k_ptrs_31 = tt.expand_dims %rows_6 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
    %k_ptrs_32 = tt.broadcast %k_ptrs_30 : tensor<1x32x!tt.ptr<f16>> -> tensor<64x32x!tt.ptr<f16>>
    %k_ptrs_33 = tt.broadcast %k_ptrs_31 : tensor<64x1xi32> -> tensor<64x32xi32>
    %k_ptrs_34 = tt.addptr %k_ptrs_32, %k_ptrs_33 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %v_ptrs = arith.muli %batch_9, %stride_vb : i32
    %v_ptrs_35 = tt.addptr %v_ptr, %v_ptrs : !tt.ptr<f16>, i32
    %v_ptrs_36 = arith.muli %kv_head_10, %stride_vh : i32
    %v_ptrs_37 = tt.addptr %v_ptrs_35, %v_ptrs_36 : !tt.ptr<f16>, i32
    %v_ptrs_38 = tt.expand_dims %cols {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
    %v_ptrs_39 = tt.splat %stride_vn : i32 -> tensor<32x1xi32>
    %v_ptrs_40 = arith.muli %v_ptrs_38, %v_ptrs_39 : tensor<32x1xi32>
    %v_ptrs_41 = tt.splat %v_ptrs_37 : !tt.ptr<f16> -> tensor<32x1x!tt.ptr<f16>>
    %v_ptrs_42 = tt.addptr %v_ptrs_41, %v_ptrs_40 : tensor<32x1x!tt.ptr<f16>>, tensor<32x1xi32>
    %v_ptrs_43 = tt.broadcast %v_ptrs_42 : tensor<32x1x!tt.ptr<f16>> -> tensor<32x64x!tt.ptr<f16>>
    %v_ptrs_44 = tt.broadcast %q_ptrs_19 : tensor<1x64xi32> -> tensor<32x64xi32>
    %v_ptrs_45 = tt.addptr %v_ptrs_43, %v_ptrs_44 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
    %q_46 = tt.splat %q_len : i32 -> tensor<64x1xi32>
    %q_47 = arith.cmpi slt, %q_ptrs_14, %q_46 : tensor<64x1xi32>
    %q_48 = tt.broadcast %q_47 : tensor<64x1xi1> -> tensor<64x64xi1>
    %q_49 = tt.load %q_ptrs_22, %q_48, %q : tensor<64x64x!tt.ptr<f16>>
    %scale_log2_50 = arith.mulf %scale, %scale_log2 : f32
    %acc:3 = scf.for %start = %c0_i32 to %kv_len step %c32_i32 iter_args(%m_i_60 = %m_i, %l_i_61 = %l_i, %acc_62 = %cst_3) -> (tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>)  : i32 {
      %k = tt.splat %start : i32 -> tensor<1x32xi32>
      %k_63 = arith.addi %k, %k_ptrs_26 : tensor<1x32xi32>
      %k_64 = tt.splat %kv_len : i32 -> tensor<1x32xi32>
      %k_65 = arith.cmpi slt, %k_63, %k_64 : tensor<1x32xi32>
      %k_66 = arith.muli %start, %stride_kn : i32
      %k_67 = tt.splat %k_66 : i32 -> tensor<64x32xi32>
      %k_68 = tt.addptr %k_ptrs_34, %k_67 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
      %k_69 = tt.broadcast %k_65 : tensor<1x32xi1> -> tensor<64x32xi1>
      %k_70 = tt.load %k_68, %k_69, %cst_0 : tensor<64x32x!tt.ptr<f16>>
      %scores = tt.dot %q_49, %k_70, %cst_2, inputPrecision = tf32 : tensor<64x64xf16> * tensor<64x32xf16> -> tensor<64x32xf32>
      %scores_71 = tt.splat %scale_log2_50 : f32 -> tensor<64x32xf32>
      %scores_72 = arith.mulf %scores, %scores_71 : tensor<64x32xf32>
      %scores_73 = arith.select %k_69, %scores_72, %cst_1 : tensor<64x32xi1>, tensor<64x32xf32>
      %m_new = "tt.reduce"(%scores_73) <{axis = 1 : i32}> ({
      ^bb0(%m_new_95: f32, %m_new_96: f32):
        %m_new_97 = arith.maxnumf %m_new_95, %m_new_96 : f32
        tt.reduce.return %m_new_97 : f32
      }) : (tensor<64x32xf32>) -> tensor<64xf32>
      %m_new_74 = arith.maxnumf %m_i_60, %m_new : tensor<64xf32>
      %p = tt.expand_dims %m_new_74 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
      %p_75 = tt.broadcast %p : tensor<64x1xf32> -> tensor<64x32xf32>
      %p_76 = arith.subf %scores_73, %p_75 : tensor<64x32xf32>
      %p_77 = math.exp2 %p_76 : tensor<64x32xf32>
      %alpha = arith.subf %m_i_60, %m_new_74 : tensor<64xf32>
      %alpha_78 = math.exp2 %alpha : tensor<64xf32>
      %v = tt.splat %start : i32 -> tensor<32x1xi32>
      %v_79 = arith.addi %v, %v_ptrs_38 : tensor<32x1xi32>
      %v_80 = tt.splat %kv_len : i32 -> tensor<32x1xi32>
      %v_81 = arith.cmpi slt, %v_79, %v_80 : tensor<32x1xi32>
      %v_82 = arith.muli %start, %stride_vn : i32
      %v_83 = tt.splat %v_82 : i32 -> tensor<32x64xi32>
      %v_84 = tt.addptr %v_ptrs_45, %v_83 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
      %v_85 = tt.broadcast %v_81 : tensor<32x1xi1> -> tensor<32x64xi1>
      %v_86 = tt.load %v_84, %v_85, %cst : tensor<32x64x!tt.ptr<f16>>
      %acc_87 = tt.expand_dims %alpha_78 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
      %acc_88 = tt.broadcast %acc_87 : tensor<64x1xf32> -> tensor<64x64xf32>
      %acc_89 = arith.mulf %acc_62, %acc_88 : tensor<64x64xf32>
      %acc_90 = arith.truncf %p_77 : tensor<64x32xf32> to tensor<64x32xf16>
      %acc_91 = tt.dot %acc_90, %v_86, %acc_89, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
      %l_i_92 = arith.mulf %l_i_61, %alpha_78 : tensor<64xf32>
      %l_i_93 = "tt.reduce"(%p_77) <{axis = 1 : i32}> ({
      ^bb0(%l_i_95: f32, %l_i_96: f32):
        %l_i_97 = arith.addf %l_i_95, %l_i_96 : f32
        tt.reduce.return %l_i_97 : f32
      }) : (tensor<64x32xf32>) -> tensor<64xf32>
      %l_i_94 = arith.addf %l_i_92, %l_i_93 : tensor<64xf32>
      scf.yield %m_new_74, %l_i_94, %acc_91 : tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>
    }
    %out_ptrs = arith.muli %batch_9, %stride_ob : i32
    %out_ptrs_51 = tt.addptr %out_ptr, %out_ptrs : !tt.ptr<f16>, i32
    %out_ptrs_52 = arith.muli %head, %stride_oh : i32
    %out_ptrs_53 = tt.addptr %out_ptrs_51, %out_ptrs_52 : !tt.ptr<f16>, i32
    %out_ptrs_54 = tt.splat %stride_om : i32 -> tensor<64x1xi32>
    %out_ptrs_55 = arith.muli %q_ptrs_14, %out_ptrs_54 : tensor<64x1xi32>
    %out_ptrs_56 = tt.splat %out_ptrs_53 : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
    %out_ptrs_57 = tt.addptr %out_ptrs_56, %out_ptrs_55 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
    %out_ptrs_58 = tt.broadcast %out_ptrs_57 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x64x!tt.ptr<f16>>
    %out_ptrs_59 = tt.addptr %out_ptrs_58, %q_ptrs_21 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
    %0 = tt.expand_dims %acc#1 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %1 = tt.broadcast %0 : tensor<64x1xf32> -> tensor<64x64xf32>
    %2 = arith.divf %acc#2, %1 : tensor<64x64xf32>
    %3 = arith.truncf %2 : tensor<64x64xf32> to tensor<64x64xf16>
    tt.store %out_ptrs_59, %3, %q_48 : tensor<64x64x!tt.ptr<f16>>
    %4 = tt.splat %q_len : i32 -> tensor<64xi32>
    %5 = arith.cmpi slt, %rows_8, %4 : tensor<64xi32>
    %6 = arith.muli %batch, %q_len : i32
    %7 = tt.addptr %lse_ptr, %6 : !tt.ptr<f32>, i32
    %8 = tt.splat %7 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %9 = tt.addptr %8, %rows_8 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %10 = math.log2 %acc#1 : tensor<64xf32>
    %11 = arith.addf %acc#0, %10 : tensor<64xf32>
    tt.store %9, %11, %5 : tensor<64x!tt.ptr<f32>>
    tt.return
  }
}
