"""Integer rows against Python's unbounded integers. Source of the rules: MLIR "arith" and "math" dialect references."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.ops.harness import DTYPES, apply
from triton_lift.ops.integers import carrier, signed, unsigned, wrap

WIDTHS = {"i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
NO_OVERFLOW = "overflowFlags = #arith.overflow<none>"


def edges(width: int) -> list[int]:
    """INT_MIN, -1, 0, 1, INT_MAX and their neighbours, as signed values."""
    if width == 1:
        return [-1, 0]
    low, high = -(1 << (width - 1)), (1 << (width - 1)) - 1
    return [low, low + 1, -7, -2, -1, 0, 1, 2, 3, 7, width - 1, width % (high + 1), high - 1, high]


def canon(value: int, width: int) -> int:
    """Signed two's complement."""
    value &= (1 << width) - 1
    return value - (1 << width) if value >> (width - 1) else value


def trunc_div(a: int, b: int) -> int:
    """Quotient toward zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def u(value: int, width: int) -> int:
    """The unsigned reading."""
    return value & ((1 << width) - 1)


def signed_division(f: Callable[[int, int], int]) -> Callable[[int, int, int], int | None]:
    """None (undefined) for a zero divisor and for the least integer over -1."""
    return lambda a, b, w: None if b == 0 or (a == -(1 << (w - 1)) and b == -1) else f(a, b)


def unsigned_division(f: Callable[[int, int], int]) -> Callable[[int, int, int], int | None]:
    """None (undefined) for a zero divisor."""
    return lambda a, b, w: None if b == 0 else f(u(a, w), u(b, w))


def shift(f: Callable[[int, int, int], int]) -> Callable[[int, int, int], int | None]:
    """None (poison) for an amount of at least the width."""
    return lambda a, b, w: None if u(b, w) >= w else f(a, u(b, w), w)


BINARY: dict[str, tuple[str, Callable[[int, int, int], int | None]]] = {
    "arith.addi": (NO_OVERFLOW, lambda a, b, w: a + b),
    "arith.subi": (NO_OVERFLOW, lambda a, b, w: a - b),
    "arith.muli": (NO_OVERFLOW, lambda a, b, w: a * b),
    "arith.divsi": ("", signed_division(trunc_div)),
    "arith.remsi": ("", signed_division(lambda a, b: a - b * trunc_div(a, b))),
    "arith.divui": ("", unsigned_division(lambda a, b: a // b)),
    "arith.remui": ("", unsigned_division(lambda a, b: a % b)),
    "arith.floordivsi": ("", signed_division(lambda a, b: a // b)),
    "arith.ceildivsi": ("", signed_division(lambda a, b: -(-a // b))),
    "arith.ceildivui": ("", unsigned_division(lambda a, b: -(-a // b))),
    "arith.andi": ("", lambda a, b, w: a & b),
    "arith.ori": ("", lambda a, b, w: a | b),
    "arith.xori": ("", lambda a, b, w: a ^ b),
    "arith.shli": (NO_OVERFLOW, shift(lambda a, n, w: a << n)),
    "arith.shrsi": ("", shift(lambda a, n, w: a >> n)),
    "arith.shrui": ("", shift(lambda a, n, w: u(a, w) >> n)),
    "arith.minsi": ("", lambda a, b, w: min(a, b)),
    "arith.maxsi": ("", lambda a, b, w: max(a, b)),
    "arith.minui": ("", lambda a, b, w: min(u(a, w), u(b, w))),
    "arith.maxui": ("", lambda a, b, w: max(u(a, w), u(b, w))),
    "tt.mulhiui": ("", lambda a, b, w: (u(a, w) * u(b, w)) >> w),
}


def to_array(values: list[int], kind: str) -> np.ndarray:
    """Signed values as the type's array (a true i1 is -1)."""
    return np.array([v != 0 for v in values] if kind == "i1" else values, dtype=DTYPES[kind])


def from_array(values: np.ndarray, kind: str) -> list[int]:
    """The signed values of an array."""
    return [-int(v) if kind == "i1" else int(v) for v in values]


@pytest.mark.parametrize("kind", WIDTHS)
@pytest.mark.parametrize("name", BINARY)
def test_binary_over_the_edge_grid(name: str, kind: str) -> None:
    props, want = BINARY[name]
    w = WIDTHS[kind]
    pairs = [(a, b) for a in edges(w) for b in edges(w)]
    out = apply(name, [(kind, to_array([p[k] for p in pairs], kind)) for k in (0, 1)], [kind], props=props)
    for (a, b), got, bad in zip(pairs, from_array(out.values[0], kind), out.poison[0], strict=True):
        expected = want(a, b, w)
        assert bool(bad) == (expected is None), (name, kind, a, b)
        if expected is not None:
            assert got == canon(expected, w), (name, kind, a, b)


