"""Symbolic rows of integer arith ops, by label: the commuting square per width, with wrong twins."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.interp.grids import grid, int_edges
from tests.interp.kernels import call, constant, on_data, on_lanes, on_scalars, tensor
from tests.interp.square import (
    assert_refuted,
    assert_scalar_square,
    assert_square,
    difference,
    launch_of,
    lift,
    satisfied,
)
from tests.ops.harness import load, module, store
from triton_lift.prove.partial import definedness
from triton_lift.prove.verdict import Proved

WIDTHS = (8, 16, 32, 64)


@dataclass(frozen=True)
class Binary:
    """An op of two integers of one width; ``bad``: an op of the same signature with another meaning."""

    label: str
    op: str
    bad: str
    widths: tuple[int, ...] = WIDTHS
    props: str = ""
    bad_props: str = ""
    result: str = ""
    shift: bool = False

    def columns(self, width: int) -> list[list[int]]:
        other = [0, 1, 2, width // 2, width - 2, width - 1, width] if self.shift else int_edges(width)
        return [int_edges(width), sorted(set(other))]


_CMPI = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
_CMPI_BAD = (1, 0, 3, 2, 5, 4, 2, 3, 4, 5)

BINARY = [
    Binary("arith_addi", "arith.addi", "arith.subi", (1, *WIDTHS), bad_props=""),
    Binary("arith_subi", "arith.subi", "arith.addi", WIDTHS),
    Binary("arith_muli", "arith.muli", "arith.addi", (1, *WIDTHS)),
    Binary("arith_divsi", "arith.divsi", "arith.floordivsi"),
    Binary("arith_remsi", "arith.remsi", "arith.remui"),
    Binary("arith_divui", "arith.divui", "arith.divsi"),
    Binary("arith_remui", "arith.remui", "arith.remsi"),
    Binary("arith_floordivsi", "arith.floordivsi", "arith.divsi"),
    Binary("arith_ceildivsi", "arith.ceildivsi", "arith.floordivsi"),
    Binary("arith_maxsi", "arith.maxsi", "arith.maxui", (1, *WIDTHS)),
    Binary("arith_minsi", "arith.minsi", "arith.minui", (1, *WIDTHS)),
    Binary("arith_maxui", "arith.maxui", "arith.maxsi", (1, *WIDTHS)),
    Binary("arith_minui", "arith.minui", "arith.minsi", (1, *WIDTHS)),
    Binary("arith_andi", "arith.andi", "arith.ori", (1, *WIDTHS)),
    Binary("arith_ori", "arith.ori", "arith.xori", (1, *WIDTHS)),
    Binary("arith_xori", "arith.xori", "arith.ori", (1, *WIDTHS)),
    Binary("arith_shli", "arith.shli", "arith.shrsi", shift=True),
    Binary("arith_shrsi", "arith.shrsi", "arith.shrui", shift=True),
    Binary("arith_shrui", "arith.shrui", "arith.shrsi", shift=True),
    *(
        Binary(
            "arith_cmpi",
            "arith.cmpi",
            "arith.cmpi",
            (1, 8, 32, 64),
            f"predicate = {p} : i64",
            f"predicate = {_CMPI_BAD[p]} : i64",
            "i1",
        )
        for p in range(10)
    ),
]

# add and sub agree modulo 2, as do these; i1 twins are ops that differ there.
_BAD_I1 = {"arith.addi": "arith.ori", "arith.muli": "arith.ori"}


def _id(case: Binary) -> str:
    return case.label + (f"_{_CMPI[int(case.props.split()[2])]}" if case.props else "")


def _each() -> list[object]:
    return [pytest.param(c, w, id=f"{_id(c)}-i{w}") for c in BINARY for w in c.widths]


@pytest.mark.parametrize(("case", "width"), _each())
def test_binary_on_data(case: Binary, width: int) -> None:
    kind = f"i{width}"
    columns, lanes = grid(case.columns(width))
    result = case.result or kind
    text = on_data(case.op, [kind, kind], result, lanes, case.props)
    assert_square(text, [*columns, [0] * lanes])
    bad = _BAD_I1.get(case.op, case.bad) if width == 1 else case.bad
    assert_refuted(text, on_data(bad, [kind, kind], result, lanes, case.bad_props), [*columns, [0] * lanes])


@pytest.mark.parametrize(("case", "width"), _each())
def test_binary_on_scalars(case: Binary, width: int) -> None:
    # scalar arguments are address arithmetic: conditions are printed, and the value is compared where they hold
    kind = f"i{width}"
    columns, lanes = grid(case.columns(width))
    result = case.result or kind
    text = on_scalars(case.op, [kind, kind], result, case.props)
    assert_scalar_square(text, on_data(case.op, [kind, kind], result, lanes, case.props), columns)


@pytest.mark.parametrize(("case", "width"), _each())
def test_binary_with_a_constant(case: Binary, width: int) -> None:
    # constants take other branches of the rows: division, shifts, masks, bounds
    kind = f"i{width}"
    first, constants = case.columns(width)
    for position in (0, 1):
        for c in constants if position else first:
            columns, lanes = grid([first if position else constants])
            value = {0: "false", 1: "true"}[c] if width == 1 else str(c)
            text = on_data(case.op, [kind, kind], case.result or kind, lanes, case.props, constants={position: value})
            lifted = lift(text)
            launch = launch_of(lifted, [*columns, [0] * lanes])
            by_zero = ("div" in case.op or "rem" in case.op) and position == 1 and c == 0
            if by_zero or (case.shift and position == 1 and c == width):
                # undefined at every point: no proof, or a condition that no launch satisfies
                ctx, statement = lifted.denotation.ctx, lifted.proposals[0].statement
                never = ctx.truth(False) in definedness(ctx, statement)
                assert not isinstance(lifted.verdict, Proved) or never or not satisfied(lifted, launch)
                continue
            assert isinstance(lifted.verdict, Proved), (c, str(lifted.verdict))
            found = difference(lifted, launch)
            assert found.empty, (position, c, found.differ)


@pytest.mark.parametrize(("case", "width"), [p for p in _each() if p.values[1] in (8, 32, 64)])  # pyright: ignore
def test_binary_on_lanes(case: Binary, width: int) -> None:
    # small known ranges: intervals decide signs and fits
    kind = f"i{width}"
    for start, other in ((-5, 3), (-5, -3), (0, 3), (0, 5), (-8, 1), (1, 7)):
        for swapped in (False, True):
            if case.shift and (swapped or other < 0):
                continue
            text = on_lanes(case.op, kind, case.result or kind, 8, start, str(other), case.props, swapped=swapped)
            lifted = lift(text)
            zero_divisor = swapped and ("div" in case.op or "rem" in case.op) and start <= 0 < start + 8
            if isinstance(lifted.verdict, Proved):
                found = difference(lifted, launch_of(lifted, [[0] * 8]))
                assert found.empty, (start, other, swapped, found.differ)
            else:
                assert zero_divisor, str(lifted.verdict)


# ----------------------------------------------------------------------------------------------- casts and constants

CASTS = [
    *(("arith_extsi", "arith.extsi", "arith.extui", a, b) for a in (1, 8, 16, 32) for b in (32, 64) if a < b),
    *(("arith_extui", "arith.extui", "arith.extsi", a, b) for a in (1, 8, 16, 32) for b in (32, 64) if a < b),
    *(("arith_trunci", "arith.trunci", "", a, b) for a in (16, 32, 64) for b in (1, 8, 16, 32) if a > b),
]


@pytest.mark.parametrize(("label", "op", "bad", "source", "target"), CASTS)
def test_cast(label: str, op: str, bad: str, source: int, target: int) -> None:
    del label
    (column,), lanes = grid([int_edges(source)])
    kind, result = f"i{source}", f"i{target}"
    text = on_data(op, [kind], result, lanes)
    assert_square(text, [column, [0] * lanes])
    assert_scalar_square(on_scalars(op, [kind], result), text, [column])
    if bad:
        assert_refuted(text, on_data(bad, [kind], result, lanes), [column, [0] * lanes])


@pytest.mark.parametrize(("source", "target"), [(64, 32), (32, 8), (16, 8)])
def test_trunci_is_no_saturation(source: int, target: int) -> None:
    # the twin clamps to the narrow range first
    (column,), lanes = grid([int_edges(source)])
    wide, narrow = f"i{source}", f"i{target}"
    w = tensor((lanes,), wide)
    half = 1 << (target - 1)
    body = [
        load("%a0", "x", wide, (lanes,)),
        constant("lo", str(-half), wide, (lanes,)),
        constant("hi", str(half - 1), wide, (lanes,)),
        call("m", "arith.maxsi", ["%x", "%lo"], [w, w], w),
        call("n", "arith.minsi", ["%m", "%hi"], [w, w], w),
        call("y", "arith.trunci", ["%n"], [w], tensor((lanes,), narrow)),
        store("%a1", "%y", narrow, (lanes,)),
    ]
    saturating = module([f"!tt.ptr<{wide}>", f"!tt.ptr<{narrow}>"], "\n".join(body))
    assert_square(saturating, [column, [0] * lanes])
    assert_refuted(on_data("arith.trunci", [wide], narrow, lanes), saturating, [column, [0] * lanes])


def chain(kinds: list[str], ops: list[tuple[str, str]]) -> str:
    """x (and y) from arrays through ops in a row; each op takes the last value, binary ones also the last operand."""
    lanes = 16
    lines = [load(f"%a{i}", f"x{i}", k, (lanes,)) for i, k in enumerate(kinds)]
    value, kind = "%x0", kinds[0]
    for n, (op, result) in enumerate(ops):
        binary = op.split(".")[1] in (
            "addi",
            "subi",
            "muli",
            "maxsi",
            "minsi",
            "divsi",
            "remsi",
            "shrsi",
            "andi",
            "xori",
        )
        operands, types = ([value, "%x1"], [kind, kinds[1]]) if binary else ([value], [kind])
        lines.append(call(f"v{n}", op, operands, [tensor((lanes,), t) for t in types], tensor((lanes,), result)))
        value, kind = f"%v{n}", result
    lines.append(store(f"%a{len(kinds)}", value, kind, (lanes,)))
    return module([f"!tt.ptr<{k}>" for k in (*kinds, kind)], "\n".join(lines))


WRAPPED = [
    # a sum that wrapped is observed: each of these sees the wrapped value, not the number beyond the range
    ("arith.extsi", "i64"),
    ("arith.extui", "i64"),
    ("arith.maxsi", "i8"),
    ("arith.minsi", "i8"),
    ("arith.divsi", "i8"),
    ("arith.remsi", "i8"),
    ("arith.shrsi", "i8"),
    ("arith.sitofp", "f32"),
    ("arith.uitofp", "f32"),
    ("arith.andi", "i8"),
    ("arith.xori", "i8"),
    ("math.absi", "i8"),
    ("math.ctlz", "i8"),
    ("math.ctpop", "i8"),
    ("math.cttz", "i8"),
    ("arith.trunci", "i1"),
    ("arith.index_cast", "index"),
]


@pytest.mark.parametrize("first", ["arith.addi", "arith.muli", "arith.subi"])
@pytest.mark.parametrize(("op", "result"), WRAPPED, ids=[f"{op.replace('.', '_')}" for op, _ in WRAPPED])
def test_a_wrapped_operand_is_observed(first: str, op: str, result: str) -> None:
    a = [-128, -128, 127, 127, 100, 100, -100, -100, 64, 64, 1, 0, -1, -1, 90, 3]
    b = [-128, 1, 127, 1, 100, 2, -100, 7, 2, 64, 1, 5, -1, 127, 90, 3]
    steps = [(first, "i8"), (op, result)]
    if result == "index":
        steps.append(("arith.index_cast", "i32"))
    assert_square(chain(["i8", "i8"], steps), [a, b, [0] * 16])


def test_index_cast_extends_the_sign() -> None:
    (column,), lanes = grid([int_edges(16)])
    w, i, o = (tensor((lanes,), k) for k in ("i16", "index", "i64"))
    body = [
        load("%a0", "x", "i16", (lanes,)),
        call("y", "arith.index_cast", ["%x"], [w], i),
        call("z", "arith.index_cast", ["%y"], [i], o),
        store("%a1", "%z", "i64", (lanes,)),
    ]
    text = module(["!tt.ptr<i16>", "!tt.ptr<i64>"], "\n".join(body))
    assert_square(text, [column, [0] * lanes])
    assert_refuted(text, on_data("arith.extui", ["i16"], "i64", lanes), [column, [0] * lanes])


@pytest.mark.parametrize("first", [True, False])
def test_arith_select_on_integers(first: bool) -> None:
    columns, lanes = grid([[0, 1], [-5, 0, 7], [-1, 3]])
    text = on_data("arith.select", ["i1", "i32", "i32"], "i32", lanes)
    assert_square(text, [*columns, [0] * lanes])
    wrong = text.replace("(%x0, %x1, %x2)", "(%x0, %x2, %x1)" if first else "(%x0, %x1, %x1)")
    assert_refuted(text, wrong, [*columns, [0] * lanes])


@pytest.mark.parametrize("op", ["math.absi", "math.ctlz", "math.cttz", "math.ctpop"])
@pytest.mark.parametrize("width", WIDTHS)
def test_integer_math(op: str, width: int) -> None:
    bad = {"math.absi": "math.ctpop", "math.ctlz": "math.cttz", "math.cttz": "math.ctlz", "math.ctpop": "math.absi"}[op]
    kind = f"i{width}"
    (column,), lanes = grid([[*int_edges(width), 5, 12, 1 << (width - 2)]])
    text = on_data(op, [kind], kind, lanes)
    assert_square(text, [column, [0] * lanes])
    assert_scalar_square(on_scalars(op, [kind], kind), text, [column])
    assert_refuted(text, on_data(bad, [kind], kind, lanes), [column, [0] * lanes])


@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_tt_mulhiui(width: int) -> None:
    kind = f"i{width}"
    columns, lanes = grid([int_edges(width), int_edges(width)])
    text = on_data("tt.mulhiui", [kind, kind], kind, lanes)
    assert_square(text, [*columns, [0] * lanes])
    assert_scalar_square(on_scalars("tt.mulhiui", [kind, kind], kind), text, columns)
    assert_refuted(text, on_data("arith.muli", [kind, kind], kind, lanes), [*columns, [0] * lanes])
