"""Constants as text: exact both ways, against numpy and Python's own shortest float printing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_lift.term.formula_number import coefficient_text, constant_text, parse_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(7), "7"),
        (Fraction(2**63), "9223372036854775808"),
        (Fraction(1, 2), "0.5"),
        (Fraction(3, 8), "0.375"),
        (Fraction(1, 1024), "1/1024"),
        (Fraction(1, 3), "1/3"),
        (Fraction(2, 3), "2/3"),
        (Fraction(float(np.float32(0.1))), "0.1f"),
        (Fraction(float(np.float32(1e-5))), "1e-05f"),
        (Fraction(float(np.float32(0.7978845608028654))), "0.7978846f"),
        (Fraction(0.1), "0.1d"),
        (Fraction(float(np.finfo(np.float32).max)), "3.4028235e38f"),
        (Fraction(float(np.finfo(np.float64).max)), "1.7976931348623157e308d"),
    ],
)
def test_constant_text(value: Fraction, text: str) -> None:
    assert constant_text(value) == text


@given(st.floats(min_value=0, width=32, allow_nan=False, allow_infinity=False, exclude_min=True))
def test_a_float32_reads_back(value: float) -> None:
    text = constant_text(Fraction(value))
    assert _value(text) == Fraction(value)


@given(st.floats(min_value=0, allow_nan=False, allow_infinity=False))
def test_a_float64_reads_back(value: float) -> None:
    assert _value(constant_text(Fraction(value))) == Fraction(value)
    assert parse_number(repr(value).replace("e+", "e") + "d") == Fraction(value)


@given(st.floats(min_value=1e-44, max_value=1e38))
def test_suffix_f_is_the_nearest_float32(value: float) -> None:
    # numpy rounds a binary64 to binary32 once; a decimal that is exactly that binary64 must agree
    with np.errstate(all="ignore"):
        expected = Fraction(float(np.float32(value)))
    numerator, denominator = Fraction(value).as_integer_ratio()
    digits = denominator.bit_length() - 1
    exact = str(numerator * 5**digits).rjust(digits + 1, "0")
    text = exact[: len(exact) - digits] + ("." + exact[len(exact) - digits :] if digits else "")
    if len(text) < 3000:
        assert parse_number(text + "f") == expected


@given(st.fractions(min_value=0))
def test_every_fraction_reads_back(value: Fraction) -> None:
    assert _value(constant_text(value)) == value
    if value:
        above, below = coefficient_text(value)
        assert _value(above or "1") / _value(below or "1") == value


@pytest.mark.parametrize("text", ["1e999999", "1e401", "4e38f", "1" * 5000, "1.", "1e", "x"])
def test_bad_numbers_say_what_is_wrong(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_number(text)


def _value(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return parse_number(top) / parse_number(bottom or "1")
