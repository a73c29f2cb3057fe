// RUN: triton-lift opt %s | FileCheck %s

// All attributes of a proved kernel, and none of the working attributes.
// CHECK: arg_attrs = [{lift.access = "read"}, {lift.access = "read"}, {lift.access = "write"}, {}]
// CHECK-NOT: lift.effects
// CHECK: lift.verdict = "proved given no_wrap"
// CHECK-SAME: lift.formula = "out[i] = x[i] + y[i]
// CHECK-SAME: lift.summary = "{{.*}}schema_version
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
