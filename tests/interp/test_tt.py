"""Symbolic rows of tt ops that make or use values: indices, constants, gather, histogram, dot, by label; wrong twins."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.interp.kernels import Shape, call, constant, general, load_at, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.ops.harness import load, module, store
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import LiftError, Unsupported


def size(shape: Shape) -> int:
    return math.prod(shape)


def numbers(shape: Shape, seed: int = 0, low: int = -50, high: int = 50) -> np.ndarray:
    """Distinct-looking integers."""
    return np.random.default_rng(seed).integers(low, high, size(shape))


# ------------------------------------------------------------------------------------------- indices and constants


@pytest.mark.parametrize(
    ("op", "other"), [("tt.get_program_id", "tt.get_num_programs"), ("tt.get_num_programs", "tt.get_program_id")]
)
def test_program_ids_and_counts(op: str, other: str) -> None:
    # tt_get_program_id, tt_get_num_programs: out[((z*2 + y)*3 + x)] = id or count on an axis
    def text(name: str, axis: int) -> str:
        ids = [call(f"p{a}", "tt.get_program_id", [], [], "i32", f"axis = {a} : i32") for a in range(3)]
        lines = [
            *ids,
            constant("c2", "2", "i32"),
            constant("c3", "3", "i32"),
            call("u", "arith.muli", ["%p2", "%c2"], ["i32"] * 2, "i32"),
            call("v", "arith.addi", ["%u", "%p1"], ["i32"] * 2, "i32"),
            call("w", "arith.muli", ["%v", "%c3"], ["i32"] * 2, "i32"),
            call("o", "arith.addi", ["%w", "%p0"], ["i32"] * 2, "i32"),
            call("a", "tt.addptr", ["%a0", "%o"], ["!tt.ptr<i32>", "i32"], "!tt.ptr<i32>"),
            call("y", name, [], [], "i32", f"axis = {axis} : i32"),
            '"tt.store"(%a, %y) : (!tt.ptr<i32>, i32) -> ()',
        ]
        return module(["!tt.ptr<i32>"], "\n".join(lines))

    for axis in range(3):
        assert_square(text(op, axis), [np.zeros(24)], (3, 2, 4))
        assert_refuted(text(op, axis), text(op, (axis + 1) % 3), [np.zeros(24)], (3, 2, 4))
        assert_refuted(text(op, axis), text(other, axis), [np.zeros(24)], (3, 2, 4))


@pytest.mark.parametrize(("start", "end"), [(0, 8), (3, 11), (0, 1), (5, 6)])
def test_tt_make_range(start: int, end: int) -> None:
    def text(a: int, b: int) -> str:
        lines = [
            call("y", "tt.make_range", [], [], tensor((end - start,), "i32"), f"end = {b} : i32, start = {a} : i32")
        ]
        return module(["!tt.ptr<i32>"], "\n".join([*lines, store("%a0", "%y", "i32", (end - start,))]))

    assert_square(text(start, end), [np.zeros(8)])
    assert_refuted(text(start, end), text(start + 1, end + 1), [np.zeros(8)])


CONSTANTS = [
    ("i32", "5", (4,), "6"),
    ("i32", "-2147483648", (4,), "0"),
    ("i8", "-1", (4,), "1"),
    ("i1", "true", (4,), "false"),
    ("i64", "9223372036854775807", (2,), "-1"),
    ("i16", "[1, -2, 3, -32768]", (4,), "[1, -2, 3, 4]"),
    ("i32", "[[1, 2], [3, 4]]", (2, 2), "[[1, 3], [2, 4]]"),
    ("i32", '"0x01000000020000000300000004000000"', (4,), "[1, 2, 3, 5]"),
    ("i1", "[true, false, false, true]", (4,), "[true, false, true, false]"),
    ("f32", "1.5", (4,), "1.0"),
    ("f32", "[1.0, -0.5, 0.1, 3.0e+38]", (4,), "[1.0, -0.5, 0.2, 3.0e+38]"),
    ("f32", "0x3DCCCCCD", (4,), "0.2"),
    ("f16", "0x3C00", (2,), "2.0"),
    ("bf16", "0x3F80", (2,), "2.0"),
    ("f64", "0x3FF0000000000000", (2,), "2.0"),
    ("f8E4M3FN", "0x38", (2,), "2.0"),
    ("f8E5M2", "0x3C", (2,), "2.0"),
    ("f32", "0x00000001", (2,), "0.0"),
]


@pytest.mark.parametrize(
    ("kind", "value", "shape", "other"), CONSTANTS, ids=[f"{k}-{v[:12]}" for k, v, _, _ in CONSTANTS]
)
def test_arith_constant(kind: str, value: str, shape: Shape, other: str) -> None:
    def text(v: str) -> str:
        return module([f"!tt.ptr<{kind}>"], constant("y", v, kind, shape) + "\n" + store("%a0", "%y", kind, shape))

    assert_square(text(value), [np.zeros(size(shape))])
    assert_refuted(text(value), text(other), [np.zeros(size(shape))])


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [("f32", "0x7F800000"), ("f32", "0xFF800000"), ("f16", "0x7C00"), ("bf16", "0xFF80"), ("f32", "0x7FC00000")],
)
def test_arith_constant_infinite_or_nan(kind: str, pattern: str) -> None:
    text = module([f"!tt.ptr<{kind}>"], constant("y", pattern, kind, (2,)) + "\n" + store("%a0", "%y", kind, (2,)))
    assert_square(text, [np.zeros(2)])


def test_ub_poison_does_not_reach_a_store() -> None:
    text = module(
        ["!tt.ptr<i32>"],
        call("y", "ub.poison", [], [], "tensor<2xi32>", "value = #ub.poison") + "\n" + store("%a0", "%y", "i32", (2,)),
    )
    verdict = lift(text).verdict
    assert not isinstance(verdict, Proved)
    assert str(verdict).startswith("unknown: V6")


@pytest.mark.parametrize("kind", ["i32", "i64"])
def test_tt_addptr(kind: str) -> None:
    def text(sign: str) -> str:
        lines = [
            load("%a0", "x", kind, (4,)),
            constant("m", "7", kind, (4,)),
            call("o", sign, ["%m", "%x"], [tensor((4,), kind)] * 2, tensor((4,), kind)),
            '%s = "tt.splat"(%a1) : (!tt.ptr<i32>) -> tensor<4x!tt.ptr<i32>>',
            call(
                "p", "tt.addptr", ["%s", "%o"], ["tensor<4x!tt.ptr<i32>>", tensor((4,), kind)], "tensor<4x!tt.ptr<i32>>"
            ),
            load_at("y", "%p", "i32", (4,)),
            store("%a2", "%y", "i32", (4,)),
        ]
        return module([f"!tt.ptr<{kind}>", "!tt.ptr<i32>", "!tt.ptr<i32>"], "\n".join(lines))

    args = [[1, -3, 2, 0], np.arange(16) * 11, [0] * 4]
    assert_square(text("arith.subi"), args)
    assert_refuted(text("arith.subi"), text("arith.addi"), args)


@pytest.mark.parametrize(
    ("from_", "to"),
    [("f16", "bf16"), ("f32", "i32"), ("i32", "f32"), ("i32", "i16"), ("f8E4M3FN", "f8E5M2"), ("i8", "i16")],
)
def test_tt_bitcast_of_a_pointer_to_another_format_is_refused(from_: str, to: str) -> None:
    lines = [
        f'%p = "tt.bitcast"(%a0) : (!tt.ptr<{from_}>) -> !tt.ptr<{to}>',
        load_at("x", "%p", to, ()),
        f'"tt.store"(%a1, %x) : (!tt.ptr<{to}>, {to}) -> ()',
    ]
    with pytest.raises(Unsupported):
        lift(module([f"!tt.ptr<{from_}>", f"!tt.ptr<{to}>"], "\n".join(lines)))


@pytest.mark.parametrize("byte", [0, 1])
def test_tt_bitcast_of_a_pointer_to_i1(byte: int) -> None:
    lines = [
        '%p = "tt.bitcast"(%a0) : (!tt.ptr<i1>) -> !tt.ptr<i8>',
        '%x = "tt.load"(%p) <{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}> : (!tt.ptr<i8>) -> i8',
        '"tt.store"(%a1, %x) : (!tt.ptr<i8>, i8) -> ()',
    ]
    assert_square(module(["!tt.ptr<i1>", "!tt.ptr<i8>"], "\n".join(lines)), [[byte], [9]])


# --------------------------------------------------------------------------------------- gather, histogram, dot


@pytest.mark.parametrize("axis", [0, 1])
def test_tt_gather(axis: int) -> None:
    source, index = (4, 8), ((2, 8) if axis == 0 else (4, 16))
    text = general("tt.gather", [("f32", source), ("i32", index)], [("f32", index)], f"axis = {axis} : i32")
    args = [np.arange(32) * 1.5, numbers(index, 1, 0, source[axis]), np.zeros(size(index))]
    lifted = lift(text)
    # an index outside is undefined, and nothing bounds the indices here: no proof without a bound
    assert not isinstance(lifted.verdict, Proved)

    def bounded(op: str) -> str:
        lines = [
            load("%a0", "x0", "f32", source),
            load("%a1", "x1", "i32", index),
            constant("m", str(source[axis] - 1), "i32", index),
            call("b", op, ["%x1", "%m"], [tensor(index, "i32")] * 2, tensor(index, "i32")),
            call(
                "y",
                "tt.gather",
                ["%x0", "%b"],
                [tensor(source, "f32"), tensor(index, "i32")],
                tensor(index, "f32"),
                f"axis = {axis} : i32",
            ),
            store("%a2", "%y", "f32", index),
        ]
        return module(["!tt.ptr<f32>", "!tt.ptr<i32>", "!tt.ptr<f32>"], "\n".join(lines))

    assert_square(bounded("arith.andi"), args)
    other = bounded("arith.andi").replace('"arith.andi"(%x1, %m)', '"arith.andi"(%m, %m)')
    assert_refuted(bounded("arith.andi"), other, args)


def test_tt_histogram() -> None:
    values = [0, 3, 3, 1, 1, 0, 2, 3]
    text = general("tt.histogram", [("i32", (8,))], [("i32", (4,))])
    assert_square(text, [values, [0] * 4])
    masked = general("tt.histogram", [("i32", (8,)), ("i1", (8,))], [("i32", (4,))])
    assert_square(masked, [values, [1, 1, 0, 1, 1, 0, 0, 1], [0] * 4])
    inverted = masked.replace('"tt.histogram"(%x0, %x1)', '"tt.histogram"(%x0, %not)').replace(
        '    %y = "tt.histogram"',
        constant("t", "true", "i1", (8,))
        + "\n"
        + call("not", "arith.xori", ["%x1", "%t"], ["tensor<8xi1>"] * 2, "tensor<8xi1>")
        + '\n    %y = "tt.histogram"',
    )
    outside = [0, 3, 99, 1, 1, -1, 2, 3]  # masked-off values do not matter
    assert_square(masked, [outside, [1, 1, 0, 1, 1, 0, 0, 1], [0] * 4])
    assert_refuted(masked, inverted, [values, [1, 1, 0, 1, 1, 0, 0, 1], [0] * 4])


DOT = "inputPrecision = 2 : i32, maxNumImpreciseAcc = 0 : i32"


@pytest.mark.parametrize(
    ("a", "b", "kinds"),
    [
        ((2, 4), (4, 8), ("f32", "f32")),
        ((4, 4), (4, 4), ("f16", "f32")),
        ((2, 2), (2, 2), ("i8", "i32")),
        ((2, 2, 4), (2, 4, 2), ("f32", "f32")),
        ((4, 4, 4), (4, 4, 4), ("f32", "f32")),
        ((2, 1), (1, 2), ("f32", "f32")),
        ((1, 4), (4, 1), ("f32", "f32")),
        ((4, 4), (4, 4), ("i8", "i32")),
    ],
    ids=str,
)
def test_tt_dot(a: Shape, b: Shape, kinds: tuple[str, str]) -> None:
    narrow, wide = kinds
    c = (*a[:-1], b[-1])
    text = general("tt.dot", [(narrow, a), (narrow, b), (wide, c)], [(wide, c)], DOT)
    low, high = (-128, 128) if narrow == "i8" else (-20, 20)
    args = [numbers(a, 1, low, high), numbers(b, 2, low, high), numbers(c, 3), np.zeros(size(c))]
    assert_square(text, args)
    if a == b == c:
        assert_refuted(text, text.replace('"tt.dot"(%x0, %x1', '"tt.dot"(%x1, %x0'), args)
    if narrow != wide:
        return
    if a == b:
        assert_refuted(text, text.replace('"tt.dot"(%x0, %x1', '"tt.dot"(%x0, %x0'), args)


def test_tt_dot_of_narrow_integers_that_wrapped() -> None:
    lines = [
        load("%a0", "x", "i8", (2, 2)),
        call("z", "arith.addi", ["%x", "%x"], ["tensor<2x2xi8>"] * 2, "tensor<2x2xi8>"),
        constant("c", "0", "i32", (2, 2)),
        call(
            "d",
            "tt.dot",
            ["%z", "%x", "%c"],
            ["tensor<2x2xi8>", "tensor<2x2xi8>", "tensor<2x2xi32>"],
            "tensor<2x2xi32>",
            DOT,
        ),
        store("%a1", "%d", "i32", (2, 2)),
    ]
    assert_square(module(["!tt.ptr<i8>", "!tt.ptr<i32>"], "\n".join(lines)), [[100, 2, 3, -77], [0] * 4])


def test_a_shape_op_on_nothing_known_is_refused() -> None:
    with pytest.raises(LiftError):
        lift(general("tt.unheard_of", [("i32", (4,))], [("i32", (4,))]))
