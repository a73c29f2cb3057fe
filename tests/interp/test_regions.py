"""Reductions and scans (spec: R1 to R4): every combiner against the evaluator, near misses refused, twins refuted."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.interp.combiners import cmp, region, sel
from tests.interp.kernels import Shape, call, constant, general, lines, load_at, pointers, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.ops.harness import load, module, store
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported


def simple(op: str, kind: str) -> str:
    return call("r", op, ["%a", "%A"], [kind, kind], kind)


def combiner_of(op: str, kind: str) -> str:
    return region([kind], simple(op, kind), ["%r"], "tt.reduce.return")


def reduce(kind: str, shape: Shape, axis: int, body: str, result: str = "%r") -> str:
    target = shape[:axis] + shape[axis + 1 :]
    return general(
        "tt.reduce",
        [(kind, shape)],
        [(kind, target)],
        f"axis = {axis} : i32",
        region([kind], body, [result], "tt.reduce.return"),
    )


def scan(kind: str, shape: Shape, axis: int, body: str, *, reverse: bool = False) -> str:
    props = f"axis = {axis} : i32, reverse = {str(reverse).lower()}"
    return general("tt.scan", [(kind, shape)], [(kind, shape)], props, region([kind], body, ["%r"], "tt.scan.return"))


def data(kind: str, shape: Shape) -> np.ndarray:
    rng = np.random.default_rng(5)
    n = math.prod(shape)
    if kind == "i1":
        return rng.integers(0, 2, n)
    if kind.startswith("i"):
        half = 1 << (int(kind[1:]) - 1)
        return rng.integers(-half, half, n)
    return rng.integers(-40, 40, n) / 8


ARRAYS = {(4, 8): None, (8,): None, (2, 4, 2): None}
COMBINERS = [
    ("arith.addi", "i32", "arith.muli"),
    ("arith.addi", "i8", "arith.maxsi"),
    ("arith.muli", "i32", "arith.addi"),
    ("arith.maxsi", "i32", "arith.minsi"),
    ("arith.minsi", "i8", "arith.maxsi"),
    ("arith.andi", "i32", "arith.ori"),
    ("arith.ori", "i16", "arith.xori"),
    ("arith.xori", "i64", "arith.ori"),
    ("arith.addf", "f32", "arith.mulf"),
    ("arith.mulf", "f32", "arith.addf"),
    ("arith.maxnumf", "f32", "arith.minnumf"),
    ("arith.minnumf", "f32", "arith.maxnumf"),
    ("arith.maximumf", "f32", "arith.minimumf"),
    ("arith.minimumf", "f32", "arith.maximumf"),
    ("arith.andi", "i1", "arith.ori"),
    ("arith.ori", "i1", "arith.andi"),
    ("arith.xori", "i1", "arith.ori"),
]


@pytest.mark.parametrize(("op", "kind", "bad"), COMBINERS, ids=[f"{o}-{k}" for o, k, _ in COMBINERS])
@pytest.mark.parametrize("shape", [(8,), (4, 8), (2, 4, 2)], ids=str)
def test_tt_reduce(op: str, kind: str, bad: str, shape: Shape) -> None:
    for axis in range(len(shape)):
        out = np.zeros(math.prod(shape) // shape[axis])
        text = reduce(kind, shape, axis, simple(op, kind))
        values = data(kind, shape)
        assert_square(text, [values, out])
        if shape == (4, 8):
            assert_refuted(text, reduce(kind, shape, axis, simple(bad, kind)), [values, out])
    if kind == "f32":
        assert_square(reduce(kind, (1,), 0, simple(op, kind)), [[2.5], [0]])


def test_tt_reduce_over_the_wrong_axis() -> None:
    text = reduce("i32", (4, 4), 0, simple("arith.addi", "i32"))
    wrong = reduce("i32", (4, 4), 1, simple("arith.addi", "i32"))
    assert_refuted(text, wrong, [data("i32", (4, 4)), np.zeros(4)])


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("op", "kind", "bad"), COMBINERS, ids=[f"{o}-{k}" for o, k, _ in COMBINERS])
def test_tt_scan(op: str, kind: str, bad: str, reverse: bool) -> None:
    for shape, axis in (((8,), 0), ((4, 8), 1), ((4, 4), 0)):
        values, out = data(kind, shape), np.zeros(math.prod(shape))
        text = scan(kind, shape, axis, simple(op, kind), reverse=reverse)
        assert_square(text, [values, out])
        if shape == (4, 8):
            assert_refuted(text, scan(kind, shape, axis, simple(bad, kind), reverse=reverse), [values, out])
            assert_refuted(text, scan(kind, shape, axis, simple(op, kind), reverse=not reverse), [values, out])


# ---------------------------------------------------------------------- combiners that are written out (R1, by cases)


@pytest.mark.parametrize("kind", ["i32", "f32"])
@pytest.mark.parametrize(
    ("relation", "then", "other", "meaning"),
    [
        ("gt", "%a", "%A", "max"),
        ("ge", "%a", "%A", "max"),
        ("lt", "%a", "%A", "min"),
        ("le", "%a", "%A", "min"),
        ("lt", "%A", "%a", "max"),
        ("ge", "%A", "%a", "min"),
    ],
)
def test_a_compare_and_a_select_are_an_extremum(kind: str, relation: str, then: str, other: str, meaning: str) -> None:
    body = lines(cmp("c", "%a", "%A", kind, relation), sel("r", "%c", then, other, kind))
    text = reduce(kind, (8,), 0, body)
    assert_square(text, [data(kind, (8,)), [0]])
    opposite = {"max": "min", "min": "max"}[meaning]
    bad = f"arith.{opposite}si" if kind == "i32" else f"arith.{opposite}numf"
    assert_refuted(text, reduce(kind, (8,), 0, simple(bad, kind)), [data(kind, (8,)), [0]])


def near_misses() -> dict[str, tuple[str, str]]:
    """Combiners that are no monoid known here, by what is wrong with them: (kind, body)."""
    f, i = "f32", "i32"
    out: dict[str, tuple[str, str]] = {
        "difference": (f, simple("arith.subf", f)),
        "left": (
            f,
            sel("r", "%t", "%a", "%A", f).join(['    %t = "arith.constant"() <{value = true}> : () -> i1\n', ""]),
        ),
        "quotient": (f, simple("arith.divf", f)),
        "sum of squares": (
            f,
            lines(call("s", "arith.mulf", ["%A", "%A"], [f, f], f), call("r", "arith.addf", ["%a", "%s"], [f, f], f)),
        ),
        "twice the sum": (
            f,
            lines(simple("arith.addf", f).replace("%r", "%s"), call("r", "arith.addf", ["%s", "%s"], [f, f], f)),
        ),
        "absolute maximum": (
            f,
            lines(
                call("u", "math.absf", ["%a"], [f], f),
                call("v", "math.absf", ["%A"], [f], f),
                cmp("c", "%u", "%v", f, "gt"),
                sel("r", "%c", "%a", "%A", f),
            ),
        ),
        "maximum of absolutes": (
            f,
            lines(
                call("u", "math.absf", ["%a"], [f], f),
                call("v", "math.absf", ["%A"], [f], f),
                call("r", "arith.maxnumf", ["%u", "%v"], [f, f], f),
            ),
        ),
        "nan propagates": (
            f,
            lines(
                cmp("n", "%a", "%a", f, "ne"),
                cmp("g", "%a", "%A", f, "gt"),
                call("c", "arith.ori", ["%n", "%g"], ["i1"] * 2, "i1"),
                sel("r", "%c", "%a", "%A", f),
            ),
        ),
        "maximum or sum": (
            f,
            lines(
                cmp("c", "%a", "%A", f, "eq"),
                call("s", "arith.addf", ["%a", "%A"], [f, f], f),
                call("m", "arith.maxnumf", ["%a", "%A"], [f, f], f),
                sel("r", "%c", "%s", "%m", f),
            ),
        ),
        "maximum but at zero": (
            i,
            lines(
                call("m", "arith.maxsi", ["%a", "%A"], [i, i], i),
                '    %z = "arith.constant"() <{value = 0 : i32}> : () -> i32',
                cmp("c", "%a", "%z", i, "eq"),
                sel("r", "%c", "%A", "%m", i),
            ),
        ),
        "unsigned maximum": (i, simple("arith.maxui", i)),
        "unsigned compare": (i, lines(cmp("c", "%a", "%A", i, "ugt"), sel("r", "%c", "%a", "%A", i))),
        "saturating sum": (
            i,
            lines(
                simple("arith.addi", i).replace("%r", "%s"),
                '    %k = "arith.constant"() <{value = 100 : i32}> : () -> i32',
                call("r", "arith.minsi", ["%s", "%k"], [i, i], i),
            ),
        ),
        "sum plus one": (
            i,
            lines(
                simple("arith.addi", i).replace("%r", "%s"),
                '    %k = "arith.constant"() <{value = 1 : i32}> : () -> i32',
                call("r", "arith.addi", ["%s", "%k"], [i, i], i),
            ),
        ),
        "shifted sum": (
            i,
            lines(
                '    %k = "arith.constant"() <{value = 1 : i32}> : () -> i32',
                call("s", "arith.shli", ["%a", "%k"], [i, i], i),
                call("r", "arith.addi", ["%s", "%A"], [i, i], i),
            ),
        ),
        "halved sum": (
            i,
            lines(
                simple("arith.addi", i).replace("%r", "%s"),
                '    %k = "arith.constant"() <{value = 1 : i32}> : () -> i32',
                call("r", "arith.shrsi", ["%s", "%k"], [i, i], i),
            ),
        ),
        "implication": (
            "i1",
            lines(
                '    %k = "arith.constant"() <{value = true}> : () -> i1',
                call("s", "arith.xori", ["%a", "%k"], ["i1"] * 2, "i1"),
                call("r", "arith.ori", ["%s", "%A"], ["i1"] * 2, "i1"),
            ),
        ),
        "nand": (
            "i1",
            lines(
                '    %k = "arith.constant"() <{value = true}> : () -> i1',
                call("s", "arith.andi", ["%a", "%A"], ["i1"] * 2, "i1"),
                call("r", "arith.xori", ["%s", "%k"], ["i1"] * 2, "i1"),
            ),
        ),
        "rounded sum": (f, lines(simple("arith.addf", f).replace("%r", "%s"), call("r", "math.floor", ["%s"], [f], f))),
        "maximum of three": (
            f,
            lines(
                simple("arith.maxnumf", f).replace("%r", "%s"),
                '    %k = "arith.constant"() <{value = 0.0 : f32}> : () -> f32',
                call("r", "arith.maxnumf", ["%s", "%k"], [f, f], f),
            ),
        ),
        "guarded by a sign": (
            f,
            lines(
                '    %k = "arith.constant"() <{value = 0.0 : f32}> : () -> f32',
                cmp("c", "%a", "%k", f, "ge"),
                call("m", "arith.maxnumf", ["%a", "%A"], [f, f], f),
                sel("r", "%c", "%m", "%A", f),
            ),
        ),
        "signbit": (
            f,
            lines(
                call("n", "arith.bitcast", ["%a"], [f], i),
                call("o", "arith.bitcast", ["%A"], [f], i),
                cmp("c", "%n", "%o", i, "gt"),
                sel("r", "%c", "%a", "%A", f),
            ),
        ),
    }
    return out


@pytest.mark.parametrize("what", near_misses())
@pytest.mark.parametrize("how", ["reduce", "scan"])
def test_a_near_miss_is_refused(what: str, how: str) -> None:
    kind, body = near_misses()[what]
    with pytest.raises(Unsupported) as refusal:
        lift(reduce(kind, (8,), 0, body) if how == "reduce" else scan(kind, (8,), 0, body))
    assert refusal.value.diagnostic.code == "combiner"


# ------------------------------------------------------------------------------------------------ infinities, undef


def masked_reduce(op: str, other: str, n: int) -> str:
    """Reduce lanes below n; the others hold `other`, or nothing for ''."""
    f, i = tensor((8,), "f32"), tensor((8,), "i32")
    body = lines(
        call("i", "tt.make_range", [], [], i, "end = 8 : i32, start = 0 : i32"),
        constant("n", str(n), "i32", (8,)),
        call("m", "arith.cmpi", ["%i", "%n"], [i, i], tensor((8,), "i1"), "predicate = 2 : i64"),
        pointers("%a0", "p", "f32", "%i", (8,)),
        *([constant("o", other, "f32", (8,))] if other else []),
        load_at("x", "%p", "f32", (8,), "%m", "%o" if other else ""),
        call("y", "tt.reduce", ["%x"], [f], "f32", "axis = 0 : i32", combiner_of(op, "f32")),
        '    "tt.store"(%a1, %y) : (!tt.ptr<f32>, f32) -> ()',
    )
    return module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body)


@pytest.mark.parametrize("n", [0, 1, 5, 8])
@pytest.mark.parametrize(
    ("op", "other"),
    [("arith.maxnumf", "0xFF800000"), ("arith.minnumf", "0x7F800000"), ("arith.addf", "0.0"), ("arith.mulf", "1.0")],
)
def test_masked_lanes_hold_the_identity(op: str, other: str, n: int) -> None:
    assert_square(masked_reduce(op, other, n), [data("f32", (8,)), [0]])


@pytest.mark.parametrize("op", ["arith.maxnumf", "arith.addf"])
def test_undef_in_a_reduction_is_not_proved(op: str) -> None:
    assert not isinstance(lift(masked_reduce(op, "", 5)).verdict, Proved)
    assert_square(masked_reduce(op, "", 8), [data("f32", (8,)), [0]])


@pytest.mark.parametrize(
    ("op", "other"), [("arith.maxnumf", "0x7F800000"), ("arith.addf", "0xFF800000"), ("arith.mulf", "0x7F800000")]
)
def test_the_wrong_infinity_is_no_number(op: str, other: str) -> None:
    lifted = lift(masked_reduce(op, other, 5))
    assert not isinstance(lifted.verdict, Proved)


def test_a_nan_in_masked_lanes_is_not_a_number() -> None:
    for op in ("arith.addf", "arith.maxnumf"):
        try:
            lifted = lift(masked_reduce(op, "0x7FC00000", 5))
        except Unsupported:
            continue
        assert not isinstance(lifted.verdict, Proved), op


@pytest.mark.parametrize("op", ["arith.addi", "arith.muli", "arith.maxsi", "arith.minsi", "arith.andi"])
def test_a_reduction_of_sums_that_wrapped(op: str) -> None:
    t = tensor((2, 8), "i8")
    body = lines(
        load("%a0", "x", "i8", (2, 8)),
        call("z", "arith.addi", ["%x", "%x"], [t, t], t),
        call("y", "tt.reduce", ["%z"], [t], "tensor<2xi8>", "axis = 1 : i32", combiner_of(op, "i8")),
        '    %w = "arith.extsi"(%y) : (tensor<2xi8>) -> tensor<2xi32>',
        store("%a1", "%w", "i32", (2,)),
    )
    values = [100, 2, 3, -77, 64, -128, 127, 1, 9, 9, 9, 9, 9, 9, 9, 9]
    assert_square(module(["!tt.ptr<i8>", "!tt.ptr<i32>"], body), [values, [0, 0]])
