"""Float types as bit patterns: exact, correctly rounded reading and printing of float literals.

Source: IEEE 754-2019 for the ``ieee`` kinds; the MLIR language reference ("Builtin Types", float types) and the OCP
8-bit and microscaling float formats for the rest. All arithmetic is on integers and rationals; no host float is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

Kind = Literal["ieee", "fn", "fnuz", "finite", "e8m0", "x87"]


@dataclass(frozen=True, slots=True)
class FloatFormat:
    """One binary float format: ``width`` bits, of which ``exponent`` and ``mantissa`` (stored) bits, and its ``bias``.

    ``kind``: 'ieee' has infinities and NaNs; 'fn' has no infinity and one NaN pattern per sign (all ones); 'fnuz' has
    neither infinity nor negative zero, its NaN is the sign bit alone; 'finite' has neither infinity nor NaN;
    'e8m0' is a bare exponent; 'x87' has an explicit integer bit and is kept as bits only.
    """

    width: int
    exponent: int
    mantissa: int
    bias: int
    kind: Kind

    @property
    def sign_bit(self) -> int:
        """The mask of the sign bit."""
        return 1 << (self.exponent + self.mantissa)


FORMATS: dict[str, FloatFormat] = {
    "f16": FloatFormat(16, 5, 10, 15, "ieee"),
    "bf16": FloatFormat(16, 8, 7, 127, "ieee"),
    "tf32": FloatFormat(19, 8, 10, 127, "ieee"),
    "f32": FloatFormat(32, 8, 23, 127, "ieee"),
    "f64": FloatFormat(64, 11, 52, 1023, "ieee"),
    "f80": FloatFormat(80, 15, 64, 16383, "x87"),
    "f128": FloatFormat(128, 15, 112, 16383, "ieee"),
    "f8E5M2": FloatFormat(8, 5, 2, 15, "ieee"),
    "f8E4M3": FloatFormat(8, 4, 3, 7, "ieee"),
    "f8E3M4": FloatFormat(8, 3, 4, 3, "ieee"),
    "f8E4M3FN": FloatFormat(8, 4, 3, 7, "fn"),
    "f8E5M2FNUZ": FloatFormat(8, 5, 2, 16, "fnuz"),
    "f8E4M3FNUZ": FloatFormat(8, 4, 3, 8, "fnuz"),
    "f8E4M3B11FNUZ": FloatFormat(8, 4, 3, 11, "fnuz"),
    "f8E8M0FNU": FloatFormat(8, 8, 0, 127, "e8m0"),
    "f6E2M3FN": FloatFormat(6, 2, 3, 1, "finite"),
    "f6E3M2FN": FloatFormat(6, 3, 2, 3, "finite"),
    "f4E2M1FN": FloatFormat(4, 2, 1, 1, "finite"),
}

_DECIMAL = re.compile(r"(\d+)\.(\d*)(?:[eE]([+-]?\d+))?", re.ASCII)
_MAX_LITERAL = 640  # int() of at most 640 digits is never refused by the interpreter's digit limit
_FAR = 6000  # decimal exponents beyond this over- or underflow in every format (f128 ends at 4932)


@lru_cache(maxsize=4096)
def decimal_bits(text: str, negative: bool, name: str) -> int:
    """The bits in float type ``name`` nearest to the decimal literal ``text`` (ties to even), negated if asked.

    Beyond the largest finite value the result is what MLIR's reader gives: infinity, else NaN, else the largest.
    Raises ``ValueError`` (message for the user) where a literal has no value in the type.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError("malformed float literal")
    whole, fraction, exponent = match.group(1), match.group(2), match.group(3) or "0"
    if len(whole) + len(fraction) > _MAX_LITERAL or len(exponent) > _MAX_LITERAL:
        raise ValueError(f"float literal of more than {_MAX_LITERAL} digits")
    digits, scale = int(whole + fraction), int(exponent) - len(fraction)
    if digits == 0:
        magnitude = Fraction(0)
    elif scale + len(str(digits)) > _FAR:
        magnitude = Fraction(10) ** _FAR
    elif scale + len(str(digits)) < -_FAR:
        magnitude = Fraction(1, 10**_FAR)
    else:
        magnitude = digits * Fraction(10) ** scale
    return round_bits(magnitude, negative, FORMATS[name])


