"""Exact rational constants as text: integers, short decimals, shortest float literals with a suffix, fractions.

A suffix names the binary format whose nearest value (ties to even, IEEE 754-2019 section 4.3.1) the decimal stands
for: ``f`` binary32, ``d`` binary64. A decimal without a suffix is that decimal exactly.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

MAX_DIGITS = 4000
"""Most digits of one constant, below the interpreter's own limit for reading integers."""
MAX_EXPONENT = 400
"""Largest decimal exponent; binary64 needs 324."""
PLAIN_INTEGER = 10**19
"""Smaller integers are written out (64-bit ones all are); larger ones that are floats get their literal."""

_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:e([+-]?[0-9]+))?([fd]?)")
# precision in bits, least exponent of the last place, largest finite value
_F32 = (24, -149, (2**24 - 1) * 2**104)
_F64 = (53, -1074, (2**53 - 1) * 2**971)


def round_binary(value: Fraction, form: tuple[int, int, int]) -> Fraction:
    """The value of a binary format nearest to a non-negative rational, ties to even; ValueError on overflow."""
    precision, least, largest = form
    if value == 0:
        return value
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if Fraction(2) ** exponent > value:
        exponent -= 1
    place = Fraction(2) ** max(exponent - precision + 1, least)
    rounded = round(value / place) * place
    if rounded > largest:
        raise ValueError("the constant is beyond the float format that its suffix names")
    return rounded


def parse_number(text: str) -> Fraction:
    """The exact value of a number token; ValueError says what is wrong with it."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"malformed number {text[:40]!r}")
    whole, part, power, suffix = match.group(1), match.group(2) or "", match.group(3) or "0", match.group(4)
    if len(whole) + len(part) > MAX_DIGITS:
        raise ValueError(f"a constant of more than {MAX_DIGITS} digits")
    if len(power) > 5 or abs(int(power)) > MAX_EXPONENT:
        raise ValueError(f"a decimal exponent beyond {MAX_EXPONENT}")
    value = Fraction(int(whole + part)) * Fraction(10) ** (int(power) - len(part))
    match suffix:
        case "f":
            return round_binary(value, _F32)
        case "d":
            return round_binary(value, _F64)
        case _:
            return value


def constant_text(value: Fraction) -> str:
    """Text of a non-negative constant; ValueError if it has too many digits.

    Only a ``p/q`` text is not one token. Chosen in this order: integer, short exact decimal, 1/n, binary32 literal,
    binary64 literal, fraction.
    """
    if value.denominator == 1 and value < PLAIN_INTEGER:
        return str(value.numerator)
    if decimal := _short_decimal(value):
        return decimal
    if value.numerator == 1:
        return _fraction(value)
    return _float_literal(value) or _fraction(value)


def coefficient_text(value: Fraction) -> tuple[str, str]:
    """A positive coefficient as (factor above, divisor below), either may be empty: 1/3 is ``("", "3")``, 5/2 is
    ``("2.5", "")``.
    """
    if value == 1:
        return "", ""
    inverse = 1 / value
    if inverse.denominator == 1 and inverse not in (2, 4, 8) and inverse < PLAIN_INTEGER:
        return "", str(inverse.numerator)
    if value.denominator == 1 and value < PLAIN_INTEGER:
        return str(value.numerator), ""
    if literal := _short_decimal(value) or _float_literal(value):
        return literal, ""
    if quotient := _float_quotient(value):
        return quotient
    _fraction(value)  # the digit limit
    return ("" if value.numerator == 1 else str(value.numerator)), str(value.denominator)


def _fraction(value: Fraction) -> str:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 3 * MAX_DIGITS:
        raise ValueError(f"a constant of more than {MAX_DIGITS} digits")
    return str(value)


@lru_cache(maxsize=1024)
def _float_quotient(value: Fraction) -> tuple[str, str] | None:
    """A quotient of large integers as one of two short binary32 literals, if there is one: 2**23/7549747 is 1/0.9f."""
    top, bottom = value.numerator, value.denominator
    if bottom < 1 << 12 or any((n // (n & -n)).bit_length() > _F32[0] or n.bit_length() > 60 for n in (top, bottom)):
        return None
    found: list[tuple[int, str, str]] = []
    plain = len(str(top)) + len(str(bottom))
    for shift in range(bottom.bit_length() + 8):
        above, below = (constant_text(Fraction(n, 1 << shift)) for n in (top, bottom))
        if "/" not in above + below and len(above) + len(below) < plain:
            found.append((len(above) + len(below), "" if above == "1" else above, below))
    return min(found)[1:] if found else None


def _short_decimal(value: Fraction) -> str:
    """The exact decimal of a dyadic rational with at most six decimals and eight digits, else ''."""
    scaled = value * 10**6
    if value.denominator & (value.denominator - 1) or scaled.denominator != 1 or scaled >= 10**8:
        return ""
    whole, part = divmod(scaled.numerator, 10**6)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


def _float_literal(value: Fraction) -> str:
    """Shortest decimal that rounds to the value in binary32, else binary64, with its suffix; '' if it is neither."""
    if (
        value.denominator & (value.denominator - 1)
        or max(value.numerator.bit_length(), value.denominator.bit_length()) > 1100
    ):
        return ""
    for form, suffix, most in ((_F32, "f", 9), (_F64, "d", 17)):
        if value > form[2] or round_binary(value, form) != value:
            continue
        for digits in range(1, most + 1):
            text = f"{float(value):.{digits}g}".replace("e+", "e") + suffix
            if _reads_as(text, value):
                return text
    return ""


def _reads_as(text: str, value: Fraction) -> bool:
    try:
        return parse_number(text) == value
    except ValueError:  # a short decimal may round up past the largest float
        return False
