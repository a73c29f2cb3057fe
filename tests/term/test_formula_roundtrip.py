"""Random terms made by the core's constructors: their text reads back to the very same term."""

from __future__ import annotations

import random

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.term.formula_terms import NAMES, Kit
from triton_lift._core import BudgetError, Term
from triton_lift.term.formula_parse import parse_statement, parse_term
from triton_lift.term.formula_print import print_statement
from triton_lift.term.formula_views import choose_views
from triton_lift.term.symbols import Statement
from triton_lift.util.diagnostic import BudgetExceeded


class Maker:
    """Random well-typed terms of bounded depth."""

    def __init__(self, seed_: int) -> None:
        self.r = random.Random(seed_)
        self.k = Kit()
        self.bound: list[Term] = []

    def integer(self, depth: int) -> Term:
        k, c, r = self.k, self.k.ctx, self.r
        base = [k.N, k.M, k.row, k.col, *self.bound, *self.bound]
        if depth <= 0:
            return r.choice([*base, k.num(r.randint(-3, 70))])
        a, b = self.integer(depth - 1), self.integer(depth - 1)
        match r.randint(0, 10):
            case 0 | 1:
                return c.add(a, b)
            case 2:
                return c.sub(a, b)
            case 3:
                return c.mul(a, r.choice([k.stride, k.num(r.choice([-2, 3, 64]))]))
            case 4:
                return c.floordiv(a, r.choice([k.num(r.choice([2, 4, 7, 64])), k.N, b]))
            case 5 | 6:
                return c.mod(a, r.choice([k.num(r.choice([2, 4, 7, 64])), k.N]))
            case 7:
                return c.app(r.choice(["max", "min"]), [a, b])
            case 8:
                return k.idx(a)
            case 9:
                return c.app("and_i32", [a, b], is_int=True, lo=-(2**31), hi=2**31 - 1)
            case _:
                return c.add(c.mod(c.floordiv(a, k.num(4)), k.num(8)), b)

    def real(self, depth: int) -> Term:
        k, c, r = self.k, self.k.ctx, self.r
        if depth <= 0:
            return r.choice(
                [
                    k.eps,
                    k.alpha,
                    k.x(self.integer(1)),
                    k.y(self.integer(1)),
                    k.num(r.randint(-4, 9), r.choice([1, 2, 3, 10, 1 << 20])),
                ]
            )
        a = self.real(depth - 1)
        match r.randint(0, 13):
            case 0 | 1:
                return c.add(a, self.real(depth - 1))
            case 2:
                return c.sub(a, self.real(depth - 1))
            case 3 | 4:
                return c.mul(a, self.real(depth - 1))
            case 5:
                return c.mul(a, c.recip(self.real(depth - 1)))
            case 6:
                return c.app(r.choice(["exp", "exp2", "log", "sin", "abs", "sqrt"]), [a])
            case 7:
                return c.app(r.choice(["max", "min"]), [a, self.real(depth - 1)])
            case 8 | 9:
                return c.ite(self.condition(depth - 1), a, self.real(depth - 1))
            case 10:
                return c.power(a, r.randint(2, 3))
            case 11:
                return c.ite(self.condition(depth - 1), a, r.choice([c.inf(-1), c.inf(1), c.undef()]))
            case _:
                return self.big(depth)

    def big(self, depth: int) -> Term:
        k, c, r = self.k, self.k.ctx, self.r
        var = c.sym(f"v{len(self.bound)}")
        lo, hi = r.choice([k.num(0), k.num(0), self.integer(0)]), r.choice([k.N, k.M, self.integer(1)])
        self.bound.append(var)
        kind = r.choice(["sum", "sum", "max", "min", "prod", "any", "bor"])
        if kind == "any":
            found = self.condition(depth - 1)
        else:
            found = self.integer(depth - 1) if kind == "bor" else self.real(depth - 1)
        dom = self.condition(0) if r.random() < 0.3 else None
        self.bound.pop()
        if kind == "any":
            return c.ite(c.exists(var, lo, hi, found), k.eps, k.num(1))
        return c.big(kind, var, lo, hi, found, dom=dom)  # type: ignore[arg-type]

    def condition(self, depth: int) -> Term:
        k, c, r = self.k, self.k.ctx, self.r
        if depth <= 0:
            match r.randint(0, 5):
                case 0 | 1:
                    return c.lt(self.integer(1), self.integer(1))
                case 2:
                    return c.eq(self.integer(0), self.integer(1))
                case 3:
                    return c.gt(self.real(0), self.real(0))
                case 4:
                    return c.eq(self.real(0), k.zero)
                case _:
                    return c.bapp("isnan", [self.real(0)])
        a, b = self.condition(depth - 1), self.condition(depth - 1)
        return r.choice([c.and_(a, b), c.or_(a, b), c.not_(a), c.ite(a, b, self.condition(0))])


@seed(7)
@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4), st.sampled_from(("real", "integer", "condition", "big")))
def test_terms(seed_: int, depth: int, what: str) -> None:
    m = Maker(seed_)
    try:
        term = getattr(m, what)(min(depth, 3) if what == "big" else depth)
    except BudgetError:
        return
    try:
        text = m.k.text(term)
        fresh = Kit()
        assert parse_term(fresh.ctx, text, NAMES, fresh.signature).key == term.key
    except BudgetExceeded:
        return


@seed(7)
@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3), st.booleans())
def test_statements(seed_: int, depth: int, share: bool) -> None:
    m = Maker(seed_)
    k = m.k
    try:
        value, address, domain = m.real(depth), m.integer(depth), m.condition(depth)
    except BudgetError:
        return
    statement = Statement("a0", "assign", (k.row, k.col), domain, address, value)
    views = choose_views(k.ctx, [statement])
    try:
        text = print_statement(statement, NAMES, views, share=share, ctx=k.ctx, signature=k.signature)
        assert parse_statement(k.ctx, text, NAMES, k.signature) == statement, text
    except BudgetExceeded:
        return
