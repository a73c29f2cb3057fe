"""Correct rounding by exact rational arithmetic: an independent reference for every float format."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from tests.ops.harness import DTYPES


@dataclass(frozen=True)
class Format:
    """Precision ``p`` (with the hidden bit), least exponent, largest finite value, from the formats' standards."""

    p: int
    emin: int
    largest: Fraction
    has_inf: bool = True


def _largest(p: int, emax: int, missing: int = 0) -> Fraction:
    return Fraction((1 << p) - 1 - missing) * Fraction(2) ** (emax - p + 1)


FORMATS = {
    "f16": Format(11, -14, _largest(11, 15)),
    "bf16": Format(8, -126, _largest(8, 127)),
    "f32": Format(24, -126, _largest(24, 127)),
    "f64": Format(53, -1022, _largest(53, 1023)),
    # OCP OFP8: e4m3 loses its top mantissa to NaN and has no infinity; 448 and 57344 are the largest values.
    "f8E4M3FN": Format(4, -6, Fraction(448), has_inf=False),
    "f8E5M2": Format(3, -14, Fraction(57344)),
    # The fnuz variants have one more exponent below and no infinity.
    "f8E4M3FNUZ": Format(4, -7, Fraction(240), has_inf=False),
    "f8E5M2FNUZ": Format(3, -15, Fraction(57344), has_inf=False),
}


def quantum(value: Fraction, form: Format) -> Fraction:
    """The spacing of the format around ``value``."""
    magnitude = abs(value)
    exponent = form.emin
    if magnitude:
        exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
        if Fraction(2) ** exponent > magnitude:
            exponent -= 1
        exponent = max(exponent, form.emin)
    return Fraction(2) ** (exponent - form.p + 1)


def nearest(value: Fraction, kind: str, *, toward_zero: bool = False) -> Any:
    """Round to nearest even (or toward zero); overflow gives infinity, or NaN where the format has none."""
    form = FORMATS[kind]
    step = quantum(value, form)
    count = abs(value) / step
    whole = count.numerator // count.denominator
    rest = count - whole
    if not toward_zero and (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2)):
        whole += 1
    result = whole * step
    sign = -1.0 if value < 0 else 1.0
    if result > form.largest:
        if toward_zero:
            result = form.largest
        else:
            return DTYPES[kind](sign * np.inf) if form.has_inf else DTYPES[kind](np.nan)
    if kind == "f64":
        return np.float64(sign * (result.numerator / result.denominator))
    return DTYPES[kind](np.float32(sign * float(result)))
