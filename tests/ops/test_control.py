"""Loops, branches, budgets, assertions, atomics and descriptors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.harness import kinds_of, launch, module
from triton_lift.ir.reader import read_module
from triton_lift.ops.concrete.rows import concrete_rows
from triton_lift.ops.evaluator import Buffer, Descriptor, evaluate
from triton_lift.util.diagnostic import BudgetExceeded, Unsupported

P = "!tt.ptr<i32>"


def constant(name: str, value: int, kind: str = "i32") -> str:
    """An integer constant."""
    return f'    %{name} = "arith.constant"() <{{value = {value} : {kind}}}> : () -> {kind}\n'


COUNT = """
    %s:2 = "scf.for"(%a1, %a2, %a3, %z, %a1) ({
    ^bb1(%i: i32, %n: i32, %last: i32):
      %m = "arith.addi"(%n, %one) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
      "scf.yield"(%m, %i) : (i32, i32) -> ()
    }) : (i32, i32, i32, i32, i32) -> (i32, i32)
    "tt.store"(%a0, %s#0) : (!tt.ptr<i32>, i32) -> ()
    %q = "tt.addptr"(%a0, %one) : (!tt.ptr<i32>, i32) -> !tt.ptr<i32>
    "tt.store"(%q, %s#1) : (!tt.ptr<i32>, i32) -> ()
"""


@pytest.mark.parametrize(
    ("low", "high", "step"), [(0, 10, 3), (5, 5, 1), (7, 3, 2), (-4, 4, 4), (2**31 - 3, 2**31 - 1, 7)]
)
def test_for_runs_over_the_range(low: int, high: int, step: int) -> None:
    body = constant("z", 0) + constant("one", 1) + COUNT
    result = launch([P, "i32", "i32", "i32"], body, [Buffer(np.zeros(2, np.int32)), low, high, step])
    trips = range(low, high, step)
    assert list(result.of(0)) == [len(trips), trips[-1] if len(trips) else low]


def test_a_step_that_is_not_positive_is_refused() -> None:
    with pytest.raises(Unsupported):
        launch(
            [P, "i32", "i32", "i32"],
            constant("z", 0) + constant("one", 1) + COUNT,
            [Buffer(np.zeros(2, np.int32)), 0, 3, 0],
        )


def test_for_bounds_that_differ_per_program_run_one_by_one() -> None:
    body = constant("z", 0) + constant("one", 1) + '    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32\n'
    body += '    %two = "arith.addi"(%pid, %pid) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32\n'
    body += (
        COUNT.replace("%a2, %a3", "%pid, %a3").replace("(%a0, %s#0)", "(%w, %s#0)").replace("(%a0, %one)", "(%w, %one)")
    )
    body = body.replace("    %s:2", '    %w = "tt.addptr"(%a0, %two) : (!tt.ptr<i32>, i32) -> !tt.ptr<i32>\n    %s:2')
    result = launch([P, "i32", "i32", "i32"], body, [Buffer(np.full(8, -1, np.int32)), 0, 0, 1], 4)
    assert list(result.of(0)) == [0, 0, 1, 0, 2, 1, 3, 2]


COLLATZ = """
    %r:2 = "scf.while"(%a1, %z) ({
    ^bb1(%n: i32, %k: i32):
      %c = "arith.cmpi"(%n, %one) <{predicate = 1 : i64}> : (i32, i32) -> i1
      "scf.condition"(%c, %n, %k) : (i1, i32, i32) -> ()
    }, {
    ^bb1(%n: i32, %k: i32):
      %h = "arith.divsi"(%n, %two) : (i32, i32) -> i32
      %odd = "arith.remsi"(%n, %two) : (i32, i32) -> i32
      %isodd = "arith.cmpi"(%odd, %z) <{predicate = 1 : i64}> : (i32, i32) -> i1
      %next = "scf.if"(%isodd) ({
        %t = "arith.muli"(%n, %three) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
        %t1 = "arith.addi"(%t, %one) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
        "scf.yield"(%t1) : (i32) -> ()
      }, {
        "scf.yield"(%h) : (i32) -> ()
      }) : (i1) -> i32
      %k1 = "arith.addi"(%k, %one) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
      "scf.yield"(%next, %k1) : (i32, i32) -> ()
    }) : (i32, i32) -> (i32, i32)
    "tt.store"(%a0, %r#1) : (!tt.ptr<i32>, i32) -> ()
"""
NUMBERS = constant("z", 0) + constant("one", 1) + constant("two", 2) + constant("three", 3)


@pytest.mark.parametrize(("start", "steps"), [(1, 0), (6, 8), (27, 111)])
def test_while_and_if(start: int, steps: int) -> None:
    assert list(launch([P, "i32"], NUMBERS + COLLATZ, [Buffer(np.zeros(1, np.int32)), start]).of(0)) == [steps]


def test_the_budget_is_counted_in_op_visits() -> None:
    args = [Buffer(np.zeros(1, np.int32)), 27]
    needed = launch([P, "i32"], NUMBERS + COLLATZ, args).steps
    assert launch([P, "i32"], NUMBERS + COLLATZ, args, max_steps=needed).steps == needed
    with pytest.raises(BudgetExceeded) as caught:
        launch([P, "i32"], NUMBERS + COLLATZ, args, max_steps=needed - 1)
    assert caught.value.diagnostic.code == "eval-budget"


def test_early_return() -> None:
    body = """
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %c = "arith.cmpi"(%pid, %a1) <{predicate = 5 : i64}> : (i32, i32) -> i1
    "cf.cond_br"(%c, %pid)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 1>}> : (i1, i32) -> ()
  ^bb1:
    "tt.return"() : () -> ()
  ^bb2(%v: i32):
    %p = "tt.addptr"(%a0, %v) : (!tt.ptr<i32>, i32) -> !tt.ptr<i32>
    "tt.store"(%p, %v) : (!tt.ptr<i32>, i32) -> ()
    "cf.br"()[^bb1] : () -> ()
  ^bb3:"""
    result = launch([P, "i32"], body, [Buffer(np.full(5, -1, np.int32)), 3], 5)
    assert list(result.of(0)) == [0, 1, 2, -1, -1]


def test_grid_order_and_extents() -> None:
    body = constant("ten", 10) + "".join(
        f'    %p{k} = "tt.get_program_id"() <{{axis = {k} : i32}}> : () -> i32\n'
        f'    %n{k} = "tt.get_num_programs"() <{{axis = {k} : i32}}> : () -> i32\n'
        for k in range(3)
    )
    flags = "<{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32\n"
    body += f'    %u = "arith.muli"(%p2, %n1) {flags}    %v = "arith.addi"(%u, %p1) {flags}'
    body += f'    %w = "arith.muli"(%v, %n0) {flags}    %i = "arith.addi"(%w, %p0) {flags}'
    body += f'    %p = "tt.addptr"(%a0, %i) : ({P}, i32) -> {P}\n    "tt.store"(%p, %i) : ({P}, i32) -> ()\n'
    result = launch([P], body, [Buffer(np.zeros(24, np.int32))], (2, 3, 4), trace=True)
    assert list(result.of(0)) == list(range(24))
    assert [s.program for s in result.stores][:3] == [(0, 0, 0), (1, 0, 0), (0, 1, 0)]


def test_assumptions_and_assertions() -> None:
    body = """
    %c = "arith.cmpi"(%a0, %a0) <{predicate = 1 : i64}> : (i32, i32) -> i1
    "llvm.intr.assume"(%c) <{op_bundle_sizes = array<i32>}> : (i1) -> ()
    "tt.assert"(%c) <{message = "no"}> : (i1) -> ()
    "tt.print"(%a0) <{hex = false, isSigned = array<i32: 1>, prefix = "x"}> : (i32) -> ()
    "ttg.barrier"() <{addrSpace = 31 : i32}> : () -> ()
"""
    assert kinds_of(launch(["i32"], body, [3])) == ["assert-violated", "assume-violated"]
    assert launch(["i32"], body.replace("predicate = 1", "predicate = 0"), [3]).events == ()


def atomic(code: int, kind: str, value: str) -> str:
    """Eight lanes combine into two cells; the old values go to the second argument."""
    t, p = f"tensor<8x{kind}>", f"tensor<8x!tt.ptr<{kind}>>"
    return f"""
    %r = "tt.make_range"() <{{end = 8 : i32, start = 0 : i32}}> : () -> tensor<8xi32>
    %one = "arith.constant"() <{{value = dense<1> : tensor<8xi32>}}> : () -> tensor<8xi32>
    %at = "arith.andi"(%r, %one) : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
    %s = "tt.splat"(%a0) : (!tt.ptr<{kind}>) -> {p}
    %p = "tt.addptr"(%s, %at) : ({p}, tensor<8xi32>) -> {p}
    %seven = "arith.constant"() <{{value = dense<7> : tensor<8xi32>}}> : () -> tensor<8xi32>
    %m = "arith.cmpi"(%r, %seven) <{{predicate = 2 : i64}}> : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
    %v = "arith.constant"() <{{value = dense<{value}> : {t}}}> : () -> {t}
    %old = "tt.atomic_rmw"(%p, %v, %m) <{{atomic_rmw_op = {code} : i32, scope = 1 : i32, sem = 4 : i32}}>
      : ({p}, {t}, tensor<8xi1>) -> {t}
    %so = "tt.splat"(%a1) : (!tt.ptr<{kind}>) -> {p}
    %q = "tt.addptr"(%so, %r) : ({p}, tensor<8xi32>) -> {p}
    "tt.store"(%q, %old, %m) : ({p}, {t}, tensor<8xi1>) -> ()
"""


ATOMICS = {1: lambda a, b: a & b, 2: lambda a, b: a | b, 3: lambda a, b: a ^ b, 4: lambda a, b: a + b, 6: max, 7: min}
ATOMICS[8] = lambda a, b: max(a % 2**32, b % 2**32)
ATOMICS[9] = lambda a, b: min(a % 2**32, b % 2**32)
ATOMICS[10] = lambda a, b: b


@pytest.mark.parametrize("code", ATOMICS)
def test_integer_atomics_combine_lane_by_lane(code: int) -> None:
    values = [5, -3, 12, 2**31 - 1, -7, 1, 9, 100]
    args = [Buffer(np.array([6, -2], np.int32)), Buffer(np.zeros(8, np.int32))]
    result = launch([P, P], atomic(code, "i32", str(values)), args)
    cells, old = [6, -2], []
    for lane, v in enumerate(values[:7]):
        old.append(cells[lane & 1])
        cells[lane & 1] = (ATOMICS[code](cells[lane & 1], v) + 2**31) % 2**32 - 2**31
    assert list(result.of(0)) == cells
    assert list(result.of(1))[:7] == old
    assert result.events == ()


def test_float_atomics_and_programs() -> None:
    body = atomic(5, "f32", "1.5")
    args = [Buffer(np.zeros(2, np.float32)), Buffer(np.zeros(8, np.float32))]
    result = launch(["!tt.ptr<f32>"] * 2, body, args, 3)
    assert list(result.of(0)) == [18.0, 13.5]
    assert kinds_of(result) == ["write-conflict"], "the programs' old values go to the same cells"


def test_compare_and_swap_and_mixed_access() -> None:
    body = (
        constant("z", 0)
        + constant("one", 1)
        + """
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %old = "tt.atomic_cas"(%a0, %z, %one) <{scope = 1 : i32, sem = 4 : i32}> : (!tt.ptr<i32>, i32, i32) -> i32
    %p = "tt.addptr"(%a1, %pid) : (!tt.ptr<i32>, i32) -> !tt.ptr<i32>
    "tt.store"(%p, %old) : (!tt.ptr<i32>, i32) -> ()
"""
    )
    args = [Buffer(np.zeros(1, np.int32)), Buffer(np.zeros(3, np.int32))]
    result = launch([P, P], body, args, 3)
    assert list(result.of(0)) == [1]
    assert list(result.of(1)) == [0, 1, 1]
    assert result.events == ()
    mixed = body + '    "tt.store"(%a0, %z) : (!tt.ptr<i32>, i32) -> ()\n'
    assert "atomic-mixed" in kinds_of(launch([P, P], mixed, args, 2))


D = "!tt.tensordesc<4x4xf32>"
BLOCK = """
    %x = "tt.descriptor_load"(%a0, %a1, %a2) : (!tt.tensordesc<4x4xf32>, i32, i32) -> tensor<4x4xf32>
    "tt.descriptor_store"(%a3, %x, %a1, %a2) : (!tt.tensordesc<4x4xf32>, tensor<4x4xf32>, i32, i32) -> ()
"""


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 2), (-1, 5), (6, 0)])
@pytest.mark.parametrize("nan", [False, True])
def test_descriptors_pad_loads_and_drop_stores(row: int, column: int, nan: bool) -> None:
    data = np.arange(48, dtype=np.float32)
    source = Descriptor(Buffer(data, offset=1), (5, 7), (8, 1), nan_padding=nan)
    target = Descriptor(Buffer(np.full(64, -1, np.float32)), (8, 8), (8, 1))
    result = launch([D, "i32", "i32", D], BLOCK, [source, row, column, target])
    assert result.events == ()
    want = np.full((8, 8), -1, np.float32)
    for i in range(row, row + 4):
        for j in range(column, column + 4):
            if 0 <= i < 8 and 0 <= j < 8:
                inside = i < 5 and j < 7
                want[i, j] = data[1 + 8 * i + j] if inside else (np.nan if nan else 0)
    assert np.array_equal(result.of(3).reshape(8, 8), want, equal_nan=True)


def test_descriptors_made_in_the_kernel_gather_scatter_and_reduce() -> None:
    body = """
    %five = "arith.constant"() <{value = 5 : i32}> : () -> i32
    %four = "arith.constant"() <{value = 4 : i32}> : () -> i32
    %z = "arith.constant"() <{value = 0 : i32}> : () -> i32
    %st = "arith.constant"() <{value = 4 : i64}> : () -> i64
    %su = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %d = "tt.make_tensor_descriptor"(%a0, %five, %four, %st, %su) <{padding = 1 : i32}>
      : (!tt.ptr<f32>, i32, i32, i64, i64) -> !tt.tensordesc<1x4xf32>
    %e = "tt.make_tensor_descriptor"(%a1, %five, %four, %st, %su) <{padding = 1 : i32}>
      : (!tt.ptr<f32>, i32, i32, i64, i64) -> !tt.tensordesc<1x4xf32>
    %f = "tt.make_tensor_descriptor"(%a2, %five, %four, %st, %su) <{padding = 1 : i32}>
      : (!tt.ptr<f32>, i32, i32, i64, i64) -> !tt.tensordesc<4x4xf32>
    %rows = "arith.constant"() <{value = dense<[4, 0, 9, 2]> : tensor<4xi32>}> : () -> tensor<4xi32>
    %x = "tt.descriptor_gather"(%d, %rows, %z) : (!tt.tensordesc<1x4xf32>, tensor<4xi32>, i32) -> tensor<4x4xf32>
    "tt.descriptor_scatter"(%e, %rows, %z, %x)
      : (!tt.tensordesc<1x4xf32>, tensor<4xi32>, i32, tensor<4x4xf32>) -> ()
    "tt.descriptor_reduce"(%f, %x, %five, %z) <{kind = 1 : i32}>
      : (!tt.tensordesc<4x4xf32>, tensor<4x4xf32>, i32, i32) -> ()
    "tt.descriptor_reduce"(%f, %x, %z, %z) <{kind = 1 : i32}>
      : (!tt.tensordesc<4x4xf32>, tensor<4x4xf32>, i32, i32) -> ()
"""
    data = np.arange(1, 21, dtype=np.float32)
    ones = np.ones(20, np.float32)
    result = launch(["!tt.ptr<f32>"] * 3, body, [Buffer(data), Buffer(ones), Buffer(np.ones(20, np.float32))])
    table, want = data.reshape(5, 4), np.ones((5, 4), np.float32)
    want[[4, 0, 2]] = table[[4, 0, 2]]
    assert (result.of(1).reshape(5, 4) == want).all()
    summed = np.ones((5, 4), np.float32)
    summed[:4] += np.stack([table[4], table[0], np.zeros(4, np.float32), table[2]])
    assert (result.of(2).reshape(5, 4) == summed).all()


@pytest.mark.parametrize(
    "line",
    [
        '%r = "tt.elementwise_inline_asm"(%a0) <{asm_string = "x", constraints = "=r,r", packed_element = 1 : i32,'
        " pure = true}> : (i32) -> i32",
        '"tt.call"() <{callee = @g}> : () -> ()',
        '%r = "made.up"(%a0) : (i32) -> i32',
    ],
)
def test_ops_without_meaning_are_refused_with_their_place(line: str) -> None:
    with pytest.raises(Unsupported) as caught:
        launch(["i32"], "    " + line, [1])
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == "eval-unsupported"
    assert diagnostic.where == "<input>:4"
    assert diagnostic.op is not None
    assert diagnostic.op in line


def test_observe_sees_every_result() -> None:
    seen: list[str] = []
    func = read_module(
        module([P], constant("v", 3) + '    "tt.store"(%a0, %v) : (!tt.ptr<i32>, i32) -> ()')
    ).functions()[0]
    evaluate(
        func,
        [Buffer(np.zeros(1, np.int32))],
        (1, 1, 1),
        observe=lambda op, values: seen.append(f"{op.name}/{len(values)}"),
    )
    assert seen == ["arith.constant/1", "tt.store/0"]


def test_labels_are_the_names() -> None:
    assert all(name == r.name and r.label == name.replace(".", "_") for name, r in concrete_rows.items())
    from triton_lift.ops.concrete.registry import add_row

    with pytest.raises(ValueError, match="two concrete rows"):
        add_row("arith.addi", concrete_rows["arith.addi"].build)


def test_map_elementwise() -> None:
    body = """
    %r = "tt.make_range"() <{end = 8 : i32, start = 0 : i32}> : () -> tensor<8xi32>
    %y = "tt.map_elementwise"(%r) <{pack = 1 : i32}> ({
    ^bb0(%x: i32):
      %s = "arith.muli"(%x, %x) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
      "tt.map_elementwise.return"(%s) : (i32) -> ()
    }) : (tensor<8xi32>) -> tensor<8xi32>
    %s0 = "tt.splat"(%a0) : (!tt.ptr<i32>) -> tensor<8x!tt.ptr<i32>>
    %p = "tt.addptr"(%s0, %r) : (tensor<8x!tt.ptr<i32>>, tensor<8xi32>) -> tensor<8x!tt.ptr<i32>>
    "tt.store"(%p, %y) : (tensor<8x!tt.ptr<i32>>, tensor<8xi32>) -> ()
"""
    assert list(launch([P], body, [Buffer(np.zeros(8, np.int32))]).of(0)) == [k * k for k in range(8)]
