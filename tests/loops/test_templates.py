"""Integers that wrap around, stages, phases and toggles: statements against the evaluator, twins."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines
from tests.interp.square import assert_refuted, assert_square, lift
from tests.loops.kernels import Carry, compare, elements, op
from triton_lift.util.diagnostic import Unsupported

X, OUT, INT = np.arange(40.0), np.full(4, -77.0), np.full(4, -77)
SIZES = [0, 1, 2, 3, 4, 7, 9, 20]


def wrapping(size: int = 3, step: int = 1) -> str:
    """i = 0 where i is size - 1, else i + step."""
    body = lines(
        constant("last", str(size - 1), "i32"),
        constant("none", "0", "i32"),
        constant("step", str(step), "i32"),
        compare("t", 0, "%c0", "%last", kind="i32"),
        op("u", "addi", "%c0", "%step", kind="i32"),
        op("v", "select", "%t", "%none", "%u", kind="i32"),
    )
    return elements([Carry("0", "i32", "%v")], body)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_counter_that_wraps_around(size: int, n: int) -> None:
    assert_square(wrapping(size), [X, OUT, INT, n])


def test_wrapping_twins() -> None:
    assert_refuted(wrapping(3), wrapping(4), [X, OUT, INT, 7])
    assert_refuted(wrapping(3), wrapping(2), [X, OUT, INT, 5])


def test_a_counter_that_steps_over_the_end_is_no_counter_that_wraps() -> None:
    assert_refuted(wrapping(3), wrapping(3, step=2), [X, OUT, INT, 4])


@pytest.mark.parametrize("n", SIZES)
def test_a_toggle(n: int) -> None:
    body = lines(constant("eins", "1", "i32"), op("v", "subi", "%eins", "%c0", kind="i32"))
    assert_square(elements([Carry("0", "i32", "%v")], body), [X, OUT, INT, n])
    body = lines(constant("eins", "1", "i32"), op("v", "xori", "%c0", "%eins", kind="i32"))
    assert_square(elements([Carry("0", "i32", "%v")], body), [X, OUT, INT, n])


@pytest.mark.parametrize("n", SIZES)
def test_a_flag_that_toggles(n: int) -> None:
    body = lines(
        constant("yes", "true", "i1"),
        call("v", "arith.xori", ["%c0", "%yes"], ["i1", "i1"], "i1"),
        op("n", "select", "%c0", "%one", "%zero"),
        op("s", "addf", "%c1", "%n"),
    )
    assert_square(elements([Carry("false", "i1", "%v"), Carry("0.0", "f32", "%s")], body, stores=[1]), [X, OUT, INT, n])


def test_a_longer_period_is_refused() -> None:
    with pytest.raises(Unsupported):
        lift(wrapping(11))
