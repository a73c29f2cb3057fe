"""`instantiate` and `unfold`: what the closed forms of loops rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings

from tests.term import strategies as gen
from tests.term.oracle import Env, Expr, build
from tests.term.test_core_meaning import expect
from triton_lift._core import BudgetError, Context, Term

COMMON = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
SYMS: Mapping[str, Mapping[str, Any]] = {**gen.SYMS, "u": gen.SYMS["i"], "v": gen.SYMS["j"], "t": {}}
"""Bodies bind u and v, so that no index captures them when expressions are put into one another as text."""


def mapped(e: Expr, f: Callable[[Expr], Expr]) -> Expr:
    return tuple(f(cast(Expr, x)) if isinstance(x, tuple) else x for x in e)


def renamed(e: Expr) -> Expr:
    names = {"i": "u", "j": "v"}
    return tuple(names.get(x, x) if isinstance(x, str) else x for x in mapped(e, renamed))


def at(e: Expr, index: Expr) -> Expr:
    """The body at an index, by hand."""
    return index if e == ("sym", "t") else mapped(e, lambda x: at(x, index))


def replaced(e: Expr, bodies: dict[str, Expr]) -> Expr:
    """The reads of an expression replaced, indices first, by hand."""
    parts = mapped(e, lambda x: replaced(x, bodies))
    if parts[:1] == ("read",) and parts[1] in bodies:
        return at(bodies[parts[1]], parts[2][0])
    return parts


def instantiated(c: Context, e: Expr, bodies: dict[str, Expr]) -> Term:
    t = c.sym("t")
    return c.instantiate(build(c, e, SYMS), {name: ((t,), build(c, body, SYMS)) for name, body in bodies.items()})


@COMMON
@given(
    gen.real(3, (), special=False), gen.real(2, ("t",)).map(renamed), gen.integer(1, ("t",)).map(renamed), gen.POINTS
)
def test_reals(e: Expr, x: Expr, i: Expr, env: Env) -> None:
    bodies = {"X": x, "I": i}
    expect(instantiated(Context(), e, bodies), replaced(e, bodies), env)


@COMMON
@given(gen.integer(3, ()), gen.integer(2, ("t",)).map(renamed), gen.POINTS)
def test_integers(e: Expr, i: Expr, env: Env) -> None:
    bodies = {"I": i}
    expect(instantiated(Context(), e, bodies), replaced(e, bodies), env)


@COMMON
@given(gen.boolean(3, ()), gen.real(2, ("t",)).map(renamed), gen.POINTS)
def test_conditions(e: Expr, x: Expr, env: Env) -> None:
    bodies = {"X": x, "I": ("read", "I", (("sym", "t"),))}
    expect(instantiated(Context(), e, bodies), replaced(e, bodies), env)


class TestInstantiate:
    def test_below_a_binder_at_its_variable(self) -> None:
        c = Context()
        i, n, t = c.sym("i"), c.sym("n", lo=0), c.sym("t")
        total = c.big("sum", i, c.num(0), n, c.read("a", [i], is_int=False))
        body = c.mul(t, c.read("x", [t], is_int=False))
        assert c.instantiate(total, {"a": ((t,), body)}) == c.big("sum", i, c.num(0), n, c.subst(body, {t: i}))

    def test_no_capture(self) -> None:
        c = Context()
        i, n, t = c.sym("i"), c.sym("n", lo=0), c.sym("t")
        inner = c.big("sum", i, c.num(0), c.num(7), c.read("x", [i, t], is_int=False))
        total = c.big("max", i, c.num(0), n, c.read("a", [i], is_int=False))
        j = c.sym("j")
        wanted = c.big("max", j, c.num(0), n, c.big("sum", i, c.num(0), c.num(7), c.read("x", [i, j], is_int=False)))
        assert c.instantiate(total, {"a": ((t,), inner)}) == wanted

    def test_indices_are_rewritten_and_bodies_are_not(self) -> None:
        c = Context()
        n, t = c.sym("n"), c.sym("t")
        nested = c.read("a", [c.read("a", [n], is_int=True)], is_int=True)
        body = c.add(c.read("a", [t], is_int=True), c.num(1))
        inner = c.add(c.read("a", [n], is_int=True), c.num(1))
        assert c.instantiate(nested, {"a": ((t,), body)}) == c.add(c.read("a", [inner], is_int=True), c.num(1))

    def test_simultaneous(self) -> None:
        c = Context()
        n = c.sym("n")
        a, b = (c.read(name, [], is_int=False) for name in "ab")
        swapped = c.instantiate(c.sub(c.mul(c.num(2), a), b), {"a": ((), b), "b": ((), a)})
        assert swapped == c.sub(c.mul(c.num(2), b), a)
        assert c.instantiate(n, {"a": ((), b)}) == n

    def test_parameters_swapped(self) -> None:
        c = Context()
        n, m, s, t = (c.sym(name) for name in "nmst")
        a = c.read("a", [n, m], is_int=False)
        # The parameters also occur as free symbols of the term: only the reads are looked at.
        term = c.mul(c.subst(a, {n: t, m: s}), t)
        assert c.instantiate(term, {"a": ((s, t), c.sub(s, t))}) == c.mul(c.sub(t, s), t)

    def test_boolean_state_folds(self) -> None:
        c = Context()
        n, t = c.sym("n"), c.sym("t")
        flag = c.ne(c.read("f", [n], is_int=True, lo=0, hi=1), c.num(0))
        assert flag.kind == "ite"
        assert c.instantiate(flag, {"f": ((t,), c.num(1))}) == c.truth(True)
        positive = c.gt(t, c.num(0))
        as_number = c.ite(positive, c.num(1), c.num(0))
        assert c.instantiate(flag, {"f": ((t,), as_number)}) == c.gt(n, c.num(0))

    def test_the_range_of_the_read_goes_with_it(self) -> None:
        c = Context()
        n, t = c.sym("n"), c.sym("t")
        value = c.read("f", [n], is_int=True, lo=0, hi=1)
        assert c.interval(value) == (0, 1)
        assert c.interval(c.instantiate(value, {"f": ((t,), c.mul(t, c.num(5)))})) == (None, None)

    def test_infinite_and_undefined_leaves(self) -> None:
        c = Context()
        t = c.sym("t")
        x = c.read("x", [t], is_int=False)
        m = c.read("m", [t], is_int=False)
        body = c.ite(c.gt(t, c.num(0)), x, c.inf(-1))
        assert c.instantiate(c.app("exp", [m]), {"m": ((t,), body)}) == c.ite(
            c.gt(t, c.num(0)), c.app("exp", [x]), c.num(0)
        )
        assert c.instantiate(c.app("g", [m]), {"m": ((t,), c.inf(-1))}) == c.undef()
        assert c.instantiate(c.add(m, x), {"m": ((t,), c.undef())}) == c.undef()
        best = c.big("max", t, c.num(0), c.num(4), m)
        assert c.instantiate(best, {"m": ((t,), body)}) == c.big("max", t, c.num(1), c.num(4), x)

    def test_what_a_cancellation_loses_is_entered(self) -> None:
        c = Context()
        i, t = c.sym("i"), c.sym("t")
        a = c.read("a", [i], is_int=False)
        inverse = c.recip(c.read("x", [t], is_int=False))
        first = c.big("sum", i, c.num(0), c.num(4), c.sub(a, c.recip(c.read("x", [i], is_int=False))))
        second = c.big("sum", i, c.num(5), c.num(9), c.sub(a, c.recip(c.read("x", [i], is_int=False))))
        assert c.instantiate(c.mul(first, second), {"a": ((t,), inverse)}) == c.num(0)
        assert len(c.dropped()) == 2

    def test_errors(self) -> None:
        c = Context()
        n, t = c.sym("n"), c.sym("t")
        a = c.read("a", [n], is_int=True)
        for bodies in (
            {"a": ((), c.num(1))},
            {"a": ((t, t), c.num(1))},
            {"a": ((t,), c.num(1, 2))},
            {"a": ((c.sym("x", is_int=False),), c.num(1))},
            {"a": ((t,), c.truth(True))},
        ):
            with pytest.raises(ValueError):
                c.instantiate(a, bodies)

    def test_linear_in_shared_nodes(self) -> None:
        c = Context()
        n, t = c.sym("n"), c.sym("t")
        term = c.read("a", [n], is_int=False)
        for _ in range(300):
            term = c.app("g", [term, term])
        before = c.steps
        c.instantiate(term, {"a": ((t,), c.mul(t, t))})
        assert c.steps - before < 60_000

    def test_budget(self) -> None:
        c = Context(max_steps=20_000)
        n, t = c.sym("n"), c.sym("t")
        term = c.num(0)
        with pytest.raises(BudgetError):
            for k in range(2000):
                term = c.add(term, c.mul(c.read("a", [c.add(n, c.num(k))], is_int=False), c.num(k + 1)))
                c.instantiate(term, {"a": ((t,), c.read("b", [c.num(k), t], is_int=False))})
