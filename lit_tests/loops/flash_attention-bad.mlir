// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Natural exponentials of the scaled products of base 2.
// CLAIM: out_ptr[b, h, i, d] = sum(exp(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64))*v_ptr[b, h, t, d] for t < kv_len)/sum(exp(1.442695f*scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64)) for t < kv_len) for b, h < n_heads, i < q_len, d < 64 if i < 64*num_programs(0) and b*n_heads + h < num_programs(1)
// CHECK: // claim out_ptr[b, h, i, d] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%q_ptr: !tt.ptr<f16> loc("q_ptr"), %k_ptr: !tt.ptr<f16> loc("k_ptr"), %v_ptr: !tt.ptr<f16> loc("v_ptr"), %out_ptr: !tt.ptr<f16> loc("out_ptr"), %lse_ptr: !tt.ptr<f32> loc("lse_ptr"), %scale: f32 loc("scale"), %n_heads: i32 loc("n_heads"), %q_len: i32 loc("q_len"), %kv_len: i32 loc("kv_len"), %stride_qb: i32 loc("stride_qb"), %stride_qh: i32 loc("stride_qh"), %stride_qm: i32 loc("stride_qm"), %stride_kb: i32 loc("stride_kb"), %stride_kh: i32 loc("stride_kh"), %stride_kn: i32 loc("stride_kn"), %stride_vb: i32 loc("stride_vb"), %stride_vh: i32 loc("stride_vh"), %stride_vn: i32 loc("stride_vn"), %stride_ob: i32 loc("stride_ob"), %stride_oh: i32 loc("stride_oh"), %stride_om: i32 loc("stride_om")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<64xf32>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
  %c32_i32 = arith.constant 32 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst_2 = arith.constant dense<0.000000e+00> : tensor<64x64xf16>
  %cst_3 = arith.constant dense<0xFF800000> : tensor<64x32xf32>
  %cst_4 = arith.constant dense<0.000000e+00> : tensor<64x32xf32>
  %cst_5 = arith.constant 1.44269502 : f32
  %cst_6 = arith.constant dense<0xFF800000> : tensor<64xf32>
  %cst_7 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
  %c64_i32 = arith.constant 64 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c64_i32 : i32
  %2 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %3 = tt.splat %1 : i32 -> tensor<64xi32>
  %4 = arith.addi %3, %2 : tensor<64xi32>
  %5 = tt.get_program_id y : i32
  %6 = arith.divsi %5, %n_heads : i32
  %7 = arith.remsi %5, %n_heads : i32
  %8 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %9 = arith.muli %6, %stride_qb : i32
  %10 = tt.addptr %q_ptr, %9 : !tt.ptr<f16>, i32
  %11 = arith.muli %7, %stride_qh : i32
  %12 = tt.addptr %10, %11 : !tt.ptr<f16>, i32
  %13 = tt.expand_dims %4 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
  %14 = tt.splat %stride_qm : i32 -> tensor<64x1xi32>
  %15 = arith.muli %13, %14 : tensor<64x1xi32>
  %16 = tt.splat %12 : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
  %17 = tt.addptr %16, %15 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
  %18 = tt.expand_dims %2 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
  %19 = tt.broadcast %17 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x64x!tt.ptr<f16>>
  %20 = tt.broadcast %18 : tensor<1x64xi32> -> tensor<64x64xi32>
  %21 = tt.addptr %19, %20 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
  %22 = arith.muli %6, %stride_kb : i32
  %23 = tt.addptr %k_ptr, %22 : !tt.ptr<f16>, i32
  %24 = arith.muli %7, %stride_kh : i32
  %25 = tt.addptr %23, %24 : !tt.ptr<f16>, i32
  %26 = tt.expand_dims %8 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
  %27 = tt.splat %stride_kn : i32 -> tensor<1x32xi32>
  %28 = arith.muli %26, %27 : tensor<1x32xi32>
  %29 = tt.splat %25 : !tt.ptr<f16> -> tensor<1x32x!tt.ptr<f16>>
  %30 = tt.addptr %29, %28 : tensor<1x32x!tt.ptr<f16>>, tensor<1x32xi32>
  %31 = tt.expand_dims %2 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
  %32 = tt.broadcast %30 : tensor<1x32x!tt.ptr<f16>> -> tensor<64x32x!tt.ptr<f16>>
  %33 = tt.broadcast %31 : tensor<64x1xi32> -> tensor<64x32xi32>
  %34 = tt.addptr %32, %33 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
  %35 = arith.muli %6, %stride_vb : i32
  %36 = tt.addptr %v_ptr, %35 : !tt.ptr<f16>, i32
  %37 = arith.muli %7, %stride_vh : i32
  %38 = tt.addptr %36, %37 : !tt.ptr<f16>, i32
  %39 = tt.expand_dims %8 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
  %40 = tt.splat %stride_vn : i32 -> tensor<32x1xi32>
  %41 = arith.muli %39, %40 : tensor<32x1xi32>
  %42 = tt.splat %38 : !tt.ptr<f16> -> tensor<32x1x!tt.ptr<f16>>
  %43 = tt.addptr %42, %41 : tensor<32x1x!tt.ptr<f16>>, tensor<32x1xi32>
  %44 = tt.broadcast %43 : tensor<32x1x!tt.ptr<f16>> -> tensor<32x64x!tt.ptr<f16>>
  %45 = tt.broadcast %18 : tensor<1x64xi32> -> tensor<32x64xi32>
  %46 = tt.addptr %44, %45 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
  %47 = tt.splat %q_len : i32 -> tensor<64x1xi32>
  %48 = arith.cmpi slt, %13, %47 : tensor<64x1xi32>
  %49 = tt.broadcast %48 : tensor<64x1xi1> -> tensor<64x64xi1>
  %50 = tt.load %21, %49, %cst_2 : tensor<64x64x!tt.ptr<f16>>
  %51 = arith.mulf %scale, %cst_5 : f32
  %52:3 = scf.for %start = %c0_i32 to %kv_len step %c32_i32 iter_args(%m_i = %cst_6, %l_i = %cst, %acc = %cst_7) -> (tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>) : i32 {
    %75 = tt.splat %start : i32 -> tensor<1x32xi32>
    %76 = arith.addi %75, %26 : tensor<1x32xi32>
    %77 = tt.splat %kv_len : i32 -> tensor<1x32xi32>
    %78 = arith.cmpi slt, %76, %77 : tensor<1x32xi32>
    %79 = arith.muli %start, %stride_kn : i32
    %80 = tt.splat %79 : i32 -> tensor<64x32xi32>
    %81 = tt.addptr %34, %80 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %82 = tt.broadcast %78 : tensor<1x32xi1> -> tensor<64x32xi1>
    %83 = tt.load %81, %82, %cst_1 : tensor<64x32x!tt.ptr<f16>>
    %84 = tt.dot %50, %83, %cst_4, inputPrecision = tf32 : tensor<64x64xf16> * tensor<64x32xf16> -> tensor<64x32xf32>
    %85 = tt.splat %51 : f32 -> tensor<64x32xf32>
    %86 = arith.mulf %84, %85 : tensor<64x32xf32>
    %87 = arith.select %82, %86, %cst_3 : tensor<64x32xi1>, tensor<64x32xf32>
    %88 = "tt.reduce"(%87) <{axis = 1 : i32}> ({
    ^bb0(%m_new: f32, %m_new_2: f32):
      %113 = arith.maxnumf %m_new, %m_new_2 : f32
      tt.reduce.return %113 : f32
    }) : (tensor<64x32xf32>) -> tensor<64xf32>
    %89 = arith.maxnumf %m_i, %88 : tensor<64xf32>
    %90 = tt.expand_dims %89 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %91 = tt.broadcast %90 : tensor<64x1xf32> -> tensor<64x32xf32>
    %92 = arith.subf %87, %91 : tensor<64x32xf32>
    %93 = math.exp2 %92 : tensor<64x32xf32>
    %94 = arith.subf %m_i, %89 : tensor<64xf32>
    %95 = math.exp2 %94 : tensor<64xf32>
    %96 = tt.splat %start : i32 -> tensor<32x1xi32>
    %97 = arith.addi %96, %39 : tensor<32x1xi32>
    %98 = tt.splat %kv_len : i32 -> tensor<32x1xi32>
    %99 = arith.cmpi slt, %97, %98 : tensor<32x1xi32>
    %100 = arith.muli %start, %stride_vn : i32
    %101 = tt.splat %100 : i32 -> tensor<32x64xi32>
    %102 = tt.addptr %46, %101 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
    %103 = tt.broadcast %99 : tensor<32x1xi1> -> tensor<32x64xi1>
    %104 = tt.load %102, %103, %cst_0 : tensor<32x64x!tt.ptr<f16>>
    %105 = tt.expand_dims %95 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %106 = tt.broadcast %105 : tensor<64x1xf32> -> tensor<64x64xf32>
    %107 = arith.mulf %acc, %106 : tensor<64x64xf32>
    %108 = arith.truncf %93 : tensor<64x32xf32> to tensor<64x32xf16>
    %109 = tt.dot %108, %104, %107, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
    %110 = arith.mulf %l_i, %95 : tensor<64xf32>
    %111 = "tt.reduce"(%93) <{axis = 1 : i32}> ({
    ^bb0(%m_new: f32, %m_new_2: f32):
      %113 = arith.addf %m_new, %m_new_2 : f32
      tt.reduce.return %113 : f32
    }) : (tensor<64x32xf32>) -> tensor<64xf32>
    %112 = arith.addf %110, %111 : tensor<64xf32>
    scf.yield %89, %112, %109 : tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>
  }
  %53 = arith.muli %6, %stride_ob : i32
  %54 = tt.addptr %out_ptr, %53 : !tt.ptr<f16>, i32
  %55 = arith.muli %7, %stride_oh : i32
  %56 = tt.addptr %54, %55 : !tt.ptr<f16>, i32
  %57 = tt.splat %stride_om : i32 -> tensor<64x1xi32>
  %58 = arith.muli %13, %57 : tensor<64x1xi32>
  %59 = tt.splat %56 : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
  %60 = tt.addptr %59, %58 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
  %61 = tt.broadcast %60 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x64x!tt.ptr<f16>>
  %62 = tt.addptr %61, %20 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
  %63 = tt.expand_dims %52#1 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
  %64 = tt.broadcast %63 : tensor<64x1xf32> -> tensor<64x64xf32>
  %65 = arith.divf %52#2, %64 : tensor<64x64xf32>
  %66 = arith.truncf %65 : tensor<64x64xf32> to tensor<64x64xf16>
  tt.store %62, %66, %49 : tensor<64x64x!tt.ptr<f16>>
  %67 = tt.splat %q_len : i32 -> tensor<64xi32>
  %68 = arith.cmpi slt, %4, %67 : tensor<64xi32>
  %69 = arith.muli %5, %q_len : i32
  %70 = tt.addptr %lse_ptr, %69 : !tt.ptr<f32>, i32
  %71 = tt.splat %70 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %72 = tt.addptr %71, %4 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %73 = math.log2 %52#1 : tensor<64xf32>
  %74 = arith.addf %52#0, %73 : tensor<64xf32>
  tt.store %72, %74, %68 : tensor<64x!tt.ptr<f32>>
  tt.return
}
