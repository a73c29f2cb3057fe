"""The normal form of a random expression has the value of the expression, by an oracle that shares no code with the core."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from tests.term import strategies as gen
from tests.term.oracle import UNDEF, Discard, Env, Expr, Value, build, evaluate, value
from triton_lift._core import Context, Term

COMMON = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def mentions(e: object, tags: tuple[str, ...]) -> bool:
    return e in tags or (isinstance(e, tuple) and any(mentions(x, tags) for x in e))


def may_be_poisoned(e: Expr) -> bool:
    """The core may answer undef where infinities, undef or a zero divisor take part: it need not know signs and emptiness."""
    return mentions(e, ("inf", "undef", "bundef", "recip", "floordiv", "mod", "max", "min"))


def expect(t: Term, e: Expr, env: Env) -> None:
    try:
        wanted: Value = evaluate(e, env)
        got: Value = value(t, env)
    except Discard:
        assume(False)
        return
    if got == UNDEF and may_be_poisoned(e):
        return
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {t}\nvalue {got}, wanted {wanted}"


@COMMON
@given(gen.integer(3, ()), gen.POINTS)
def test_integers(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.real(2, (), special=False), gen.POINTS)
def test_finite_reals(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.real(3, ()), gen.POINTS)
def test_reals_with_infinities_and_undef(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.boolean(3, ()), gen.POINTS)
def test_conditions(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.big(2, (), ["sum", "prod", "max", "min"], lambda d, b: gen.real(d, b, False), special=False), gen.POINTS)
def test_big_operators(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.big(2, (), ["sum", "max"], lambda d, b: gen.real(d, b, True), special=True), gen.POINTS)
def test_big_operators_with_infinities(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.big(2, (), ["sum", "prod", "band", "bor", "bxor"], gen.integer, special=False), gen.POINTS)
def test_integer_big_operators(e: Expr, env: Env) -> None:
    c = Context()
    expect(build(c, e, gen.SYMS), e, env)


@COMMON
@given(gen.real(2, ()), gen.integer(1, ()), gen.real(1, ()), gen.POINTS)
def test_substitution_commutes_with_evaluation(e: Expr, n: Expr, x: Expr, env: Env) -> None:
    c = Context()
    term = build(c, e, gen.SYMS)
    replaced = c.subst(term, {c.sym("n"): build(c, n, gen.SYMS), c.sym("x", is_int=False): build(c, x, gen.SYMS)})
    try:
        inner_n, inner_x = evaluate(n, env), evaluate(x, env)
        assume(not isinstance(inner_n, str) and not isinstance(inner_x, str))
        assert not isinstance(inner_n, str) and not isinstance(inner_x, str)
        assume(abs(inner_n) <= 4)
        wanted = evaluate(e, {**env, "n": inner_n, "x": inner_x})
        got = value(replaced, env)
    except Discard:
        assume(False)
        return
    if got == UNDEF and (may_be_poisoned(e) or may_be_poisoned(x)):
        return
    assert got == wanted, f"{e}\nn := {n}\nx := {x}\nat {dict(env)}\nterm {replaced}\nvalue {got}, wanted {wanted}"
