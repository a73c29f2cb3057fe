"""Symbolic rows of float arith ops, by label: finite edge values, IEEE tests on NaN and infinities too."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.interp.grids import FINITE, SPECIAL, edges, grid
from tests.interp.kernels import call, constant, on_data, on_scalars, tensor
from tests.interp.square import assert_refuted, assert_scalar_square, assert_square, lift
from tests.ops.harness import load, module, store
from triton_lift.prove.verdict import Proved
from triton_lift.util.diagnostic import Unsupported

KINDS = ("f16", "bf16", "f32", "f64")
SMALL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.25, -7.0, 100.0, 2.0**-14]


@dataclass(frozen=True)
class Real:
    """An op of ``arity`` floats; ``bad``: a twin of the same signature."""

    label: str
    bad: str
    arity: int = 2

    @property
    def op(self) -> str:
        return self.label.replace("_", ".", 1)


REAL = [
    Real("arith_addf", "arith.subf"),
    Real("arith_subf", "arith.addf"),
    Real("arith_mulf", "arith.divf"),
    Real("arith_divf", "arith.mulf"),
    Real("arith_remf", "arith.divf"),
    Real("arith_negf", "math.absf", 1),
    Real("arith_maxnumf", "arith.minnumf"),
    Real("arith_minnumf", "arith.maxnumf"),
    Real("arith_maximumf", "arith.minimumf"),
    Real("arith_minimumf", "arith.maximumf"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", REAL, ids=lambda c: c.label)
def test_real_op(case: Real, kind: str) -> None:
    columns, lanes = grid([SMALL] * case.arity)
    text = on_data(case.op, [kind] * case.arity, kind, lanes)
    assert_square(text, [*columns, [0] * lanes])
    assert_scalar_square(on_scalars(case.op, [kind] * case.arity, kind), text, columns)
    assert_refuted(text, on_data(case.bad, [kind] * case.arity, kind, lanes), [*columns, [0] * lanes])


@pytest.mark.parametrize("case", REAL, ids=lambda c: c.label)
@pytest.mark.parametrize("position", [0, 1])
def test_real_op_with_a_constant(case: Real, position: int) -> None:
    if case.arity == 1:
        pytest.skip("one operand")
    for value in ("0.0", "-0.0", "1.0", "-2.5", "1.0e+10"):
        (column,), lanes = grid([SMALL])
        text = on_data(case.op, ["f32", "f32"], "f32", lanes, constants={position: value})
        if position == 1 and float(value) == 0 and case.op in ("arith.divf", "arith.remf"):
            # defined nowhere (divf), or only as a printed condition (remf): nothing may be claimed of any cell
            lifted = lift(text)
            assert not isinstance(lifted.verdict, Proved) or case.op == "arith.remf"
            continue
        if position == 0 and float(value) == 0 and case.op == "arith.divf":
            # 0/x is 0 but at x = 0, which is then printed as a condition: what was dropped is on record
            (column,), lanes = grid([[v for v in SMALL if v != 0]])
            text = on_data(case.op, ["f32", "f32"], "f32", lanes, constants={position: value})
            assert lift(text).denotation.dropped
        assert_square(text, [column, [0] * lanes])


@pytest.mark.parametrize("op", ["arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.remf", "arith.maxnumf"])
def test_a_nan_constant_is_refused(op: str) -> None:
    # over the reals nan - nan would be 0
    for position in (0, 1):
        text = on_data(op, ["f32", "f32"], "f32", 4, constants={position: "0x7FC00000"})
        with pytest.raises(Unsupported, match="NaN"):
            lift(text)


def test_a_stored_nan_is_nan() -> None:
    columns, lanes = grid([[0, 1], [2.0, -3.0]])
    text = on_data("arith.select", ["i1", "f32", "f32"], "f32", lanes, constants={2: "0x7FC00000"})
    assert_square(text, [*columns, [0] * lanes])


@pytest.mark.parametrize("value", ["0x7F800000", "0xFF800000"])
@pytest.mark.parametrize("case", [c for c in REAL if c.label[6:9] in ("max", "min")], ids=lambda c: c.label)
def test_extremum_with_infinity(case: Real, value: str) -> None:
    (column,), lanes = grid([SMALL])
    assert_square(on_data(case.op, ["f32", "f32"], "f32", lanes, constants={1: value}), [column, [0] * lanes])


# ----------------------------------------------------------------------------------------------- comparisons

NAMES = [
    "false",
    "oeq",
    "ogt",
    "oge",
    "olt",
    "ole",
    "one",
    "ord",
    "ueq",
    "ugt",
    "uge",
    "ult",
    "ule",
    "une",
    "uno",
    "true",
]
TWIN = {0: 15, 1: 6, 2: 3, 3: 2, 4: 5, 5: 4, 6: 1, 8: 13, 9: 10, 10: 9, 11: 12, 12: 11, 13: 8, 15: 0}


def props(p: int) -> str:
    return f"predicate = {p} : i64, fastmath = #arith.fastmath<none>"


@pytest.mark.parametrize("p", range(16), ids=lambda p: f"arith_cmpf_{NAMES[p]}")
def test_comparison_of_finite_values(p: int) -> None:
    columns, lanes = grid([FINITE[:18], FINITE[:18]])
    text = on_data("arith.cmpf", ["f32", "f32"], "i1", lanes, props(p))
    assert_square(text, [*columns, [0] * lanes])
    assert_scalar_square(on_scalars("arith.cmpf", ["f32", "f32"], "i1", props(p)), text, columns)
    if p in TWIN:
        wrong = on_data("arith.cmpf", ["f32", "f32"], "i1", lanes, props(TWIN[p]))
        assert_refuted(text, wrong, [*columns, [0] * lanes])


def with_itself(p: int, lanes: int) -> str:
    t = tensor((lanes,), "f32")
    body = [
        load("%a0", "x", "f32", (lanes,)),
        call("y", "arith.cmpf", ["%x", "%x"], [t, t], tensor((lanes,), "i1"), props(p)),
        store("%a1", "%y", "i1", (lanes,)),
    ]
    return module(["!tt.ptr<f32>", "!tt.ptr<i1>"], "\n".join(body))


@pytest.mark.parametrize("p", range(16), ids=lambda p: f"arith_cmpf_{NAMES[p]}")
def test_comparison_with_itself_is_a_nan_test(p: int) -> None:
    (column,), lanes = grid([[*FINITE, *SPECIAL]])
    assert_square(with_itself(p, lanes), [column, [0] * lanes])
    ordered_twin = {0: 15, 1: 8, 2: 9, 3: 10, 4: 11, 5: 12, 6: 13, 7: 14}
    other = ordered_twin.get(p, {v: k for k, v in ordered_twin.items()}.get(p))
    assert other is not None
    assert_refuted(with_itself(p, lanes), with_itself(other, lanes), [column, [0] * lanes])


@pytest.mark.parametrize("p", [7, 14], ids=lambda p: f"arith_cmpf_{NAMES[p]}")
def test_ordered_tests_of_two_values(p: int) -> None:
    columns, lanes = grid([[0.0, 1.5, *SPECIAL], [0.0, -2.0, *SPECIAL]])
    text = on_data("arith.cmpf", ["f32", "f32"], "i1", lanes, props(p))
    assert_square(text, [*columns, [0] * lanes])
    wrong = on_data("arith.cmpf", ["f32", "f32"], "i1", lanes, props(21 - p))
    assert_refuted(text, wrong, [*columns, [0] * lanes])


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("value", ["0x7F800000", "0xFF800000"])
@pytest.mark.parametrize("p", range(16), ids=lambda p: f"arith_cmpf_{NAMES[p]}")
def test_comparison_with_an_infinity_is_exact_on_ieee_values(p: int, value: str, position: int) -> None:
    (column,), lanes = grid([[*FINITE, *SPECIAL]])
    assert_square(
        on_data("arith.cmpf", ["f32", "f32"], "i1", lanes, props(p), constants={position: value}), [column, [0] * lanes]
    )


@pytest.mark.parametrize("label", ["math_isnan", "math_isinf", "math_isfinite"])
def test_predicate(label: str) -> None:
    op = label.replace("_", ".", 1)
    (column,), lanes = grid([[*FINITE, *SPECIAL]])
    text = on_data(op, ["f32"], "i1", lanes)
    assert_square(text, [column, [0] * lanes])
    bad = {"math.isnan": "math.isinf", "math.isinf": "math.isnan", "math.isfinite": "math.isinf"}[op]
    assert_refuted(text, on_data(bad, ["f32"], "i1", lanes), [column, [0] * lanes])


# ----------------------------------------------------------------------------------------------------- casts


@pytest.mark.parametrize(
    ("label", "op", "source", "target", "bad"),
    [
        ("arith_extf", "arith.extf", "f16", "f32", "math.absf"),
        ("arith_extf", "arith.extf", "bf16", "f32", "math.absf"),
        ("arith_extf", "arith.extf", "f32", "f64", "math.absf"),
        ("arith_truncf", "arith.truncf", "f32", "f16", "math.absf"),
        ("arith_truncf", "arith.truncf", "f32", "bf16", "math.absf"),
        ("arith_truncf", "arith.truncf", "f64", "f32", "math.absf"),
        ("tt_fp_to_fp", "tt.fp_to_fp", "f32", "f8E4M3FN", "math.absf"),
        ("tt_fp_to_fp", "tt.fp_to_fp", "f8E5M2", "f32", "math.absf"),
        ("arith_sitofp", "arith.sitofp", "i8", "f32", "arith.uitofp"),
        ("arith_sitofp", "arith.sitofp", "i32", "f32", "arith.uitofp"),
        ("arith_sitofp", "arith.sitofp", "i64", "f64", "arith.uitofp"),
        ("arith_sitofp", "arith.sitofp", "i1", "f32", "arith.uitofp"),
        ("arith_uitofp", "arith.uitofp", "i8", "f32", "arith.sitofp"),
        ("arith_uitofp", "arith.uitofp", "i32", "f32", "arith.sitofp"),
        ("arith_uitofp", "arith.uitofp", "i1", "f32", "arith.sitofp"),
    ],
)
def test_cast(label: str, op: str, source: str, target: str, bad: str) -> None:
    del label
    values = edges(source)
    if source == "i64":  # real mode converts to f64: keep to values that it holds
        values = [v for v in values if abs(v) < 2**53]
    (column,), lanes = grid([values])
    rounding = "rounding = 1 : i32" if op == "tt.fp_to_fp" and target.startswith("f8") else ""
    text = on_data(op, [source], target, lanes, rounding)
    assert_square(text, [column, [0] * lanes])
    assert_scalar_square(on_scalars(op, [source], target, rounding), text, [column])
    if bad.startswith("arith"):
        assert_refuted(text, on_data(bad, [source], target, lanes), [column, [0] * lanes])
    else:
        s, t = tensor((lanes,), source), tensor((lanes,), target)
        body = [
            load("%a0", "x0", source, (lanes,)),
            call("z", bad, ["%x0"], [s], s),
            call("y", op, ["%z"], [s], t, rounding),
        ]
        wrong = module(
            [f"!tt.ptr<{source}>", f"!tt.ptr<{target}>"], "\n".join([*body, store("%a1", "%y", target, (lanes,))])
        )
        assert_refuted(text, wrong, [column, [0] * lanes])


@pytest.mark.parametrize("width", [8, 16, 32, 64])
@pytest.mark.parametrize("op", ["arith.fptosi", "arith.fptoui"])
def test_float_to_integer_truncates(op: str, width: int) -> None:
    label = op.replace(".", "_")
    assert label in ("arith_fptosi", "arith_fptoui")
    values = [
        0.0,
        -0.0,
        0.5,
        -0.5,
        0.999,
        1.5,
        -1.5,
        2.5,
        -2.5,
        100.7,
        -100.7,
        127.9,
        -128.9,
        200.5,
        255.5,
        3.0e9,
        -2147483648.0,
    ]
    (column,), lanes = grid([values])
    text = on_data(op, ["f32"], f"i{width}", lanes)
    assert_square(text, [column, [0] * lanes])
    assert_scalar_square(on_scalars(op, ["f32"], f"i{width}"), text, [column])
    # the twin rounds down
    t = tensor((lanes,), "f32")
    body = [load("%a0", "x0", "f32", (lanes,)), call("z", "math.floor", ["%x0"], [t], t)]
    body.append(call("y", op, ["%z"], [t], tensor((lanes,), f"i{width}")))
    wrong = module(
        ["!tt.ptr<f32>", f"!tt.ptr<i{width}>"], "\n".join([*body, store("%a1", "%y", f"i{width}", (lanes,))])
    )
    if op == "arith.fptosi":
        assert_refuted(text, wrong, [column, [0] * lanes])


def test_conversions_of_one_value_to_two_widths_do_not_share_bounds() -> None:
    (column,), lanes = grid([[1000.0, 5.0, -1000.0, 100.0]])
    f, w = tensor((lanes,), "f32"), tensor((lanes,), "i32")
    body = [
        load("%a0", "x", "f32", (lanes,)),
        call("n", "arith.fptosi", ["%x"], [f], tensor((lanes,), "i8")),
        call("v", "arith.fptosi", ["%x"], [f], w),
        constant("k", "200", "i32", (lanes,)),
        call("b", "arith.cmpi", ["%v", "%k"], [w, w], tensor((lanes,), "i1"), "predicate = 2 : i64"),
        store("%a1", "%n", "i8", (lanes,)),
        store("%a2", "%b", "i1", (lanes,)),
    ]
    assert_square(
        module(["!tt.ptr<f32>", "!tt.ptr<i8>", "!tt.ptr<i1>"], "\n".join(body)), [column, [0] * lanes, [0] * lanes]
    )


@pytest.mark.parametrize(("float_kind", "int_kind"), [("f16", "i16"), ("f32", "i32"), ("f64", "i64")])
@pytest.mark.parametrize("op", ["arith.bitcast", "tt.bitcast"])
def test_bitcast(op: str, float_kind: str, int_kind: str) -> None:
    (column,), lanes = grid([edges(float_kind)])
    text = on_data(op, [float_kind], int_kind, lanes)
    if float_kind == "f64":  # in real mode every float is an f64
        assert_square(text, [column, [0] * lanes])
        assert_refuted(text, on_data("arith.fptosi", [float_kind], int_kind, lanes), [column, [0] * lanes])
    else:
        assert isinstance(lift(text).verdict, Proved)
    back = on_data(op, [int_kind], float_kind, lanes)
    assert isinstance(lift(back).verdict, Proved)


@pytest.mark.parametrize("op", ["arith.bitcast", "tt.bitcast"])
def test_bitcast_there_and_back_is_the_value(op: str) -> None:
    (column,), lanes = grid([edges("f32")])
    f, i = tensor((lanes,), "f32"), tensor((lanes,), "i32")
    body = [
        load("%a0", "x", "f32", (lanes,)),
        call("y", op, ["%x"], [f], i),
        call("z", op, ["%y"], [i], f),
        store("%a1", "%z", "f32", (lanes,)),
    ]
    assert_square(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], "\n".join(body)), [column, [0] * lanes])


def test_arith_select_on_floats() -> None:
    columns, lanes = grid([[0, 1], [-5.0, 0.5], [2.0, 3.0]])
    text = on_data("arith.select", ["i1", "f32", "f32"], "f32", lanes)
    assert_square(text, [*columns, [0] * lanes])
    assert_refuted(text, text.replace("(%x0, %x1, %x2)", "(%x0, %x2, %x1)"), [*columns, [0] * lanes])


@pytest.mark.parametrize("constant_bits", ["0x4B400000", "0x4B000000", "0xCB400000"])
@pytest.mark.parametrize("back", [True, False])
def test_rounding_by_a_magic_constant_stays(constant_bits: str, back: bool) -> None:
    # x + 1.5*2^23 - 1.5*2^23 rounds x; it is not x
    lanes = 4
    t = tensor((lanes,), "f32")
    ops = ("arith.addf", "arith.subf") if back else ("arith.subf", "arith.addf")
    body = [
        load("%a0", "x", "f32", (lanes,)),
        constant("k", constant_bits, "f32", (lanes,)),
        call("y", ops[0], ["%x", "%k"], [t, t], t),
        call("z", ops[1], ["%y", "%k"], [t, t], t),
        store("%a1", "%z", "f32", (lanes,)),
    ]
    lifted = lift(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], "\n".join(body)))
    (i,) = lifted.proposals[0].statement.indices
    assert lifted.proposals[0].statement.value != lifted.denotation.ctx.read("a0", [i], is_int=False)
