// RUN: triton-lift opt --passes=simplify %s | FileCheck %s

// Strides give an array its dimensions in the formula.
// CHECK: lift.formula = "out[i, j] = 
// CHECK-SAME: where {{.*}}x: strides (stride, 1)
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %stride: i32 loc("stride"), %n: i32 loc("n")) {
  %p = tt.get_program_id x : i32
  %r128 = tt.make_range {end = 128 : i32, start = 0 : i32} : tensor<128xi32>
  %o = arith.muli %p, %stride : i32
  %os = tt.splat %o : i32 -> tensor<128xi32>
  %i = arith.addi %os, %r128 : tensor<128xi32>
  %ns = tt.splat %n : i32 -> tensor<128xi32>
  %m = arith.cmpi slt, %r128, %ns : tensor<128xi32>
  %ninf = arith.constant dense<0xFF800000> : tensor<128xf32>
  %ab = tt.splat %x : !tt.ptr<f32> -> tensor<128x!tt.ptr<f32>>
  %ap = tt.addptr %ab, %i : tensor<128x!tt.ptr<f32>>, tensor<128xi32>
  %a = tt.load %ap, %m, %ninf : tensor<128x!tt.ptr<f32>>
  %mx = "tt.reduce"(%a) <{axis = 0 : i32}> ({
  ^bb0(%c: f32, %d: f32):
    %e = arith.maxnumf %c, %d : f32
    tt.reduce.return %e : f32
  }) : (tensor<128xf32>) -> f32
  %ms = tt.splat %mx : f32 -> tensor<128xf32>
  %sh = arith.subf %a, %ms : tensor<128xf32>
  %ex = math.exp %sh : tensor<128xf32>
  %su = "tt.reduce"(%ex) <{axis = 0 : i32}> ({
  ^bb0(%c: f32, %d: f32):
    %e = arith.addf %c, %d : f32
    tt.reduce.return %e : f32
  }) : (tensor<128xf32>) -> f32
  %ss = tt.splat %su : f32 -> tensor<128xf32>
  %q = arith.divf %ex, %ss : tensor<128xf32>
  %outb = tt.splat %out : !tt.ptr<f32> -> tensor<128x!tt.ptr<f32>>
  %outp = tt.addptr %outb, %i : tensor<128x!tt.ptr<f32>>, tensor<128xi32>
  tt.store %outp, %q, %m : tensor<128x!tt.ptr<f32>>
  tt.return
}
