// RUN: triton-lift opt %s | FileCheck %s

// tt.reduce with xori on i32.
// CLAIM: out[i] = bxor(x[8*i + k] for k < 8)
// CHECK: // claim out[i] = bxor(x[8*i + k] for k < 8): proved
tt.func public @k(%x: !tt.ptr<i32> loc("x"), %out: !tt.ptr<i32> loc("out")) {
  %p = tt.get_program_id x : i32
  %r8 = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %c8 = arith.constant 8 : i32
  %o = arith.muli %p, %c8 : i32
  %os = tt.splat %o : i32 -> tensor<8xi32>
  %i = arith.addi %os, %r8 : tensor<8xi32>
  %ab = tt.splat %x : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  %ap = tt.addptr %ab, %i : tensor<8x!tt.ptr<i32>>, tensor<8xi32>
  %a = tt.load %ap : tensor<8x!tt.ptr<i32>>
  %r = "tt.reduce"(%a) <{axis = 0 : i32}> ({
  ^bb0(%c: i32, %d: i32):
    %e = arith.xori %c, %d : i32
    tt.reduce.return %e : i32
  }) : (tensor<8xi32>) -> i32
  %outp = tt.addptr %out, %p : !tt.ptr<i32>, i32
  tt.store %outp, %r : !tt.ptr<i32>
  tt.return
}
