"""Tensor descriptors made in the kernel: guarded block accesses, padding, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, pointers, store_at, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.ops.harness import module
from triton_lift.util.diagnostic import Unsupported

P32 = "!tt.ptr<i32>"
T8 = tensor((8,), "i32")


def add(name: str, a: str, b: str, op: str = "arith.addi") -> str:
    return call(name, op, [a, b], [T8, T8], T8)


def splat(name: str, value: int) -> str:
    return constant(name, str(value), "i32", (8,))


D = "!tt.tensordesc<4x4xf32>"


def descriptor(op: str = "both", stride: str = "%a4", row: str = "%r", block: str = D) -> str:
    """Copies a 4x4 block at (4*pid0, 4*pid1) of an %a2 x %a3 array with row stride %a4."""
    f = tensor((4, 4), "f32")
    made = ["!tt.ptr<f32>", "i32", "i32", "i64", "i64"]
    body = lines(
        call("p0", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        call("p1", "tt.get_program_id", [], [], "i32", "axis = 1 : i32"),
        constant("four", "4", "i32"),
        call("r", "arith.muli", ["%p0", "%four"], ["i32"] * 2, "i32"),
        call("c", "arith.muli", ["%p1", "%four"], ["i32"] * 2, "i32"),
        constant("u", "1", "i64"),
        call("d", "tt.make_tensor_descriptor", ["%a0", "%a2", "%a3", stride, "%u"], made, block, "padding = 1 : i32"),
        call("e", "tt.make_tensor_descriptor", ["%a1", "%a2", "%a3", stride, "%u"], made, block, "padding = 1 : i32"),
        call("x", "tt.descriptor_load", ["%d", row, "%c"], [block, "i32", "i32"], f),
        f'"tt.descriptor_store"(%e, %x, {row}, %c) : ({block}, {f}, i32, i32) -> ()',
    )
    del op
    return module(["!tt.ptr<f32>", "!tt.ptr<f32>", "i32", "i32", "i64"], body)


@pytest.mark.parametrize(("rows", "columns", "stride"), [(8, 8, 8), (7, 5, 8), (5, 7, 7), (1, 1, 3)])
def test_tt_make_tensor_descriptor_tt_descriptor_load_tt_descriptor_store(rows: int, columns: int, stride: int) -> None:
    data = np.arange(100) * 0.5 + 1
    assert_square(descriptor(), [data, np.zeros(100), rows, columns, stride], (2, 2, 1))


def test_descriptor_twins_are_refuted() -> None:
    data = np.arange(100) * 0.5 + 1
    args = [data, np.zeros(100), 7, 5, 8]
    right = descriptor()
    made = '"tt.make_tensor_descriptor"(%a1, %a2, %a3, %a4, %u)'
    transposed = right.replace(made, made.replace("%a2, %a3", "%a3, %a2"))
    assert_refuted(right, transposed, args, (2, 2, 1))
    shifted = right.replace("(%e, %x, %r, %c)", "(%e, %x, %c, %r)")
    assert_refuted(right, shifted, args, (2, 2, 1))


def test_descriptor_pads_with_zero() -> None:
    f = tensor((4, 4), "f32")
    body = descriptor().split("^bb0")[1].split("\n", 1)[1].rsplit('"tt.descriptor_store"', 1)[0]
    plain = lines(
        body,
        call("i", "tt.make_range", [], [], tensor((16,), "i32"), "end = 16 : i32, start = 0 : i32"),
        call("j", "tt.reshape", ["%i"], [tensor((16,), "i32")], tensor((4, 4), "i32")),
        pointers("%a1", "q", "f32", "%j", (4, 4)),
        store_at("%q", "%x", "f32", (4, 4)),
    )
    text = module(["!tt.ptr<f32>", "!tt.ptr<f32>", "i32", "i32", "i64"], plain)
    assert f
    assert_square(text, [np.arange(100) + 1, np.ones(16), 3, 2, 8], (1, 1, 1))


@pytest.mark.parametrize("padding", [2])
def test_a_descriptor_that_pads_with_nan_is_refused(padding: int) -> None:
    with pytest.raises(Unsupported):
        lift(descriptor().replace("padding = 1", f"padding = {padding}"))


def test_a_descriptor_made_on_the_host_is_refused() -> None:
    block = tensor((4, 4), "f32")
    body = lines(
        constant("z", "0", "i32"), call("x", "tt.descriptor_load", ["%a0", "%z", "%z"], [D, "i32", "i32"], block)
    )
    with pytest.raises(Unsupported):
        lift(module([D], body))
