"""Running means, Welford's mean and squared deviations, and reductions of their moments: against the evaluator, twins."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, lines, tensor
from tests.interp.square import assert_refuted, assert_square, lift
from tests.loops.kernels import Carry, blocks, elements, op
from triton_lift._core import Context, Term
from triton_lift.interp.engine import interpret
from triton_lift.interp.transition import TransitionSystem
from triton_lift.ir.reader import read_module
from triton_lift.loops.solver import solve
from triton_lift.util.diagnostic import Unsupported

X = np.array([3.0, 7.0, 6.5, -2.0, 7.0, 1.0, -9.0, -9.0, 8.0, 8.0, 0.0, 5.0])
OUT, INT = np.full(4, -77.0), np.full(4, -77)
SIZES = [1, 2, 5, 9, 12]


def welford(form: str = "delta", start: str = "0.0", count: str = "0.0") -> str:
    """mean, M2 and count, in the usual way."""
    mean = {
        "delta": lines(op("d", "subf", "%x", "%c0"), op("q", "divf", "%d", "%n"), op("m", "addf", "%c0", "%q")),
        "product": lines(
            op("d", "subf", "%x", "%c0"),
            op("s", "mulf", "%c0", "%c2"),
            op("t", "addf", "%s", "%x"),
            op("m", "divf", "%t", "%n"),
        ),
    }[form]
    body = lines(
        op("n", "addf", "%c2", "%one"),
        mean,
        op("e", "subf", "%x", "%m"),
        op("p", "mulf", "%d", "%e"),
        op("v", "addf", "%c1", "%p"),
    )
    return elements([Carry(start, "f32", "%m"), Carry("0.0", "f32", "%v"), Carry(count, "f32", "%n")], body)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("form", ["delta", "product"])
def test_welford(form: str, n: int) -> None:
    assert_square(welford(form), [X, OUT, INT, n])


@pytest.mark.parametrize("n", SIZES)
def test_a_mean_that_goes_on_from_another(n: int) -> None:
    assert_square(welford(start="1.5", count="3.0"), [X, OUT, INT, n])


def test_welford_twins() -> None:
    launch = [X, OUT, INT, 5]
    assert_refuted(welford(), welford(start="1.5", count="3.0"), launch)
    assert_refuted(welford(), welford(count="1.0"), launch)


@pytest.mark.parametrize("n", SIZES)
def test_a_mean_whose_weight_is_the_counter(n: int) -> None:
    body = lines(
        call("k", "arith.sitofp", ["%i"], ["i32"], "f32"),
        op("n", "addf", "%k", "%one"),
        op("d", "subf", "%x", "%c0"),
        op("q", "divf", "%d", "%n"),
        op("m", "addf", "%c0", "%q"),
    )
    assert_square(elements([Carry("0.0", "f32", "%m")], body), [X, OUT, INT, n])


def moments(*, weight: str = "%s", extreme: str = "arith.maxnumf") -> str:
    """Masked Welford on four lanes, joined by a reduction of (mean, count, M2)."""
    wide, f = tensor((4,), "f32"), "f32"

    def lane(name: str, which: str, *operands: str) -> str:
        return call(name, f"arith.{which}", list(operands), [wide] * len(operands), wide)

    def join(name: str, which: str, *operands: str) -> str:
        return call(name, f"arith.{which}", list(operands), [f] * len(operands), f)

    body = lines(
        call("on", "arith.uitofp", ["%m"], [tensor((4,), "i1")], wide),
        lane("n", "addf", "%c2", "%on"),
        call("w", extreme, ["%n", "%ones"], [wide, wide], wide),
        lane("s", "mulf", "%c0", "%c2"),
        lane("t", "addf", "%s", "%x"),
        lane("mean", "divf", "%t", "%w"),
        lane("d", "subf", "%x", "%c0"),
        lane("e", "subf", "%x", "%mean"),
        lane("p", "mulf", "%d", "%e"),
        lane("q", "mulf", "%p", "%on"),
        lane("v", "addf", "%c1", "%q"),
    )
    after = lines(
        '    %z:3 = "tt.reduce"(%r#0, %r#2, %r#1) <{axis = 0 : i32}> ({',
        "    ^bb0(%ma: f32, %na: f32, %va: f32, %mb: f32, %nb: f32, %vb: f32):",
        join("nn", "addf", "%na", "%nb"),
        join("nw", "maxnumf", "%nn", "%one"),
        join("sa", "mulf", "%ma", "%na"),
        join("sb", "mulf", "%mb", "%nb"),
        join("ss", "addf", "%sa", "%sb"),
        join("mm", "divf", "%ss", "%nw"),
        join("qa", "mulf", "%sa", "%ma"),
        join("qb", "mulf", "%sb", "%mb"),
        join("v1", "addf", "%va", "%vb"),
        join("v2", "addf", "%v1", "%qa"),
        join("v3", "addf", "%v2", "%qb"),
        join("n2", "mulf", "%nn", "%mm"),
        join("v4", "mulf", "%n2", "%mm"),
        join("v5", "subf", "%v3", "%v4"),
        f'    "tt.reduce.return"({"%mm" if weight == "%s" else weight}, %nn, %v5) : (f32, f32, f32) -> ()',
        f"    }}) : ({wide}, {wide}, {wide}) -> (f32, f32, f32)",
    )
    zero = "dense<0.0>"
    carried = [Carry(zero, wide, "%mean"), Carry(zero, wide, "%v"), Carry(zero, wide, "%n")]
    return blocks(carried, body, after, [("%z#0", f), ("%z#1", f), ("%z#2", f)], "0.0")


@pytest.mark.parametrize("n", [0, *SIZES])
def test_moments_over_lanes(n: int) -> None:
    assert_square(moments(), [X, OUT, INT, n])


def test_a_combiner_that_forgets_to_weigh_is_refused() -> None:
    with pytest.raises(Unsupported) as refused:
        lift(moments(weight="%ma"))
    assert refused.value.diagnostic.code == "combiner"


def test_wrong_invariants_are_refused() -> None:
    """Every change of a proposed closed form is noticed."""
    for text in (welford(), welford("product"), moments()):
        for position in range(3):
            for number in range(3):
                ctx = Context()

                def wrong(
                    system: TransitionSystem, position: int = position, number: int = number, ctx: Context = ctx
                ) -> dict[str, Term]:
                    closed = dict(solve(system))
                    name, k = system.carried[position].name, system.counter.symbol
                    t = closed[name]
                    closed[name] = (
                        ctx.mul(t, ctx.num(2)),
                        ctx.subst(t, {k: ctx.add(k, ctx.num(1))}),
                        ctx.add(t, ctx.mul(k, k)),
                    )[number]
                    return closed

                with pytest.raises(Unsupported):
                    interpret(read_module(text), ctx, wrong)