# arith::CmpIPredicate in the order of its numbers.
PREDICATES: list[Callable[[int, int, int], bool]] = [
    lambda a, b, w: a == b,
    lambda a, b, w: a != b,
    lambda a, b, w: a < b,
    lambda a, b, w: a <= b,
    lambda a, b, w: a > b,
    lambda a, b, w: a >= b,
    lambda a, b, w: u(a, w) < u(b, w),
    lambda a, b, w: u(a, w) <= u(b, w),
    lambda a, b, w: u(a, w) > u(b, w),
    lambda a, b, w: u(a, w) >= u(b, w),
]


@pytest.mark.parametrize("kind", WIDTHS)
@pytest.mark.parametrize("predicate", range(10))
def test_cmpi(predicate: int, kind: str) -> None:
    w = WIDTHS[kind]
    pairs = [(a, b) for a in edges(w) for b in edges(w)]
    operands = [(kind, to_array([p[k] for p in pairs], kind)) for k in (0, 1)]
    out = apply("arith.cmpi", operands, ["i1"], props=f"predicate = {predicate} : i64")
    assert list(out.values[0]) == [PREDICATES[predicate](a, b, w) for a, b in pairs]


CASTS = [(a, b) for a in WIDTHS for b in WIDTHS if WIDTHS[a] < WIDTHS[b]]


@pytest.mark.parametrize(("narrow", "wide"), CASTS)
def test_extensions_and_truncation(narrow: str, wide: str) -> None:
    n, w = WIDTHS[narrow], WIDTHS[wide]
    small, large = edges(n), edges(w)
    got = apply("arith.extsi", [(narrow, to_array(small, narrow))], [wide]).values[0]
    assert from_array(got, wide) == small
    got = apply("arith.extui", [(narrow, to_array(small, narrow))], [wide]).values[0]
    assert from_array(got, wide) == [canon(u(v, n), w) for v in small]
    got = apply("arith.trunci", [(wide, to_array(large, wide))], [narrow], props=NO_OVERFLOW).values[0]
    assert from_array(got, narrow) == [canon(v, n) for v in large]


@pytest.mark.parametrize("kind", ["i8", "i16", "i32", "i64"])
def test_extended_arithmetic_and_counts(kind: str) -> None:
    w = WIDTHS[kind]
    pairs = [(a, b) for a in edges(w) for b in edges(w)]
    operands = [(kind, to_array([p[k] for p in pairs], kind)) for k in (0, 1)]
    low, high = apply("arith.mului_extended", operands, [kind, kind]).values
    assert list(map(int, low)) == [canon(a * b, w) for a, b in pairs]
    assert list(map(int, high)) == [canon((u(a, w) * u(b, w)) >> w, w) for a, b in pairs]
    _, high = apply("arith.mulsi_extended", operands, [kind, kind]).values
    assert list(map(int, high)) == [canon((a * b) >> w, w) for a, b in pairs]
    total, carry = apply("arith.addui_extended", operands, [kind, "i1"]).values
    assert list(map(int, total)) == [canon(a + b, w) for a, b in pairs]
    assert list(carry) == [u(a, w) + u(b, w) >= 1 << w for a, b in pairs]
    values = edges(w)
    one = [(kind, to_array(values, kind))]
    assert from_array(apply("math.ctpop", one, [kind]).values[0], kind) == [u(v, w).bit_count() for v in values]
    leading = [w - u(v, w).bit_length() for v in values]
    assert from_array(apply("math.ctlz", one, [kind]).values[0], kind) == leading
    trailing = [w if v == 0 else (v & -v).bit_length() - 1 for v in values]
    assert from_array(apply("math.cttz", one, [kind]).values[0], kind) == trailing
    assert from_array(apply("math.absi", one, [kind]).values[0], kind) == [canon(abs(v), w) for v in values]


@pytest.mark.parametrize("width", [1, 4, 8, 24, 32, 64, 128])
def test_any_width_wraps_as_python_integers_do(width: int) -> None:
    numbers = [0, 1, -1, 5, (1 << width) - 1, 1 << (width - 1), -(1 << width) - 3, 3 << width]
    got = wrap(np.array(numbers, dtype=object), width)
    assert got.dtype == carrier(width)
    assert [int(v) for v in signed(got, width)] == [canon(n, width) for n in numbers]
    assert [int(v) for v in unsigned(got, width)] == [n % (1 << width) for n in numbers]
