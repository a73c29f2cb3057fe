"""Float rows against exact rational arithmetic, numpy and ml_dtypes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.ops.exact import FORMATS, nearest
from tests.ops.harness import DTYPES, apply, same
from triton_lift.ops.softfloat import Rounding, convert

IEEE = ["f16", "bf16", "f32", "f64"]
FASTMATH = "fastmath = #arith.fastmath<none>"


def grid(kind: str) -> np.ndarray:
    """Zeros, infinities, NaN, subnormals, extremes, and values that round."""
    info = ml_dtypes.finfo(DTYPES[kind])
    tiny, big = float(info.smallest_subnormal), float(info.max)
    third = 1.0 / 3.0
    values = [0.0, 1.0, 3.0, third, 0.1, 2.5, 7.0, big, float(info.tiny), tiny, 3 * tiny, 1 + float(info.eps), math.inf]
    return np.array([s * v for v in values for s in (1.0, -1.0)] + [math.nan]).astype(DTYPES[kind])


def pairs(kind: str, extra: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """The grid's square and random bit patterns."""
    values = grid(kind)
    a, b = np.meshgrid(values, values)
    rng = np.random.default_rng(7)
    bits = np.dtype(f"u{values.dtype.itemsize}")
    noise = rng.integers(0, np.iinfo(bits).max, (2, extra), dtype=bits, endpoint=True).view(values.dtype)
    near = (rng.standard_normal((2, extra)) * 4).astype(values.dtype)
    return np.concatenate([a.ravel(), noise[0], near[0]]), np.concatenate([b.ravel(), noise[1], near[1]])


def fraction(x: Any) -> Fraction:
    """The exact value of a finite float."""
    return Fraction(float(x))


EXACT: dict[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.divf": lambda a, b: a / b if b else None,
}


@pytest.mark.parametrize("kind", IEEE)
@pytest.mark.parametrize("name", EXACT)
def test_arithmetic_is_correctly_rounded(name: str, kind: str) -> None:
    a, b = pairs(kind)
    got = apply(name, [(kind, a), (kind, b)], [kind], props=FASTMATH).values[0]
    checked = 0
    for x, y, z in zip(a, b, got, strict=True):
        if not (np.isfinite(float(x)) and np.isfinite(float(y))):
            continue
        want = EXACT[name](fraction(x), fraction(y))
        if want is None or want == 0:
            continue
        checked += 1
        assert same(z, nearest(want, kind)), (name, x, y, z)
    assert checked > 500


def test_special_values_follow_ieee() -> None:
    inf, nan = math.inf, math.nan
    table = [
        ("arith.addf", inf, -inf, nan),
        ("arith.addf", 0.0, -0.0, 0.0),
        ("arith.addf", -0.0, -0.0, -0.0),
        ("arith.subf", 0.0, 0.0, 0.0),
        ("arith.mulf", 0.0, inf, nan),
        ("arith.mulf", -0.0, 3.0, -0.0),
        ("arith.divf", 1.0, 0.0, inf),
        ("arith.divf", -1.0, 0.0, -inf),
        ("arith.divf", 0.0, 0.0, nan),
        ("arith.remf", -7.5, 2.0, -1.5),
        ("arith.remf", 7.5, -2.0, 1.5),
        ("arith.remf", -4.0, 2.0, -0.0),
        ("arith.remf", 1.0, 0.0, nan),
        ("arith.remf", 1.0, inf, 1.0),
        ("arith.maximumf", nan, 1.0, nan),
        ("arith.maximumf", -0.0, 0.0, 0.0),
        ("arith.minimumf", 0.0, -0.0, -0.0),
        ("arith.minimumf", 1.0, nan, nan),
        ("arith.maxnumf", nan, 1.0, 1.0),
        ("arith.maxnumf", 1.0, nan, 1.0),
        ("arith.maxnumf", nan, nan, nan),
        ("arith.minnumf", nan, -1.0, -1.0),
        ("arith.maxnumf", -3.0, -2.0, -2.0),
        ("arith.minnumf", -inf, inf, -inf),
        ("tt.precise_divf", 1.0, 3.0, np.float32(1) / np.float32(3)),
    ]
    for kind in IEEE:
        for name, x, y, want in table:
            target = DTYPES[kind](want)
            if name == "tt.precise_divf" and kind != "f32":
                continue
            got = apply(name, [(kind, [x]), (kind, [y])], [kind]).values[0]
            assert same(got, np.array([target])), (name, kind, x, y, got)


def test_negf_flips_the_sign_of_everything() -> None:
    for kind in IEEE:
        x = grid(kind)
        got = apply("arith.negf", [(kind, x)], [kind]).values[0]
        bits = np.dtype(f"u{x.dtype.itemsize}")
        top = bits.type(1 << (x.dtype.itemsize * 8 - 1))
        assert (got.view(bits) == x.view(bits) ^ top).all()


