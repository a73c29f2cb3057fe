"""Symbolic rows of math ops and libdevice calls, by label: against the evaluator, with wrong twins."""

from __future__ import annotations

import pytest

from tests.interp.grids import FINITE, SPECIAL, grid
from tests.interp.kernels import on_data, on_scalars
from tests.interp.square import assert_refuted, assert_scalar_square, assert_square, difference, launch_of, lift
from triton_lift.ops.symbolic.math import libdevice_name
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import LiftError, Unsupported

ANY = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -2.5, 3.25, -7.0, 20.0, 2.0**-149]
POSITIVE = [0.25, 0.5, 1.0, 1.5, 3.25, 7.0, 100.0, 2.0**-126]
UNIT = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 0.1, -0.9]
TIES = [0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.49, -3.51, 8388609.0, -8388609.0, 2.0**60, 0.49999997]

UNARY: dict[str, tuple[list[float], str]] = {
    "math_exp": (ANY, "math.exp2"),
    "math_exp2": (ANY, "math.exp"),
    "math_expm1": (ANY, "math.exp"),
    "math_log": (POSITIVE, "math.log2"),
    "math_log2": (POSITIVE, "math.log10"),
    "math_log10": (POSITIVE, "math.log"),
    "math_log1p": (POSITIVE, "math.log"),
    "math_sqrt": ([0.0, -0.0, *POSITIVE], "math.rsqrt"),
    "math_rsqrt": (POSITIVE, "math.sqrt"),
    "math_sin": (ANY, "math.cos"),
    "math_cos": (ANY, "math.sin"),
    "math_tan": ([0.0, 0.5, -0.5, 1.0, 4.0], "math.sin"),
    "math_asin": (UNIT, "math.acos"),
    "math_acos": (UNIT, "math.asin"),
    "math_atan": (ANY, "math.tanh"),
    "math_sinh": (ANY, "math.cosh"),
    "math_cosh": (ANY, "math.sinh"),
    "math_tanh": (ANY, "math.erf"),
    "math_asinh": (ANY, "math.atan"),
    "math_acosh": ([1.0, 1.5, 3.25, 100.0], "math.asinh"),
    "math_atanh": ([0.0, -0.0, 0.5, -0.5, 0.1, -0.9], "math.asin"),
    "math_erf": (ANY, "math.tanh"),
    "math_erfc": (ANY, "math.erf"),
    "math_cbrt": (ANY, "math.sinh"),
    "math_absf": (FINITE, "arith.negf"),
    "math_floor": (TIES, "math.trunc"),
    "math_ceil": (TIES, "math.floor"),
    "math_trunc": (TIES, "math.floor"),
    "math_round": (TIES, "math.roundeven"),
    "math_roundeven": (TIES, "math.round"),
    "tt_precise_sqrt": ([0.0, *POSITIVE], "math.rsqrt"),
}
BINARY: dict[str, tuple[list[float], list[float], str]] = {
    "math_atan2": ([0.0, 1.0, -1.0, 2.5], [1.0, -1.0, 0.5], "arith.divf"),
    "math_powf": (POSITIVE[:6], [0.0, 1.0, -1.0, 2.0, 0.5, -2.5], "arith.mulf"),
    "math_copysign": (ANY, [1.0, -2.0, 0.0, -0.0], "arith.mulf"),
    "tt_precise_divf": (ANY, [1.0, -2.0, 0.5, 0.0], "arith.mulf"),
}
TERNARY: dict[str, tuple[list[float], list[float], list[float], str]] = {
    "math_fma": ([0.5, -2.0, 0.0], [1.0, 3.0], [-1.0, 0.25], "tt.clampf"),
    "tt_clampf": ([-5.0, 0.5, 9.0, 0.0], [-1.0, 0.0], [1.0, 2.0], "math.fma"),
}

NAN_PROPAGATION = "propagateNan = 0 : i32"


def op_of(label: str) -> str:
    return label.replace("_", ".", 1)


def props_of(op: str) -> str:
    return NAN_PROPAGATION if op == "tt.clampf" else ""


CASES = [
    *((label, [values], bad) for label, (values, bad) in UNARY.items()),
    *((label, [a, b], bad) for label, (a, b, bad) in BINARY.items()),
    *((label, [a, b, c], bad) for label, (a, b, c, bad) in TERNARY.items()),
]


