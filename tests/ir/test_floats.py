"""Float literals against numpy, ml_dtypes and struct."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_lift.ir.floats import FORMATS, decimal_bits, float_text, value_of
from triton_lift.ir.model import Attr, FloatAttr, FloatType
from triton_lift.util.diagnostic import ParseError

DTYPES = {
    "f16": np.float16,
    "f32": np.float32,
    "f64": np.float64,
    "bf16": ml_dtypes.bfloat16,
    "f8E5M2": ml_dtypes.float8_e5m2,
    "f8E4M3": ml_dtypes.float8_e4m3,
    "f8E3M4": ml_dtypes.float8_e3m4,
    "f8E4M3FN": ml_dtypes.float8_e4m3fn,
    "f8E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "f8E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "f8E4M3B11FNUZ": ml_dtypes.float8_e4m3b11fnuz,
    "f6E2M3FN": ml_dtypes.float6_e2m3fn,
    "f6E3M2FN": ml_dtypes.float6_e3m2fn,
    "f4E2M1FN": ml_dtypes.float4_e2m1fn,
}
SMALL = [name for name in DTYPES if FORMATS[name].width <= 16]


def bits_of(name: str, value: float) -> int:
    """The bits numpy or ml_dtypes give ``value`` in a type."""
    array = np.array([value], dtype=np.float64).astype(DTYPES[name])
    return int.from_bytes(array.tobytes(), "little") & ((1 << FORMATS[name].width) - 1)


def from_bits(name: str, bits: int) -> float:
    """What numpy or ml_dtypes take the bits for."""
    raw = bits.to_bytes(np.dtype(DTYPES[name]).itemsize, "little")
    return float(np.frombuffer(raw, dtype=DTYPES[name])[0])


@pytest.mark.parametrize("name", SMALL)
def test_every_pattern_has_its_value_and_reads_back(name: str) -> None:
    fmt = FORMATS[name]
    for bits in range(1 << fmt.width):
        expected = from_bits(name, bits)
        value = value_of(bits, fmt)
        if not np.isfinite(expected):
            assert value is None
            assert float_text(bits, name).startswith("0x")
            continue
        assert value == Fraction(expected)
        text = float_text(bits, name)
        assert decimal_bits(text.removeprefix("-"), text.startswith("-"), name) == bits


@pytest.mark.parametrize("name", SMALL)
def test_values_between_neighbours_round_half_to_even(name: str) -> None:
    # Of a float64 the rounding to these types is exact in ml_dtypes; the values lie on ties and beside them.
    fmt = FORMATS[name]
    values = sorted({from_bits(name, bits) for bits in range(1 << fmt.width)} - {float("inf"), float("-inf")})
    finite = [value for value in values if np.isfinite(value) and value >= 0]
    step = max(1, len(finite) // 400)
    for low, high in list(pairwise(finite))[::step]:
        for value in (low + (high - low) / 2, low + (high - low) * 0.499, low + (high - low) * 0.501):
            text = format(Decimal(value), "f")
            text += "" if "." in text else "."
            for negative in (False, True):
                assert decimal_bits(text, negative, name) == bits_of(name, -value if negative else value), (name, text)


@given(st.floats(allow_nan=False, allow_infinity=False, width=64), st.sampled_from(["f16", "f32", "f64", "bf16"]))
def test_shortest_decimals_read_as_python_reads_them(value: float, name: str) -> None:
    text = repr(abs(value))
    if "." not in text:
        text = text.replace("e", ".0e")
    with np.errstate(over="ignore"):
        expected = struct.pack("<d", value) if name == "f64" else None
        bits = int.from_bytes(expected, "little") if expected else bits_of(name, value)
    assert decimal_bits(text, np.signbit(value), name) == bits


# Expected bits from the reader of LLVM's MLIR (iree-base-compiler 3.13).
@pytest.mark.parametrize(
    ("text", "bits", "name"),
    [
        ("1.00048828125", 0x3C00, "f16"),  # a tie
        ("1.00048828125000001", 0x3C01, "f16"),  # above it by less than an f64 can tell
        ("1.0e400", 0x7F800000, "f32"),
        ("1.0e999999999999", 0x7FF0000000000000, "f64"),
        ("1.0e-400", 0, "f32"),
        ("0.0e99999999999999999999", 0, "f32"),
        ("70000.0", 0x7C00, "f16"),
        ("464.0", 0x7E, "f8E4M3FN"),
        ("464.1", 0x7F, "f8E4M3FN"),
        ("1000.0", 0x80, "f8E4M3FNUZ"),
        ("1.0e10", 0x7C, "f8E5M2"),
        ("7.0", 0x7, "f4E2M1FN"),
        ("1.0e10", 0x1F, "f6E2M3FN"),
        ("4.0", 129, "f8E8M0FNU"),
        ("1.0", 0x3FFF << 112, "f128"),
        ("1.1", 0x1FC66, "tf32"),
    ],
)
def test_edges(text: str, bits: int, name: str) -> None:
    assert decimal_bits(text, False, name) == bits


def test_minus_zero() -> None:
    assert decimal_bits("0.0", True, "f32") == 0x80000000
    assert decimal_bits("0.0", True, "f8E4M3FNUZ") == 0
    assert float_text(0x80000000, "f32") == "-0.000000e+00"


@pytest.mark.parametrize(
    ("text", "bits", "name"),
    [
        ("0xFF800000 : f32", 0xFF800000, "f32"),
        ("0x00000000000FF800000 : f32", 0xFF800000, "f32"),
        ("0x7FC1 : bf16", 0x7FC1, "bf16"),
        ("-1.5 : f32", 0xBFC00000, "f32"),
        ("1. : f16", 0x3C00, "f16"),
        ("2.5", 0x4004000000000000, "f64"),
        ("0x3FFF8000000000000000 : f80", 0x3FFF8000000000000000, "f80"),
    ],
)
def test_attributes(attribute: Callable[..., Attr], text: str, bits: int, name: str) -> None:
    assert attribute(text) == FloatAttr(bits, FloatType(name))


@pytest.mark.parametrize(
    "text",
    [
        "1 : f32",
        "-0x1 : f32",
        "0x1FFFFFFFF : f32",
        "1e5 : f32",
        ".5 : f32",
        "1.0e5 : i32",
        "true : f32",
        "1.0 : f80",
        "3.0 : f8E8M0FNU",
        "-1.0 : f8E8M0FNU",
        "1.0 : f31",
        "1.0e : f32",
        f"{'1' * 700}.0 : f32",
    ],
)
def test_refused(attribute: Callable[..., Attr], text: str) -> None:
    with pytest.raises(ParseError):
        attribute(text)
