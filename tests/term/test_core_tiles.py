"""Loops over tiles: quotients in literals, emptiness of tiled domains, merged tiles, adjacent domains; against enumeration."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.oracle import Discard, Env, Expr, build, evaluate, value
from triton_lift._core import Context, Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

COMMON = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
SYM: dict[str, Expr] = {name: ("sym", name) for name in ("i", "j", "k", "n", "m", "p", "x")}


def num(v: int) -> Expr:
    return ("num", Fraction(v))


def total(*terms: Expr) -> Expr:
    out = terms[0]
    for t in terms[1:]:
        out = ("add", out, t)
    return out


def times(c: int, e: Expr) -> Expr:
    return ("mul", num(c), e)


def agree(t: Term, e: Expr, env: Env) -> None:
    wanted, got = evaluate(e, env), value(t, env)
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {t}\nvalue {got}, wanted {wanted}"


def walk(t: Term) -> list[Term]:
    out: list[Term] = []
    seen: set[tuple[int, str]] = set()  # a polynomial that is one atom has the id of the atom
    stack = [t]
    while stack:
        x = stack.pop()
        if (x.id, x.kind) in seen:
            continue
        seen.add((x.id, x.kind))
        out.append(x)
        stack.extend(x.args)
        if x.kind in ("big", "exists"):
            stack.extend(lit for lit, _ in x.domain)
        if x.kind == "poly":
            stack.extend(atom for _, _, factors in x.monomials for atom, _ in factors)
    return out


def quotients(t: Term) -> list[Term]:
    return [x for x in walk(t) if x.kind == "app" and x.name == "floordiv"]


def arity(t: Term) -> int:
    """The largest number of variables that an operator below binds."""
    return max((x.nvars for x in walk(t) if x.kind in ("big", "exists")), default=0)


# -- literals with one quotient by a constant

LINEAR = st.tuples(*(st.integers(-3, 3) for _ in range(3)), st.integers(-6, 6)).map(
    lambda c: total(times(c[0], SYM["n"]), times(c[1], SYM["m"]), times(c[2], SYM["p"]), num(c[3]))
)
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


def conj(lits: list[Expr]) -> Expr:
    out = lits[0]
    for lit in lits[1:]:
        out = ("and", out, lit)
    return out


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


# -- tiles


def read(c: Context, array: str, *index: Term) -> Term:
    return c.read(array, index, is_int=False)


def tiled(c: Context, kind: BigKind, size: int, body: Callable[[Term], Term], n: Term, names: str = "jr") -> Term:
    """An operator over 0 <= i < n as a loop over tiles of the given size writes it, the tail masked."""
    j, r = (c.sym(name) for name in names)
    i = c.add(c.mul(c.num(size), j), r)
    inner = c.big(kind, r, c.num(0), c.num(size), body(i), dom=c.lt(i, n))
    return c.big(kind, j, c.num(0), c.floordiv(c.add(n, c.num(size - 1)), c.num(size)), inner)


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


# -- adjacent domains


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
    other = combined(c, kind, pieces[0], c.big(kind, k, a, n, read(c, "y", k)))
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
