"""Tiles merged into one index; against enumeration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.oracle import Discard, Env, Expr, build, value
from tests.term.tile_terms import COMMON, SYM, agree, arity, conj, num, read, tiled, times, total
from triton_lift._core import Context, Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

@pytest.mark.parametrize("kind", ["sum", "max", "min", "prod"])
def test_the_size_of_the_tiles_does_not_matter(kind: BigKind) -> None:
    c = Context()
    n, k = c.sym("n"), c.sym("k")

    def body(i: Term) -> Term:
        shifted = c.sub(read(c, "x", c.mul(i, c.sym("stride"))), c.sym("m", is_int=False))
        return c.mul(c.app("exp", [shifted]), read(c, "y", c.add(c.sym("base"), i)))

    wanted = c.big(kind, k, c.num(0), n, body(k))
    for size in (1, 2, 32, 64):
        assert c.merge_tiles(tiled(c, kind, size, body, n)) == wanted
    assert c.merge_tiles(wanted) == wanted
    assert c.dropped() == ()


def softmax(c: Context, size: int) -> Term:
    n = c.sym("n")
    top = tiled(c, "max", size, lambda i: read(c, "x", i), n, "ab")
    norm = tiled(c, "sum", size, lambda i: c.app("exp", [c.sub(read(c, "x", i), top)]), n)
    return c.mul(c.app("exp", [c.sub(read(c, "x", c.sym("q")), top)]), c.recip(norm))


def test_nested_operators_are_merged_inside_out() -> None:
    c = Context()
    wanted = c.merge_tiles(softmax(c, 64))
    assert arity(softmax(c, 64)) == 2
    assert arity(wanted) == 1
    for size in (1, 32, 128):
        assert c.merge_tiles(softmax(c, size)) == wanted
    # The divisor is the same sum over other tiles: once for each size the ledger may ask that it is defined.
    assert all(arity(t) <= 2 for t in c.dropped())


def test_three_levels_of_tiles() -> None:
    c = Context()
    n, k, i, j, r = (c.sym(s) for s in "nkijr")
    cell = c.add(c.add(c.mul(c.num(128), i), c.mul(c.num(64), j)), r)
    inner = c.big("sum", r, c.num(0), c.num(64), read(c, "x", cell), dom=c.lt(cell, n))
    outer = c.big("sum", i, c.num(0), c.floordiv(c.add(n, c.num(127)), c.num(128)), c.big("sum", j, c.num(0), c.num(2), inner))
    assert c.merge_tiles(outer) == c.big("sum", k, c.num(0), n, read(c, "x", k))


def test_whole_tiles_keep_their_bound() -> None:
    c = Context()
    n, k, j, r = (c.sym(s) for s in "nkjr")
    cell = c.add(c.mul(c.num(64), j), r)
    lanes = c.big("sum", r, c.num(0), c.num(64), read(c, "x", cell))
    full = c.mul(c.num(64), c.floordiv(n, c.num(64)))
    assert c.merge_tiles(c.big("sum", j, c.num(0), k, lanes)) == c.big("sum", r, c.num(0), c.mul(c.num(64), k), read(c, "x", r))
    merged = c.merge_tiles(c.big("sum", j, c.num(0), c.floordiv(n, c.num(64)), lanes))
    assert merged == c.big("sum", r, c.num(0), full, read(c, "x", r))


def test_a_bound_on_the_tiles_goes_where_a_fact_implies_it() -> None:
    c = Context()
    n, k, j, r = (c.sym(s) for s in "nkjr")
    cell = c.add(c.mul(c.num(4), j), r)
    lanes = c.big("sum", r, c.num(0), c.num(4), read(c, "x", cell), dom=c.lt(cell, n))
    t = c.big("sum", j, c.num(0), k, lanes)
    plain = c.big("sum", r, c.num(0), n, read(c, "x", r))
    assert c.merge_tiles(t) == c.big("sum", r, c.num(0), c.app("min", [n, c.mul(c.num(4), k)]), read(c, "x", r))
    assert c.merge_tiles(t, [(c.ge(c.mul(c.num(4), k), n), True)]) == plain
    assert c.merge_tiles(t, [(c.lt(c.mul(c.num(4), k), n), False)]) == plain
    with pytest.raises(ValueError, match="one literal"):
        c.merge_tiles(t, [(c.and_(c.ge(n, k), c.ge(k, c.num(1))), True)])


def test_what_speaks_of_tile_or_lane_alone_is_not_merged() -> None:
    c = Context()
    n, k, j, r = (c.sym(s) for s in "nkjr")
    cell = c.add(c.mul(c.num(4), j), r)
    for body in (c.mul(read(c, "x", cell), read(c, "y", j)), c.mul(read(c, "x", cell), read(c, "y", r))):
        t = c.big("sum", j, c.num(0), k, c.big("sum", r, c.num(0), c.num(4), body, dom=c.lt(cell, n)))
        assert c.merge_tiles(t) == t
    narrow = c.big("sum", j, c.num(0), k, c.big("sum", r, c.num(0), c.num(3), read(c, "x", cell), dom=c.lt(cell, n)))
    wide = c.big("sum", j, c.num(0), k, c.big("sum", r, c.num(0), c.num(5), read(c, "x", cell), dom=c.lt(cell, n)))
    assert c.merge_tiles(narrow) == narrow
    assert c.merge_tiles(wide) == wide


@st.composite
def tile_expressions(draw: st.DrawFn) -> Expr:
    """Operators over tiles: bounds of the tile, the lane and the cell, a body of the cell; merged or not."""
    size = draw(st.sampled_from([2, 2, 3]))
    reverse, lanes = draw(st.sampled_from([1, 1, -1])), draw(st.sampled_from([size, size, size, size - 1, size + 1]))
    cell = total(times(size * reverse, SYM["j"]), SYM["i"])
    on_cell = st.tuples(st.sampled_from([1, -1, 2]), st.sampled_from(["n", "m", "p"]), st.integers(-3, 3)).map(
        lambda c: ("ge", total(times(c[0], cell), SYM[c[1]], num(c[2])), num(0))
    )
    on_tile = st.tuples(st.sampled_from([1, -1, size, -3]), st.sampled_from(["n", "m", "p"]), st.integers(-3, 3)).map(
        lambda c: ("ge", total(times(c[0], SYM["j"]), SYM[c[1]], num(c[2])), num(0))
    )
    lits = [*draw(st.lists(on_cell, max_size=2)), *draw(st.lists(on_tile, max_size=2))]
    dom = conj(lits) if lits else None
    bodies: list[Expr] = [
        ("read", "X", (cell,)),
        ("mul", ("read", "X", (times(2, cell),)), ("read", "Y", (total(cell, SYM["n"]),))),
        ("app", "exp", (("read", "I", (("sub", SYM["n"], cell),)),)),
        ("app", "g", (("big", "sum", "k", num(0), num(3), ("read", "X", (total(cell, SYM["k"]),)), None),)),
        ("app", "g", (("big", "sum", "k", num(0), cell, ("read", "X", (SYM["k"], SYM["n"])), None),)),
        ("ite", ("ge", ("read", "X", (cell,)), num(0)), SYM["x"], ("read", "Y", (cell,))),
        ("mul", ("read", "X", (cell,)), ("read", "Y", (SYM["j"],))),
        num(2),
    ]
    body = draw(st.sampled_from(bodies))
    kind = draw(st.sampled_from(["sum", "max", "min", "prod", "exists"]))
    if kind == "exists":
        cond: Expr = ("ge", ("read", "X", (cell,)), num(1))
        cond = cond if dom is None else ("and", cond, dom)
        return ("exists", "j", num(-1), num(2), ("exists", "i", num(0), num(lanes), cond))
    inner = ("big", kind, "i", num(0), num(lanes), body, dom)
    return ("big", kind, "j", num(-1), num(2), inner, None)


@settings(COMMON, max_examples=400)
@given(tile_expressions(), gen.POINTS)
def test_merged_tiles_have_the_same_value(e: Expr, env: Env) -> None:
    c = Context()
    t = c.merge_tiles(build(c, e, gen.SYMS))
    agree(t, e, env)
    assert c.merge_tiles(t) == t


@COMMON
@given(gen.real(3, ()), gen.POINTS)
def test_merging_any_term_keeps_its_value(e: Expr, env: Env) -> None:
    c = Context()
    t = build(c, e, gen.SYMS)
    try:
        wanted, got = value(t, env), value(c.merge_tiles(t), env)
    except Discard:
        return
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {t}"


def test_merging_is_linear_in_the_number_of_operators() -> None:
    def steps(count: int) -> int:
        c = Context()
        out = c.num(0)
        for q in range(count):
            out = c.app("g", [c.add(out, tiled(c, "sum", 64, lambda i, q=q: read(c, f"x{q}", i), c.sym("n")))])
        before = c.steps
        assert arity(c.merge_tiles(out)) == 1
        return c.steps - before

    small, large = steps(20), steps(80)
    assert large < 6 * small
