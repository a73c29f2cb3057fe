"""Exact values of float constants. Source: IEEE 754-2019 section 3.4; OCP 8-bit floating point specification 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True, slots=True)
class Format:
    """Widths of a binary format; ``special`` says how the top exponent is used: 'ieee', 'fn' (NaN only, one pattern
    per sign) or 'fnuz' (NaN is -0).
    """

    exponent: int
    mantissa: int
    bias: int
    special: Literal["ieee", "fn", "fnuz"]


FORMATS = {
    "f16": Format(5, 10, 15, "ieee"),
    "bf16": Format(8, 7, 127, "ieee"),
    "f32": Format(8, 23, 127, "ieee"),
    "tf32": Format(8, 10, 127, "ieee"),
    "f64": Format(11, 52, 1023, "ieee"),
    "f8E5M2": Format(5, 2, 15, "ieee"),
    "f8E4M3": Format(4, 3, 7, "ieee"),
    "f8E4M3FN": Format(4, 3, 7, "fn"),
    "f8E4M3FNUZ": Format(4, 3, 8, "fnuz"),
    "f8E4M3B11FNUZ": Format(4, 3, 11, "fnuz"),
    "f8E5M2FNUZ": Format(5, 2, 16, "fnuz"),
    "f4E2M1FN": Format(2, 1, 1, "fn"),
}

Special = Literal["inf", "-inf", "nan"]


def decode(bits: int, format_name: str) -> Fraction | Special | None:
    """Exact value of a bit pattern; None for a format that is not known."""
    fmt = FORMATS.get(format_name)
    if fmt is None:
        return None
    mantissa = bits & ((1 << fmt.mantissa) - 1)
    exponent = (bits >> fmt.mantissa) & ((1 << fmt.exponent) - 1)
    negative = bits >> (fmt.mantissa + fmt.exponent) & 1
    top = (1 << fmt.exponent) - 1
    if fmt.special == "ieee" and exponent == top:
        return "nan" if mantissa else ("-inf" if negative else "inf")
    if fmt.special == "fn" and format_name != "f4E2M1FN" and exponent == top and mantissa == (1 << fmt.mantissa) - 1:
        return "nan"
    if fmt.special == "fnuz" and negative and exponent == 0 and mantissa == 0:
        return "nan"
    if exponent == 0:
        magnitude = Fraction(mantissa, 1 << fmt.mantissa) * Fraction(2) ** (1 - fmt.bias)
    else:
        magnitude = (1 + Fraction(mantissa, 1 << fmt.mantissa)) * Fraction(2) ** (exponent - fmt.bias)
    return -magnitude if negative else magnitude


def mantissa_bits(format_name: str) -> int | None:
    """Stored mantissa bits of a format."""
    fmt = FORMATS.get(format_name)
    return fmt.mantissa if fmt else None
