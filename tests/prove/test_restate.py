"""Requirements in simpler words: equal on a grid of values to the ones that went in."""

from __future__ import annotations

from itertools import product

import pytest

from triton_lift._core import Context, Term
from triton_lift.ops.symbolic.row import Requirement
from triton_lift.prove.restate import restated

N, M = "N", "M"


def symbols(ctx: Context) -> tuple[Term, Term]:
    return ctx.sym(N, lo=-(2**31), hi=2**31 - 1), ctx.sym(M, lo=-(2**31), hi=2**31 - 1)


def conditions(ctx: Context, conds: list[Term]) -> list[Term]:
    return [r.cond for r in restated(ctx, tuple(Requirement(c, "", "-") for c in conds))]


def truth(ctx: Context, conds: list[Term], n: int, m: int) -> bool:
    at = dict(zip(symbols(ctx), (ctx.num(n), ctx.num(m)), strict=True))
    return all(ctx.subst(c, at).truth for c in conds)


def test_quotient_at_least_one_is_the_dividend_at_least_one() -> None:
    ctx = Context()
    n, _ = symbols(ctx)
    count = ctx.floordiv(ctx.add(n, ctx.num(255)), ctx.num(256))
    assert conditions(ctx, [ctx.ge(count, ctx.num(1))]) == [ctx.ge(n, ctx.num(1))]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("bound", [-3, -1, 0, 1, 2])
def test_quotients_compared_with_constants_and_sizes(size: int, bound: int) -> None:
    ctx = Context()
    n, m = symbols(ctx)
    quotient = ctx.floordiv(ctx.add(n, ctx.num(2)), ctx.num(size))
    for compare, other in product((ctx.ge, ctx.le, ctx.gt, ctx.lt), (ctx.num(bound), ctx.add(m, ctx.num(bound)))):
        before = [compare(quotient, other)]
        after = conditions(ctx, before)
        assert all(a.kind != "app" for c in after for a in ctx.atoms(c)) or size == 1
        for a, b in product(range(-9, 10), range(-3, 4)):
            assert truth(ctx, before, a, b) == truth(ctx, after, a, b)


def test_implied_and_repeated_ones_are_left_out() -> None:
    ctx = Context()
    n, m = symbols(ctx)
    one = ctx.num(1)
    got = conditions(ctx, [ctx.ge(n, ctx.num(0)), ctx.ge(n, one), ctx.ge(ctx.mul(n, m), one), ctx.ge(m, one)])
    assert got == [ctx.ge(n, one), ctx.ge(m, one)]


def test_a_product_alone_is_not_taken_apart() -> None:
    ctx = Context()
    n, m = symbols(ctx)
    wanted = [ctx.ge(ctx.mul(n, m), ctx.num(1))]
    assert conditions(ctx, wanted) == wanted
    zero = [ctx.ge(n, ctx.num(0)), *wanted]
    after = conditions(ctx, zero)
    for a, b in product(range(-3, 4), repeat=2):
        assert truth(ctx, zero, a, b) == truth(ctx, after, a, b)


def test_a_quotient_by_a_symbol_stays() -> None:
    ctx = Context()
    n, m = symbols(ctx)
    wanted = [ctx.ge(ctx.floordiv(n, m), ctx.num(1))]
    assert conditions(ctx, wanted) == wanted
