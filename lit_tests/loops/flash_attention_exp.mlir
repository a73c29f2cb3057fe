// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// Attention with natural exponentials.
// CLAIM: out_ptr[b, h, i, d] = sum(exp(scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64))*v_ptr[b, h, t, d] for t < kv_len)/sum(exp(scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64)) for t < kv_len) for b, h < n_heads, i < q_len, d < 64 if i < 64*num_programs(0) and b*n_heads + h < num_programs(1)
// CHECK: // claim out_ptr[b, h, i, d] = sum(exp(scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64))*v_ptr[b, h, t, d] for t < kv_len)/sum(exp(scale*sum(q_ptr[b, h, i, e]*k_ptr[b, h, t, e] for e < 64)) for t < kv_len) for b, h < n_heads, i < q_len, d < 64 if i < 64*num_programs(0) and b*n_heads + h < num_programs(1): proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg22 = (max(scale*sum(q_ptr[lane(0, 64)*stride_qm + 64*program_id(0)*stride_qm + stride_qb*(program_id(1) // n_heads) + stride_qh*(program_id(1) % n_heads) + j]*k_ptr[stride_kb*(program_id(1) // n_heads) + stride_kh*(program_id(1) % n_heads) + stride_kn*n + 32*stride_kn*m + j] for j < 64) for m < k, n < 32 if n + 32*m < kv_len) if k > 0 and q_len > lane(0, 64) + 64*program_id(0) and kv_len > 0 else 0 if k > 0 and lane(0, 64) + 64*program_id(0) >= q_len and kv_len > 0 else -inf)  for k <= max((kv_len + 31) // 32, 0)"
tt.func public @k(%q_ptr: !tt.ptr<f16> loc("q_ptr"), %k_ptr: !tt.ptr<f16> loc("k_ptr"), %v_ptr: !tt.ptr<f16> loc("v_ptr"), %out_ptr: !tt.ptr<f16> loc("out_ptr"), %lse_ptr: !tt.ptr<f32> loc("lse_ptr"), %scale: f32 loc("scale"), %n_heads: i32 loc("n_heads"), %q_len: i32 loc("q_len"), %kv_len: i32 loc("kv_len"), %stride_qb: i32 loc("stride_qb"), %stride_qh: i32 loc("stride_qh"), %stride_qm: i32 loc("stride_qm"), %stride_kb: i32 loc("stride_kb"), %stride_kh: i32 loc("stride_kh"), %stride_kn: i32 loc("stride_kn"), %stride_vb: i32 loc("stride_vb"), %stride_vh: i32 loc("stride_vh"), %stride_vn: i32 loc("stride_vn"), %stride_ob: i32 loc("stride_ob"), %stride_oh: i32 loc("stride_oh"), %stride_om: i32 loc("stride_om")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<64xf32>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
  %c32_i32 = arith.constant 32 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst_2 = arith.constant dense<0.000000e+00> : tensor<64x64xf16>
  %cst_3 = arith.constant dense<0xFF800000> : tensor<64x32xf32>
  %cst_4 = arith.constant dense<0.000000e+00> : tensor<64x32xf32>
  %cst_5 = arith.constant dense<0xFF800000> : tensor<64xf32>
  %cst_6 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
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
  %51:3 = scf.for %start = %c0_i32 to %kv_len step %c32_i32 iter_args(%m_i = %cst_5, %l_i = %cst, %acc = %cst_6) -> (tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>) : i32 {
    %74 = tt.splat %start : i32 -> tensor<1x32xi32>
    %75 = arith.addi %74, %26 : tensor<1x32xi32>
    %76 = tt.splat %kv_len : i32 -> tensor<1x32xi32>
    %77 = arith.cmpi slt, %75, %76 : tensor<1x32xi32>
    %78 = arith.muli %start, %stride_kn : i32
    %79 = tt.splat %78 : i32 -> tensor<64x32xi32>
    %80 = tt.addptr %34, %79 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %81 = tt.broadcast %77 : tensor<1x32xi1> -> tensor<64x32xi1>
    %82 = tt.load %80, %81, %cst_1 : tensor<64x32x!tt.ptr<f16>>
    %83 = tt.dot %50, %82, %cst_4, inputPrecision = tf32 : tensor<64x64xf16> * tensor<64x32xf16> -> tensor<64x32xf32>
    %84 = tt.splat %scale : f32 -> tensor<64x32xf32>
    %85 = arith.mulf %83, %84 : tensor<64x32xf32>
    %86 = arith.select %81, %85, %cst_3 : tensor<64x32xi1>, tensor<64x32xf32>
    %87 = "tt.reduce"(%86) <{axis = 1 : i32}> ({
    ^bb0(%m_new: f32, %m_new_2: f32):
      %112 = arith.maxnumf %m_new, %m_new_2 : f32
      tt.reduce.return %112 : f32
    }) : (tensor<64x32xf32>) -> tensor<64xf32>
    %88 = arith.maxnumf %m_i, %87 : tensor<64xf32>
    %89 = tt.expand_dims %88 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %90 = tt.broadcast %89 : tensor<64x1xf32> -> tensor<64x32xf32>
    %91 = arith.subf %86, %90 : tensor<64x32xf32>
    %92 = math.exp %91 : tensor<64x32xf32>
    %93 = arith.subf %m_i, %88 : tensor<64xf32>
    %94 = math.exp %93 : tensor<64xf32>
    %95 = tt.splat %start : i32 -> tensor<32x1xi32>
    %96 = arith.addi %95, %39 : tensor<32x1xi32>
    %97 = tt.splat %kv_len : i32 -> tensor<32x1xi32>
    %98 = arith.cmpi slt, %96, %97 : tensor<32x1xi32>
    %99 = arith.muli %start, %stride_vn : i32
    %100 = tt.splat %99 : i32 -> tensor<32x64xi32>
    %101 = tt.addptr %46, %100 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
    %102 = tt.broadcast %98 : tensor<32x1xi1> -> tensor<32x64xi1>
    %103 = tt.load %101, %102, %cst_0 : tensor<32x64x!tt.ptr<f16>>
    %104 = tt.expand_dims %94 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %105 = tt.broadcast %104 : tensor<64x1xf32> -> tensor<64x64xf32>
    %106 = arith.mulf %acc, %105 : tensor<64x64xf32>
    %107 = arith.truncf %92 : tensor<64x32xf32> to tensor<64x32xf16>
    %108 = tt.dot %107, %103, %106, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
    %109 = arith.mulf %l_i, %94 : tensor<64xf32>
    %110 = "tt.reduce"(%92) <{axis = 1 : i32}> ({
    ^bb0(%m_new: f32, %m_new_2: f32):
      %112 = arith.addf %m_new, %m_new_2 : f32
      tt.reduce.return %112 : f32
    }) : (tensor<64x32xf32>) -> tensor<64xf32>
    %111 = arith.addf %109, %110 : tensor<64xf32>
    scf.yield %88, %111, %108 : tensor<64xf32>, tensor<64xf32>, tensor<64x64xf32>
  }
  %52 = arith.muli %6, %stride_ob : i32
  %53 = tt.addptr %out_ptr, %52 : !tt.ptr<f16>, i32
  %54 = arith.muli %7, %stride_oh : i32
  %55 = tt.addptr %53, %54 : !tt.ptr<f16>, i32
  %56 = tt.splat %stride_om : i32 -> tensor<64x1xi32>
  %57 = arith.muli %13, %56 : tensor<64x1xi32>
  %58 = tt.splat %55 : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
  %59 = tt.addptr %58, %57 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
  %60 = tt.broadcast %59 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x64x!tt.ptr<f16>>
  %61 = tt.addptr %60, %20 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
  %62 = tt.expand_dims %51#1 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
  %63 = tt.broadcast %62 : tensor<64x1xf32> -> tensor<64x64xf32>
  %64 = arith.divf %51#2, %63 : tensor<64x64xf32>
  %65 = arith.truncf %64 : tensor<64x64xf32> to tensor<64x64xf16>
  tt.store %61, %65, %49 : tensor<64x64x!tt.ptr<f16>>
  %66 = tt.splat %q_len : i32 -> tensor<64xi32>
  %67 = arith.cmpi slt, %4, %66 : tensor<64xi32>
  %68 = arith.muli %5, %q_len : i32
  %69 = tt.addptr %lse_ptr, %68 : !tt.ptr<f32>, i32
  %70 = tt.splat %69 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %71 = tt.addptr %70, %4 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %72 = math.log %51#1 : tensor<64xf32>
  %73 = arith.addf %51#0, %72 : tensor<64xf32>
  tt.store %71, %73, %67 : tensor<64x!tt.ptr<f32>>
  tt.return
}
