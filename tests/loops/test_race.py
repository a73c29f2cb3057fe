"""Running extrema by comparison and selection, with what is carried along: statements against the evaluator, twins."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, lines, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.loops.kernels import PI, Carry, blocks, compare, elements, op
from triton_lift._core import Context, Term
from triton_lift.interp.engine import interpret
from triton_lift.interp.transition import TransitionSystem
from triton_lift.ir.reader import read_module
from triton_lift.loops.solver import solve
from triton_lift.util.diagnostic import Unsupported

X = np.array([3.0, 7.0, 7.0, -2.0, 7.0, 1.0, -9.0, -9.0, 8.0, 8.0, 0.0, 5.0])
OUT, INT = np.full(4, -77.0), np.full(4, -77)
LOW, HIGH = "-3.0e38", "3.0e38"
SIZES = [0, 1, 2, 5, 9, 12]


def race(predicate: int, init: str = LOW, *, index: int | None = None, swap: bool = False) -> str:
    """m = x where x beats m, and the index beside it; ``index``: the comparison that moves the index, if another."""
    sides = ("%c0", "%x") if swap else ("%x", "%c0")
    body = lines(
        compare("t", predicate, *sides),
        compare("u", predicate if index is None else index, *sides),
        op("m", "select", "%t", "%x", "%c0"),
        op("j", "select", "%u", "%i", "%c1", kind="i32"),
    )
    return elements([Carry(init, "f32", "%m"), Carry("-1", "i32", "%j")], body)


GT, GE, LT, LE = 2, 3, 4, 5


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(
    ("predicate", "init"), [(GT, LOW), (GE, LOW), (LT, HIGH), (LE, HIGH), (GT, "4.0"), (LT, "-3.0")]
)
def test_extremum_and_index(predicate: int, init: str, n: int) -> None:
    assert_square(race(predicate, init), [X, OUT, INT, n])


@pytest.mark.parametrize("n", SIZES)
def test_operands_swapped(n: int) -> None:
    assert_square(race(LT, LOW, swap=True), [X, OUT, INT, n])


def test_ties_of_twins() -> None:
    assert_refuted(race(GT), race(GE), [X, OUT, INT, 12])
    assert_refuted(race(GT), race(LT), [X, OUT, INT, 12])
    assert_refuted(race(GT), race(GT, "4.0"), [X, OUT, INT, 1])


def test_an_index_that_follows_another_comparison_is_refused() -> None:
    with pytest.raises(Unsupported) as refused:
        lift(race(GT, index=LT))
    assert refused.value.diagnostic.code in ("no-invariant", "consecution")


@pytest.mark.parametrize("n", SIZES)
def test_a_payload_is_that_of_the_winner(n: int) -> None:
    body = lines(
        compare("t", GT, "%x", "%c0"),
        op("m", "select", "%t", "%x", "%c0"),
        call("py", "tt.addptr", ["%a2", "%i"], [PI, "i32"], PI),
        call("y", "tt.load", ["%py"], [PI], "i32", "operandSegmentSizes = array<i32: 1, 0, 0>"),
        op("j", "select", "%t", "%y", "%c1", kind="i32"),
    )
    text = elements([Carry(LOW, "f32", "%m"), Carry("-1", "i32", "%j")], body, stores=[0])
    assert_square(text, [X, OUT, np.arange(12) * 5 % 7, n])


def pairs(better: int, merge: int, other: str, *, start: str | None = None) -> str:
    """Blocks of four: extremum and index of the block, merged into the carried pair."""
    wide, index = tensor((4,), "f32"), tensor((4,), "i32")
    body = lines(
        '    %b:2 = "tt.reduce"(%x, %lane) <{axis = 0 : i32}> ({',
        "    ^bb0(%p: f32, %q: i32, %s: f32, %t: i32):",
        compare("same", 1, "%p", "%s"),
        compare("first", 2, "%q", "%t", kind="i32"),
        call("tie", "arith.andi", ["%same", "%first"], ["i1", "i1"], "i1"),
        compare("beats", better, "%p", "%s"),
        call("wins", "arith.ori", ["%beats", "%tie"], ["i1", "i1"], "i1"),
        op("v", "select", "%wins", "%p", "%s"),
        op("w", "select", "%wins", "%q", "%t", kind="i32"),
        '    "tt.reduce.return"(%v, %w) : (f32, i32) -> ()',
        f"    }}) : ({wide}, {index}) -> (f32, i32)",
        compare("u", merge, "%b#0", "%c0"),
        op("g", "addi", "%i", "%b#1", kind="i32"),
        op("mm", "select", "%u", "%b#0", "%c0"),
        op("j", "select", "%u", "%g", "%c1", kind="i32"),
    )
    carried = [Carry(start or other, "f32", "%mm"), Carry("0", "i32", "%j")]
    return blocks(carried, body, "", [("%r#0", "f32"), ("%r#1", "i32")], other)


@pytest.mark.parametrize("n", SIZES)
def test_blocks(n: int) -> None:
    assert_square(pairs(GT, GT, "0xFF800000"), [X, OUT, INT, n])
    assert_square(pairs(LT, LT, "0x7F800000"), [X, OUT, INT, n])
    assert_square(pairs(GT, GT, "0xFF800000", start="2.5"), [X, OUT, INT, n])


def test_blocks_twins() -> None:
    good = pairs(GT, GT, "0xFF800000")
    assert_refuted(good, pairs(LT, LT, "0x7F800000"), [X, OUT, INT, 12])
    assert_refuted(good, pairs(GT, GT, "0xFF800000", start="7.5"), [X, OUT, INT, 5])


def test_wrong_invariants_are_refused() -> None:
    """Every change of the proposed closed form of the index is noticed."""
    for text in (race(GT), pairs(GT, GT, "0xFF800000"), race(GE)):
        for number in range(3):
            ctx = Context()

            def wrong(system: TransitionSystem, number: int = number, ctx: Context = ctx) -> dict[str, Term]:
                closed = dict(solve(system))
                name, k = system.carried[1].name, system.counter.symbol
                t = closed[name]
                closed[name] = (
                    ctx.add(t, ctx.num(1)),
                    ctx.subst(t, {k: ctx.add(k, ctx.num(1))}),
                    ctx.ite(ctx.ge(k, ctx.num(3)), ctx.num(0), t),
                )[number]
                return closed

            with pytest.raises(Unsupported):
                interpret(read_module(text), ctx, wrong)
