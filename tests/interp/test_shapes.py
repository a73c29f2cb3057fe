"""Symbolic rows of tt ops that only move lanes, by label; unknown lane orders; wrong twins."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tests.interp.kernels import Shape, call, constant, general, load_at, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.ops.harness import load, module, store
from triton_lift.util.diagnostic import Unsupported


def size(shape: Shape) -> int:
    return math.prod(shape)


def numbers(shape: Shape, seed: int = 0, low: int = -50, high: int = 50) -> np.ndarray:
    """Distinct-looking integers."""
    return np.random.default_rng(seed).integers(low, high, size(shape))


def moved(op: str, source: Shape, target: Shape, props: str = "", kind: str = "i32") -> tuple[str, list[object]]:
    text = general(op, [(kind, source)], [(kind, target)], props)
    return text, [np.arange(size(source)) + 3, np.zeros(size(target))]


SHAPES: list[tuple[Shape, Shape]] = [
    ((8,), (2, 4)),
    ((2, 4), (8,)),
    ((2, 4), (4, 2)),
    ((4, 2, 8), (8, 8)),
    ((4, 2, 8), (4, 16)),
    ((16, 4), (4, 4, 4)),
    ((2, 2, 2, 2), (4, 4)),
    ((2, 8), (8, 2)),
    ((1, 8), (8,)),
    ((8,), (1, 8)),
    ((8,), (8, 1)),
    ((4, 1, 2), (2, 1, 4)),
    ((1, 1), (1,)),
    ((1,), (1, 1, 1)),
    ((4, 4), (4, 4)),
    ((2, 1, 1, 4), (1, 8, 1)),
    ((8, 4), (4, 8)),
    ((2, 4, 1, 8), (8, 1, 8)),
]


@pytest.mark.parametrize(("source", "target"), SHAPES, ids=str)
@pytest.mark.parametrize("kind", ["i32", "f32", "i1"])
def test_tt_reshape(source: Shape, target: Shape, kind: str) -> None:
    text, args = moved("tt.reshape", source, target, kind=kind)
    if kind == "i1":
        args[0] = (np.arange(size(source)) * 7 // 3) % 2
    assert_square(text, args)


def test_tt_reshape_twin() -> None:
    # column-major instead of row-major
    text, args = moved("tt.reshape", (2, 4), (4, 2))
    lines = [
        load("%a0", "x0", "i32", (2, 4)),
        call("t", "tt.trans", ["%x0"], ["tensor<2x4xi32>"], "tensor<4x2xi32>", "order = array<i32: 1, 0>"),
        store("%a1", "%t", "i32", (4, 2)),
    ]
    assert_refuted(text, module(["!tt.ptr<i32>"] * 2, "\n".join(lines)), args)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize("shape", [(2, 4, 8), (4, 4, 4), (1, 4, 2)], ids=str)
def test_tt_trans(order: tuple[int, ...], shape: Shape) -> None:
    target = tuple(shape[d] for d in order)
    spelled = f"order = array<i32: {', '.join(map(str, order))}>"
    text, args = moved("tt.trans", shape, target, spelled)
    assert_square(text, args)
    if shape == (4, 4, 4):
        other = f"order = array<i32: {', '.join(map(str, (order[1], order[2], order[0])))}>"
        assert_refuted(text, moved("tt.trans", shape, shape, other)[0], args)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("shape", [(2, 4), (4, 4), (1, 4)], ids=str)
def test_tt_expand_dims(axis: int, shape: Shape) -> None:
    target = (*shape[:axis], 1, *shape[axis:])
    text, args = moved("tt.expand_dims", shape, target, f"axis = {axis} : i32")
    assert_square(text, args)
    wide = tuple(4 if d == axis else n for d, n in enumerate(target))
    lines = [
        load("%a0", "x0", "i32", shape),
        call("y", "tt.expand_dims", ["%x0"], [tensor(shape, "i32")], tensor(target, "i32"), f"axis = {axis} : i32"),
        call("z", "tt.broadcast", ["%y"], [tensor(target, "i32")], tensor(wide, "i32")),
        store("%a1", "%z", "i32", wide),
    ]
    both = module(["!tt.ptr<i32>"] * 2, "\n".join(lines))
    out = [args[0], np.zeros(size(wide))]
    assert_square(both, out)
    if shape == (4, 4):  # the twin adds the axis elsewhere
        other = (axis + 1) % 3
        moved_axis = (*shape[:other], 1, *shape[other:])
        wrong = [
            load("%a0", "x0", "i32", shape),
            call(
                "y",
                "tt.expand_dims",
                ["%x0"],
                [tensor(shape, "i32")],
                tensor(moved_axis, "i32"),
                f"axis = {other} : i32",
            ),
            call("z", "tt.broadcast", ["%y"], [tensor(moved_axis, "i32")], tensor(wide, "i32")),
            store("%a1", "%z", "i32", wide),
        ]
        assert_refuted(both, module(["!tt.ptr<i32>"] * 2, "\n".join(wrong)), out)


@pytest.mark.parametrize(
    ("source", "target"), [((1, 4), (2, 4)), ((4, 1), (4, 8)), ((1, 1), (2, 2)), ((2, 1, 4), (2, 8, 4))], ids=str
)
def test_tt_broadcast(source: Shape, target: Shape) -> None:
    text, args = moved("tt.broadcast", source, target)
    assert_square(text, args)


@pytest.mark.parametrize("kind", ["i32", "f32", "i1"])
def test_tt_splat(kind: str) -> None:
    text = general("tt.splat", [(kind, ())], [(kind, (2, 4))])
    assert_square(text, [[1], [0] * 8])
    wrong = general("tt.splat", [(kind, ())], [(kind, (2, 4))]).replace('"tt.splat"(%x0)', '"tt.splat"(%zero)')
    literal = {"i32": "0 : i32", "f32": "0.0 : f32", "i1": "false"}[kind]
    zero = f'    %zero = "arith.constant"() <{{value = {literal}}}> : () -> {kind}\n'
    assert_refuted(text, wrong.replace('    %y = "tt.splat"', zero + '    %y = "tt.splat"'), [[1], [0] * 8])


def test_tt_unsplat() -> None:
    text = general("tt.unsplat", [("i32", (1,))], [("i32", ())])
    assert_square(text, [[7], [0]])


def test_tt_join() -> None:
    text = general("tt.join", [("i32", (4,)), ("i32", (4,))], [("i32", (4, 2))])
    args = [[1, 2, 3, 4], [5, 6, 7, 8], [0] * 8]
    assert_square(text, args)
    assert_refuted(text, text.replace("(%x0, %x1)", "(%x1, %x0)"), args)
    wide = general("tt.join", [("f32", (2, 4)), ("f32", (2, 4))], [("f32", (2, 4, 2))])
    assert_square(wide, [np.arange(8), np.arange(8) + 10, np.zeros(16)])


def test_tt_split() -> None:
    text = general("tt.split", [("i32", (4, 2))], [("i32", (4,)), ("i32", (4,))])
    args = [np.arange(8), [0] * 4, [0] * 4]
    assert_square(text, args)
    wrong = text.replace("%y#0)", "%tmp)").replace("%y#1)", "%y#0)").replace("%tmp)", "%y#1)")
    assert wrong != text
    assert_refuted(text, wrong, args)


def after_cat(tail: str, result: str, shape: Shape) -> str:
    """cat of two i32 vectors of four, then `tail`, which makes %z from %y."""
    lines = [
        load("%a0", "x0", "i32", (4,)),
        load("%a1", "x1", "i32", (4,)),
        call("y", "tt.cat", ["%x0", "%x1"], ["tensor<4xi32>"] * 2, "tensor<8xi32>"),
        tail,
        store("%a2", "%z", result, shape) if shape else f'"tt.store"(%a2, %z) : (!tt.ptr<{result}>, {result}) -> ()',
    ]
    return module(["!tt.ptr<i32>", "!tt.ptr<i32>", f"!tt.ptr<{result}>"], "\n".join(lines))


SUM = '({^bb0(%l: i32, %r: i32): %c = "arith.addi"(%l, %r) : (i32, i32) -> i32 "tt.reduce.return"(%c) : (i32) -> ()})'
TOTAL = f'%z = "tt.reduce"(%w) <{{axis = 0 : i32}}> {SUM} : (tensor<8xi32>) -> i32'


def test_tt_cat_lanes_are_a_permutation() -> None:
    same = call("w", "arith.addi", ["%y", "%y"], ["tensor<8xi32>"] * 2, "tensor<8xi32>")
    assert_square(after_cat(same + "\n" + TOTAL, "i32", ()), [[1, 2, 3, 4], [10, 20, 30, 40], [0]])
    constant_too = (
        constant("k", "3", "i32", (8,))
        + "\n"
        + call("w", "arith.muli", ["%y", "%k"], ["tensor<8xi32>"] * 2, "tensor<8xi32>")
    )
    assert_square(after_cat(constant_too + "\n" + TOTAL, "i32", ()), [[1, 2, 3, 4], [10, 20, 30, 40], [0]])


POSITION = '%pos = "tt.make_range"() <{end = 8 : i32, start = 0 : i32}> : () -> tensor<8xi32>\n'
REORDERED = {
    "stored": (call("z", "arith.addi", ["%y", "%y"], ["tensor<8xi32>"] * 2, "tensor<8xi32>"), "i32", (8,)),
    "meets positions": (
        POSITION + call("w", "arith.addi", ["%y", "%pos"], ["tensor<8xi32>"] * 2, "tensor<8xi32>") + "\n" + TOTAL,
        "i32",
        (),
    ),
    "meets another order": (
        call("y2", "tt.cat", ["%x1", "%x0"], ["tensor<4xi32>"] * 2, "tensor<8xi32>")
        + "\n"
        + call("w", "arith.muli", ["%y", "%y2"], ["tensor<8xi32>"] * 2, "tensor<8xi32>")
        + "\n"
        + TOTAL,
        "i32",
        (),
    ),
    "the same operands, catenated twice": (
        call("y2", "tt.cat", ["%x0", "%x1"], ["tensor<4xi32>"] * 2, "tensor<8xi32>")
        + "\n"
        + call("w", "arith.muli", ["%y", "%y2"], ["tensor<8xi32>"] * 2, "tensor<8xi32>")
        + "\n"
        + TOTAL,
        "i32",
        (),
    ),
    "reshaped": (call("z", "tt.reshape", ["%y"], ["tensor<8xi32>"], "tensor<2x4xi32>"), "i32", (2, 4)),
    "scanned": (
        '%z = "tt.scan"(%y) <{axis = 0 : i32, reverse = false}> '
        + SUM.replace("tt.reduce.return", "tt.scan.return")
        + " : (tensor<8xi32>) -> tensor<8xi32>",
        "i32",
        (8,),
    ),
    "broadcast": (
        call("e", "tt.expand_dims", ["%y"], ["tensor<8xi32>"], "tensor<8x1xi32>", "axis = 1 : i32")
        + "\n"
        + call("z", "tt.broadcast", ["%e"], ["tensor<8x1xi32>"], "tensor<8x2xi32>"),
        "i32",
        (8, 2),
    ),
    "gathered": (
        POSITION + call("z", "tt.gather", ["%y", "%pos"], ["tensor<8xi32>"] * 2, "tensor<8xi32>", "axis = 0 : i32"),
        "i32",
        (8,),
    ),
    "an address": (
        '%s = "tt.splat"(%a2) : (!tt.ptr<i32>) -> tensor<8x!tt.ptr<i32>>\n'
        + call("p", "tt.addptr", ["%s", "%y"], ["tensor<8x!tt.ptr<i32>>", "tensor<8xi32>"], "tensor<8x!tt.ptr<i32>>")
        + "\n"
        + load_at("z", "%p", "i32", (8,)),
        "i32",
        (8,),
    ),
}


@pytest.mark.parametrize("use", REORDERED)
def test_tt_cat_used_by_position_is_refused(use: str) -> None:
    tail, kind, shape = REORDERED[use]
    with pytest.raises(Unsupported) as refusal:
        lift(after_cat(tail, kind, shape))
    assert refusal.value.diagnostic.code == "reordered-lanes"


def test_tt_reshape_allow_reorder_ends_in_a_full_reduction() -> None:
    lines = [
        load("%a0", "x", "i32", (2, 4)),
        call("w", "tt.reshape", ["%x"], ["tensor<2x4xi32>"], "tensor<8xi32>", "allow_reorder"),
        TOTAL,
        '"tt.store"(%a1, %z) : (!tt.ptr<i32>, i32) -> ()',
    ]
    assert_square(module(["!tt.ptr<i32>"] * 2, "\n".join(lines)), [np.arange(8), [0]])
    stored = [*lines[:2], store("%a1", "%w", "i32", (8,))]
    with pytest.raises(Unsupported):
        lift(module(["!tt.ptr<i32>"] * 2, "\n".join(stored)))