@pytest.mark.parametrize("kind", ["f32", "f64"])
@pytest.mark.parametrize(("label", "values", "bad"), CASES, ids=[c[0] for c in CASES])
def test_math_op(label: str, values: list[list[float]], bad: str, kind: str) -> None:
    op = op_of(label)
    columns, lanes = grid(values)
    kinds = [kind] * len(values)
    text = on_data(op, kinds, kind, lanes, props_of(op))
    lifted = assert_square(text, [*columns, [0] * lanes])
    found = difference(lifted, launch_of(lifted, [*columns, [0] * lanes]))
    undefined = {i for i in range(lanes) if label == "tt_precise_divf" and columns[1][i] == 0}
    assert set(found.partial.get(f"a{len(values)}", [])) == undefined
    if kind == "f64":  # scalar arguments are not rounded to f32 here
        assert_scalar_square(on_scalars(op, kinds, kind, props_of(op)), text, columns)
    assert_refuted(text, on_data(bad, kinds, kind, lanes, props_of(bad)), [*columns, [0] * lanes])


@pytest.mark.parametrize(
    "label", ["math_floor", "math_ceil", "math_trunc", "math_round", "math_roundeven", "math_exp", "math_sqrt"]
)
@pytest.mark.parametrize("value", ["0.5", "1.5", "2.5", "-0.5", "-1.5", "-2.5", "0.0", "3.0", "-3.75"])
def test_math_op_of_a_constant(label: str, value: str) -> None:
    if label == "math_sqrt" and float(value) < 0:
        return
    assert_square(on_data(op_of(label), ["f32"], "f32", 4, constants={0: value}), [[0] * 4])


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 5, 16, 17, -1, -2, -3, -17])
def test_math_fpowi(exponent: int) -> None:
    (column,), lanes = grid([[1.0, -1.0, 0.5, -1.5, 1.25, 2.0]])
    text = on_data("math.fpowi", ["f64", "i32"], "f64", lanes, constants={1: str(exponent)})
    assert_square(text, [column, [0] * lanes])
    wrong = on_data("math.fpowi", ["f64", "i32"], "f64", lanes, constants={1: str(exponent + 1)})
    assert_refuted(text, wrong, [column, [0] * lanes])


def test_math_fpowi_of_data() -> None:
    columns, lanes = grid([[1.0, -1.0, 0.5, -1.5], [0, 1, 2, -1, -3, 7]])
    assert_square(on_data("math.fpowi", ["f64", "i32"], "f64", lanes), [*columns, [0] * lanes])


# -------------------------------------------------------------------------------------------------- libdevice

EXTERN_UNARY: dict[str, list[float]] = {
    **dict.fromkeys(
        [
            "exp",
            "exp2",
            "exp10",
            "expm1",
            "sin",
            "cos",
            "tanh",
            "sinh",
            "cosh",
            "atan",
            "asinh",
            "erf",
            "erfc",
            "cbrt",
            "fabs",
        ],
        ANY,
    ),
    **dict.fromkeys(["log", "log2", "log10", "log1p", "rsqrt", "lgamma", "tgamma"], POSITIVE[:7]),
    **dict.fromkeys(["sqrt", "frcp_rn", "fsqrt_rn"], POSITIVE),
    **dict.fromkeys(["floor", "ceil", "trunc", "round", "rint", "nearbyint"], TIES),
    **dict.fromkeys(["asin", "acos"], UNIT),
    "tan": [0.0, 0.5, -0.5, 4.0],
    "acosh": [1.0, 1.5, 100.0],
    "atanh": [0.0, 0.5, -0.9],
    "j0": [0.0, 0.5, 3.0],
    "j1": [0.0, 0.5, 3.0],
    "erfinv": [0.0, 0.5, -0.9],
    "erfcinv": [0.5, 1.0, 1.9],
}
EXTERN_BINARY: dict[str, tuple[list[float], list[float]]] = {
    "atan2": ([0.0, 1.0, -1.0], [1.0, -1.0, 0.5]),
    "pow": (POSITIVE[:6], [0.0, 1.0, -1.0, 0.5]),
    "fmod": ([5.5, -5.5, 7.0], [2.0, -3.0, 0.5]),
    "hypot": ([3.0, -1.0, 0.0], [4.0, 2.0]),
    "fdim": ([3.0, -1.0, 2.0], [2.0, 2.5]),
    "fmax": (ANY, ANY),
    "fmin": (ANY, ANY),
    "copysign": (ANY, [1.0, -1.0, 0.0, -0.0]),
    "fadd_rn": (ANY, ANY),
    "fsub_rn": (ANY, ANY),
    "fmul_rn": (ANY, ANY),
    "fdiv_rn": (ANY, [1.0, -2.0, 0.5]),
}


def extern(symbol: str) -> str:
    return f'libname = "libdevice", libpath = "", pure = true, symbol = "{symbol}"'


