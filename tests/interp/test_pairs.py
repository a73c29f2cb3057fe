"""Reductions and scans of (value, index) pairs (spec: R2): arg-max and arg-min, ties, NaN, near misses."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.combiners import cmp, region, sel
from tests.interp.kernels import Shape, call, constant, general, lines, load_at, pointers, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.ops.harness import module
from triton_lift.util.diagnostic import Unsupported

# ---------------------------------------------------------------------------- several operands (R2): arg-max, arg-min


def pair(
    kind: str,
    better: str,
    tie: str,
    *,
    index: str = "i32",
    extra: str = "",
    results: tuple[str, str] = ("%r", "%s"),
    pick: str = "%k",
) -> str:
    """(value %a, index %b) against (%A, %B): %a wins if `better`, or if equal and the index compares by `tie`."""
    return region(
        [kind, index],
        lines(
            cmp("g", "%a", "%A", kind, better),
            cmp("e", "%a", "%A", kind, "eq"),
            cmp("l", "%b", "%B", index, tie),
            call("t", "arith.andi", ["%e", "%l"], ["i1"] * 2, "i1"),
            call("k", "arith.ori", ["%g", "%t"], ["i1"] * 2, "i1"),
            extra,
            sel("r", pick, "%a", "%A", kind),
            sel("s", pick, "%b", "%B", index),
        ),
        list(results),
        "tt.reduce.return",
    )


def arg(kind: str, combiner: str, shape: Shape = (8,), axis: int = 0, index: str = "i32") -> str:
    target = shape[:axis] + shape[axis + 1 :]
    return general(
        "tt.reduce",
        [(kind, shape), (index, shape)],
        [(kind, target), (index, target)],
        f"axis = {axis} : i32",
        combiner,
    )


TIES = [[3, 9, 9, 1, 9, -2, -2, 0], [4] * 8, [0, 0, -1, -1, 0, 0, -1, 0]]


@pytest.mark.parametrize("kind", ["i32", "f32"])
@pytest.mark.parametrize("better", ["gt", "lt"])
def test_arg_extremum_with_ties(kind: str, better: str) -> None:
    text = arg(kind, pair(kind, better, "lt"))
    assert_square(arg(kind, pair(kind, better, "le")), [TIES[0], np.arange(8), [0], [0]])  # equal pairs are one pair
    for values in TIES:
        for index in (np.arange(8), np.arange(8)[::-1], [5, 5, 2, 7, 7, 2, 1, 0]):
            assert_square(text, [values, index, [0], [0]])
    other = {"gt": "lt", "lt": "gt"}[better]
    assert_refuted(text, arg(kind, pair(kind, other, "lt")), [TIES[0], np.arange(8), [0], [0]])


@pytest.mark.parametrize("better", ["gt", "lt"])
def test_arg_extremum_with_the_larger_index_among_equals(better: str) -> None:
    text = arg("f32", pair("f32", better, "gt"))
    for values in TIES:
        for index in (np.arange(8), [5, 5, 2, 7, 7, 2, 1, 0]):
            assert_square(text, [values, index, [0], [0]])
    assert_refuted(text, arg("f32", pair("f32", better, "lt")), [TIES[0], np.arange(8), [0], [0]])


def nan_first(tie: str = "lt", *, both: bool = True) -> str:
    """A NaN beats every number; among NaNs, and among equal numbers, the index decides."""
    return region(
        ["f32", "i32"],
        lines(
            cmp("na", "%a", "%a", "f32", "ne"),
            cmp("nb", "%A", "%A", "f32", "ne"),
            '    %true = "arith.constant"() <{value = true}> : () -> i1',
            call("sb", "arith.xori", ["%nb", "%true"], ["i1"] * 2, "i1"),
            call("only", "arith.andi", ["%na", "%sb"], ["i1"] * 2, "i1"),
            call("two", "arith.andi", ["%na", "%nb"], ["i1"] * 2, "i1"),
            cmp("g", "%a", "%A", "f32", "gt"),
            cmp("e", "%a", "%A", "f32", "eq"),
            call("better", "arith.ori", ["%g", "%only"], ["i1"] * 2, "i1"),
            call("same", "arith.ori", ["%e", "%two" if both else "%e"], ["i1"] * 2, "i1"),
            cmp("l", "%b", "%B", "i32", tie),
            call("t", "arith.andi", ["%same", "%l"], ["i1"] * 2, "i1"),
            call("k", "arith.ori", ["%better", "%t"], ["i1"] * 2, "i1"),
            sel("r", "%k", "%a", "%A", "f32"),
            sel("s", "%k", "%b", "%B", "i32"),
        ),
        ["%r", "%s"],
        "tt.reduce.return",
    )


NAN = float("nan")


@pytest.mark.parametrize("tie", ["lt", "gt"])
def test_a_nan_that_beats_every_number(tie: str) -> None:
    text = arg("f32", nan_first(tie))
    rows = [
        [1.0, NAN, 3.0, NAN, 0.0, 3.0, 3.0, -1.0],
        [NAN] * 8,
        [1.0, 2.0, 2.0, 0.0, 2.0, 1.0, 0.0, 0.0],
        [NAN, *[0.0] * 7],
    ]
    for values in rows:
        for index in (np.arange(8), [3, 7, 2, 5, 4, 1, 6, 0]):
            assert_square(text, [values, index, [0], [0]])
    other = arg("f32", nan_first({"lt": "gt", "gt": "lt"}[tie]))
    assert_refuted(text, other, [rows[0], np.arange(8), [0], [0]])


def scan_of(combiner: str, *, reverse: bool = False) -> str:
    return general(
        "tt.scan",
        [("f32", (8,)), ("i32", (8,))],
        [("f32", (8,)), ("i32", (8,))],
        f"axis = 0 : i32, reverse = {str(reverse).lower()}",
        combiner.replace("tt.reduce.return", "tt.scan.return"),
    )


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("tie", ["lt", "gt"])
def test_scans_of_pairs(tie: str, reverse: bool) -> None:
    out = [np.zeros(8), np.zeros(8)]
    for better in ("gt", "lt"):
        text = scan_of(pair("f32", better, tie), reverse=reverse)
        for values in TIES:
            assert_square(text, [values, np.arange(8), *out])
            assert_square(text, [values, [5, 5, 2, 7, 7, 2, 1, 0], *out])
        assert_refuted(text, scan_of(pair("f32", better, tie), reverse=not reverse), [TIES[0], np.arange(8), *out])
    with_nan = scan_of(nan_first(tie), reverse=reverse)
    assert_square(with_nan, [[1.0, NAN, 3.0, NAN, 0.0, 3.0, 3.0, -1.0], np.arange(8), *out])


@pytest.mark.parametrize("other", ["0xFF800000", "0.0"])
@pytest.mark.parametrize("n", [1, 5, 8])
def test_masked_lanes_of_an_arg_maximum(other: str, n: int) -> None:
    f, i, b = tensor((8,), "f32"), tensor((8,), "i32"), tensor((8,), "i1")
    body = lines(
        call("i", "tt.make_range", [], [], i, "end = 8 : i32, start = 0 : i32"),
        constant("n", str(n), "i32", (8,)),
        call("m", "arith.cmpi", ["%i", "%n"], [i, i], b, "predicate = 2 : i64"),
        pointers("%a0", "p", "f32", "%i", (8,)),
        constant("o", other, "f32", (8,)),
        load_at("x", "%p", "f32", (8,), "%m", "%o"),
        f'    %y:2 = "tt.reduce"(%x, %i) <{{axis = 0 : i32}}> {pair("f32", "gt", "lt")} : ({f}, {i}) -> (f32, i32)',
        '    "tt.store"(%a1, %y#0) : (!tt.ptr<f32>, f32) -> ()',
        '    "tt.store"(%a2, %y#1) : (!tt.ptr<i32>, i32) -> ()',
    )
    text = module(["!tt.ptr<f32>", "!tt.ptr<f32>", "!tt.ptr<i32>"], body)
    for values in ([-3.0, -9.0, -9.0, -1.0, -1.0, -2.0, 5.0, 7.0], [-1.0] * 8):
        assert_square(text, [values, [0], [0]])


@pytest.mark.parametrize("axis", [0, 1])
def test_arg_extremum_along_an_axis(axis: int) -> None:
    text = arg("f32", pair("f32", "gt", "lt"), (4, 8), axis)
    rng = np.random.default_rng(2)
    out = 8 if axis == 0 else 4
    assert_square(text, [rng.integers(0, 3, 32), rng.permutation(32), np.zeros(out), np.zeros(out)])


PAIR_MISSES = {
    "NaNs by the first index": nan_first(both=False),
    "any index among equals": pair("f32", "ge", "lt"),
    "never among equals": pair("f32", "gt", "lt", pick="%g"),
    "swapped value": pair("f32", "gt", "lt").replace('"arith.select"(%k, %a, %A)', '"arith.select"(%k, %A, %a)'),
    "swapped index": pair("f32", "gt", "lt").replace('"arith.select"(%k, %b, %B)', '"arith.select"(%k, %B, %b)'),
    "value of the first": pair("f32", "gt", "lt").replace('"arith.select"(%k, %a, %A)', '"arith.select"(%k, %a, %a)'),
    "index by another test": pair("f32", "gt", "lt").replace(
        '"arith.select"(%k, %b, %B)', '"arith.select"(%l, %b, %B)'
    ),
    "unsigned indices": pair("f32", "gt", "ult"),
    "unequal instead of equal": pair("f32", "gt", "lt").replace("predicate = 1 : i64", "predicate = 13 : i64"),
    "nan propagates": pair(
        "f32",
        "gt",
        "lt",
        extra=lines(cmp("n", "%a", "%a", "f32", "ne"), call("kk", "arith.ori", ["%k", "%n"], ["i1"] * 2, "i1")),
        pick="%kk",
    ),
    "unsigned values": pair("i32", "ugt", "lt"),
    "absolute values": pair("f32", "gt", "lt")
    .replace('"arith.cmpf"(%a, %A)', '"arith.cmpf"(%u, %v)')
    .replace("    %g =", '    %u = "math.absf"(%a) : (f32) -> f32\n    %v = "math.absf"(%A) : (f32) -> f32\n    %g ='),
}


@pytest.mark.parametrize("what", PAIR_MISSES)
def test_a_pair_near_miss_is_refused(what: str) -> None:
    kind = "i32" if what == "unsigned values" else "f32"
    with pytest.raises(Unsupported) as refusal:
        lift(arg(kind, PAIR_MISSES[what]))
    assert refusal.value.diagnostic.code == "combiner"


def test_the_order_of_operands_does_not_matter_to_the_twins() -> None:
    # the lexicographic extremum written from the right operand's side is the same combiner
    mirrored = region(
        ["f32", "i32"],
        lines(
            cmp("g", "%A", "%a", "f32", "gt"),
            cmp("e", "%a", "%A", "f32", "eq"),
            cmp("l", "%B", "%b", "i32", "lt"),
            call("t", "arith.andi", ["%e", "%l"], ["i1"] * 2, "i1"),
            call("k", "arith.ori", ["%g", "%t"], ["i1"] * 2, "i1"),
            sel("r", "%k", "%A", "%a", "f32"),
            sel("s", "%k", "%B", "%b", "i32"),
        ),
        ["%r", "%s"],
        "tt.reduce.return",
    )
    for values in TIES:
        assert_square(arg("f32", mirrored), [values, np.arange(8), [0], [0]])
