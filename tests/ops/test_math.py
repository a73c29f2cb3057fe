"""The math dialect and libdevice against Python's math module."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tests.ops.harness import apply, same
from triton_lift.util.diagnostic import Unsupported

FASTMATH = "fastmath = #arith.fastmath<none>"
POSITIVE = [0.01, 0.5, 1.0, 1.5, 3.25, 10.0, 30.0]
ANY = [*POSITIVE, -0.3, -1.0, -2.75, 0.0]
UNIT = [-0.999, -0.5, 0.0, 0.25, 0.75]
UNARY: dict[str, tuple[Callable[[float], float], list[float]]] = {
    "exp": (math.exp, ANY),
    "exp2": (lambda x: 2.0**x, ANY),
    "expm1": (math.expm1, [1e-6, *ANY]),
    "log": (math.log, POSITIVE),
    "log2": (math.log2, POSITIVE),
    "log10": (math.log10, POSITIVE),
    "log1p": (math.log1p, [1e-6, *POSITIVE]),
    "rsqrt": (lambda x: 1 / math.sqrt(x), POSITIVE),
    "cbrt": (lambda x: math.copysign(abs(x) ** (1 / 3), x), ANY),
    "sin": (math.sin, ANY),
    "cos": (math.cos, ANY),
    "tan": (math.tan, ANY),
    "sinh": (math.sinh, ANY),
    "cosh": (math.cosh, ANY),
    "tanh": (math.tanh, ANY),
    "asin": (math.asin, UNIT),
    "acos": (math.acos, UNIT),
    "atan": (math.atan, ANY),
    "asinh": (math.asinh, ANY),
    "acosh": (math.acosh, [1.0, 1.5, 20.0]),
    "atanh": (math.atanh, UNIT),
    "erf": (math.erf, ANY),
    "erfc": (math.erfc, ANY),
}


def close(got: np.ndarray, want: list[float]) -> bool:
    """Within one unit of the last place of the result's format, with f64 error left over for f64."""
    spacing = np.abs(np.spacing(np.array(want, got.dtype).astype(got.dtype))).astype(np.float64)
    return bool((np.abs(got.astype(np.float64) - want) <= spacing * (4 if got.dtype == np.float64 else 1)).all())


@pytest.mark.parametrize("kind", ["f32", "f64"])
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_the_dialect_and_of_libdevice(name: str, kind: str) -> None:
    fn, xs = UNARY[name]
    data = np.array(xs, np.float32 if kind == "f32" else np.float64)
    want = [fn(float(x)) for x in data]
    assert close(apply(f"math.{name}", [(kind, data)], [kind], props=FASTMATH).values[0], want)
    symbol = f"__nv_{name}{'f' if kind == 'f32' else ''}"
    assert close(extern(symbol, [(kind, data)], kind), want)


def extern(symbol: str, operands: list[tuple[str, object]], result: str) -> np.ndarray:
    """Call a libdevice function."""
    props = f'libname = "", libpath = "", pure = true, symbol = "{symbol}"'
    return apply("tt.extern_elementwise", operands, [result], props=props).values[0]


def test_rounding_functions_are_exact() -> None:
    x = np.array([2.5, 3.5, -2.5, -0.4, 0.49999997, 8388609.0, -0.0, math.inf, 1e30], np.float32)
    want = {
        "floor": [2, 3, -3, -1, 0, 8388609, -0.0, math.inf, 1e30],
        "ceil": [3, 4, -2, -0.0, 1, 8388609, -0.0, math.inf, 1e30],
        "trunc": [2, 3, -2, -0.0, 0, 8388609, -0.0, math.inf, 1e30],
        "round": [3, 4, -3, -0.0, 0, 8388609, -0.0, math.inf, 1e30],
        "roundeven": [2, 4, -2, -0.0, 0, 8388609, -0.0, math.inf, 1e30],
    }
    for name, values in want.items():
        got = apply(f"math.{name}", [("f32", x)], ["f32"], props=FASTMATH).values[0]
        assert same(got, np.array(values, np.float32)), name
    half = apply("math.round", [("f64", [0.49999999999999994, -0.49999999999999994])], ["f64"]).values[0]
    assert same(half, np.array([0.0, -0.0]))


def test_binary_functions() -> None:
    a, b = np.array([2.0, -2.0, 9.0, 0.0], np.float32), np.array([3.0, 3.0, 0.5, 0.0], np.float32)
    assert close(apply("math.powf", [("f32", a), ("f32", b)], ["f32"]).values[0], [8.0, -8.0, 3.0, 1.0])
    assert close(extern("__nv_powf", [("f32", a), ("f32", b)], "f32"), [8.0, -8.0, 3.0, 1.0])
    assert close(extern("__nv_powif", [("f32", a), ("i32", [3, -1, 0, 2])], "f32"), [8.0, -0.5, 1.0, 0.0])
    want = [math.atan2(x, y) for x, y in zip(a, b, strict=True)]
    assert close(apply("math.atan2", [("f32", a), ("f32", b)], ["f32"]).values[0], want)
    assert same(
        extern("__nv_fmodf", [("f32", [7.5, -7.5]), ("f32", [2.0, 2.0])], "f32"), np.array([1.5, -1.5], np.float32)
    )
    assert same(
        apply("math.copysign", [("f32", [1.0, -2.0]), ("f32", [-0.0, 3.0])], ["f32"]).values[0],
        np.array([-1.0, 2.0], np.float32),
    )


