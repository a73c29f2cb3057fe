"""Lane symbols that stand for the same lane in every value of a kernel."""

from __future__ import annotations

import pytest

from triton_lift.interp.lanes import moved_lanes
from triton_lift.ir.reader import read_module

HEAD = '"builtin.module"() ({ "tt.func"() <{function_type = () -> (), sym_name = "f"}> ({'
TAIL = '"tt.return"() : () -> () }) : () -> () }) : () -> ()'
ROWS = '%r = "tt.make_range"() <{start = 0 : i32, end = 16 : i32}> : () -> tensor<16xi32>'
EXPAND = '%e = "tt.expand_dims"(%r) <{{axis = {} : i32}}> : (tensor<16xi32>) -> tensor<{}xi32>'
WIDE = '%w = "tt.broadcast"(%e) : (tensor<16x1xi32>) -> tensor<16x8xi32>'
REDUCE = (
    '%s = "tt.reduce"(%w) <{{axis = {} : i32}}> ({{ ^bb0(%a: i32, %b: i32): %c = "arith.addi"(%a, %b) : (i32, i32) -> i32 '
    '"tt.reduce.return"(%c) : (i32) -> () }}) : (tensor<16x8xi32>) -> tensor<{}xi32>'
)
LAST = EXPAND.format(1, "16x1")


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        ((), set[str]()),
        (('%y = "arith.addi"(%r, %r) : (tensor<16xi32>, tensor<16xi32>) -> tensor<16xi32>',), set[str]()),
        ((LAST, WIDE), set[str]()),
        ((EXPAND.format(0, "1x16"),), {"l0:16"}),
        ((LAST, WIDE, REDUCE.format(1, 16)), {"l1:8"}),
        ((LAST, WIDE, REDUCE.format(0, 8)), {"l0:16", "l1:8"}),
        (
            (LAST, WIDE, '%t = "tt.trans"(%w) <{order = array<i32: 1, 0>}> : (tensor<16x8xi32>) -> tensor<8x16xi32>'),
            {"l0:16", "l1:8", "l0:8", "l1:16"},
        ),
        (('%t = "tt.unheard_of"(%r) : (tensor<16xi32>) -> tensor<16xi32>',), {"l0:16"}),
    ],
)
def test_moved_lanes(ops: tuple[str, ...], expected: set[str]) -> None:
    (func,) = read_module("\n".join([HEAD, ROWS, *ops, TAIL]), "f.mlir").functions()
    assert moved_lanes(func) == expected