@pytest.mark.parametrize("name", sorted(EXTERN_UNARY))
def test_tt_extern_elementwise_unary(name: str) -> None:
    (column,), lanes = grid([EXTERN_UNARY[name]])
    symbol = f"__nv_{name}" + ("" if "_r" in name else "f")
    text = on_data("tt.extern_elementwise", ["f32"], "f32", lanes, extern(symbol))
    try:
        lifted = assert_square(text, [column, [0] * lanes])
    except Unsupported as missing:
        assert missing.diagnostic.code.startswith("eval")  # the evaluator has no such function: nothing to compare with
        pytest.skip(str(missing))
    found = difference(lifted, launch_of(lifted, [column, [0] * lanes]))
    assert not found.partial
    twin = "__nv_sinf" if name != "sin" else "__nv_cosf"
    assert_refuted(text, on_data("tt.extern_elementwise", ["f32"], "f32", lanes, extern(twin)), [column, [0] * lanes])


@pytest.mark.parametrize("name", sorted(EXTERN_BINARY))
def test_tt_extern_elementwise_binary(name: str) -> None:
    columns, lanes = grid(EXTERN_BINARY[name])
    symbol = f"__nv_{name}" + ("" if "_r" in name else "f")
    text = on_data("tt.extern_elementwise", ["f32", "f32"], "f32", lanes, extern(symbol))
    assert_square(text, [*columns, [0] * lanes])
    twin = "__nv_fmaxf" if name != "fmax" else "__nv_fminf"
    wrong = on_data("tt.extern_elementwise", ["f32", "f32"], "f32", lanes, extern(twin))
    assert_refuted(text, wrong, [*columns, [0] * lanes])


@pytest.mark.parametrize(
    ("name", "result"), [("isnan", "i32"), ("isinf", "i32"), ("finite", "i32"), ("signbit", "i32"), ("isnan", "i1")]
)
def test_tt_extern_elementwise_predicate(name: str, result: str) -> None:
    (column,), lanes = grid([[*FINITE, *(SPECIAL if name != "signbit" else [])]])
    text = on_data("tt.extern_elementwise", ["f32"], result, lanes, extern(f"__nv_{name}f"))
    assert_square(text, [column, [0] * lanes])
    twin = "__nv_isinff" if name != "isinf" else "__nv_isnanf"
    assert_refuted(
        text, on_data("tt.extern_elementwise", ["f32"], result, lanes, extern(twin)), [column, [0] * lanes]
    ) if name != "signbit" else None


@pytest.mark.parametrize(("name", "values"), [("llrint", TIES[:10]), ("llround", TIES[:10])])
def test_tt_extern_elementwise_to_integer(name: str, values: list[float]) -> None:
    (column,), lanes = grid([values])
    text = on_data("tt.extern_elementwise", ["f32"], "i64", lanes, extern(f"__nv_{name}f"))
    assert_square(text, [column, [0] * lanes])
    twin = {"llrint": "llround", "llround": "llrint"}[name]
    wrong = on_data("tt.extern_elementwise", ["f32"], "i64", lanes, extern(f"__nv_{twin}f"))
    assert_refuted(text, wrong, [column, [0] * lanes])


def test_tt_extern_elementwise_powi() -> None:
    columns, lanes = grid([[1.0, -1.5, 2.0], [0, 1, 2, -3]])
    text = on_data("tt.extern_elementwise", ["f32", "i32"], "f32", lanes, extern("__nv_powif"))
    assert_square(text, [*columns, [0] * lanes])


@pytest.mark.parametrize(
    "symbol", ["__nv_unknownf", "my_function", "__nv_sinpif", "__nv_clz", "__nv_hadd", "__nv_rcbrtf", "exp", "__nv_"]
)
def test_an_unknown_extern_is_refused(symbol: str) -> None:
    with pytest.raises(LiftError, match="no meaning"):
        lift(on_data("tt.extern_elementwise", ["f32"], "f32", 4, extern(symbol)))


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("__nv_fmaf", "fma"),
        ("__nv_fabsf", "fabs"),
        ("__nv_erff", "erf"),
        ("__nv_rintf", "rint"),
        ("__nv_fmaf_rn", "fmaf_rn"),
        ("__nv_isnand", "isnan"),
        ("__nv_isinff", "isinf"),
        ("__nv_tanhf", "tanh"),
        ("__nv_tanh", "tanh"),
        ("__nv_fast_expf", "fast_exp"),
        ("__ocml_exp_f32", "exp"),
        ("__ocml_rsqrt_f64", "rsqrt"),
        ("__nv_fdimf", "fdim"),
        ("__nv_powif", "powi"),
        ("__nv_modff", "modff"),
    ],
)
def test_symbols_name_functions(symbol: str, name: str) -> None:
    assert libdevice_name(symbol) == name


def test_named_functions_with_undefined_points_are_proved_with_a_condition() -> None:
    # log(-1) has no value: the statement is proved, its definedness is printed
    lifted = lift(on_data("math.log", ["f32"], "f32", 4))
    assert isinstance(lifted.verdict, Proved)
    found = difference(lifted, launch_of(lifted, [[-1.0, 0.0, 1.0, 2.0], [0] * 4]))
    assert found.empty
    assert 0 in found.partial["a1"]
