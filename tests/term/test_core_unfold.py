"""`unfold`: a closed form at k + 1, unfolded, is the step applied to the closed form at k; values stay."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.term import strategies as gen
from tests.term.loop_cases import UNDER_FACTS, Loop
from tests.term.loop_recurrences import CASES
from tests.term.oracle import UNDEF, Discard, Env, Expr, build, evaluate, value
from tests.term.test_core_meaning import may_be_poisoned
from triton_lift._core import Context, Term
from triton_lift.linear.equal import equal_under
from triton_lift.linear.facts import LinearFacts

COMMON = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def unfolded(loop: Loop) -> Term:
    c = loop.c
    return c.unfold(c.subst(loop.closed(loop.k), {loop.k: c.add(loop.k, c.num(1))}), loop.k)


@pytest.mark.parametrize("name", CASES)
def test_the_closed_form_steps(name: str) -> None:
    loop = CASES[name](Loop())
    after, wanted = unfolded(loop), loop.step(loop.closed(loop.k), loop.k)
    # Where a maximum may be empty, the two trees test different conditions on points that cannot be.
    if name in UNDER_FACTS:
        assert equal_under(loop.c, after, wanted, LinearFacts.of(loop.c, ()))
    else:
        assert after == wanted, f"{after}\nis not\n{wanted}"
    assert loop.c.unfold(after, loop.k) == after
    assert loop.c.unfold(loop.closed(loop.k), loop.k) == loop.closed(loop.k)


@pytest.mark.parametrize("name", CASES)
def test_another_step_does_not(name: str) -> None:
    """The bad twin: an iteration that takes the element of the next one."""
    loop = CASES[name](Loop())
    c = loop.c
    bad = loop.step(loop.closed(loop.k), c.add(loop.k, c.num(1)))
    assert not equal_under(c, unfolded(loop), bad, LinearFacts.of(c, ()))


def keeps_its_value(e: Expr, env: Env, symbol: str) -> None:
    """At n + 1, unfolded at n, an expression has the value that it has at the next n."""
    c = Context()
    n = c.sym(symbol, **gen.SYMS[symbol])
    term = c.unfold(c.subst(build(c, e, gen.SYMS), {n: c.add(n, c.num(1))}), n)
    try:
        wanted = evaluate(e, {**env, symbol: env[symbol] + 1})
        got = value(term, env)
    except Discard:
        assume(False)
        return
    if got == UNDEF and may_be_poisoned(e):
        return
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {term}\nvalue {got}, wanted {wanted}"


def finite_real(depth: int, bound: tuple[str, ...]) -> st.SearchStrategy[Expr]:
    return gen.real(depth, bound, special=False)


def up_to_n(kinds: list[str], body: Callable[..., st.SearchStrategy[Expr]]) -> st.SearchStrategy[Expr]:
    """Big operators over lo <= i < n."""
    return gen.big(2, (), kinds, body, special=False).map(lambda e: (*e[:4], ("sym", "n"), *e[5:]))


@COMMON
@given(up_to_n(["sum", "prod", "max", "min"], finite_real), gen.POINTS)
def test_values_of_reals(e: Expr, env: Env) -> None:
    keeps_its_value(e, env, "n")


@COMMON
@given(up_to_n(["sum", "prod", "band", "bor", "bxor"], gen.integer), gen.POINTS)
def test_values_of_integers(e: Expr, env: Env) -> None:
    keeps_its_value(e, env, "n")


@COMMON
@given(gen.real(3, (), special=False), gen.POINTS)
def test_values_of_trees(e: Expr, env: Env) -> None:
    keeps_its_value(e, env, "n")


@COMMON
@given(gen.boolean(3, ()), gen.POINTS)
def test_values_of_conditions(e: Expr, env: Env) -> None:
    keeps_its_value(e, {**env, "m": min(env["m"], Fraction(4))}, "m")


def test_two_variables_that_run_up_to_k() -> None:
    loop = Loop()
    c, k, i, j = loop.c, loop.k, loop.i, loop.j
    x = c.read("x2", [i, j], is_int=False)
    square = c.big("sum", i, c.num(0), k, c.big("sum", j, c.num(0), k, x))
    row = c.big("sum", j, c.num(0), k, c.subst(x, {i: k}))
    column = c.big("sum", i, c.num(0), k, c.subst(x, {j: k}))
    after = c.unfold(c.subst(square, {k: c.add(k, c.num(1))}), k)
    assert after == c.add(square, c.add(row, c.add(column, c.subst(x, {i: k, j: k}))))


def test_only_what_runs_up_to_k_is_touched() -> None:
    loop = Loop()
    c, k, i, n = loop.c, loop.k, loop.i, loop.n
    for hi in (k, n, c.add(k, c.num(2)), c.mul(k, c.num(2))):
        total = c.big("sum", i, c.num(0), hi, loop.x(i))
        assert c.unfold(total, k) == total
    strided = c.big("sum", i, c.num(0), c.add(c.mul(c.num(2), k), c.num(1)), loop.x(i))
    assert c.unfold(strided, k) == strided
    with pytest.raises(ValueError):
        c.unfold(strided, c.add(k, c.num(1)))
    with pytest.raises(ValueError):
        c.unfold(strided, loop.real)


def test_linear_in_the_nesting() -> None:
    steps: list[int] = []
    for depth in (4, 8, 16):
        loop = Loop()
        c, k = loop.c, loop.k
        term = c.num(1)
        for level in range(depth):
            v = c.sym(f"v{level}")
            shifted = c.app("g", [c.add(v, c.num(level)), term])
            term = c.big("max", v, c.num(0), c.add(k, c.num(1)), shifted)
        before = c.steps
        c.unfold(term, k)
        steps.append(c.steps - before)
    assert steps[2] < 6 * steps[1], steps


def test_linear_in_shared_nodes() -> None:
    loop = Loop()
    c, k = loop.c, loop.k
    term = c.big("sum", loop.i, c.num(0), c.add(k, c.num(1)), loop.x(loop.i))
    for _ in range(300):
        term = c.app("g", [term, term])
    before = c.steps
    c.unfold(term, k)
    assert c.steps - before < 60_000