# arith::CmpFPredicate by number: (name, relations that hold) over less, equal, greater, unordered.
PREDICATES = ["", "e", "g", "ge", "l", "le", "lg", "lge", "ue", "ug", "uge", "ul", "ule", "ulg", "u", "ulge"]


@pytest.mark.parametrize("kind", ["f16", "bf16", "f32", "f64", "f8E5M2"])
@pytest.mark.parametrize("predicate", range(16))
def test_cmpf(predicate: int, kind: str) -> None:
    values = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan]
    cases = list(itertools.product(values, values))
    operands = [(kind, [c[0] for c in cases]), (kind, [c[1] for c in cases])]
    got = apply("arith.cmpf", operands, ["i1"], props=f"predicate = {predicate} : i64").values[0]
    for (x, y), z in zip(cases, got, strict=True):
        relation = "u" if math.isnan(x) or math.isnan(y) else "l" if x < y else "g" if x > y else "e"
        assert bool(z) == (relation in PREDICATES[predicate]), (predicate, x, y)


def test_clampf() -> None:
    x = [(-math.inf), -2.0, 0.5, 3.0, math.inf, math.nan]
    low, high = [-1.0] * 6, [1.0] * 6
    operands = [("f32", x), ("f32", low), ("f32", high)]
    dropped = apply("tt.clampf", operands, ["f32"], props="propagateNan = 0 : i32").values[0]
    assert same(dropped, np.array([-1, -1, 0.5, 1, 1, -1], np.float32))
    kept = apply("tt.clampf", operands, ["f32"], props="propagateNan = 65535 : i32").values[0]
    assert same(kept, np.array([-1, -1, 0.5, 1, 1, math.nan], np.float32))


@pytest.mark.parametrize("kind", IEEE)
def test_fma_rounds_once(kind: str) -> None:
    rng = np.random.default_rng(3)
    dtype = DTYPES[kind]
    a = np.concatenate([rng.standard_normal(600), 1 + np.ldexp(1.0, -rng.integers(1, 60, 200))]).astype(dtype)
    b = np.concatenate([rng.standard_normal(600), 1 - np.ldexp(1.0, -rng.integers(1, 60, 200))]).astype(dtype)
    c = np.concatenate([-(a[:300].astype(float) * b[:300].astype(float)), rng.standard_normal(500)]).astype(dtype)
    got = apply("math.fma", [(kind, a), (kind, b), (kind, c)], [kind], props=FASTMATH).values[0]
    for x, y, z, r in zip(a, b, c, got, strict=True):
        exact = fraction(x) * fraction(y) + fraction(z)
        if exact:
            assert same(r, nearest(exact, kind)), (x, y, z, r)


