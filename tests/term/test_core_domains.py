"""Big operators over random linear domains, nested ones and products of them, against enumeration."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.oracle import Env, Expr, build, evaluate, value
from triton_lift._core import Context

COMMON = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
SYM = {name: ("sym", name) for name in ("i", "j", "n", "m", "p")}

FEWER = settings(COMMON, max_examples=40)


def num(v: int) -> Expr:
    return ("num", Fraction(v))


def total(terms: list[Expr]) -> Expr:
    out = terms[0]
    for t in terms[1:]:
        out = ("add", out, t)
    return out


LINEAR = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-1, 1), st.integers(-1, 1), st.integers(-5, 5)).map(
    lambda c: total([*(("mul", num(c[q]), SYM[s]) for q, s in enumerate(("i", "j", "n", "m"))), num(c[4])])
)
LITERAL = st.one_of(
    st.tuples(st.sampled_from(["ge", "ge", "lt", "eq", "ne"]), LINEAR, st.just(num(0))),
    st.tuples(st.just("ge"), st.tuples(st.just("floordiv"), LINEAR, st.sampled_from([num(2), num(3)])), st.just(num(0))),
    st.tuples(st.just("ge"), LINEAR, st.tuples(st.just("app"), st.just("max"), st.tuples(LINEAR, st.just(SYM["n"])))),
)


def conj(lits: list[Expr]) -> Expr:
    out = lits[0]
    for lit in lits[1:]:
        out = ("and", out, lit)
    return out


DOMAIN = st.lists(LITERAL, min_size=1, max_size=4).map(conj)
CELL: Expr = ("read", "X", (SYM["i"], SYM["j"]))
BODY = st.sampled_from(
    [
        CELL,
        ("add", CELL, ("mul", num(3), ("read", "Y", (SYM["j"],)))),
        ("mul", ("num", Fraction(-2, 3)), CELL),
        ("mul", num(6), CELL),
        ("add", ("mul", num(2), ("read", "Y", (SYM["i"],))), ("mul", num(-2), ("sym", "x"))),
        ("app", "exp", (("sub", ("read", "I", (SYM["i"],)), ("add", SYM["j"], SYM["n"])),)),
        num(1),
    ]
)


def expect(e: Expr, env: Env) -> None:
    t = build(Context(), e, gen.SYMS)
    wanted, got = evaluate(e, env), value(t, env)
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {t}\nvalue {got}, wanted {wanted}"


@COMMON
@given(st.sampled_from(["sum", "max", "min"]), DOMAIN, BODY, gen.POINTS)
def test_two_variables(kind: str, dom: Expr, body: Expr, env: Env) -> None:
    inner = ("big", kind, "j", num(-3), num(4), body, dom)
    expect(("big", kind, "i", num(-3), num(4), inner, None), env)


@COMMON
@given(st.sampled_from(["sum", "prod", "max"]), DOMAIN, BODY, gen.POINTS)
def test_one_variable(kind: str, dom: Expr, body: Expr, env: Env) -> None:
    expect(("big", kind, "i", SYM["n"], num(4), body, dom), env)


@COMMON
@given(DOMAIN, gen.POINTS)
def test_existence(dom: Expr, env: Env) -> None:
    expect(("exists", "i", num(-3), num(4), ("exists", "j", num(-3), num(3), dom)), env)


@FEWER
@given(DOMAIN, DOMAIN, BODY, gen.POINTS)
def test_a_product_of_two_sums_under_a_sum(one: Expr, two: Expr, body: Expr, env: Env) -> None:
    first = ("big", "sum", "j", num(-2), num(3), body, one)
    second = ("big", "sum", "j", num(-2), num(3), CELL, two)
    expect(("big", "sum", "i", num(-2), num(3), ("mul", first, second), None), env)
    expect(("big", "sum", "i", num(-2), num(3), ("pow", first, 2), None), env)


NESTED: tuple[Expr, ...] = (
    ("app", "g", (("big", "sum", "j", num(0), SYM["m"], ("read", "X", (SYM["i"], SYM["j"], SYM["n"])), None),)),
    ("app", "g", (("big", "max", "j", num(0), num(3), ("read", "X", (SYM["j"], SYM["i"], SYM["n"])), None),)),
    (
        "app",
        "abs",
        (
            (
                "big",
                "sum",
                "j",
                SYM["i"],
                num(4),
                ("app", "g", (("add", ("read", "X", (SYM["i"], SYM["n"])), SYM["j"]),)),
                ("ge", ("add", SYM["j"], SYM["n"]), SYM["i"]),
            ),
        ),
    ),
)
REPLACEMENTS: tuple[Expr, ...] = (
    num(2),
    ("add", SYM["m"], num(-1)),
    ("big", "sum", "i", num(0), SYM["m"], ("read", "I", (SYM["i"],)), ("ge", SYM["i"], num(1))),
    ("ite", ("ge", SYM["m"], num(2)), num(1), SYM["p"]),
)


@COMMON
@given(st.sampled_from(["sum", "max"]), st.sampled_from(NESTED), st.sampled_from(REPLACEMENTS), DOMAIN, gen.POINTS)
def test_substitution_under_two_binders(kind: str, body: Expr, n: Expr, dom: Expr, env: Env) -> None:
    c = Context()
    e = ("big", kind, "i", num(-2), num(3), body, dom)
    moved = c.subst(build(c, e, gen.SYMS), {c.sym("n"): build(c, n, gen.SYMS)})
    at = evaluate(n, env)
    assert isinstance(at, Fraction)
    wanted, got = evaluate(e, {**env, "n": at}), value(moved, env)
    assert got == wanted, f"{e}\nn := {n}\nat {dict(env)}\nterm {moved}\nvalue {got}, wanted {wanted}"