def round_bits(magnitude: Fraction, negative: bool, fmt: FloatFormat) -> int:
    """Bits of ``magnitude`` (>= 0) rounded half to even into ``fmt``, with the given sign. ``ValueError`` as above."""
    match fmt.kind:
        case "x87":
            raise ValueError("f80 literals are read in hexadecimal only")
        case "e8m0":
            return _exponent_only(magnitude, negative, fmt)
        case "ieee" | "fn" | "fnuz" | "finite":
            pass
    smallest = 1 - fmt.bias
    exponent = max(_floor_log2(magnitude), smallest) if magnitude else smallest
    quantum = Fraction(2) ** (exponent - fmt.mantissa)
    # Python rounds a Fraction half to even. A subnormal has the smallest exponent and no hidden bit, so one sum of the
    # exponent above the smallest and the significand encodes both cases, and a carry moves into the exponent by itself.
    bits = ((exponent - smallest) << fmt.mantissa) + round(magnitude / quantum)
    top = fmt.sign_bit
    sign = top if negative else 0
    match fmt.kind:
        case "ieee":
            return sign | min(bits, top - (1 << fmt.mantissa))
        case "fn" | "finite":
            return sign | min(bits, top - 1)
        case "fnuz":
            return top if bits >= top else 0 if bits == 0 else sign | bits


def value_of(bits: int, fmt: FloatFormat) -> Fraction | None:
    """The exact rational value of ``bits``; None for infinities, NaN and the 'x87' kind. Minus zero gives 0."""
    top = fmt.sign_bit
    magnitude = bits & (top - 1)
    match fmt.kind:
        case "x87":
            return None
        case "e8m0":
            return None if bits == 0xFF else Fraction(2) ** (bits - fmt.bias)
        case "ieee":
            if magnitude >= top - (1 << fmt.mantissa):
                return None
        case "fn":
            if magnitude == top - 1:
                return None
        case "fnuz":
            if bits == top:
                return None
        case "finite":
            pass
    biased, fraction = magnitude >> fmt.mantissa, magnitude & ((1 << fmt.mantissa) - 1)
    significand = fraction if biased == 0 else fraction + (1 << fmt.mantissa)
    value = significand * Fraction(2) ** (max(biased, 1) - fmt.bias - fmt.mantissa)
    return -value if bits & top else value


@lru_cache(maxsize=4096)
def float_text(bits: int, name: str) -> str:
    """A literal that reads back to ``bits`` in type ``name``: the shortest of three decimals, else hexadecimal."""
    fmt = FORMATS[name]
    value = value_of(bits, fmt)
    if value is not None and fmt.width <= 64:
        negative = bits & fmt.sign_bit != 0 and fmt.kind != "e8m0"
        for digits in (6, 8, 16):
            text = _scientific(abs(value), digits)
            if decimal_bits(text, negative, name) == bits:
                return "-" + text if negative else text
    return f"0x{bits:0{(fmt.width + 3) // 4}X}"


def _scientific(value: Fraction, digits: int) -> str:
    """``value`` (>= 0) with ``digits`` decimals after the first digit, correctly rounded: ``1.500000e+00``."""
    if value == 0:
        return "0." + "0" * digits + "e+00"
    exponent = len(str(value.numerator)) - len(str(value.denominator))
    if Fraction(10) ** exponent > value:
        exponent -= 1
    scaled = round(value / Fraction(10) ** (exponent - digits))
    if scaled == 10 ** (digits + 1):
        scaled, exponent = scaled // 10, exponent + 1
    text = str(scaled)
    return f"{text[0]}.{text[1:]}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _exponent_only(magnitude: Fraction, negative: bool, fmt: FloatFormat) -> int:
    if negative:
        raise ValueError("negative literal for a float type without a sign")
    exponent = _floor_log2(magnitude) if magnitude else 0
    if magnitude != Fraction(2) ** exponent or not 0 <= exponent + fmt.bias <= 254:
        raise ValueError("f8E8M0FNU literals are read only where they are exact powers of two in range")
    return exponent + fmt.bias


def _floor_log2(value: Fraction) -> int:
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return exponent if Fraction(2) ** exponent <= value else exponent - 1
