// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// Without the scale.
// CLAIM: dk_ptr[h, j, d] = sum(exp(scale*sum(q_ptr[h, i, e]*k_ptr[h, j, e] for e < 64) - lse_ptr[h, i])*(sum(do_ptr[h, i, f]*v_ptr[h, j, f] for f < 64) - delta_ptr[h, i])*q_ptr[h, i, d] for i < q_len) for h < num_programs(1), j < kv_len, d < 64 if j < 32*num_programs(0)
// CHECK: // claim dk_ptr[h, j, d] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%q_ptr: !tt.ptr<f16> loc("q_ptr"), %k_ptr: !tt.ptr<f16> loc("k_ptr"), %v_ptr: !tt.ptr<f16> loc("v_ptr"), %do_ptr: !tt.ptr<f16> loc("do_ptr"), %dk_ptr: !tt.ptr<f32> loc("dk_ptr"), %dv_ptr: !tt.ptr<f32> loc("dv_ptr"), %lse_ptr: !tt.ptr<f32> loc("lse_ptr"), %delta_ptr: !tt.ptr<f32> loc("delta_ptr"), %scale: f32 loc("scale"), %q_len: i32 loc("q_len"), %kv_len: i32 loc("kv_len"), %stride_qh: i32 loc("stride_qh"), %stride_qt: i32 loc("stride_qt"), %stride_kh: i32 loc("stride_kh"), %stride_kt: i32 loc("stride_kt")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<64x64xf16>
  %c64_i32 = arith.constant 64 : i32
  %c0_i32 = arith.constant 0 : i32
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<64xf32>
  %cst_2 = arith.constant dense<0x7F800000> : tensor<64xf32>
  %cst_3 = arith.constant dense<0.000000e+00> : tensor<32x64xf32>
  %c32_i32 = arith.constant 32 : i32
  %0 = tt.get_program_id x : i32
  %1 = arith.muli %0, %c32_i32 : i32
  %2 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %3 = tt.splat %1 : i32 -> tensor<32xi32>
  %4 = arith.addi %3, %2 : tensor<32xi32>
  %5 = tt.get_program_id y : i32
  %6 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %7 = tt.splat %kv_len : i32 -> tensor<32xi32>
  %8 = arith.cmpi slt, %4, %7 : tensor<32xi32>
  %9 = arith.muli %5, %stride_kh : i32
  %10 = tt.expand_dims %4 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
  %11 = tt.splat %stride_kt : i32 -> tensor<32x1xi32>
  %12 = arith.muli %10, %11 : tensor<32x1xi32>
  %13 = tt.splat %9 : i32 -> tensor<32x1xi32>
  %14 = arith.addi %13, %12 : tensor<32x1xi32>
  %15 = tt.expand_dims %6 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
  %16 = tt.broadcast %14 : tensor<32x1xi32> -> tensor<32x64xi32>
  %17 = tt.broadcast %15 : tensor<1x64xi32> -> tensor<32x64xi32>
  %18 = arith.addi %16, %17 : tensor<32x64xi32>
  %19 = tt.expand_dims %8 {axis = 1 : i32} : tensor<32xi1> -> tensor<32x1xi1>
  %20 = tt.splat %k_ptr : !tt.ptr<f16> -> tensor<32x64x!tt.ptr<f16>>
  %21 = tt.addptr %20, %18 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
  %22 = tt.broadcast %19 : tensor<32x1xi1> -> tensor<32x64xi1>
  %23 = tt.load %21, %22, %cst_0 : tensor<32x64x!tt.ptr<f16>>
  %24 = tt.splat %v_ptr : !tt.ptr<f16> -> tensor<32x64x!tt.ptr<f16>>
  %25 = tt.addptr %24, %18 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
  %26 = tt.load %25, %22, %cst_0 : tensor<32x64x!tt.ptr<f16>>
  %27:2 = scf.for %start = %c0_i32 to %q_len step %c64_i32 iter_args(%dk = %cst_3, %dv = %cst_3) -> (tensor<32x64xf32>, tensor<32x64xf32>) : i32 {
    %34 = tt.splat %start : i32 -> tensor<64xi32>
    %35 = arith.addi %34, %6 : tensor<64xi32>
    %36 = tt.splat %q_len : i32 -> tensor<64xi32>
    %37 = arith.cmpi slt, %35, %36 : tensor<64xi32>
    %38 = arith.muli %5, %stride_qh : i32
    %39 = tt.expand_dims %35 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
    %40 = tt.splat %stride_qt : i32 -> tensor<64x1xi32>
    %41 = arith.muli %39, %40 : tensor<64x1xi32>
    %42 = tt.splat %38 : i32 -> tensor<64x1xi32>
    %43 = arith.addi %42, %41 : tensor<64x1xi32>
    %44 = tt.broadcast %43 : tensor<64x1xi32> -> tensor<64x64xi32>
    %45 = tt.broadcast %15 : tensor<1x64xi32> -> tensor<64x64xi32>
    %46 = arith.addi %44, %45 : tensor<64x64xi32>
    %47 = tt.expand_dims %37 {axis = 1 : i32} : tensor<64xi1> -> tensor<64x1xi1>
    %48 = tt.splat %q_ptr : !tt.ptr<f16> -> tensor<64x64x!tt.ptr<f16>>
    %49 = tt.addptr %48, %46 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
    %50 = tt.broadcast %47 : tensor<64x1xi1> -> tensor<64x64xi1>
    %51 = tt.load %49, %50, %cst : tensor<64x64x!tt.ptr<f16>>
    %52 = tt.splat %do_ptr : !tt.ptr<f16> -> tensor<64x64x!tt.ptr<f16>>
    %53 = tt.addptr %52, %46 : tensor<64x64x!tt.ptr<f16>>, tensor<64x64xi32>
    %54 = tt.load %53, %50, %cst : tensor<64x64x!tt.ptr<f16>>
    %55 = arith.muli %5, %q_len : i32
    %56 = tt.addptr %lse_ptr, %55 : !tt.ptr<f32>, i32
    %57 = tt.splat %56 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %58 = tt.addptr %57, %35 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %59 = tt.load %58, %37, %cst_2 : tensor<64x!tt.ptr<f32>>
    %60 = tt.addptr %delta_ptr, %55 : !tt.ptr<f32>, i32
    %61 = tt.splat %60 : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %62 = tt.addptr %61, %35 : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %63 = tt.load %62, %37, %cst_1 : tensor<64x!tt.ptr<f32>>
    %64 = tt.trans %51 {order = array<i32: 1, 0>} : tensor<64x64xf16> -> tensor<64x64xf16>
    %65 = tt.dot %23, %64, %cst_3, inputPrecision = tf32 : tensor<32x64xf16> * tensor<64x64xf16> -> tensor<32x64xf32>
    %66 = tt.splat %scale : f32 -> tensor<32x64xf32>
    %67 = arith.mulf %65, %66 : tensor<32x64xf32>
    %68 = tt.expand_dims %59 {axis = 0 : i32} : tensor<64xf32> -> tensor<1x64xf32>
    %69 = tt.broadcast %68 : tensor<1x64xf32> -> tensor<32x64xf32>
    %70 = arith.subf %67, %69 : tensor<32x64xf32>
    %71 = math.exp %70 : tensor<32x64xf32>
    %72 = arith.truncf %71 : tensor<32x64xf32> to tensor<32x64xf16>
    %73 = tt.dot %72, %54, %dv, inputPrecision = tf32 : tensor<32x64xf16> * tensor<64x64xf16> -> tensor<32x64xf32>
    %74 = tt.trans %54 {order = array<i32: 1, 0>} : tensor<64x64xf16> -> tensor<64x64xf16>
    %75 = tt.dot %26, %74, %cst_3, inputPrecision = tf32 : tensor<32x64xf16> * tensor<64x64xf16> -> tensor<32x64xf32>
    %76 = tt.expand_dims %63 {axis = 0 : i32} : tensor<64xf32> -> tensor<1x64xf32>
    %77 = tt.broadcast %76 : tensor<1x64xf32> -> tensor<32x64xf32>
    %78 = arith.subf %75, %77 : tensor<32x64xf32>
    %79 = arith.mulf %71, %78 : tensor<32x64xf32>
    %80 = arith.truncf %79 : tensor<32x64xf32> to tensor<32x64xf16>
    %81 = tt.dot %80, %51, %dk, inputPrecision = tf32 : tensor<32x64xf16> * tensor<64x64xf16> -> tensor<32x64xf32>
    scf.yield %81, %73 : tensor<32x64xf32>, tensor<32x64xf32>
  }
  %28 = tt.splat %dk_ptr : !tt.ptr<f32> -> tensor<32x64x!tt.ptr<f32>>
  %29 = tt.addptr %28, %18 : tensor<32x64x!tt.ptr<f32>>, tensor<32x64xi32>
  %30 = tt.splat %scale : f32 -> tensor<32x64xf32>
  %31 = arith.mulf %27#0, %30 : tensor<32x64xf32>
  tt.store %29, %31, %22 : tensor<32x64x!tt.ptr<f32>>
  %32 = tt.splat %dv_ptr : !tt.ptr<f32> -> tensor<32x64x!tt.ptr<f32>>
  %33 = tt.addptr %32, %18 : tensor<32x64x!tt.ptr<f32>>, tensor<32x64xi32>
  tt.store %33, %27#1, %22 : tensor<32x64x!tt.ptr<f32>>
  tt.return
}
