"""Loads, stores and what the evaluator reports about them; each event has a kernel that has it and one that has not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.ops.harness import kinds_of, launch, load, store
from triton_lift.ops.concrete.value import MASKED
from triton_lift.ops.evaluator import Buffer
from triton_lift.util.diagnostic import UsageError

LOAD1 = "<{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}>"
LOAD2 = "<{isVolatile = false, operandSegmentSizes = array<i32: 1, 1, 0>}>"
LOAD3 = "<{isVolatile = false, operandSegmentSizes = array<i32: 1, 1, 1>}>"
P8 = "tensor<8x!tt.ptr<f32>>"

# out[8*pid + l] = x[8*pid + l] for 8*pid + l < n, with the mask on the load, and `other` where given.
INDEX = """
    %b = "arith.constant"() <{value = 8 : i32}> : () -> i32
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %o = "arith.muli"(%pid, %b) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
    %r = "tt.make_range"() <{end = 8 : i32, start = 0 : i32}> : () -> tensor<8xi32>
    %os = "tt.splat"(%o) : (i32) -> tensor<8xi32>
    %i = "arith.addi"(%os, %r) <{overflowFlags = #arith.overflow<none>}>
      : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
    %ns = "tt.splat"(%a2) : (i32) -> tensor<8xi32>
    %m = "arith.cmpi"(%i, %ns) <{predicate = 2 : i64}> : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi1>
    %xs = "tt.splat"(%a0) : (!tt.ptr<f32>) -> tensor<8x!tt.ptr<f32>>
    %xp = "tt.addptr"(%xs, %i) : (tensor<8x!tt.ptr<f32>>, tensor<8xi32>) -> tensor<8x!tt.ptr<f32>>
    %ys = "tt.splat"(%a1) : (!tt.ptr<f32>) -> tensor<8x!tt.ptr<f32>>
    %yp = "tt.addptr"(%ys, %i) : (tensor<8x!tt.ptr<f32>>, tensor<8xi32>) -> tensor<8x!tt.ptr<f32>>
"""
ARGS = ["!tt.ptr<f32>", "!tt.ptr<f32>", "i32"]
MASKED_LOAD = f'    %x = "tt.load"(%xp, %m) {LOAD2} : ({P8}, tensor<8xi1>) -> tensor<8xf32>\n'
MASKED_STORE = f'    "tt.store"(%yp, %x, %m) : ({P8}, tensor<8xf32>, tensor<8xi1>) -> ()\n'
PLAIN_STORE = f'    "tt.store"(%yp, %x) : ({P8}, tensor<8xf32>) -> ()\n'


def floats(n: int) -> np.ndarray:
    """1, 2, ..., n."""
    return np.arange(1, n + 1, dtype=np.float32)


@pytest.mark.parametrize("vectorise", [True, False])
def test_masked_copy(vectorise: bool) -> None:
    out = np.full(24, -1, np.float32)
    args = [Buffer(floats(20)), Buffer(out), 20]
    result = launch(ARGS, INDEX + MASKED_LOAD + MASKED_STORE, args, 3, vectorise=vectorise, trace=True)
    assert result.events == ()
    assert (result.of(1)[:20] == floats(20)).all()
    assert (result.of(1)[20:] == -1).all()
    assert (out == -1).all(), "arguments are not changed"
    assert [s.program for s in result.stores] == [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
    assert list(result.stores[2].offsets[result.stores[2].mask]) == [16, 17, 18, 19]
    assert list(result.stores[2].values[result.stores[2].mask]) == [17.0, 18.0, 19.0, 20.0]


def test_out_of_bounds_of_unmasked_lanes_only() -> None:
    plain = f'    %x = "tt.load"(%xp) {LOAD1} : ({P8}) -> tensor<8xf32>\n'
    result = launch(ARGS, INDEX + plain + MASKED_STORE, [Buffer(floats(20)), Buffer(floats(20)), 20], 3)
    assert [(e.kind, e.program, e.lane, e.count) for e in result.events] == [("out-of-bounds-load", (2, 0, 0), 4, 4)]
    result = launch(ARGS, INDEX + MASKED_LOAD + PLAIN_STORE, [Buffer(floats(20)), Buffer(floats(20)), 20], 3)
    assert kinds_of(result) == ["out-of-bounds-store", "poison-store"]


def test_a_masked_off_lane_without_other_is_poison_until_a_select_drops_it() -> None:
    n = [Buffer(floats(24)), Buffer(np.zeros(24, np.float32)), 20]
    result = launch(ARGS, INDEX + MASKED_LOAD + PLAIN_STORE, n, 3)
    (event,) = result.events
    assert (event.kind, event.program, event.lane, event.count) == ("poison-store", (2, 0, 0), 4, 4)
    assert "masked-off" in event.detail
    assert event.where.startswith("<input>:")
    number = result.argument_buffer[1]
    assert number is not None
    undefined = result.undefined[number]
    assert undefined is not None
    assert list(np.flatnonzero(undefined)) == [20, 21, 22, 23]
    assert set(undefined[20:]) == {MASKED}
    zero = '    %z = "arith.constant"() <{value = dense<0.0> : tensor<8xf32>}> : () -> tensor<8xf32>\n'
    chosen = (
        zero + '    %s = "arith.select"(%m, %x, %z) : (tensor<8xi1>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>\n'
    )
    result = launch(ARGS, INDEX + MASKED_LOAD + chosen + PLAIN_STORE.replace("%x", "%s"), n, 3)
    assert result.events == ()
    assert (result.of(1)[20:] == 0).all()
    product = '    %s = "arith.mulf"(%z, %x) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>\n'
    result = launch(ARGS, INDEX + MASKED_LOAD + zero + product + PLAIN_STORE.replace("%x", "%s"), n, 3)
    assert kinds_of(result) == ["poison-store"]


def test_other_fills_masked_off_lanes() -> None:
    other = '    %z = "arith.constant"() <{value = dense<-2.5> : tensor<8xf32>}> : () -> tensor<8xf32>\n'
    other += f'    %x = "tt.load"(%xp, %m, %z) {LOAD3} : ({P8}, tensor<8xi1>, tensor<8xf32>) -> tensor<8xf32>\n'
    result = launch(ARGS, INDEX + other + PLAIN_STORE, [Buffer(floats(20)), Buffer(np.zeros(24, np.float32)), 20], 3)
    assert result.events == ()
    assert (result.of(1)[20:] == -2.5).all()


def test_poison_in_a_mask_an_address_and_a_branch() -> None:
    compare = '    %c = "arith.cmpf"(%x, %x) <{fastmath = #arith.fastmath<none>, predicate = 1 : i64}>'
    compare += " : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>\n"
    args = [Buffer(floats(8)), Buffer(np.zeros(8, np.float32)), 5]
    body = (
        INDEX
        + MASKED_LOAD
        + compare
        + PLAIN_STORE.replace("(%yp, %x)", "(%yp, %z, %c)").replace("tensor<8xf32>)", "tensor<8xf32>, tensor<8xi1>)")
    )
    body = body.replace(
        "%pid =", '%z = "arith.constant"() <{value = dense<0.0> : tensor<8xf32>}> : () -> tensor<8xf32>\n    %pid ='
    )
    assert kinds_of(launch(ARGS, body, args)) == ["poison-mask"]
    # The same compare, and-ed with the load's mask: an unspecified bit and false is false.
    both = '%d = "arith.andi"(%m, %c) : (tensor<8xi1>, tensor<8xi1>) -> tensor<8xi1>\n    "tt.store"'
    masked = body.replace('"tt.store"', both)
    assert launch(ARGS, masked.replace("%z, %c", "%z, %d"), args).events == ()
    cast = '    %k = "arith.fptosi"(%x) : (tensor<8xf32>) -> tensor<8xi32>\n'
    cast += f'    %q = "tt.addptr"(%ys, %k) : ({P8}, tensor<8xi32>) -> {P8}\n'
    cast += f'    "tt.store"(%q, %xf) : ({P8}, tensor<8xf32>) -> ()\n'
    cast = '    %xf = "arith.constant"() <{value = dense<0.0> : tensor<8xf32>}> : () -> tensor<8xf32>\n' + cast
    assert kinds_of(launch(ARGS, INDEX + MASKED_LOAD + cast, args)) == ["poison-address"]
    scalar = f"""
    %off = "arith.constant"() <{{value = false}}> : () -> i1
    %v = "tt.load"(%a0, %off) {LOAD2} : (!tt.ptr<f32>, i1) -> f32
    %c = "arith.cmpf"(%v, %v) <{{fastmath = #arith.fastmath<none>, predicate = 1 : i64}}> : (f32, f32) -> i1
    "scf.if"(%c) ({{
      "scf.yield"() : () -> ()
    }}, {{
    }}) : (i1) -> ()
"""
    assert kinds_of(launch(ARGS, scalar, args)) == ["poison-branch"]


def test_uninitialised_reads() -> None:
    defined = np.array([True] * 7 + [False])
    args = [Buffer(floats(8), defined=defined), Buffer(np.zeros(8, np.float32)), 8]
    result = launch(ARGS, INDEX + MASKED_LOAD + MASKED_STORE, args)
    assert kinds_of(result) == ["poison-store", "uninitialised-read"]
    args[2] = 7
    assert launch(ARGS, INDEX + MASKED_LOAD + MASKED_STORE, args).events == ()


def test_aliased_arguments_share_cells_and_offsets_shift() -> None:
    data = floats(16)
    result = launch(ARGS, INDEX + MASKED_LOAD + MASKED_STORE, [Buffer(data), Buffer(data, offset=8), 8])
    assert result.argument_buffer == (0, 0, None)
    assert (result.buffers[0] == np.tile(floats(8), 2)).all()
    assert result.events == ()


SHIFTED = (
    INDEX
    + """
    %one = "arith.constant"() <{value = dense<1> : tensor<8xi32>}> : () -> tensor<8xi32>
    %xq = "tt.addptr"(%xp, %one) : (tensor<8x!tt.ptr<f32>>, tensor<8xi32>) -> tensor<8x!tt.ptr<f32>>
    %x = "tt.load"(%xq) <{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}>
      : (tensor<8x!tt.ptr<f32>>) -> tensor<8xf32>
"""
)


@pytest.mark.parametrize("vectorise", [True, False])
@pytest.mark.parametrize("order", [[(0, 0, 0), (1, 0, 0)], [(1, 0, 0), (0, 0, 0)]])
def test_a_cell_read_by_one_program_and_written_by_another(order: list[tuple[int, int, int]], vectorise: bool) -> None:
    data = floats(17)
    result = launch(
        ARGS, SHIFTED + PLAIN_STORE, [Buffer(data), Buffer(data), 16], 2, programs=order, vectorise=vectorise
    )
    assert kinds_of(result) == ["cross-read"]
    apart = launch(ARGS, SHIFTED + PLAIN_STORE, [Buffer(data), Buffer(floats(16)), 16], 2, vectorise=vectorise)
    assert apart.events == ()


@pytest.mark.parametrize(("values", "kind"), [([1.0] * 16, "write-same"), (list(range(16)), "write-conflict")])
def test_two_programs_write_one_cell(values: list[float], kind: str) -> None:
    body = INDEX.replace('%yp = "tt.addptr"(%ys, %i)', '%yp = "tt.addptr"(%ys, %r)') + MASKED_LOAD + PLAIN_STORE
    result = launch(ARGS, body, [Buffer(np.array(values, np.float32)), Buffer(np.zeros(8, np.float32)), 16], 2)
    assert kinds_of(result) == [kind]
    assert (result.of(1) == np.array(values[8:], np.float32)).all(), "programs run in order"


def test_two_lanes_of_one_store() -> None:
    body = INDEX.replace('%yp = "tt.addptr"(%ys, %i)', '%yp = "tt.addptr"(%ys, %zz)').replace(
        "%pid =", '%zz = "arith.constant"() <{value = dense<0> : tensor<8xi32>}> : () -> tensor<8xi32>\n    %pid ='
    )
    body += MASKED_LOAD + PLAIN_STORE
    result = launch(ARGS, body, [Buffer(floats(8)), Buffer(np.zeros(1, np.float32)), 8])
    assert kinds_of(result) == ["store-conflict"]
    result = launch(ARGS, body, [Buffer(np.ones(8, np.float32)), Buffer(np.zeros(1, np.float32)), 8])
    assert result.events == ()


def test_a_program_may_read_back_what_it_wrote() -> None:
    again = f'    %z = "tt.load"(%yp) {LOAD1} : ({P8}) -> tensor<8xf32>\n'
    again += f'    "tt.store"(%xp, %z) : ({P8}, tensor<8xf32>) -> ()\n'
    result = launch(ARGS, INDEX + MASKED_LOAD + PLAIN_STORE + again, [Buffer(floats(16)), Buffer(floats(16)), 16], 2)
    assert result.events == ()


def test_pointers_can_be_selected_cast_and_compared_as_integers() -> None:
    body = """
    %p = "arith.select"(%a2, %a0, %a1) : (i1, !tt.ptr<f32>, !tt.ptr<f32>) -> !tt.ptr<f32>
    %n = "tt.ptr_to_int"(%p) : (!tt.ptr<f32>) -> i64
    %four = "arith.constant"() <{value = 4 : i64}> : () -> i64
    %n4 = "arith.addi"(%n, %four) <{overflowFlags = #arith.overflow<none>}> : (i64, i64) -> i64
    %q = "tt.int_to_ptr"(%n4) : (i64) -> !tt.ptr<f32>
    %bits = "tt.bitcast"(%q) : (!tt.ptr<f32>) -> !tt.ptr<i32>
    %v = "arith.constant"() <{value = 1065353216 : i32}> : () -> i32
    "tt.store"(%bits, %v) : (!tt.ptr<i32>, i32) -> ()
"""
    kinds = ["!tt.ptr<f32>", "!tt.ptr<f32>", "i1"]
    for taken in (0, 1):
        result = launch(kinds, body, [Buffer(np.zeros(3, np.float32)), Buffer(np.zeros(3, np.float32)), taken])
        assert list(result.of(1 - taken)) == [0, 1, 0]
        assert not result.of(taken).any()


def test_access_with_another_element_size() -> None:
    body = """
    %b = "tt.bitcast"(%a0) : (!tt.ptr<i32>) -> !tt.ptr<i8>
    %one = "arith.constant"() <{value = 1 : i32}> : () -> i32
    %q = "tt.addptr"(%b, %one) : (!tt.ptr<i8>, i32) -> !tt.ptr<i8>
    %v = "arith.constant"() <{value = -1 : i8}> : () -> i8
    "tt.store"(%q, %v) : (!tt.ptr<i8>, i8) -> ()
"""
    result = launch(["!tt.ptr<i32>"], body, [Buffer(np.array([0, 7], np.int32))])
    assert list(result.of(0)) == [0xFF00, 7]


def test_bool_pointers_are_bytes() -> None:
    body = load("%a0", "x", "i1", (4,)) + "\n" + store("%a1", "%x", "i1", (4,))
    bits = np.array([True, False, True, True])
    assert list(
        launch(["!tt.ptr<i1>", "!tt.ptr<i1>"], body, [Buffer(bits), Buffer(np.zeros(4, np.bool_))]).of(1)
    ) == list(bits)


@pytest.mark.parametrize(
    "args",
    [
        [Buffer(floats(8)), Buffer(floats(8))],
        [Buffer(floats(8)), Buffer(np.zeros(8)), 8],
        [Buffer(floats(8)), Buffer(np.zeros((2, 4), np.float32)), 8],
        [Buffer(floats(8)), 3.5, 8],
        [Buffer(floats(8)), Buffer(floats(8)), Buffer(floats(8))],
        [Buffer(floats(8)), Buffer(floats(8)), 1.5],
    ],
)
def test_bad_arguments_are_usage_errors(args: list[Any]) -> None:
    with pytest.raises(UsageError):
        launch(ARGS, INDEX + MASKED_LOAD + MASKED_STORE, args)


def test_grid_and_programs_are_checked() -> None:
    args = [Buffer(floats(8)), Buffer(floats(8)), 8]
    with pytest.raises(UsageError):
        launch(ARGS, INDEX, args, 0)
    with pytest.raises(UsageError):
        launch(ARGS, INDEX, args, 2, programs=[(2, 0, 0)])
