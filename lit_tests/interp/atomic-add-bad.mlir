// RUN: not triton-lift opt %s 2>&1 | FileCheck %s

// An accumulation is no assignment.
// CLAIM: out[0] = x[i] for i < num_programs(0)
// CHECK: // claim out[0] = x[i] for i < num_programs(0): unknown: the kernel updates out by add, the claim says assign
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out")) {
  %p = tt.get_program_id x : i32
  %vp = tt.addptr %x, %p : !tt.ptr<f32>, i32
  %v = tt.load %vp : !tt.ptr<f32>
  %t = arith.constant true
  %old = tt.atomic_rmw fadd, relaxed, gpu, %out, %v, %t : (!tt.ptr<f32>, f32, i1) -> f32
  tt.return
}
