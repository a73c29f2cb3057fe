// RUN: triton-lift opt --passes=interp %s | FileCheck %s

// A load behind a store to the same cell sees what was stored; of two stores to one cell the last one stays.
// CHECK: lift.effects = ["out[program_id(0)] = 4*x[program_id(0)]**2  if true"]
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %a = arith.addf %v, %v : f32
  %op = tt.addptr %out, %p : !tt.ptr<f32>, i32
  tt.store %op, %a : !tt.ptr<f32>
  %b = tt.load %op : !tt.ptr<f32>
  %c = arith.mulf %b, %b : f32
  tt.store %op, %c : !tt.ptr<f32>
  tt.return
}
