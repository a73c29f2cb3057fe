"""Terms evaluated over arrays give what plain numpy gives."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_lift._core import Context, Term
from triton_lift.term.numeric import Undefined, evaluate, evaluate_bounded
from triton_lift.term.numeric_value import OUTSIDE, PARTIAL, UNDEF
from triton_lift.util.diagnostic import Unsupported


class K:
    """A context with a few symbols."""

    def __init__(self) -> None:
        self.ctx = Context()
        self.i = self.ctx.sym("i0", lo=0)
        self.j = self.ctx.sym("i1", lo=0)
        self.n = self.ctx.sym("s1", lo=-(2**31), hi=2**31 - 1)
        self.k = self.ctx.sym("k", lo=0)

    def num(self, p: int, q: int = 1) -> Term:
        return self.ctx.num(p, q)

    def read(self, array: str, index: Term, *, is_int: bool = False) -> Term:
        return self.ctx.read(array, [index], is_int=is_int)


@pytest.fixture
def kit() -> K:
    return K()


def test_integers_are_exact_beyond_int64(kit: K) -> None:
    c = kit.ctx
    term = c.add(c.mul(kit.num(2**40), c.power(kit.i, 2)), kit.num(1))
    got = evaluate(term, {"i0": np.array([1, 2**20])}, {}, {})
    assert [int(v) for v in got] == [2**40 + 1, 2**80 + 1]


def test_constant_rational_is_within_its_bound(kit: K) -> None:
    value, bound, _ = evaluate_bounded(kit.num(1, 3), {}, {}, {})
    assert value == 1 / 3 and 0 < bound < 1e-16


def test_softmax_of_rows(kit: K) -> None:
    c = kit.ctx
    x = np.random.default_rng(0).normal(size=(7, 33))

    def at(col: Term) -> Term:
        return kit.read("a0", c.add(c.mul(kit.num(33), kit.i), col))

    top = c.big("max", kit.k, kit.num(0), kit.num(33), at(kit.k))
    den = c.big("sum", kit.k, kit.num(0), kit.num(33), c.app("exp", [c.sub(at(kit.k), top)]))
    term = c.mul(c.app("exp", [c.sub(at(kit.j), top)]), c.recip(den))
    rows, cols = np.mgrid[0:7, 0:33]
    value, bound, poison = evaluate_bounded(term, {"i0": rows, "i1": cols}, {"a0": x.ravel()}, {})
    e = np.exp(x - x.max(1, keepdims=True))
    np.testing.assert_allclose(value, e / e.sum(1, keepdims=True), rtol=1e-13)
    assert bound.max() < 1e-13 and not poison.any()


def test_what_stands_on_the_other_side_is_not_read(kit: K) -> None:
    c = kit.ctx
    term = c.ite(c.lt(kit.i, kit.num(3)), kit.read("a0", kit.i), kit.num(7))
    got = evaluate(term, {"i0": np.arange(6)}, {"a0": np.array([1.5, 2.5, 3.5])}, {})
    assert got.tolist() == [1.5, 2.5, 3.5, 7, 7, 7]


def test_read_outside_its_array_is_undefined(kit: K) -> None:
    term = kit.read("a0", kit.i)
    with pytest.raises(Undefined):
        evaluate(term, {"i0": np.array([0, 3])}, {"a0": np.zeros(3)}, {})
    _, _, poison = evaluate_bounded(term, {"i0": np.array([0, 3])}, {"a0": np.zeros(3)}, {})
    assert poison.tolist() == [0, OUTSIDE]


def test_offset_shifts_the_reads(kit: K) -> None:
    term = kit.read("a0", kit.ctx.sub(kit.i, kit.num(2)))
    assert evaluate(term, {"i0": np.arange(3)}, {"a0": np.arange(5.0)}, {"a0": 2}).tolist() == [0, 1, 2]


def test_undef_leaf_is_poison_only_where_it_is_reached(kit: K) -> None:
    c = kit.ctx
    term = c.ite(c.lt(kit.i, kit.num(1)), c.undef(), kit.num(4))
    _, _, poison = evaluate_bounded(term, {"i0": np.arange(3)}, {}, {})
    assert poison.tolist() == [UNDEF, 0, 0]


def test_partial_functions_are_poison_outside_their_domain(kit: K) -> None:
    c = kit.ctx
    x = kit.read("a0", kit.i)
    _, _, poison = evaluate_bounded(
        c.add(c.app("log", [x]), c.recip(x)), {"i0": np.arange(3)}, {"a0": np.array([1.0, 0.0, -1.0])}, {}
    )
    assert poison.tolist() == [0, PARTIAL, PARTIAL]


def test_infinite_leaves(kit: K) -> None:
    c = kit.ctx
    top = c.big("max", kit.k, kit.num(0), kit.i, kit.read("a0", kit.k))
    got = evaluate(top, {"i0": np.arange(3)}, {"a0": np.array([-5.0, -2.0])}, {})
    assert got.tolist() == [-np.inf, -5.0, -2.0]


@pytest.mark.parametrize(
    ("kind", "fold"),
    [
        ("sum", np.add), ("prod", np.multiply), ("max", np.maximum), ("min", np.minimum),
        ("band", np.bitwise_and), ("bor", np.bitwise_or), ("bxor", np.bitwise_xor),
    ],
)  # fmt: skip
def test_big_operators_of_integers(kit: K, kind: str, fold: np.ufunc) -> None:
    c = kit.ctx
    data = np.random.default_rng(1).integers(-9, 9, 40)
    body = kit.read("a0", c.add(kit.k, kit.i), is_int=True)
    term = c.big(kind, kit.k, kit.num(0), kit.n, body)  # type: ignore[arg-type]
    got = evaluate(term, {"i0": np.arange(4), "s1": 11}, {"a0": data}, {})
    assert got.tolist() == [int(fold.reduce(data[i : i + 11])) for i in range(4)]


def test_wedge_domain(kit: K) -> None:
    c = kit.ctx
    inner = c.ite(c.le(kit.k, kit.i), kit.read("a0", kit.k), kit.num(0))
    term = c.big("sum", kit.k, kit.num(0), kit.num(16), inner)
    x = np.arange(16.0) ** 2
    assert evaluate(term, {"i0": np.arange(16)}, {"a0": x}, {}).tolist() == np.cumsum(x).tolist()


def test_product_of_matrices(kit: K) -> None:
    c = kit.ctx
    a, b = np.random.default_rng(2).normal(size=(2, 6, 6))
    body = c.mul(
        kit.read("a0", c.add(c.mul(kit.num(6), kit.i), kit.k)), kit.read("a1", c.add(c.mul(kit.num(6), kit.k), kit.j))
    )
    term = c.big("sum", kit.k, kit.num(0), kit.num(6), body)
    rows, cols = np.mgrid[0:6, 0:6]
    value, bound, _ = evaluate_bounded(term, {"i0": rows, "i1": cols}, {"a0": a.ravel(), "a1": b.ravel()}, {})
    exact = a.astype(np.longdouble) @ b.astype(np.longdouble)
    assert (np.abs(value - exact) <= bound).all() and bound.max() < 1e-13


def test_exists(kit: K) -> None:
    c = kit.ctx
    hit = c.exists(kit.k, kit.num(0), kit.i, c.eq(kit.read("a0", kit.k, is_int=True), kit.num(3)))
    got = evaluate(hit, {"i0": np.arange(5)}, {"a0": np.array([1, 3, 0, 3])}, {})
    assert got.tolist() == [False, False, True, True, True]


def test_a_condition_that_hangs_on_a_rounding_error_has_no_bound(kit: K) -> None:
    c = kit.ctx
    x = kit.read("a0", kit.i)
    third = c.sub(c.mul(x, c.recip(c.num(3))), c.mul(x, c.num(1, 3)))
    assert third.constant == (0, 1)  # exact coefficients: nothing hangs here
    test = c.gt(c.sub(c.app("exp", [x]), c.num(1)), c.num(0))
    term = c.ite(test, c.num(1), c.num(2))
    _, bound, _ = evaluate_bounded(term, {"i0": np.arange(3)}, {"a0": np.array([-1.0, 0.0, 1.0])}, {})
    assert bound.tolist() == [0, np.inf, 0]


@pytest.mark.parametrize(
    ("name", "args", "want"),
    [
        ("wrap_s8", [200], -56), ("wrap_u8", [-1], 255), ("wrap_u64", [-1], 2**64 - 1), ("xor_i32", [-1, 5], -6),
        ("shl_i32", [1, 31], -(2**31)), ("shr_u32", [-1, 28], 15), ("shr_s32", [-8, 1], -4),
        ("umulhi_i32", [-1, -1], -2), ("smulhi_i32", [-1, 2], -1), ("umulhi_i64", [-1, -1], -2),
        ("clz_i32", [1], 31), ("ctz_i32", [8], 3), ("ctz_i32", [0], 32), ("popcount_i16", [-1], 16),
        ("bits_f32", [1], 0x3F800000), ("bits_bf16", [-2], 0xC000 - 0x10000), ("fptoi", [-7], -7),
        ("tdiv", [-7, 2], -3),
    ],
)  # fmt: skip
def test_integer_functions(name: str, args: list[int], want: int) -> None:
    ctx = Context()
    syms = [ctx.sym(f"x{i}") for i in range(len(args))]
    term = ctx.app(name, syms, is_int=True)
    assert int(evaluate(term, {f"x{i}": v for i, v in enumerate(args)}, {}, {})) == want


def test_shift_by_the_width_is_poison() -> None:
    ctx = Context()
    term = ctx.app("shl_i32", [ctx.sym("x"), ctx.sym("y")], is_int=True)
    _, _, poison = evaluate_bounded(term, {"x": 1, "y": np.array([31, 32, -1])}, {}, {})
    assert poison.tolist() == [0, PARTIAL, PARTIAL]


@pytest.mark.parametrize(
    ("name", "x", "want"),
    [
        ("erf", 0.5, 0.5204998778130465), ("erfinv", 0.5204998778130465, 0.5), ("erfc", 1.0, 0.15729920705028513),
        ("j0", 1.0, 0.7651976865579666), ("j1", 2.0, 0.5767248077568734), ("lgamma", 5.0, 3.1780538303479458),
        ("round", 2.5, 3.0), ("roundeven", 2.5, 2.0), ("cbrt", 27.0, 3.0), ("exp10", 2.0, 100.0),
    ],
)  # fmt: skip  # values: Abramowitz and Stegun, tables 7.1, 9.1, 6.1
def test_real_functions(name: str, x: float, want: float) -> None:
    ctx = Context()
    value, bound, _ = evaluate_bounded(
        ctx.app(name, [ctx.read("a0", [ctx.num(0)], is_int=False)]), {}, {"a0": np.array([x])}, {}
    )
    assert abs(float(value) - want) <= float(bound) + 2e-15 * abs(want)


MAGIC = {"f32": 1.5 * 2.0**23, "f64": 1.5 * 2.0**52}


@pytest.mark.parametrize("dtype", ["f16", "bf16", "f32", "f64"])
@pytest.mark.parametrize("name", ["fadd", "fsub"])
def test_rounded_sums_are_those_of_the_format(name: str, dtype: str) -> None:
    kind = np.dtype({"f16": np.float16, "bf16": ml_dtypes.bfloat16, "f32": np.float32, "f64": np.float64}[dtype])
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(size=400) * 2.0 ** rng.integers(-12, 12, 400), [0.5, 1.5, 2.5, -0.5, 0.0]]).astype(kind)
    y = np.concatenate([rng.normal(size=400), np.full(5, MAGIC.get(dtype, 1.5 * 2.0**6))]).astype(kind)
    ctx = Context()
    i = ctx.sym("i")
    term = ctx.app(f"{name}_{dtype}", [ctx.read(a, [i], is_int=False) for a in ("a0", "a1")])
    env, arrays = {"i": np.arange(len(x))}, {"a0": x.astype(np.float64), "a1": y.astype(np.float64)}
    value, bound, poison = evaluate_bounded(term, env, arrays, {})
    want = x + y if name == "fadd" else x - y
    assert value.tolist() == want.astype(np.float64).tolist() and not bound.any() and not poison.any()


def test_a_rounded_sum_is_rounded_once() -> None:
    # 1 + 2^-24 lies between two floats, and 2^-60 decides: rounding to double first would lose it
    ctx = Context()
    term = ctx.app("fadd_f32", [ctx.read("a0", [ctx.num(k)], is_int=False) for k in (0, 1)])
    for tiny in (2.0**-60, -(2.0**-60)):
        pair = np.array([1.0 + 2.0**-24, tiny])
        assert float(evaluate(term, {}, {"a0": pair}, {})) == (1.0 + 2.0**-23 if tiny > 0 else 1.0)


def test_a_magic_constant_rounds_to_an_integer() -> None:
    ctx = Context()
    i, magic = ctx.sym("i"), ctx.num(3 * 2**22)
    x = np.array([0.5, 1.5, 2.5, -1.49, 7.6], dtype=np.float32)
    term = ctx.app("fsub_f32", [ctx.app("fadd_f32", [ctx.read("a0", [i], is_int=False), magic]), magic])
    assert evaluate(term, {"i": np.arange(5)}, {"a0": x.astype(np.float64)}, {}).tolist() == np.rint(x).tolist()


def test_unknown_function_is_refused() -> None:
    ctx = Context()
    with pytest.raises(Unsupported):
        evaluate(ctx.app("mystery", [ctx.sym("x")]), {"x": 1}, {}, {})


@st.composite
def terms(draw: st.DrawFn, ctx: Context, depth: int) -> Term:
    """A term over the integers x, y and the array a0."""
    if depth == 0:
        return draw(st.sampled_from([ctx.sym("x"), ctx.sym("y"), ctx.num(2), ctx.num(-3), ctx.num(1, 2)]))
    a, b = draw(terms(ctx, depth - 1)), draw(terms(ctx, depth - 1))
    match draw(st.integers(0, 6)):
        case 0:
            return ctx.add(a, b)
        case 1:
            return ctx.mul(a, b)
        case 2:
            return ctx.sub(a, b)
        case 3:
            return ctx.ite(ctx.gt(a, b), a, b)
        case 4:
            return ctx.app("max", [a, b], is_int=a.is_int and b.is_int)
        case 5 if a.is_int:
            return ctx.mod(a, ctx.num(5))
        case _:
            return ctx.app("exp", [ctx.neg(ctx.mul(a, a))])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_evaluation_commutes_with_substitution(data: st.DataObject) -> None:
    ctx = Context()
    term = data.draw(terms(ctx, 3))
    x, y, u = ctx.sym("x"), ctx.sym("y"), ctx.sym("u")
    replacement = ctx.add(ctx.mul(u, ctx.num(data.draw(st.integers(-2, 2)))), ctx.num(data.draw(st.integers(-3, 3))))
    changed = ctx.subst(term, {x: replacement})
    points = np.arange(-4, 5)
    inner = evaluate(replacement, {"u": points}, {}, {})
    del y
    left, el, pl = evaluate_bounded(term, {"x": inner, "y": 3}, {}, {})
    right, er, pr = evaluate_bounded(changed, {"u": points, "y": 3}, {}, {})
    ok = (pl == 0) & (pr == 0) & np.isfinite(el) & np.isfinite(er)
    gap = np.abs(left.astype(np.float64) - right.astype(np.float64))
    assert (gap[ok] <= (el + er)[ok]).all(), (ctx, term, changed)
