"""Flags that are set and lost, decays, carried prefix sums: statements against the evaluator, twins."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, tensor
from tests.interp.square import assert_refuted, assert_square
from tests.loops.kernels import PF, Carry, blocks, compare, elements, op

X = np.array([0.5, 0.25, 1.5, -2.0, 1.0, 0.75, -0.5, -1.0, 2.0, 0.5, 0.0, 0.5])
OUT, INT = np.full(16, -77.0), np.full(4, -77)
SIZES = [0, 1, 2, 5, 9, 12]


def flag(start: str = "false", keeps: int = 2, sets: int = 2) -> str:
    """f = (f and x > -0.75) or x > 1.25, carried as i1, stored as an integer."""
    body = lines(
        constant("low", "-0.75", "f32"),
        constant("high", "1.25", "f32"),
        compare("p", keeps, "%x", "%low"),
        compare("q", sets, "%x", "%high"),
        call("s", "arith.andi", ["%c0", "%p"], ["i1", "i1"], "i1"),
        call("f", "arith.ori", ["%s", "%q"], ["i1", "i1"], "i1"),
        op("n", "select", "%f", "%one", "%zero"),
    )
    return elements([Carry(start, "i1", "%f"), Carry("0.0", "f32", "%n")], body, stores=[1])


@pytest.mark.parametrize("n", SIZES[1:])
@pytest.mark.parametrize("start", ["false", "true"])
def test_a_flag_that_is_set_and_lost(start: str, n: int) -> None:
    assert_square(flag(start), [X, OUT, INT, n])


def test_flag_twins() -> None:
    assert_refuted(flag(), flag("true"), [X, OUT, INT, 2])
    assert_refuted(flag(), flag(sets=4), [X, OUT, INT, 5])


def decay(sign: str = "%x", function: str = "exp") -> str:
    """h = exp(x)*h + x."""
    body = lines(
        call("e", f"math.{function}", [sign], ["f32"], "f32"),
        op("s", "mulf", "%c0", "%e"),
        op("h", "addf", "%s", "%x"),
    )
    return elements([Carry("2.0", "f32", "%h")], body)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("function", ["exp", "exp2"])
def test_exponential_decay(function: str, n: int) -> None:
    assert_square(decay(function=function), [X, OUT, INT, n])


def test_decay_twins() -> None:
    assert_refuted(decay(), decay("%one"), [X, OUT, INT, 3])
    assert_refuted(decay(), decay(function="exp2"), [X, OUT, INT, 3])


def matrix_state(*, gate: str = "%g1") -> str:
    """S[i, j] = g[i]*S[i, j] + u[i]*v[j], with g, u and v of four elements an iteration, stored after the loop."""
    row, wide = tensor((4,), "f32"), tensor((4, 4), "f32")
    column, line = tensor((4, 1), "f32"), tensor((1, 4), "f32")
    body = lines(
        call("g0", "tt.expand_dims", ["%x"], [row], column, "axis = 1 : i32"),
        call("g1", "tt.broadcast", ["%g0"], [column], wide),
        call("v0", "tt.expand_dims", ["%x"], [row], line, "axis = 0 : i32"),
        call("v1", "tt.broadcast", ["%v0"], [line], wide),
        call("uv", "arith.mulf", ["%g1", "%v1"], [wide, wide], wide),
        call("s", "arith.mulf", ["%c0", gate], [wide, wide], wide),
        call("t", "arith.addf", ["%s", "%uv"], [wide, wide], wide),
    )
    index, pointers = tensor((4, 4), "i32"), "tensor<4x4x!tt.ptr<f32>>"
    lanes = tensor((4,), "i32")
    after = lines(
        constant("c4x", "4", "i32", (4, 1)),
        call("r0", "tt.expand_dims", ["%lane"], [lanes], tensor((4, 1), "i32"), "axis = 1 : i32"),
        call("r1", "arith.muli", ["%r0", "%c4x"], [tensor((4, 1), "i32")] * 2, tensor((4, 1), "i32")),
        call("r2", "tt.broadcast", ["%r1"], [tensor((4, 1), "i32")], index),
        call("k0", "tt.expand_dims", ["%lane"], [lanes], tensor((1, 4), "i32"), "axis = 0 : i32"),
        call("k1", "tt.broadcast", ["%k0"], [tensor((1, 4), "i32")], index),
        call("rk", "arith.addi", ["%r2", "%k1"], [index, index], index),
        call("b", "tt.splat", ["%a1"], [PF], pointers),
        call("p", "tt.addptr", ["%b", "%rk"], [pointers, index], pointers),
        f'    "tt.store"(%p, %r) : ({pointers}, {wide}) -> ()',
    )
    return blocks([Carry("dense<1.0>", wide, "%t")], body, after, [], "0.0").replace("%r:1 =", "%r =")


@pytest.mark.parametrize("n", SIZES)
def test_a_matrix_with_a_gate_for_each_row(n: int) -> None:
    assert_square(matrix_state(), [X, OUT, INT, n])


def test_matrix_twin() -> None:
    assert_refuted(matrix_state(), matrix_state(gate="%v1"), [X, OUT, INT, 8])


def prefix(*, carried: str = "%u") -> str:
    """out[at] = sum of x up to at, block by block, the sum so far carried."""
    wide = tensor((4,), "f32")
    pointers = "tensor<4x!tt.ptr<f32>>"
    adds = lines(
        "    ^bb0(%p: f32, %q: f32):",
        op("pq", "addf", "%p", "%q"),
    )
    body = lines(
        f'    %s = "tt.scan"(%x) <{{axis = 0 : i32, reverse = false}}> ({{\n{adds}',
        f'    "tt.scan.return"(%pq) : (f32) -> ()\n    }}) : ({wide}) -> {wide}',
        f'    %u0 = "tt.reduce"(%x) <{{axis = 0 : i32}}> ({{\n{adds.replace("%pq", "%pr").replace("%p:", "%p1:").replace("%p,", "%p1,")}',
        f'    "tt.reduce.return"(%pr) : (f32) -> ()\n    }}) : ({wide}) -> f32',
        call("c4", "tt.splat", ["%c0"], ["f32"], wide),
        call("o", "arith.addf", ["%s", "%c4"], [wide, wide], wide),
        op("u", "addf", "%c0", "%u0"),
        call("b1", "tt.splat", ["%a1"], [PF], pointers),
        call("po", "tt.addptr", ["%b1", "%at"], [pointers, tensor((4,), "i32")], pointers),
        f'    "tt.store"(%po, %o, %m) : ({pointers}, {wide}, {tensor((4,), "i1")}) -> ()',
    )
    return blocks([Carry("0.0", "f32", carried)], body, "", [], "0.0")


@pytest.mark.parametrize("n", SIZES[1:])
def test_prefix_sums_carried_over_blocks(n: int) -> None:
    assert_square(prefix(), [X, OUT, INT, n])


def test_prefix_twin() -> None:
    assert_refuted(prefix(), prefix(carried="%u0"), [X, OUT, INT, 12])
