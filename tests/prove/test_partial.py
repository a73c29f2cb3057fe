"""Definedness: where a statement has no value, a printed condition fails; cancelled atoms are on record."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interp.kernels import call, constant, lines, load_at, on_data, pointers, store_at, tensor
from tests.interp.square import Lifted, launch_of, lift
from tests.ops.harness import load, module, store
from triton_lift.agree.statements import memory_evaluator
from triton_lift.prove.dropped import dropped_conditions
from triton_lift.prove.partial import PARTIAL, definedness
from triton_lift.prove.verdict import Proved
from triton_lift.term.numeric_points import Points

WIDE = [-100.0, -2.0, -1.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 7.0, 20.0, -3.0, 0.75, 1e-3]
F = tensor((16,), "f32")

UNARY = [
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "rsqrt",
    "asin",
    "acos",
    "acosh",
    "atanh",
    "tan",
    "exp",
    "sin",
    "erf",
    "tanh",
    "cbrt",
    "floor",
]
EXTERN = ["lgamma", "tgamma", "erfinv", "erfcinv", "logf", "rsqrtf", "frcp_rn"]


def at_points(lifted: Lifted, columns: list[object]) -> tuple[np.ndarray, np.ndarray]:
    """(the statement has a value, every printed condition holds), per index 0..15."""
    ctx = lifted.denotation.ctx
    (proposal,) = lifted.proposals
    (index,) = proposal.statement.indices
    launch = launch_of(lifted, columns)
    evaluator = memory_evaluator(launch)
    points = Points(16, {("sym", index.name): np.arange(16), **{("sym", k): v for k, v in launch.scalars().items()}})
    value = evaluator.num(proposal.statement.value, points)
    has_value = np.ones(16, bool) if value.poison is None else value.poison == 0
    holds = np.ones(16, bool)
    for cond in definedness(ctx, proposal.statement):
        truth = evaluator.bool(cond, points)
        holds &= truth.val & (np.ones(16, bool) if truth.poison is None else truth.poison == 0)
    return has_value, holds


def extern(symbol: str) -> str:
    return f'libname = "libdevice", libpath = "", pure = true, symbol = "{symbol}"'


def text_of(name: str) -> str:
    if name in EXTERN:
        symbol = f"__nv_{name}" if name.endswith(("f", "_rn")) else f"__nv_{name}f"
        return on_data("tt.extern_elementwise", ["f32"], "f32", 16, extern(symbol))
    return on_data(f"math.{name}", ["f32"], "f32", 16)


@pytest.mark.parametrize("name", [*UNARY, *EXTERN])
def test_where_a_function_has_no_value_a_condition_fails(name: str) -> None:
    lifted = lift(text_of(name))
    assert isinstance(lifted.verdict, Proved)
    has_value, holds = at_points(lifted, [WIDE, [0] * 16])
    assert not (~has_value & holds).any(), [WIDE[i] for i in np.flatnonzero(~has_value & holds)]
    assert holds.any()


@pytest.mark.parametrize("name", ["exp", "sin", "erf", "tanh", "cbrt", "floor"])
def test_total_functions_have_no_condition(name: str) -> None:
    lifted = lift(text_of(name))
    assert definedness(lifted.denotation.ctx, lifted.proposals[0].statement) == ()


@pytest.mark.parametrize("op", ["arith.divf", "arith.remf", "math.powf", "tt.precise_divf"])
def test_binary_partial_functions(op: str) -> None:
    lifted = lift(on_data(op, ["f32", "f32"], "f32", 16))
    first = [2.0, -1.0, 0.0, 3.0] * 4
    second = [0.0] * 4 + [1.0] * 4 + [-1.5] * 4 + [0.5] * 4
    has_value, holds = at_points(lifted, [first, second, [0] * 16])
    assert not (~has_value & holds).any()
    assert holds.any()
    assert not holds.all()


@pytest.mark.parametrize(
    "op", ["arith.divsi", "arith.remsi", "arith.divui", "arith.remui", "arith.floordivsi", "arith.ceildivsi"]
)
def test_integer_quotients(op: str) -> None:
    lifted = lift(on_data(op, ["i32", "i32"], "i32", 16))
    has_value, holds = at_points(lifted, [np.arange(16) - 8, [0, 1, -1, 3] * 4, [0] * 16])
    assert not has_value[::4].any()
    assert not holds[::4].any()
    assert holds[1::2].all()


def stored_under(condition: str) -> str:
    """out[i] = 1 or 2 by a condition on 1/x or log x; the value's leaves are constants."""
    inner = (
        call("q", "arith.divf", ["%one", "%x"], [F, F], F)
        if condition == "recip"
        else call("q", "math.log", ["%x"], [F], F)
    )
    body = lines(
        load("%a0", "x", "f32", (16,)),
        constant("one", "1.0", "f32", (16,)),
        constant("two", "2.0", "f32", (16,)),
        inner,
        call(
            "c",
            "arith.cmpf",
            ["%q", "%one"],
            [F, F],
            tensor((16,), "i1"),
            "predicate = 2 : i64, fastmath = #arith.fastmath<none>",
        ),
        call("y", "arith.select", ["%c", "%one", "%two"], [tensor((16,), "i1"), F, F], F),
        store("%a1", "%y", "f32", (16,)),
    )
    return module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body)


