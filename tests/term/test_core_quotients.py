"""Quotients in literals, and the emptiness of domains with strides, against enumeration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.oracle import Env, Expr, build
from tests.term.tile_terms import COMMON, LINEAR, SYM, agree, conj, num, quotients, times, total
from triton_lift._core import Context

# -- literals with one quotient by a constant

QUOTIENT = st.tuples(LINEAR, st.integers(2, 5)).map(lambda q: ("floordiv", q[0], num(q[1])))
COMPARISON = st.sampled_from(["ge", "gt", "le", "lt", "eq", "ne"])


@COMMON
@given(COMPARISON, st.sampled_from([1, -1, 2, -3]), QUOTIENT, LINEAR, gen.POINTS)
def test_a_quotient_compared(op: str, a: int, q: Expr, rest: Expr, env: Env) -> None:
    e = (op, times(a, q), times(a, rest))
    c = Context()
    t = build(c, e, gen.SYMS)
    agree(t, e, env)
    assert not quotients(t)
    assert c.dropped() == ()


@COMMON
@given(COMPARISON, QUOTIENT, QUOTIENT, st.integers(-3, 3), LINEAR, gen.POINTS)
def test_several_quotients_compared(op: str, one: Expr, two: Expr, a: int, rest: Expr, env: Env) -> None:
    e = (op, total(one, times(a, two)), rest)
    agree(build(Context(), e, gen.SYMS), e, env)
    nested = (op, ("floordiv", total(one, rest), num(3)), times(a, SYM["m"]))
    agree(build(Context(), nested, gen.SYMS), nested, env)


def test_the_number_of_blocks_leaves_no_quotient() -> None:
    c = Context()
    n, j = c.sym("n"), c.sym("j")
    blocks = c.floordiv(c.add(n, c.num(63)), c.num(64))
    assert c.lt(j, blocks) == c.lt(c.mul(c.num(64), j), n)
    assert c.ge(j, blocks) == c.not_(c.lt(j, blocks))
    plain = c.big("sum", j, c.num(0), blocks, c.read("x", [j], is_int=False))
    clamped = c.app("max", [c.num(0), blocks])
    assert c.big("sum", j, c.num(0), clamped, c.read("x", [j], is_int=False)) == plain
    (_, _, ((atom, _),)) = plain.monomials[0]
    assert len(atom.domain) == 2
    assert not quotients(plain)


def test_the_number_of_points_of_a_strided_range() -> None:
    c = Context()
    n, j = c.sym("n", lo=0, hi=100), c.sym("j")
    blocks = c.floordiv(c.add(n, c.num(63)), c.num(64))
    assert c.big("sum", j, c.num(0), blocks, c.num(1)) == blocks


def test_a_quotient_as_an_index_is_one_point() -> None:
    c = Context()
    n, k, j = c.sym("n"), c.sym("k"), c.sym("j")
    q = c.floordiv(n, c.num(64))
    total_at = c.big("sum", j, c.num(0), k, c.read("x", [j], is_int=False), dom=c.eq(j, q))
    inside = c.and_(c.ge(n, c.num(0)), c.lt(n, c.mul(c.num(64), k)))
    assert total_at == c.ite(inside, c.read("x", [q], is_int=False), c.num(0))


# -- emptiness of domains with coefficients other than one


def test_tiled_domains_are_empty_when_their_sizes_are() -> None:
    c = Context()
    n, k, j, r = c.sym("n"), c.sym("k"), c.sym("j"), c.sym("r")
    zero, tile = c.num(0), c.num(64)
    both = c.and_(c.ge(n, c.num(1)), c.ge(k, c.num(1)))
    assert c.exists(j, zero, k, c.lt(c.mul(tile, j), n)) == both
    cell = c.lt(c.add(c.mul(tile, j), r), n)
    assert c.exists(j, zero, k, c.exists(r, zero, tile, cell)) == both
    assert c.exists(r, zero, tile, c.exists(j, zero, k, cell)) == both


TILED = st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-2, 2), st.integers(-4, 4)).map(
    lambda c: ("ge", total(times(c[0], SYM["i"]), times(c[1], SYM["j"]), times(c[2], SYM["n"]), num(c[3])), num(0))
)


@COMMON
@given(st.lists(TILED, min_size=1, max_size=4).map(conj), st.sampled_from(["exists", "max", "sum"]), gen.POINTS)
def test_domains_with_coefficients(dom: Expr, kind: str, env: Env) -> None:
    if kind == "exists":
        e: Expr = ("exists", "i", num(-3), num(4), ("exists", "j", num(-3), SYM["m"], dom))
    else:
        cell = ("read", "X", (SYM["i"], SYM["j"]))
        e = ("big", kind, "i", num(-3), num(4), ("big", kind, "j", num(-3), SYM["m"], cell, dom), None)
    agree(build(Context(), e, gen.SYMS), e, env)


@pytest.mark.parametrize("width", [2, 3, 4])
@pytest.mark.parametrize("sign", [1, -1])
@COMMON
@given(st.sampled_from(["sum", "max", "prod"]), LINEAR, gen.POINTS)
def test_a_window_as_narrow_as_the_stride(width: int, sign: int, kind: str, rest: Expr, env: Env) -> None:
    inside = total(times(sign * 3, SYM["i"]), rest)
    dom = ("and", ("ge", inside, num(0)), ("lt", inside, num(width)))
    e = ("big", kind, "i", num(-8), num(9), ("read", "X", (SYM["i"],)), dom)
    agree(build(Context(), e, gen.SYMS), e, env)
