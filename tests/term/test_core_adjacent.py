"""Operators over adjacent domains joined; against enumeration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.oracle import Env, Expr, build, evaluate
from tests.term.tile_terms import COMMON, LINEAR, SYM, agree, arity, conj, num, read, times, total
from triton_lift._core import Context, Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

def combined(c: Context, kind: BigKind, one: Term, two: Term) -> Term:
    match kind:
        case "sum":
            return c.add(one, two)
        case "prod":
            return c.mul(one, two)
        case _:
            return c.app(kind, [one, two])


@pytest.mark.parametrize("kind", ["sum", "prod", "max", "min"])
def test_a_range_in_two_pieces(kind: BigKind) -> None:
    c = Context()
    n, a, k = c.sym("n"), c.sym("a"), c.sym("k")
    pieces = [c.big(kind, k, lo, hi, read(c, "x", k)) for lo, hi in ((c.num(0), a), (a, n))]
    t = combined(c, kind, *pieces)
    inside = [(c.ge(a, c.num(0)), True), (c.ge(n, a), True)]
    assert c.merge_tiles(t, inside) == c.big(kind, k, c.num(0), n, read(c, "x", k))
    assert c.merge_tiles(t) == t  # where a lies is not known
    assert c.merge_tiles(t, inside[:1]) == t
    gap = combined(c, kind, pieces[0], c.big(kind, k, c.add(a, c.num(1)), n, read(c, "x", k)))
    assert c.merge_tiles(gap, inside) == gap
    for body in (read(c, "y", k), read(c, "x", c.neg(k)), read(c, "x", c.mul(c.num(2), k)), read(c, "x", k, k)):
        other = combined(c, kind, pieces[0], c.big(kind, k, a, n, body))
        assert c.merge_tiles(other, inside) == other


@pytest.mark.parametrize("kind", ["sum", "max"])
def test_whole_tiles_and_a_masked_tail(kind: BigKind) -> None:
    c = Context()
    n, k, j, r = c.sym("n", lo=0), c.sym("k"), c.sym("j"), c.sym("r")
    for size in (2, 64):
        tile, blocks = c.num(size), c.floordiv(n, c.num(size))
        lanes = c.big(kind, r, c.num(0), tile, read(c, "x", c.add(c.mul(tile, j), r)))
        at = c.add(c.mul(tile, blocks), r)
        tail = c.big(kind, r, c.num(0), tile, read(c, "x", at), dom=c.lt(at, n))
        t = combined(c, kind, c.big(kind, j, c.num(0), blocks, lanes), tail)
        assert c.merge_tiles(t) == c.big(kind, k, c.num(0), n, read(c, "x", k))


def causal(c: Context, size: int, split: bool) -> Term:
    """A row of causal attention: tiles left of the diagonal without a mask, those on it with one; or all with one."""
    q = c.add(c.mul(c.num(64), c.sym("pid", lo=0)), c.sym("lane", lo=0, hi=63))
    start, end = c.mul(c.num(64), c.sym("pid", lo=0)), c.mul(c.num(64), c.add(c.sym("pid", lo=0), c.num(1)))

    def score(i: Term) -> Term:
        return c.mul(read(c, "q", q), read(c, "k", i))

    def over(kind: BigKind, body: Callable[[Term], Term], names: str) -> Term:
        j, r = c.sym(names[0]), c.sym(names[1])
        cell = c.add(c.mul(c.num(size), j), r)

        def loop(lo: Term, hi: Term, masked: bool) -> Term:
            i = c.add(lo, cell)
            inner = c.big(kind, r, c.num(0), c.num(size), body(i), dom=c.le(i, q) if masked else None)
            return c.big(kind, j, c.num(0), c.floordiv(c.sub(hi, lo), c.num(size)), inner)

        if not split:
            return loop(c.num(0), end, True)
        return combined(c, kind, loop(c.num(0), start, False), loop(start, end, True))

    top = over("max", score, "ab")
    weights = over("sum", lambda i: c.mul(c.app("exp", [c.sub(score(i), top)]), read(c, "v", i)), "jr")
    norm = over("sum", lambda i: c.app("exp", [c.sub(score(i), top)]), "st")
    return c.mul(weights, c.recip(norm))


def test_the_two_loops_of_causal_attention() -> None:
    c = Context()
    wanted = c.merge_tiles(causal(c, 64, False))
    assert arity(wanted) == 1
    for size in (16, 32, 64):
        assert c.merge_tiles(causal(c, size, True)) == wanted


@st.composite
def split_operators(draw: st.DrawFn) -> tuple[Expr, list[Expr]]:
    """Two operators over E and L, E and not L (or nearly so), and facts."""
    linear = st.tuples(st.sampled_from([1, 1, -1, 2]), st.sampled_from(["n", "m", "p"]), st.sampled_from([1, -1, 0]), st.integers(-3, 3)).map(
        lambda c: total(times(c[0], SYM["i"]), times(c[2], SYM[c[1]]), num(c[3]))
    )
    pivot = draw(linear)
    common = draw(st.lists(linear, max_size=2))
    extra = draw(st.sampled_from([0, 0, 0, 1]))
    shift = draw(st.sampled_from([num(0), num(0), SYM["n"], total(SYM["m"], num(1))]))
    kind = draw(st.sampled_from(["sum", "max", "min", "prod"]))
    bodies: list[Callable[[Expr], Expr]] = [
        lambda i: ("read", "X", (i,)),
        lambda i: ("mul", ("read", "X", (times(2, i),)), ("read", "Y", (i,))),
        lambda i: ("sub", ("read", "X", (("sub", SYM["n"], i),)), SYM["x"]),
    ]
    body = draw(st.sampled_from(bodies))
    both = [("ge", e, num(0)) for e in common]
    one = conj([*both, ("ge", pivot, num(0))])
    two = conj([*draw(st.sampled_from([both, both, both[:1]])), ("lt", total(pivot, num(extra)), num(0))])
    first: Expr = ("big", kind, "i", num(-3), num(4), body(SYM["i"]), one)
    moved = total(SYM["i"], shift)
    if draw(st.integers(0, 3)) == 0:  # another body of the same arrays
        plain = body
        body = draw(st.sampled_from([lambda i: plain(("neg", i)), lambda i: plain(total(i, num(1)))]))
    second: Expr = ("big", kind, "i", num(-3), num(4), body(SYM["i"]), two)
    if draw(st.booleans()):  # the second over i + shift
        second = (
            "big", kind, "i", ("sub", num(-3), shift), ("sub", num(4), shift), body(moved), replaced(two, moved)
        )  # fmt: skip
    join = {"sum": "add", "prod": "mul"}.get(kind)
    e: Expr = (join, first, second) if join else ("app", kind, (first, second))
    facts = draw(st.lists(st.tuples(st.just("ge"), LINEAR, st.just(num(0))), max_size=2))
    return e, [*facts, ("ge", SYM["n"], num(0))]


def replaced(e: Expr, by: Expr) -> Expr:
    if e == SYM["i"]:
        return by
    return tuple(replaced(x, by) if isinstance(x, tuple) else x for x in e)


@settings(COMMON, max_examples=400)
@given(split_operators(), gen.POINTS)
def test_joined_operators_have_the_same_value(case: tuple[Expr, list[Expr]], env: Env) -> None:
    e, conditions = case
    if not all(evaluate(f, env) for f in conditions):
        return
    c = Context()
    facts = [f for f in (build(c, f, gen.SYMS) for f in conditions) if f.kind != "bool"]
    agree(c.merge_tiles(build(c, e, gen.SYMS), [(f, True) for f in facts]), e, env)