@pytest.mark.parametrize("condition", ["recip", "log"])
def test_a_partial_function_in_a_condition_of_the_value(condition: str) -> None:
    lifted = lift(stored_under(condition))
    assert isinstance(lifted.verdict, Proved)
    _, holds = at_points(lifted, [WIDE, [0] * 16])
    zero = WIDE.index(0.0)
    assert not holds[zero]
    assert holds[WIDE.index(2.0)]


def test_a_partial_function_in_a_mask() -> None:
    body = lines(
        load("%a0", "x", "f32", (16,)),
        constant("one", "1.0", "f32", (16,)),
        call("q", "math.log", ["%x"], [F], F),
        call(
            "c",
            "arith.cmpf",
            ["%q", "%one"],
            [F, F],
            tensor((16,), "i1"),
            "predicate = 2 : i64, fastmath = #arith.fastmath<none>",
        ),
        call("r", "tt.make_range", [], [], tensor((16,), "i32"), "end = 16 : i32, start = 0 : i32"),
        pointers("%a1", "p", "f32", "%r", (16,)),
        store_at("%p", "%one", "f32", (16,), "%c"),
    )
    lifted = lift(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body))
    ctx = lifted.denotation.ctx
    (proposal,) = lifted.proposals
    (index,) = proposal.statement.indices
    positive = ctx.gt(ctx.read("a0", [index], is_int=False), ctx.num(0))
    assert positive in definedness(ctx, proposal.statement)


@pytest.mark.parametrize(
    ("inner", "name"),
    [(call("q", "math.log", ["%x"], [F], F), "log"), (call("q", "arith.divf", ["%one", "%x"], [F, F], F), "recip")],
)
@pytest.mark.parametrize("how", ["minus itself", "times zero"])
def test_what_cancels_is_on_record(inner: str, name: str, how: str) -> None:
    outer = (
        call("y", "arith.subf", ["%q", "%q"], [F, F], F)
        if how == "minus itself"
        else call("y", "arith.mulf", ["%q", "%zero"], [F, F], F)
    )
    body = lines(
        load("%a0", "x", "f32", (16,)),
        constant("one", "1.0", "f32", (16,)),
        constant("zero", "0.0", "f32", (16,)),
        inner,
        outer,
        store("%a1", "%y", "f32", (16,)),
    )
    lifted = lift(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body))
    assert {a.name for a in lifted.denotation.dropped} == {name}
    (assumption,) = dropped_conditions(lifted.denotation).everywhere
    assert assumption.kind == "defined"
    assert not (assumption.cond.kind == "bool" and assumption.cond.truth)


def test_x_times_its_reciprocal_is_not_one() -> None:
    body = lines(
        load("%a0", "x", "f32", (16,)),
        constant("one", "1.0", "f32", (16,)),
        call("q", "arith.divf", ["%one", "%x"], [F, F], F),
        call("y", "arith.mulf", ["%q", "%x"], [F, F], F),
        store("%a1", "%y", "f32", (16,)),
    )
    lifted = lift(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body))
    assert lifted.proposals[0].statement.value.constant is None
    _, holds = at_points(lifted, [WIDE, [0] * 16])
    assert not holds[WIDE.index(0.0)]


def test_every_partial_atom_of_the_core_has_a_domain_or_fails_closed() -> None:
    # terms.md lists them; one without an entry would be dropped silently only if it had no condition at all
    for name in (
        "recip",
        "log",
        "log2",
        "sqrt",
        "pow",
        "asin",
        "acos",
        "acosh",
        "atanh",
        "log1p",
        "log10",
        "fmod",
        "lgamma",
        "tan",
    ):
        assert name in PARTIAL, name


def test_a_masked_off_lane_needs_no_value() -> None:
    # 1/x where x > 0, else 0: at x = 0 nothing is divided by
    body = lines(
        call("r", "tt.make_range", [], [], tensor((16,), "i32"), "end = 16 : i32, start = 0 : i32"),
        pointers("%a0", "p", "f32", "%r", (16,)),
        load_at("x", "%p", "f32", (16,)),
        constant("one", "1.0", "f32", (16,)),
        constant("zero", "0.0", "f32", (16,)),
        call("q", "arith.divf", ["%one", "%x"], [F, F], F),
        call(
            "c",
            "arith.cmpf",
            ["%x", "%zero"],
            [F, F],
            tensor((16,), "i1"),
            "predicate = 2 : i64, fastmath = #arith.fastmath<none>",
        ),
        call("y", "arith.select", ["%c", "%q", "%zero"], [tensor((16,), "i1"), F, F], F),
        store("%a1", "%y", "f32", (16,)),
    )
    lifted = lift(module(["!tt.ptr<f32>", "!tt.ptr<f32>"], body))
    assert isinstance(lifted.verdict, Proved)
    has_value, _ = at_points(lifted, [WIDE, [0] * 16])
    assert has_value.all()
