// RUN: triton-lift opt --passes=interp,loops,prove,contract,simplify %s | FileCheck %s

// One product for each of a batch.
// CLAIM: c_ptr[l, i, j] = sum(a_ptr[l, i, p]*b_ptr[l, p, j] for p < k) for l < num_programs(2), i < m, j < n if i < 32*num_programs(0) and j < 32*num_programs(1)
// CHECK: // claim c_ptr[l, i, j] = sum(a_ptr[l, i, p]*b_ptr[l, p, j] for p < k) for l < num_programs(2), i < m, j < n if i < 32*num_programs(0) and j < 32*num_programs(1): proved given no_wrap, injective
// CHECK: lift.loops = [{{.*}}"arg16 = (sum(a_ptr[lane(0, 32)*stride_am + 32*program_id(0)*stride_am + program_id(2)*stride_ab + stride_ak*j + 32*stride_ak*p]*b_ptr[lane(1, 32)*stride_bn + 32*program_id(1)*stride_bn + program_id(2)*stride_bb + stride_bk*j + 32*stride_bk*p] for j < 32, p < k_2 if j + 32*p < k) if m > lane(0, 32) + 32*program_id(0) and n > lane(1, 32) + 32*program_id(1) else 0)  for k_2 <= max((k + 31) // 32, 0)"
tt.func public @k(%a_ptr: !tt.ptr<bf16> loc("a_ptr"), %b_ptr: !tt.ptr<bf16> loc("b_ptr"), %c_ptr: !tt.ptr<f32> loc("c_ptr"), %m: i32 loc("m"), %n: i32 loc("n"), %k: i32 loc("k"), %stride_ab: i32 loc("stride_ab"), %stride_am: i32 loc("stride_am"), %stride_ak: i32 loc("stride_ak"), %stride_bb: i32 loc("stride_bb"), %stride_bk: i32 loc("stride_bk"), %stride_bn: i32 loc("stride_bn"), %stride_cb: i32 loc("stride_cb"), %stride_cm: i32 loc("stride_cm"), %stride_cn: i32 loc("stride_cn")) {
  %cst = arith.constant dense<0.000000e+00> : tensor<32x32xbf16>
  %c0_i32 = arith.constant 0 : i32
  %cst_0 = arith.constant dense<0.000000e+00> : tensor<32x32xf32>
  %c32_i32 = arith.constant 32 : i32
  %0 = tt.get_program_id z : i32
  %1 = tt.get_program_id x : i32
  %2 = arith.muli %1, %c32_i32 : i32
  %3 = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %4 = tt.splat %2 : i32 -> tensor<32xi32>
  %5 = arith.addi %4, %3 : tensor<32xi32>
  %6 = tt.get_program_id y : i32
  %7 = arith.muli %6, %c32_i32 : i32
  %8 = tt.splat %7 : i32 -> tensor<32xi32>
  %9 = arith.addi %8, %3 : tensor<32xi32>
  %10 = scf.for %start = %c0_i32 to %k step %c32_i32 iter_args(%acc = %cst_0) -> (tensor<32x32xf32>) : i32 {
    %31 = tt.splat %start : i32 -> tensor<32xi32>
    %32 = arith.addi %31, %3 : tensor<32xi32>
    %33 = arith.muli %0, %stride_ab : i32
    %34 = tt.addptr %a_ptr, %33 : !tt.ptr<bf16>, i32
    %35 = tt.expand_dims %5 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
    %36 = tt.splat %stride_am : i32 -> tensor<32x1xi32>
    %37 = arith.muli %35, %36 : tensor<32x1xi32>
    %38 = tt.splat %34 : !tt.ptr<bf16> -> tensor<32x1x!tt.ptr<bf16>>
    %39 = tt.addptr %38, %37 : tensor<32x1x!tt.ptr<bf16>>, tensor<32x1xi32>
    %40 = tt.expand_dims %32 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
    %41 = tt.splat %stride_ak : i32 -> tensor<1x32xi32>
    %42 = arith.muli %40, %41 : tensor<1x32xi32>
    %43 = tt.broadcast %39 : tensor<32x1x!tt.ptr<bf16>> -> tensor<32x32x!tt.ptr<bf16>>
    %44 = tt.broadcast %42 : tensor<1x32xi32> -> tensor<32x32xi32>
    %45 = tt.addptr %43, %44 : tensor<32x32x!tt.ptr<bf16>>, tensor<32x32xi32>
    %46 = arith.muli %0, %stride_bb : i32
    %47 = tt.addptr %b_ptr, %46 : !tt.ptr<bf16>, i32
    %48 = tt.expand_dims %32 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
    %49 = tt.splat %stride_bk : i32 -> tensor<32x1xi32>
    %50 = arith.muli %48, %49 : tensor<32x1xi32>
    %51 = tt.splat %47 : !tt.ptr<bf16> -> tensor<32x1x!tt.ptr<bf16>>
    %52 = tt.addptr %51, %50 : tensor<32x1x!tt.ptr<bf16>>, tensor<32x1xi32>
    %53 = tt.expand_dims %9 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
    %54 = tt.splat %stride_bn : i32 -> tensor<1x32xi32>
    %55 = arith.muli %53, %54 : tensor<1x32xi32>
    %56 = tt.broadcast %52 : tensor<32x1x!tt.ptr<bf16>> -> tensor<32x32x!tt.ptr<bf16>>
    %57 = tt.broadcast %55 : tensor<1x32xi32> -> tensor<32x32xi32>
    %58 = tt.addptr %56, %57 : tensor<32x32x!tt.ptr<bf16>>, tensor<32x32xi32>
    %59 = tt.splat %m : i32 -> tensor<32x1xi32>
    %60 = arith.cmpi slt, %35, %59 : tensor<32x1xi32>
    %61 = tt.splat %k : i32 -> tensor<1x32xi32>
    %62 = arith.cmpi slt, %40, %61 : tensor<1x32xi32>
    %63 = tt.broadcast %60 : tensor<32x1xi1> -> tensor<32x32xi1>
    %64 = tt.broadcast %62 : tensor<1x32xi1> -> tensor<32x32xi1>
    %65 = arith.andi %63, %64 : tensor<32x32xi1>
    %66 = tt.load %45, %65, %cst : tensor<32x32x!tt.ptr<bf16>>
    %67 = tt.splat %k : i32 -> tensor<32x1xi32>
    %68 = arith.cmpi slt, %48, %67 : tensor<32x1xi32>
    %69 = tt.splat %n : i32 -> tensor<1x32xi32>
    %70 = arith.cmpi slt, %53, %69 : tensor<1x32xi32>
    %71 = tt.broadcast %68 : tensor<32x1xi1> -> tensor<32x32xi1>
    %72 = tt.broadcast %70 : tensor<1x32xi1> -> tensor<32x32xi1>
    %73 = arith.andi %71, %72 : tensor<32x32xi1>
    %74 = tt.load %58, %73, %cst : tensor<32x32x!tt.ptr<bf16>>
    %75 = tt.dot %66, %74, %acc, inputPrecision = tf32 : tensor<32x32xbf16> * tensor<32x32xbf16> -> tensor<32x32xf32>
    scf.yield %75 : tensor<32x32xf32>
  }
  %11 = arith.muli %0, %stride_cb : i32
  %12 = tt.addptr %c_ptr, %11 : !tt.ptr<f32>, i32
  %13 = tt.expand_dims %5 {axis = 1 : i32} : tensor<32xi32> -> tensor<32x1xi32>
  %14 = tt.splat %stride_cm : i32 -> tensor<32x1xi32>
  %15 = arith.muli %13, %14 : tensor<32x1xi32>
  %16 = tt.splat %12 : !tt.ptr<f32> -> tensor<32x1x!tt.ptr<f32>>
  %17 = tt.addptr %16, %15 : tensor<32x1x!tt.ptr<f32>>, tensor<32x1xi32>
  %18 = tt.expand_dims %9 {axis = 0 : i32} : tensor<32xi32> -> tensor<1x32xi32>
  %19 = tt.splat %stride_cn : i32 -> tensor<1x32xi32>
  %20 = arith.muli %18, %19 : tensor<1x32xi32>
  %21 = tt.broadcast %17 : tensor<32x1x!tt.ptr<f32>> -> tensor<32x32x!tt.ptr<f32>>
  %22 = tt.broadcast %20 : tensor<1x32xi32> -> tensor<32x32xi32>
  %23 = tt.addptr %21, %22 : tensor<32x32x!tt.ptr<f32>>, tensor<32x32xi32>
  %24 = tt.splat %m : i32 -> tensor<32x1xi32>
  %25 = arith.cmpi slt, %13, %24 : tensor<32x1xi32>
  %26 = tt.splat %n : i32 -> tensor<1x32xi32>
  %27 = arith.cmpi slt, %18, %26 : tensor<1x32xi32>
  %28 = tt.broadcast %25 : tensor<32x1xi1> -> tensor<32x32xi1>
  %29 = tt.broadcast %27 : tensor<1x32xi1> -> tensor<32x32xi1>
  %30 = arith.andi %28, %29 : tensor<32x32xi1>
  tt.store %23, %10, %30 : tensor<32x32x!tt.ptr<f32>>
  tt.return
}
