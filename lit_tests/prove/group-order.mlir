// RUN: triton-lift opt %s | FileCheck %s

// Programs in groups of three rows: row and column of the tile, no program id.
// CLAIM: out[100*i + j] = x[100*i + j] for i < rows, j < columns
// CHECK: // claim out[100*i + j] = x[100*i + j] for i < rows, j < columns: proved
tt.func public @k(%x: !tt.ptr<f32> loc("x"), %out: !tt.ptr<f32> loc("out"), %rows: i32 loc("rows"), %columns: i32 loc("columns")) {
  %p = tt.get_program_id x : i32
  %c3 = arith.constant 3 : i32
  %c100 = arith.constant 100 : i32
  %width = arith.muli %columns, %c3 : i32
  %g = arith.divsi %p, %width : i32
  %first = arith.muli %g, %c3 : i32
  %left = arith.subi %rows, %first : i32
  %height = arith.minsi %left, %c3 : i32
  %r = arith.remsi %p, %width : i32
  %inside = arith.remsi %r, %height : i32
  %row = arith.addi %first, %inside : i32
  %column = arith.divsi %r, %height : i32
  %base = arith.muli %row, %c100 : i32
  %at = arith.addi %base, %column : i32
  %xp = tt.addptr %x, %at : !tt.ptr<f32>, i32
  %v = tt.load %xp : !tt.ptr<f32>
  %op = tt.addptr %out, %at : !tt.ptr<f32>, i32
  tt.store %op, %v : !tt.ptr<f32>
  tt.return
}
