"""LinearFacts against brute force on boxes: what it says follows does follow; and what it must be able to show."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.restrict import restrict_under
from triton_lift.term.numeric import evaluate_bounded

NAMES = ("x", "y", "z", "d")
BOX = {"x": range(-3, 6), "y": range(-2, 4), "z": range(5), "d": range(1, 4)}
POINTS = list(itertools.product(*BOX.values()))
ENV = {name: np.array([p[i] for p in POINTS]) for i, name in enumerate(NAMES)}

Expr = tuple[object, ...]


def expressions() -> st.SearchStrategy[Expr]:
    """Small integer expressions: ("sym", name), ("num", k), ("add", a, b), ..."""
    leaf = st.one_of(st.tuples(st.just("sym"), st.sampled_from(NAMES)), st.tuples(st.just("num"), st.integers(-4, 6)))

    def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.tuples(st.sampled_from(["add", "sub", "mul", "min", "max"]), inner, inner),
            st.tuples(st.just("scale"), st.integers(-3, 4), inner),
            st.tuples(st.just("div"), inner, st.one_of(st.integers(1, 5), st.sampled_from(["d", "y", "z"]))),
            st.tuples(st.just("mod"), inner, st.one_of(st.integers(1, 5), st.sampled_from(["d", "y", "z"]))),
        )

    return st.recursive(leaf, grow, max_leaves=5)


CONDITIONS = st.tuples(st.sampled_from(["ge", "gt", "eq", "ne", "lt", "le"]), expressions(), expressions())


class World:
    """A context with the four symbols, bounded to their boxes or unbounded."""

    def __init__(self, *, bounded: bool) -> None:
        self.ctx = Context()
        self.syms = {
            n: self.ctx.sym(n, lo=BOX[n][0] if bounded else None, hi=BOX[n][-1] if bounded else None) for n in NAMES
        }

    def term(self, e: Expr) -> Term:
        ctx = self.ctx
        match e:
            case ("sym", str(name)):
                return ctx.add(self.syms[name], ctx.num(0))
            case ("num", int(k)):
                return ctx.num(k)
            case ("scale", int(k), tuple(a)):
                return ctx.mul(ctx.num(k), self.term(a))
            case ("div" | "mod" as op, tuple(a), by):
                divisor = ctx.num(by) if isinstance(by, int) else self.syms[str(by)]
                return (ctx.floordiv if op == "div" else ctx.mod)(self.term(a), divisor)
            case ("min" | "max" as op, tuple(a), tuple(b)):
                return ctx.app(op, [self.term(a), self.term(b)], is_int=True)
            case (str(op), tuple(a), tuple(b)):
                apply: Callable[[Term, Term], Term] = {"add": ctx.add, "sub": ctx.sub, "mul": ctx.mul}[op]
                return apply(self.term(a), self.term(b))
            case _:
                raise AssertionError(e)

    def condition(self, c: tuple[str, Expr, Expr]) -> Term:
        op, a, b = c
        ctx = self.ctx
        compare = {"ge": ctx.ge, "gt": ctx.gt, "eq": ctx.eq, "ne": ctx.ne, "lt": ctx.lt, "le": ctx.le}[op]
        return compare(self.term(a), self.term(b))


def truth(cond: Term) -> tuple[np.ndarray, np.ndarray]:
    """(value, defined) at every point of the box."""
    value, _, poison = evaluate_bounded(cond, ENV, {}, {})
    n = len(POINTS)
    return np.broadcast_to(value, (n,)), np.broadcast_to(poison, (n,)) == 0


def facts_of(ctx: Context, conds: list[Term]) -> LinearFacts | None:
    """Facts of a conjunction of conditions, one path of it; None when it is plainly false or undefined."""
    whole = ctx.truth(True)
    for c in conds:
        whole = ctx.and_(whole, c)
    if whole.kind == "bool":
        return LinearFacts.of(ctx, ()) if whole.truth else None
    paths = [p for p, leaf in ctx.paths(whole) if leaf.kind == "bool" and leaf.truth]
    return LinearFacts.of(ctx, paths[0]) if paths else None


def held(facts: LinearFacts) -> tuple[np.ndarray, np.ndarray]:
    """Points at which every fact holds and has a value."""
    value, defined = np.ones(len(POINTS), bool), np.ones(len(POINTS), bool)
    for literal, polarity in facts.literals:
        v, ok = truth(literal)
        value &= v == polarity
        defined &= ok
    return value & defined, defined


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(CONDITIONS, max_size=4), CONDITIONS, st.booleans())
@example([("ge", ("mod", ("sym", "x"), "y"), ("num", 0))], ("lt", ("mod", ("sym", "x"), "y"), ("sym", "y")), False)
@example(
    [("ge", ("sym", "y"), ("num", 0))], ("le", ("mul", ("div", ("sym", "x"), "y"), ("sym", "y")), ("sym", "x")), False
)
@example([("ge", ("mul", ("sym", "x"), ("sym", "y")), ("num", 1))], ("ge", ("sym", "x"), ("num", 1)), False)
def test_what_follows_holds_everywhere(
    given_: list[tuple[str, Expr, Expr]], query: tuple[str, Expr, Expr], bounded: bool
) -> None:
    world = World(bounded=bounded)
    facts = facts_of(world.ctx, [world.condition(c) for c in given_])
    cond = world.condition(query)
    if facts is None:
        return
    inside, _ = held(facts)
    value, defined = truth(cond)
    at = inside & defined
    if facts.contradictory():
        assert not inside.any(), [POINTS[i] for i in np.flatnonzero(inside)[:3]]
    if facts.holds(cond):
        assert value[at].all(), [POINTS[i] for i in np.flatnonzero(at & ~value)[:3]]
    if facts.holds(world.ctx.not_(cond)):
        assert not value[at].any(), [POINTS[i] for i in np.flatnonzero(at & value)[:3]]
    if cond.kind == "ite":
        for literal in world.ctx.literals(cond):
            decided = facts.decide(literal)
            v, ok = truth(literal)
            if decided is not None:
                assert (v[inside & ok] == decided).all()
        restricted, restricted_ok = truth(restrict_under(world.ctx, cond, facts))
        both = at & restricted_ok
        assert (restricted[both] == value[both]).all()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3), st.integers(-6, 6)), max_size=5),
    st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3), st.integers(-6, 6)),
)
def test_linear_systems(rows: list[tuple[int, int, int, int]], query: tuple[int, int, int, int]) -> None:
    # a*x + b*y + c*z + k >= 0 only: sound on the box, and complete where the real relaxation already decides
    world = World(bounded=True)
    ctx = world.ctx

    def linear(row: tuple[int, int, int, int]) -> Term:
        total = ctx.num(row[3])
        for name, k in zip(("x", "y", "z"), row[:3], strict=True):
            total = ctx.add(total, ctx.mul(ctx.num(k), world.syms[name]))
        return ctx.ge(total, ctx.num(0))

    facts = facts_of(ctx, [linear(r) for r in rows])
    if facts is None:
        return
    inside, _ = held(facts)
    value, _ = truth(linear(query))
    if facts.holds(linear(query)):
        assert value[inside].all()
    if facts.contradictory():
        assert not inside.any()


# ------------------------------------------------------------------------------------------------- what must be shown


def shown(build: Callable[[Context, Callable[..., Term]], tuple[list[Term], Term]]) -> bool:
    ctx = Context()
    facts, query = build(ctx, lambda name, lo=None, hi=None: ctx.sym(name, lo=lo, hi=hi))
    found = facts_of(ctx, facts)
    assert found is not None
    return found.holds(query)


def n(ctx: Context, k: int) -> Term:
    return ctx.num(k)


MUST: dict[str, Callable[[Context, Callable[..., Term]], tuple[list[Term], Term]]] = {
    "transitive": lambda c, s: ([c.lt(s("a"), s("b")), c.lt(s("b"), s("c"))], c.le(c.add(s("a"), n(c, 2)), s("c"))),
    "gcd": lambda c, s: ([c.ge(c.mul(n(c, 4), s("a")), n(c, 1))], c.ge(s("a"), n(c, 1))),
    "quotient below": lambda c, s: (
        [c.ge(s("a"), n(c, 0)), c.lt(s("a"), c.mul(n(c, 8), s("g")))],
        c.lt(c.floordiv(s("a"), n(c, 8)), s("g")),
    ),
    "remainder range": lambda c, s: ([], c.lt(c.mod(s("a"), n(c, 8)), n(c, 8))),
    "remainder sign": lambda c, s: ([], c.ge(c.mod(s("a"), n(c, 8)), n(c, 0))),
    "symbolic remainder": lambda c, s: ([c.ge(s("w"), n(c, 1))], c.lt(c.mod(s("a"), s("w")), s("w"))),
    "inverse of a digit": lambda c, s: (
        [c.ge(s("r"), n(c, 0)), c.lt(s("r"), s("w")), c.ge(s("w"), n(c, 1))],
        c.ge(c.floordiv(c.add(s("r"), n(c, 0)), s("w")), n(c, 0)),
    ),
    "minimum": lambda c, s: ([], c.le(c.app("min", [s("a"), s("b")], is_int=True), s("a"))),
    "maximum": lambda c, s: ([], c.ge(c.app("max", [s("a"), s("b")], is_int=True), s("b"))),
    "equality": lambda c, s: ([c.le(s("a"), s("b")), c.ge(s("a"), s("b"))], c.eq(s("a"), s("b"))),
    "product of bounds": lambda c, s: (
        [c.ge(s("a"), n(c, 0)), c.ge(s("b"), n(c, 0))],
        c.ge(c.mul(s("a"), s("b")), n(c, 0)),
    ),
    "ranges": lambda c, s: ([], c.le(c.add(s("p", 0, 3), s("q", 0, 4)), n(c, 7))),
}


@pytest.mark.parametrize("what", MUST)
def test_it_is_shown(what: str) -> None:
    assert shown(MUST[what])


MUST_NOT: dict[str, Callable[[Context, Callable[..., Term]], tuple[list[Term], Term]]] = {
    "one too strong": lambda c, s: ([c.lt(s("a"), s("b")), c.lt(s("b"), s("c"))], c.le(c.add(s("a"), n(c, 3)), s("c"))),
    "gcd the other way": lambda c, s: ([c.ge(c.mul(n(c, 4), s("a")), n(c, 1))], c.ge(s("a"), n(c, 2))),
    "quotient of a negative": lambda c, s: (
        [c.lt(s("a"), c.mul(n(c, 8), s("g")))],
        c.ge(c.floordiv(s("a"), n(c, 8)), n(c, 0)),
    ),
    "remainder by an unknown sign": lambda c, s: ([], c.lt(c.mod(s("a"), s("w")), s("w"))),
    "remainder by a non-negative": lambda c, s: ([c.ge(s("w"), n(c, 0))], c.lt(c.mod(s("a"), s("w")), s("w"))),
    "product of one bound": lambda c, s: ([c.ge(s("a"), n(c, 0))], c.ge(c.mul(s("a"), s("b")), n(c, 0))),
    "product of upper bounds": lambda c, s: (
        [c.le(s("a"), n(c, 0)), c.le(s("b"), n(c, 0))],
        c.le(c.mul(s("a"), s("b")), n(c, 0)),
    ),
    "disequality": lambda c, s: ([c.ne(s("a"), s("b"))], c.lt(s("a"), s("b"))),
    "minimum the other way": lambda c, s: ([], c.ge(c.app("min", [s("a"), s("b")], is_int=True), s("a"))),
    "maximum of both": lambda c, s: (
        [c.le(s("a"), n(c, 5))],
        c.le(c.app("max", [s("a"), s("b")], is_int=True), n(c, 5)),
    ),
    "ranges one less": lambda c, s: ([], c.le(c.add(s("p", 0, 3), s("q", 0, 4)), n(c, 6))),
    "square": lambda c, s: ([c.ge(c.mul(s("a"), s("a")), n(c, 4))], c.ge(s("a"), n(c, 2))),
}


@pytest.mark.parametrize("what", MUST_NOT)
def test_it_is_not_shown(what: str) -> None:
    assert not shown(MUST_NOT[what])


def test_real_comparisons_are_only_their_own_negation() -> None:
    ctx = Context()
    x, y = ctx.sym("u", is_int=False), ctx.sym("v", is_int=False)
    less = ctx.lt(x, y)
    (literal,) = ctx.literals(less)
    polarity = ctx.assign(less, {literal: True}).truth
    facts = LinearFacts.of(ctx, [(literal, polarity)])
    assert facts.holds(less)
    assert not facts.holds(ctx.lt(y, x))
    assert not facts.holds(ctx.eq(x, y))
    assert not facts.holds(ctx.lt(x, ctx.add(y, ctx.num(1))))


def test_undefined_conditions_do_not_hold() -> None:
    ctx = Context()
    a = ctx.sym("a")
    assert not LinearFacts.of(ctx, []).holds(ctx.bundef())
    maybe = ctx.ite(ctx.ge(a, ctx.num(0)), ctx.truth(True), ctx.bundef())
    assert not LinearFacts.of(ctx, []).holds(maybe)
    (literal,) = ctx.literals(ctx.ge(a, ctx.num(0)))
    polarity = ctx.assign(ctx.ge(a, ctx.num(0)), {literal: True}).truth
    assert LinearFacts.of(ctx, [(literal, polarity)]).holds(maybe)
    assert not LinearFacts.of(ctx, [(literal, not polarity)]).holds(maybe)
