// RUN: triton-lift lift %s | FileCheck %s

// CHECK: kernel k  {{[0-9]+}} ops
// CHECK-NEXT: proved given no_wrap  (closed)
// CHECK-NEXT: formulas:
// CHECK-NEXT: out[i] = x[i] + y[i]  for i <
// CHECK: access:
// CHECK-NEXT: x read, y read, out write
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %y: !tt.ptr<f32> loc("y"), %out: !tt.ptr<f32> loc("out"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %c64 = arith.constant 64 : i32
  %base = arith.muli %p, %c64 : i32
  %r64 = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %bs = tt.splat %base : i32 -> tensor<64xi32>
  %i = arith.addi %bs, %r64 : tensor<64xi32>
  %ns = tt.splat %n : i32 -> tensor<64xi32>
  %m = arith.cmpi slt, %i, %ns : tensor<64xi32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %a = tt.load %ap, %m : tensor<64x!tt.ptr<f32>>
  %bb = tt.splat %y : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %bp = tt.addptr %bb, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %b = tt.load %bp, %m : tensor<64x!tt.ptr<f32>>
  %s = arith.addf %a, %b : tensor<64xf32>
  %outb = tt.splat %out : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %outp = tt.addptr %outb, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  tt.store %outp, %s, %m : tensor<64x!tt.ptr<f32>>
  tt.return
}
