// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// The gradient of the queries.
// CLAIM: dq_ptr[h, i, d] = scale*sum(exp(scale*sum(q_ptr[h, i, e]*k_ptr[h, j, e] for e < 64) - lse_ptr[h, i])*(sum(do_ptr[h, i, f]*v_ptr[h, j, f] for f < 64) - delta_ptr[h, i])*k_ptr[h, j, d] for j < kv_len) for h < num_programs(1), i < q_len, d < 64 if i < 64*num_programs(0)
// CHECK: // claim dq_ptr[h, i, d] = scale*sum(exp(scale*sum(q_ptr[h, i, e]*k_ptr[h, j, e] for e < 64) - lse_ptr[h, i])*(sum(do_ptr[h, i, f]*v_ptr[h, j, f] for f < 64) - delta_ptr[h, i])*k_ptr[h, j, d] for j < kv_len) for h < num_programs(1), i < q_len, d < 64 if i < 64*num_programs(0): proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg15 = (exp(-lse_ptr[program_id(1)*q_len + lane(0, 64) + 64*program_id(0)])*sum(k_ptr[program_id(1)*stride_kh + stride_kt*p + 32*stride_kt*m + lane(1, 64)]*v_ptr[program_id(1)*stride_kh + stride_kt*p + 32*stride_kt*m + n]*do_ptr[lane(0, 64)*stride_qt + 64*program_id(0)*stride_qt + program_id(1)*stride_qh + n]*exp(scale*sum(q_ptr[lane(0, 64)*stride_qt + 64*program_id(0)*stride_qt + program_id(1)*stride_qh + j]*k_ptr[program_id(1)*stride_kh + stride_kt*p + 32*stride_kt*m + j] for j < 64)) for m < k, n < 64, p < 32 if p + 32*m < kv_len) - delta_ptr[program_id(1)*q_len + lane(0, 64) + 64*program_id(0)]*exp(-lse_ptr[program_id(1)*q_len + lane(0, 64) + 64*program_id(0)])*sum(k_ptr[program_id(1)*stride_kh + stride_kt*n + 32*stride_kt*m + lane(1, 64)]*exp(scale*sum(q_ptr[lane(0, 64)*stride_qt + 64*program_id(0)*stride_qt + program_id(1)*stride_qh + j]*k_ptr[program_id(1)*stride_kh + stride_kt*n + 32*stride_kt*m + j] for j < 64)) for m < k, n < 32 if n + 32*m < kv_len) if q_len > lane(0, 64) + 64*program_id(0) else 0)  for k <= max((kv_len + 31) // 32, 0)"
tt.func public @k(%q_ptr: !tt.ptr<f16> loc("q_ptr"), %k_ptr: !tt.ptr<f16> loc("k_ptr"), %v_ptr: !tt.ptr<f16> loc("v_ptr"), %do_ptr: !tt.ptr<f16> loc("do_ptr"), %dq_ptr: !tt.ptr<f32> loc("dq_ptr"), %lse_ptr: !tt.ptr<f32> loc("lse_ptr"), %delta_ptr: !tt.ptr<f32> loc("delta_ptr"), %scale: f32 loc("scale"), %q_len: i32 loc("q_len"), %kv_len: i32 loc("kv_len"), %stride_qh: i32 loc("stride_qh"), %stride_qt: i32 loc("stride_qt"), %stride_kh: i32 loc("stride_kh"), %stride_kt: i32 loc("stride_kt")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
  %c32_i32 = arith.constant 32 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<64x64xf16>
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x32xf32>
  %cst_2 = arith.constant dense<0.000000e+00> : tensor<64xf32>
  %cst_3 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
  %c64_i32 = arith.constant 64 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c64_i32 : i32
  %2 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %3 = tt.splat %1 : i32 -> tensor<64xi32>
  %4 = arith.addi %3, %2 : tensor<64xi32>
  %5 = tt.get_program_id y : i32
  %6 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %7 = tt.splat %q_len : i32 -> tensor<64xi32>
  %8 = arith.cmpi slt, %4, %7 : tensor<64xi32>
  %9 = arith.muli %5, %stride_qh : i32
  %10 = tt.expand_dims %4 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
  %11 = tt.splat %stride_qt : i32 -> tensor<64x1xi32>
  %12 = arith.muli %10, %11 : tensor<64x1xi32>
  %13 = tt.splat %9 : i32 -> tensor<64x1xi32>
  %14 = arith.addi %13, %12 : tensor<64x1xi32>
  %15 = tt.expand_dims %2 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
  %16 = tt.broadcast %14 : tensor<64x1xi32> -> tensor<64x64xi32>
  %17 = tt.broadcast %15 : tensor<1x64xi32> -> tensor<64x64xi32>
  %18 = arith.addi %16, %17 : tensor<64x64xi32>
  %19 = arith.muli %5, %stride_kh : i32
  %20 = tt.expand_dims %6 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
  %21 = tt.splat %stride_kt : i32 -> tensor<1x32xi32>
  %22 = arith.muli %20, %21 : tensor<1x32xi32>
  %23 = tt.splat %19 : i32 -> tensor<1x32xi32>
  %24 = arith.addi %23, %22 : tensor<1x32xi32>
  %25 = tt.expand_dims %2 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
  %26 = tt.broadcast %24 : tensor<1x32xi32> -> tensor<64x32xi32>
  %27 = tt.broadcast %25 : tensor<64x1xi32> -> tensor<64x32xi32>
  %28 = arith.addi %26, %27 : tensor<64x32xi32>
  %29 = tt.expand_dims %8 {axis = 1 : i32} : tensor<64xi1> -> tensor<64x1xi1>
  %30 = tt.splat %q_ptr : !tt.ptr<f16> -> tensor<64x64x!tt.ptr<f16>>
  %31 = tt.addptr %30, %18 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
  %32 = tt.broadcast %29 : tensor<64x1xi1> -> tensor<64x64xi1>
  %33 = tt.load %31, %32, %cst_0 : tensor<64x64x!tt.ptr<f16>>
  %34 = tt.splat %do_ptr : !tt.ptr<f16> -> tensor<64x64x!tt.ptr<f16>>
  %35 = tt.addptr %34, %18 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
  %36 = tt.load %35, %32, %cst_0 : tensor<64x64x!tt.ptr<f16>>
  %37 = arith.muli %5, %q_len : i32
  %38 = tt.addptr %lse_ptr, %37 : !tt.ptr<f32>, i32
  %39 = tt.splat %38 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %40 = tt.addptr %39, %4 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %41 = tt.load %40, %8, %cst_2 : tensor<64x!tt.ptr<f32>>
  %42 = tt.addptr %delta_ptr, %37 : !tt.ptr<f32>, i32
  %43 = tt.splat %42 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %44 = tt.addptr %43, %4 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %45 = tt.load %44, %8, %cst_2 : tensor<64x!tt.ptr<f32>>
  %46 = scf.for %start = %c0_i32 to %kv_len step %c32_i32 iter_args(%dq = %cst_3) -> (tensor<64x64xf32>) : i32 {
    %51 = tt.splat %start : i32 -> tensor<32xi32>
    %52 = arith.addi %51, %6 : tensor<32xi32>
    %53 = tt.splat %kv_len : i32 -> tensor<32xi32>
    %54 = arith.cmpi slt, %52, %53 : tensor<32xi32>
    %55 = tt.expand_dims %54 {axis = 0 : i32} : tensor<32xi1> -> tensor<1x32xi1>
    %56 = tt.splat %k_ptr : !tt.ptr<f16> -> tensor<64x32x!tt.ptr<f16>>
    %57 = tt.addptr %56, %28 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %58 = arith.muli %start, %stride_kt : i32
    %59 = tt.splat %58 : i32 -> tensor<64x32xi32>
    %60 = tt.addptr %57, %59 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %61 = tt.broadcast %55 : tensor<1x32xi1> -> tensor<64x32xi1>
    %62 = tt.load %60, %61, %cst : tensor<64x32x!tt.ptr<f16>>
    %63 = tt.splat %v_ptr : !tt.ptr<f16> -> tensor<64x32x!tt.ptr<f16>>
    %64 = tt.addptr %63, %28 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %65 = tt.addptr %64, %59 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %66 = tt.load %65, %61, %cst : tensor<64x32x!tt.ptr<f16>>
    %67 = tt.dot %33, %62, %cst_1, inputPrecision = tf32 : tensor<64x64xf16> * tensor<64x32xf16> -> tensor<64x32xf32>
    %68 = tt.splat %scale : f32 -> tensor<64x32xf32>
    %69 = arith.mulf %67, %68 : tensor<64x32xf32>
    %70 = tt.expand_dims %41 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %71 = tt.broadcast %70 : tensor<64x1xf32> -> tensor<64x32xf32>
    %72 = arith.subf %69, %71 : tensor<64x32xf32>
    %73 = math.exp %72 : tensor<64x32xf32>
    %74 = arith.select %61, %73, %cst_1 : tensor<64x32xi1>, tensor<64x32xf32>
    %75 = tt.dot %36, %66, %cst_1, inputPrecision = tf32 : tensor<64x64xf16> * tensor<64x32xf16> -> tensor<64x32xf32>
    %76 = tt.expand_dims %45 {axis = 1 : i32} : tensor<64xf32> -> tensor<64x1xf32>
    %77 = tt.broadcast %76 : tensor<64x1xf32> -> tensor<64x32xf32>
    %78 = arith.subf %75, %77 : tensor<64x32xf32>
    %79 = arith.mulf %74, %78 : tensor<64x32xf32>
    %80 = arith.truncf %79 : tensor<64x32xf32> to tensor<64x32xf16>
    %81 = tt.trans %62 {order = array<i32: 1, 0>} : tensor<64x32xf16> -> tensor<32x64xf16>
    %82 = tt.dot %80, %81, %dq, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
    scf.yield %82 : tensor<64x64xf32>
  }
  %47 = tt.splat %dq_ptr : !tt.ptr<f32> -> tensor<64x64x!tt.ptr<f32>>
  %48 = tt.addptr %47, %18 : tensor<64x64x!tt.ptr<f32>>, tensor<64x64xi32>
  %49 = tt.splat %scale : f32 -> tensor<64x64xf32>
  %50 = arith.mulf %46, %49 : tensor<64x64xf32>
  tt.store %48, %50, %32 : tensor<64x64x!tt.ptr<f32>>
  tt.return
}
