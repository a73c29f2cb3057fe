"""A few iterations known in number, run one after the other where no closed form is found."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import lines
from tests.interp.square import assert_refuted, assert_square, lift
from tests.loops.kernels import Carry, compare, elements, op
from triton_lift.util.diagnostic import Unsupported

X = np.array([3.0, 7.0, 6.5, -2.0, 7.0, 1.0, -9.0, -9.0, 8.0, 8.0, 0.0, 5.0, 2.0, 1.0, 4.0, 4.5, 3.5])
OUT, INT = np.full(4, -77.0), np.full(4, -77)


def squares(upper: str = "%c3_", limit: str = "10.0") -> str:
    """a = a*a + x while a is small: no closed form."""
    body = lines(
        op("limit", "constant", props=f"value = {limit} : f32"),
        op("s", "mulf", "%c0", "%c0"),
        op("t", "addf", "%s", "%x"),
        compare("u", 4, "%c0", "%limit"),
        op("v", "select", "%u", "%t", "%c0"),
    )
    text = elements([Carry("0.5", "f32", "%v")], body, upper=upper)
    return text.replace(
        '%one = "arith', '%c3_ = "arith.constant"() <{value = 3 : i32}> : () -> i32\n    %one = "arith', 1
    )


def test_three_iterations() -> None:
    assert_square(squares(), [X, OUT, INT, 0])


def test_twin() -> None:
    assert_refuted(squares(), squares(limit="3.0"), [X, OUT, INT, 0])


def test_a_number_that_is_an_argument_is_refused() -> None:
    with pytest.raises(Unsupported) as refused:
        lift(squares("%a3"))
    assert refused.value.diagnostic.code == "no-invariant"
