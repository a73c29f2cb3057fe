// RUN: not triton-lift opt --passes=interp,loops,prove,contract,simplify %s 2>&1 | FileCheck %s

// The products without the last.
// CLAIM: c_ptr[i, j] = sum(a_ptr[i, p]*b_ptr[p, j] for p < k - 1) for i < m, j < n where a_ptr: strides (stride_am, stride_ak), b_ptr: strides (stride_bk, stride_bn), c_ptr: strides (stride_cm, stride_cn)
// CHECK: // claim c_ptr[i, j] = {{.*}}: refuted: V5: the value differs from the stated one; on grid {{.*}}, the claim says
tt.func public @k(%a_ptr: !tt.ptr<f16> loc("a_ptr"), %b_ptr: !tt.ptr<f16> loc("b_ptr"), %c_ptr: !tt.ptr<f32> loc("c_ptr"), %m: i32 loc("m"), %n: i32 loc("n"), %k: i32 loc("k"), %stride_am: i32 loc("stride_am"), %stride_ak: i32 loc("stride_ak"), %stride_bk: i32 loc("stride_bk"), %stride_bn: i32 loc("stride_bn"), %stride_cm: i32 loc("stride_cm"), %stride_cn: i32 loc("stride_cn")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<32x64xf16>
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<64x32xf16>
  %c0_i32 = arith.constant 0 : i32
  %cst_1 = arith.constant dense<0.000000e+00> : tensor<64x64xf32>
  %c32_i32 = arith.constant 32 : i32
  %c64_i32 = arith.constant 64 : i32
  %c63_i32 = arith.constant 63 : i32
  %0 = arith.addi %n, %c63_i32 : i32
  %1 = arith.divsi %0, %c64_i32 : i32
  %2 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %3 = tt.get_program_id x : i32
  %4 = arith.addi %m, %c63_i32 : i32
  %5 = arith.divsi %4, %c64_i32 : i32
  %6 = arith.muli %5, %1 : i32
  %7 = tt.get_num_programs x : i32
  scf.for %tile = %3 to %6 step %7 : i32 {
    %8 = arith.divsi %tile, %1 : i32
    %9 = arith.muli %8, %c64_i32 : i32
    %10 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
    %11 = tt.splat %9 : i32 -> tensor<64xi32>
    %12 = arith.addi %11, %10 : tensor<64xi32>
    %13 = arith.remsi %tile, %1 : i32
    %14 = arith.muli %13, %c64_i32 : i32
    %15 = tt.splat %14 : i32 -> tensor<64xi32>
    %16 = arith.addi %15, %10 : tensor<64xi32>
    %17 = tt.expand_dims %12 {axis = 1 : i32} : tensor<64xi32> -> tensor<64x1xi32>
    %18 = tt.splat %stride_am : i32 -> tensor<64x1xi32>
    %19 = arith.muli %17, %18 : tensor<64x1xi32>
    %20 = tt.splat %a_ptr : !tt.ptr<f16> -> tensor<64x1x!tt.ptr<f16>>
    %21 = tt.addptr %20, %19 : tensor<64x1x!tt.ptr<f16>>, tensor<64x1xi32>
    %22 = tt.expand_dims %2 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
    %23 = tt.splat %stride_ak : i32 -> tensor<1x32xi32>
    %24 = arith.muli %22, %23 : tensor<1x32xi32>
    %25 = tt.broadcast %21 : tensor<64x1x!tt.ptr<f16>> -> tensor<64x32x!tt.ptr<f16>>
    %26 = tt.broadcast %24 : tensor<1x32xi32> -> tensor<64x32xi32>
    %27 = tt.addptr %25, %26 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
    %28 = tt.expand_dims %2 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
    %29 = tt.splat %stride_bk : i32 -> tensor<32x1xi32>
    %30 = arith.muli %28, %29 : tensor<32x1xi32>
    %31 = tt.splat %b_ptr : !tt.ptr<f16> -> tensor<32x1x!tt.ptr<f16>>
    %32 = tt.addptr %31, %30 : tensor<32x1x!tt.ptr<f16>>, tensor<32x1xi32>
    %33 = tt.expand_dims %16 {axis = 0 : i32} : tensor<64xi32> -> tensor<1x64xi32>
    %34 = tt.splat %stride_bn : i32 -> tensor<1x64xi32>
    %35 = arith.muli %33, %34 : tensor<1x64xi32>
    %36 = tt.broadcast %32 : tensor<32x1x!tt.ptr<f16>> -> tensor<32x64x!tt.ptr<f16>>
    %37 = tt.broadcast %35 : tensor<1x64xi32> -> tensor<32x64xi32>
    %38 = tt.addptr %36, %37 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
    %39:3 = scf.for %start = %c0_i32 to %k step %c32_i32 iter_args(%a_ptrs = %27, %b_ptrs = %38, %acc = %cst_1) -> (tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>) : i32 {
      %56 = tt.splat %m : i32 -> tensor<64x1xi32>
      %57 = arith.cmpi slt, %17, %56 : tensor<64x1xi32>
      %58 = arith.subi %k, %start : i32
      %59 = tt.splat %58 : i32 -> tensor<1x32xi32>
      %60 = arith.cmpi slt, %22, %59 : tensor<1x32xi32>
      %61 = tt.broadcast %57 : tensor<64x1xi1> -> tensor<64x32xi1>
      %62 = tt.broadcast %60 : tensor<1x32xi1> -> tensor<64x32xi1>
      %63 = arith.andi %61, %62 : tensor<64x32xi1>
      %64 = tt.load %a_ptrs, %63, %cst_0 : tensor<64x32x!tt.ptr<f16>>
      %65 = tt.splat %58 : i32 -> tensor<32x1xi32>
      %66 = arith.cmpi slt, %28, %65 : tensor<32x1xi32>
      %67 = tt.splat %n : i32 -> tensor<1x64xi32>
      %68 = arith.cmpi slt, %33, %67 : tensor<1x64xi32>
      %69 = tt.broadcast %66 : tensor<32x1xi1> -> tensor<32x64xi1>
      %70 = tt.broadcast %68 : tensor<1x64xi1> -> tensor<32x64xi1>
      %71 = arith.andi %69, %70 : tensor<32x64xi1>
      %72 = tt.load %b_ptrs, %71, %cst : tensor<32x64x!tt.ptr<f16>>
      %73 = tt.dot %64, %72, %acc, inputPrecision = tf32 : tensor<64x32xf16> * tensor<32x64xf16> -> tensor<64x64xf32>
      %74 = arith.muli %stride_ak, %c32_i32 : i32
      %75 = tt.splat %74 : i32 -> tensor<64x32xi32>
      %76 = tt.addptr %a_ptrs, %75 : tensor<64x32x!tt.ptr<f16>>, tensor<64x32xi32>
      %77 = arith.muli %stride_bk, %c32_i32 : i32
      %78 = tt.splat %77 : i32 -> tensor<32x64xi32>
      %79 = tt.addptr %b_ptrs, %78 : tensor<32x64x!tt.ptr<f16>>, tensor<32x64xi32>
      scf.yield %76, %79, %73 : tensor<64x32x!tt.ptr<f16>>, tensor<32x64x!tt.ptr<f16>>, tensor<64x64xf32>
    }
    %40 = tt.splat %stride_cm : i32 -> tensor<64x1xi32>
    %41 = arith.muli %17, %40 : tensor<64x1xi32>
    %42 = tt.splat %c_ptr : !tt.ptr<f32> -> tensor<64x1x!tt.ptr<f32>>
    %43 = tt.addptr %42, %41 : tensor<64x1x!tt.ptr<f32>>, tensor<64x1xi32>
    %44 = tt.splat %stride_cn : i32 -> tensor<1x64xi32>
    %45 = arith.muli %33, %44 : tensor<1x64xi32>
    %46 = tt.broadcast %43 : tensor<64x1x!tt.ptr<f32>> -> tensor<64x64x!tt.ptr<f32>>
    %47 = tt.broadcast %45 : tensor<1x64xi32> -> tensor<64x64xi32>
    %48 = tt.addptr %46, %47 : tensor<64x64x!tt.ptr<f32>>, tensor<64x64xi32>
    %49 = tt.splat %m : i32 -> tensor<64x1xi32>
    %50 = arith.cmpi slt, %17, %49 : tensor<64x1xi32>
    %51 = tt.splat %n : i32 -> tensor<1x64xi32>
    %52 = arith.cmpi slt, %33, %51 : tensor<1x64xi32>
    %53 = tt.broadcast %50 : tensor<64x1xi1> -> tensor<64x64xi1>
    %54 = tt.broadcast %52 : tensor<1x64xi1> -> tensor<64x64xi1>
    %55 = arith.andi %53, %54 : tensor<64x64xi1>
    tt.store %48, %39#2, %55 : tensor<64x64x!tt.ptr<f32>>
  }
  tt.return
}