def test_tests_give_integers() -> None:
    x = [1.0, math.nan, math.inf, -math.inf, -0.0]
    assert list(apply("math.isnan", [("f32", x)], ["i1"]).values[0]) == [False, True, False, False, False]
    assert list(apply("math.isinf", [("f32", x)], ["i1"]).values[0]) == [False, False, True, True, False]
    assert list(apply("math.isfinite", [("f32", x)], ["i1"]).values[0]) == [True, False, False, False, True]
    assert list(extern("__nv_isnanf", [("f32", x)], "i32")) == [0, 1, 0, 0, 0]
    assert list(extern("__nv_isinff", [("f32", x)], "i32")) == [0, 0, 1, 1, 0]
    assert list(extern("__nv_finitef", [("f32", x)], "i32")) == [1, 0, 0, 0, 1]
    assert list(extern("__nv_isfinited", [("f64", x)], "i32")) == [1, 0, 0, 0, 1]
    assert list(extern("__nv_signbitf", [("f32", x[2:])], "i32")) == [0, 1, 1]
    assert list(extern("__nv_llrintf", [("f32", [2.5, -3.5, 1e10])], "i64")) == [2, -4, 10_000_000_000]


def test_directed_rounding_of_libdevice() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 400)).astype(np.float32)
    from fractions import Fraction

    exact = {
        "add": lambda x, y: Fraction(x) + Fraction(y),
        "mul": lambda x, y: Fraction(x) * Fraction(y),
        "div": lambda x, y: Fraction(x) / Fraction(y),
    }
    for name, fn in exact.items():
        wants = [fn(float(x), float(y)) for x, y in zip(a, b, strict=True)]
        down = extern(f"__nv_f{name}_rd", [("f32", a), ("f32", b)], "f32")
        up = extern(f"__nv_f{name}_ru", [("f32", a), ("f32", b)], "f32")
        zero = extern(f"__nv_f{name}_rz", [("f32", a), ("f32", b)], "f32")
        for want, lo, hi, rz in zip(wants, down, up, zero, strict=True):
            assert Fraction(float(lo)) <= want <= Fraction(float(hi))
            assert float(lo) == float(hi) or float(np.nextafter(lo, hi)) == float(hi)
            assert float(rz) == float(lo if want > 0 else hi)
    square = np.abs(a)
    low = extern("__nv_fsqrt_rz", [("f32", square)], "f32")
    for x, r in zip(square, low, strict=True):
        assert Fraction(float(r)) ** 2 <= Fraction(float(x)) < Fraction(float(np.nextafter(r, np.float32(9e9)))) ** 2
    assert same(extern("__nv_fdiv_rn", [("f32", a), ("f32", b)], "f32"), a / b)


def test_integer_functions_of_libdevice() -> None:
    x = np.array([0, 1, -1, 40, -(1 << 31)], np.int32)
    assert list(extern("__nv_popc", [("i32", x)], "i32")) == [0, 1, 32, 2, 1]
    assert list(extern("__nv_clz", [("i32", x)], "i32")) == [32, 31, 0, 26, 0]
    assert list(extern("__nv_ffs", [("i32", x)], "i32")) == [0, 1, 1, 4, 32]
    assert list(extern("__nv_brev", [("i32", x)], "i32"))[:2] == [0, -(1 << 31)]
    assert list(extern("__nv_abs", [("i32", x)], "i32")) == [0, 1, 1, 40, -(1 << 31)]
    assert list(extern("__nv_mulhi", [("i32", [1 << 30, -5]), ("i32", [8, 2])], "i32")) == [2, -1]
    assert list(extern("__nv_umin", [("i32", [-1, 3]), ("i32", [2, 4])], "i32")) == [2, 3]


@pytest.mark.parametrize("symbol", ["__nv_j0f", "__nv_exp", "__nv_dmul_rz", "nonsense"])
def test_unknown_externs_are_refused_with_their_place(symbol: str) -> None:
    with pytest.raises(Unsupported) as caught:
        extern(symbol, [("f32", [1.0])], "f32")
    assert caught.value.diagnostic.op == "tt.extern_elementwise"
    assert caught.value.diagnostic.where.startswith("<input>:")


def test_sincos_gives_both() -> None:
    sin, cos = apply("math.sincos", [("f32", [0.5, 1.0])], ["f32", "f32"], props=FASTMATH).values
    assert close(sin, [math.sin(0.5), math.sin(1.0)])
    assert close(cos, [math.cos(0.5), math.cos(1.0)])
