"""Small kernels in generic form, and statements about them written by hand."""

from __future__ import annotations

from triton_lift._core import Context, Term
from triton_lift.ir.model import Module, Op
from triton_lift.ir.reader import read_module
from triton_lift.term.symbols import Statement, Symbols

ADD = """\
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>, !tt.ptr<f32>, !tt.ptr<f32>, i32) -> (), sym_name = "add"}> ({
  ^bb0(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32):
    %c = "arith.constant"() <{value = 16 : i32}> : () -> i32
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %start = "arith.muli"(%pid, %c) : (i32, i32) -> i32
    %range = "tt.make_range"() <{end = 16 : i32, start = 0 : i32}> : () -> tensor<16xi32>
    %starts = "tt.splat"(%start) : (i32) -> tensor<16xi32>
    %offs = "arith.addi"(%starts, %range) : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi32>
    %ns = "tt.splat"(%n) : (i32) -> tensor<16xi32>
    %mask = "arith.cmpi"(%offs, %ns) <{predicate = 2 : i64}> : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi1>
    %xs = "tt.splat"(%x) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
    %xp = "tt.addptr"(%xs, %offs) : (tensor<16x!tt.ptr<f32>>, tensor<16xi32>) -> tensor<16x!tt.ptr<f32>>
    %xv = "tt.load"(%xp, %mask) <{operandSegmentSizes = array<i32: 1, 1, 0>}> :
      (tensor<16x!tt.ptr<f32>>, tensor<16xi1>) -> tensor<16xf32>
    %ys = "tt.splat"(%y) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
    %yp = "tt.addptr"(%ys, %offs) : (tensor<16x!tt.ptr<f32>>, tensor<16xi32>) -> tensor<16x!tt.ptr<f32>>
    %yv = "tt.load"(%yp, %mask) <{operandSegmentSizes = array<i32: 1, 1, 0>}> :
      (tensor<16x!tt.ptr<f32>>, tensor<16xi1>) -> tensor<16xf32>
    %sum = "arith.addf"(%xv, %yv) : (tensor<16xf32>, tensor<16xf32>) -> tensor<16xf32>
    %os = "tt.splat"(%out) : (!tt.ptr<f32>) -> tensor<16x!tt.ptr<f32>>
    %op = "tt.addptr"(%os, %offs) : (tensor<16x!tt.ptr<f32>>, tensor<16xi32>) -> tensor<16x!tt.ptr<f32>>
    "tt.store"(%op, %sum, %mask) : (tensor<16x!tt.ptr<f32>>, tensor<16xf32>, tensor<16xi1>) -> ()
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""

ROW_SUM = """\
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<bf16>, !tt.ptr<f32>) -> (), sym_name = "row_sum"}> ({
  ^bb0(%x: !tt.ptr<bf16>, %out: !tt.ptr<f32>):
    %c = "arith.constant"() <{value = 32 : i32}> : () -> i32
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %start = "arith.muli"(%pid, %c) : (i32, i32) -> i32
    %range = "tt.make_range"() <{end = 32 : i32, start = 0 : i32}> : () -> tensor<32xi32>
    %starts = "tt.splat"(%start) : (i32) -> tensor<32xi32>
    %offs = "arith.addi"(%starts, %range) : (tensor<32xi32>, tensor<32xi32>) -> tensor<32xi32>
    %xs = "tt.splat"(%x) : (!tt.ptr<bf16>) -> tensor<32x!tt.ptr<bf16>>
    %xp = "tt.addptr"(%xs, %offs) : (tensor<32x!tt.ptr<bf16>>, tensor<32xi32>) -> tensor<32x!tt.ptr<bf16>>
    %xv = "tt.load"(%xp) <{operandSegmentSizes = array<i32: 1, 0, 0>}> :
      (tensor<32x!tt.ptr<bf16>>) -> tensor<32xbf16>
    %xw = "arith.extf"(%xv) : (tensor<32xbf16>) -> tensor<32xf32>
    %e = "math.exp"(%xw) : (tensor<32xf32>) -> tensor<32xf32>
    %sum = "tt.reduce"(%e) <{axis = 0 : i32}> ({
    ^bb0(%a: f32, %b: f32):
      %s = "arith.addf"(%a, %b) : (f32, f32) -> f32
      "tt.reduce.return"(%s) : (f32) -> ()
    }) : (tensor<32xf32>) -> f32
    %op = "tt.addptr"(%out, %pid) : (!tt.ptr<f32>, i32) -> !tt.ptr<f32>
    "tt.store"(%op, %sum) : (!tt.ptr<f32>, f32) -> ()
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""

COUNT = """\
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<i32>, !tt.ptr<i32>) -> (), sym_name = "count"}> ({
  ^bb0(%x: !tt.ptr<i32>, %out: !tt.ptr<i32>):
    %c = "arith.constant"() <{value = 8 : i32}> : () -> i32
    %true = "arith.constant"() <{value = dense<true> : tensor<8xi1>}> : () -> tensor<8xi1>
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %start = "arith.muli"(%pid, %c) : (i32, i32) -> i32
    %range = "tt.make_range"() <{end = 8 : i32, start = 0 : i32}> : () -> tensor<8xi32>
    %starts = "tt.splat"(%start) : (i32) -> tensor<8xi32>
    %offs = "arith.addi"(%starts, %range) : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
    %xs = "tt.splat"(%x) : (!tt.ptr<i32>) -> tensor<8x!tt.ptr<i32>>
    %xp = "tt.addptr"(%xs, %offs) : (tensor<8x!tt.ptr<i32>>, tensor<8xi32>) -> tensor<8x!tt.ptr<i32>>
    %xv = "tt.load"(%xp) <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (tensor<8x!tt.ptr<i32>>) -> tensor<8xi32>
    %os = "tt.splat"(%out) : (!tt.ptr<i32>) -> tensor<8x!tt.ptr<i32>>
    %old = "tt.atomic_rmw"(%os, %xv, %true) <{atomic_rmw_op = 4 : i32, scope = 1 : i32, sem = 4 : i32}> :
      (tensor<8x!tt.ptr<i32>>, tensor<8xi32>, tensor<8xi1>) -> tensor<8xi32>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""


def func_of(text: str) -> Op:
    return module_of(text).functions()[0]


def module_of(text: str) -> Module:
    return read_module(text)


class Claims:
    """Statements about the kernels above; the context stays alive with them."""

    def __init__(self) -> None:
        self.ctx = Context()
        self.symbols = Symbols(self.ctx)
        self.i = self.symbols.index(0)
        self.j = self.symbols.index(1)

    def read(self, array: str, index: Term, *, is_int: bool = False) -> Term:
        return self.ctx.read(array, [index], is_int=is_int)

    def add_statement(self, *, value: Term | None = None, bound: Term | None = None, shift: int = 0) -> Statement:
        """out[i + shift] = x[i] + y[i] for i < min(n, 16*np), or what is given instead."""
        c = self.ctx
        n = self.symbols.scalar_int(3, 32) if bound is None else bound
        inside = c.and_(c.lt(self.i, n), c.lt(self.i, c.mul(c.num(16), self.symbols.num_programs(0))))
        total = c.add(self.read("a0", self.i), self.read("a1", self.i)) if value is None else value
        return Statement("a2", "assign", (self.i,), inside, c.add(self.i, c.num(shift)), total)

    def row_sum_statement(self, width: int = 32) -> Statement:
        """out[i] = sum over k < width of exp(x[32*i + k]) for i < np."""
        c = self.ctx
        k = c.sym("k", lo=0)
        body = c.app("exp", [self.read("a0", c.add(c.mul(c.num(32), self.i), k))])
        total = c.big("sum", k, c.num(0), c.num(width), body)
        return Statement("a1", "assign", (self.i,), c.lt(self.i, self.symbols.num_programs(0)), self.i, total)

    def count_statement(self, factor: int = 1) -> Statement:
        """out[0] += x[i] for all i < 8*np."""
        c = self.ctx
        inside = c.lt(self.i, c.mul(c.num(8), self.symbols.num_programs(0)))
        value = c.mul(c.num(factor), self.read("a0", self.i, is_int=True))
        return Statement("a1", "add", (self.i,), inside, c.num(0), value)