@pytest.mark.parametrize("target", [k for k in FORMATS if k != "f64"])
@pytest.mark.parametrize("source", ["f32", "f64", "f16", "bf16"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_conversions_round_once_in_both_directions(source: str, target: str) -> None:
    rng = np.random.default_rng(11)
    scale = np.ldexp(1.0, rng.integers(-20, 17, 1500))
    x = np.concatenate([(rng.standard_normal(1500) * scale), halfway(target)]).astype(DTYPES[source])
    for toward_zero in (False, True):
        rounding = Rounding.TOWARD_ZERO if toward_zero else Rounding.NEAREST_EVEN
        got = convert(x, target, rounding)
        for v, r in zip(x, got, strict=True):
            if not np.isfinite(float(v)):
                continue
            want = nearest(fraction(v), target, toward_zero=toward_zero)
            if float(v) == 0 or float(want) == 0:
                assert float(r) == 0
                continue
            assert same(r, want), (source, target, toward_zero, v, r, want)


def halfway(kind: str) -> np.ndarray:
    """Midpoints of neighbours and their f64 neighbours: where double rounding goes wrong."""
    values = np.array([1.0, 1.5, 0.75, 3.0, 100.0]).astype(DTYPES[kind])
    bits = np.dtype(f"u{values.dtype.itemsize}")
    above = (values.view(bits) + bits.type(1)).view(values.dtype)
    middle = (values.astype(np.float64) + above.astype(np.float64)) / 2
    return np.concatenate([middle, np.nextafter(middle, 0), np.nextafter(middle, np.inf)])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_narrow_pattern_survives_the_way_up_and_down() -> None:
    for kind, dtype in DTYPES.items():
        if np.dtype(dtype).itemsize > 2 or kind.startswith("i"):
            continue
        bits = np.dtype(f"u{np.dtype(dtype).itemsize}")
        x = np.arange(np.iinfo(bits).max + 1, dtype=bits).view(dtype)
        wide = convert(x, "f64")
        assert same(wide, x.astype(np.float64)), kind
        assert same(convert(wide, kind), x), kind


def test_eight_bit_casts_saturate() -> None:
    x = [1e9, -1e9, math.inf, -math.inf, math.nan, 448.0, 465.0, 0.3]
    got = apply("tt.fp_to_fp", [("f32", x)], ["f8E4M3FN"], props="rounding = 1 : i32").values[0]
    assert same(got, np.array([448, -448, 448, -448, math.nan, 448, 448, 0.3125]).astype(DTYPES["f8E4M3FN"]))
    got = apply("tt.fp_to_fp", [("f16", [65504.0, -math.inf, 1.0])], ["f8E5M2"], props="rounding = 1 : i32").values[0]
    assert same(got, np.array([57344, -57344, 1]).astype(DTYPES["f8E5M2"]))
    got = apply("tt.fp_to_fp", [("f8E4M3FN", [0.3125, -448])], ["f16"]).values[0]
    assert same(got, np.array([0.3125, -448], np.float16))


def test_truncf_and_its_rounding_modes() -> None:
    x = np.array([1 + 2**-12, -(1 + 2**-12), 70000.0, -70000.0, 2**-26, -(2**-26)], np.float32)
    want = {
        0: [1, -1, math.inf, -math.inf, 0.0, -0.0],
        1: [1, -(1 + 2**-10), 65504, -math.inf, 0.0, -(2**-24)],
        2: [1 + 2**-10, -1, math.inf, -65504, 2**-24, -0.0],
        3: [1, -1, 65504, -65504, 0.0, -0.0],
    }
    for mode, values in want.items():
        got = apply("arith.truncf", [("f32", x)], ["f16"], props=f"roundingmode = {mode} : i32").values[0]
        assert same(got, np.array(values, np.float16)), mode


def test_int_to_float_rounds_once() -> None:
    numbers = [0, 1, -1, 2049, 2051, (1 << 24) + 1, (1 << 62) + 1, -(1 << 63), (1 << 63) - 1, 0x7FFFFF4000000001]
    for kind in IEEE:
        got = apply("arith.sitofp", [("i64", numbers)], [kind]).values[0]
        for n, r in zip(numbers, got, strict=True):
            assert same(r, nearest(Fraction(n), kind) if n else DTYPES[kind](0)), (kind, n)
        got = apply("arith.uitofp", [("i64", numbers)], [kind]).values[0]
        for n, r in zip(numbers, got, strict=True):
            assert same(r, nearest(Fraction(n % (1 << 64)), kind) if n else DTYPES[kind](0)), (kind, n)
    assert list(apply("arith.sitofp", [("i1", [True, False])], ["f32"]).values[0]) == [-1.0, 0.0]
    assert list(apply("arith.uitofp", [("i1", [True, False])], ["f32"]).values[0]) == [1.0, 0.0]


def test_float_to_int_truncates_and_is_poison_outside() -> None:
    x = [1.9, -1.9, 2147483648.0, -2147483648.0, -2147483904.0, math.nan, math.inf, -0.5]
    out = apply("arith.fptosi", [("f32", x)], ["i32"])
    assert list(out.poison[0]) == [False, False, True, False, True, True, True, False]
    assert [int(v) for v in out.values[0][[0, 1, 3, 7]]] == [1, -1, -(1 << 31), 0]
    out = apply("arith.fptoui", [("f64", [255.9, 256.0, -0.9, -1.0])], ["i8"])
    assert list(out.poison[0]) == [False, True, False, True]
    assert [int(v) for v in out.values[0][[0, 2]]] == [-1, 0]


def test_bitcasts_keep_bits() -> None:
    x = np.array([0.0, -0.0, 1.0, math.inf, -math.nan], np.float32)
    assert (apply("tt.bitcast", [("f32", x)], ["i32"]).values[0] == x.view(np.int32)).all()
    n = np.array([0, -1, 0x3F800000, 0x7F800001], np.int32)
    got = apply("arith.bitcast", [("i32", n)], ["f32"]).values[0]
    assert (got.view(np.int32) == n).all()


def test_real_mode_keeps_f64_through_casts() -> None:
    x = np.array([1 / 3, 1e300, 2.0**-600])
    got = apply("arith.truncf", [("f64", x)], ["f16"], mode="real").values[0]
    assert got.dtype == np.float64
    assert (got == x).all()
    total = apply("arith.addf", [("f16", [2048.0]), ("f16", [1.0])], ["f16"], mode="real").values[0]
    assert total[0] == 2049.0
    assert apply("arith.addf", [("f16", [2048.0]), ("f16", [1.0])], ["f16"]).values[0][0] == 2048.0
