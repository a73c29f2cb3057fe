"""Signs over the reals: what is answered, and twins of which nothing may be said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.prove.sign import Sign, sign

POSITIVE, NON_NEGATIVE, UNKNOWN = Sign.POSITIVE, Sign.NON_NEGATIVE, Sign.UNKNOWN


class Kit:
    """Reals x, y, read at an index i in 0..n; sums over ranges."""

    def __init__(self) -> None:
        self.ctx = ctx = Context()
        self.n = ctx.sym("s0", lo=-(2**31), hi=2**31 - 1)
        self.i, self.k = ctx.sym("i0", lo=0), ctx.sym("b")
        self.x, self.y, self.eps = self.at(self.i), ctx.sym("s2", is_int=False), ctx.sym("s3", is_int=False)
        self.facts = LinearFacts.of(ctx, ((ctx.gt(self.n, self.i).args[0], ctx.gt(self.n, self.i).args[1].truth),))

    def at(self, index: Term) -> Term:
        return self.ctx.read("a0", [index], is_int=False)

    def exp(self, of: Term) -> Term:
        return self.ctx.app("exp", [of])

    def plus(self, *terms: Term) -> Term:
        total = self.ctx.num(0)
        for term in terms:
            total = self.ctx.add(total, term)
        return total

    def square(self, of: Term) -> Term:
        return self.ctx.power(of, 2)

    def sqrt(self, of: Term) -> Term:
        return self.ctx.app("sqrt", [of])

    def sum(self, body: Callable[[Term], Term], high: Term | None = None) -> Term:
        return self.ctx.big("sum", self.k, self.ctx.num(0), self.n if high is None else high, body(self.k))


CASES: dict[str, tuple[Sign, Callable[[Kit], Term]]] = {
    "exp": (POSITIVE, lambda k: k.exp(k.x)),
    "1 + exp": (POSITIVE, lambda k: k.plus(k.exp(k.x), k.ctx.num(1))),
    "1/(1 + exp)": (POSITIVE, lambda k: k.ctx.recip(k.plus(k.exp(k.x), k.ctx.num(1)))),
    "square": (NON_NEGATIVE, lambda k: k.square(k.x)),
    "square + 1e-6": (POSITIVE, lambda k: k.plus(k.square(k.x), k.ctx.num(1, 10**6))),
    "square + eps": (UNKNOWN, lambda k: k.plus(k.square(k.x), k.eps)),
    "square - 1": (UNKNOWN, lambda k: k.plus(k.square(k.x), k.ctx.num(-1))),
    "cube": (UNKNOWN, lambda k: k.ctx.power(k.x, 3)),
    "abs": (NON_NEGATIVE, lambda k: k.ctx.app("abs", [k.x])),
    "abs + 1": (POSITIVE, lambda k: k.plus(k.ctx.app("abs", [k.x]), k.ctx.num(1))),
    "x*y": (UNKNOWN, lambda k: k.ctx.mul(k.x, k.y)),
    "x": (UNKNOWN, lambda k: k.x),
    "sqrt of a square": (NON_NEGATIVE, lambda k: k.sqrt(k.square(k.x))),
    "sqrt of a positive": (POSITIVE, lambda k: k.sqrt(k.plus(k.square(k.x), k.ctx.num(1)))),
    "1/sqrt": (POSITIVE, lambda k: k.ctx.recip(k.sqrt(k.plus(k.square(k.x), k.ctx.num(1))))),
    "sum of exps, i < n": (POSITIVE, lambda k: k.sum(lambda j: k.exp(k.at(j)))),
    "sum of exps, m of them": (NON_NEGATIVE, lambda k: k.sum(lambda j: k.exp(k.at(j)), k.ctx.sym("s1"))),
    "sum of exps over n - 1": (NON_NEGATIVE, lambda k: k.sum(lambda j: k.exp(k.at(j)), k.plus(k.n, k.ctx.num(-1)))),
    "sum of squares": (NON_NEGATIVE, lambda k: k.sum(lambda j: k.square(k.at(j)))),
    "sum of squares + 1": (POSITIVE, lambda k: k.plus(k.sum(lambda j: k.square(k.at(j))), k.ctx.num(1))),
    "sum of values": (UNKNOWN, lambda k: k.sum(k.at)),
    "mean of squares": (
        NON_NEGATIVE,
        lambda k: k.ctx.mul(k.sum(lambda j: k.square(k.at(j))), k.ctx.recip(k.n)),
    ),
    "n": (POSITIVE, lambda k: k.n),
    "n - 1": (NON_NEGATIVE, lambda k: k.plus(k.n, k.ctx.num(-1))),
    "n - 2": (UNKNOWN, lambda k: k.plus(k.n, k.ctx.num(-2))),
    "-exp": (Sign.NEGATIVE, lambda k: k.ctx.neg(k.exp(k.x))),
    "exp(-inf) is 0": (Sign.ZERO, lambda k: k.exp(k.ctx.inf(-1))),
    "exp, or exp(-inf)": (
        NON_NEGATIVE,
        lambda k: k.exp(k.ctx.ite(k.ctx.gt(k.y, k.ctx.num(0)), k.x, k.ctx.inf(-1))),
    ),
    "abs by cases": (NON_NEGATIVE, lambda k: k.ctx.ite(k.ctx.gt(k.x, k.ctx.num(0)), k.x, k.ctx.neg(k.x))),
    "x if x > 0 else 1": (POSITIVE, lambda k: k.ctx.ite(k.ctx.gt(k.x, k.ctx.num(0)), k.x, k.ctx.num(1))),
    "x if y > 0 else 1": (UNKNOWN, lambda k: k.ctx.ite(k.ctx.gt(k.y, k.ctx.num(0)), k.x, k.ctx.num(1))),
    "undef in a branch": (UNKNOWN, lambda k: k.ctx.ite(k.ctx.gt(k.y, k.ctx.num(0)), k.ctx.num(1), k.ctx.undef())),
    "max(x, 1)": (POSITIVE, lambda k: k.ctx.app("max", [k.x, k.ctx.num(1)])),
    "max(x, 0)": (NON_NEGATIVE, lambda k: k.ctx.app("max", [k.x, k.ctx.num(0)])),
    "min(x, 1)": (UNKNOWN, lambda k: k.ctx.app("min", [k.x, k.ctx.num(1)])),
    "log": (UNKNOWN, lambda k: k.ctx.app("log", [k.plus(k.square(k.x), k.ctx.num(1))])),
    "tanh of a square": (NON_NEGATIVE, lambda k: k.ctx.app("tanh", [k.square(k.x)])),
}


@pytest.mark.parametrize("name", CASES)
def test_sign(name: str) -> None:
    kit = Kit()
    expected, build = CASES[name]
    assert sign(build(kit), kit.facts) == expected


def test_without_the_index_nothing_shows_that_the_range_is_not_empty() -> None:
    kit = Kit()
    total = kit.sum(lambda j: kit.exp(kit.at(j)))
    assert sign(total, LinearFacts.of(kit.ctx, ())) == NON_NEGATIVE


def test_a_stated_comparison_of_reals() -> None:
    kit = Kit()
    ctx = kit.ctx
    p = kit.plus(kit.x, kit.y)
    above = ctx.gt(p, ctx.num(0))
    for literal, truth, expected in (
        (above.args[0], True, POSITIVE),
        (above.args[0], False, Sign.NON_POSITIVE),
        (ctx.eq(p, ctx.num(0)).args[0], False, Sign.NON_ZERO),
        (ctx.eq(kit.x, ctx.num(0)).args[0], False, UNKNOWN),
    ):
        assert sign(p, LinearFacts.of(ctx, ((literal, truth),))) == expected


def test_a_stated_comparison_moved_by_a_constant() -> None:
    kit = Kit()
    ctx = kit.ctx
    above = ctx.gt(ctx.mul(ctx.num(4), kit.x), ctx.num(15))
    literal = above.args[0]
    facts = LinearFacts.of(ctx, ((literal, True),))
    assert sign(kit.x, facts) == POSITIVE
    assert sign(ctx.neg(kit.x), facts) == Sign.NEGATIVE
    assert sign(kit.plus(kit.x, ctx.num(-15, 4)), facts) == POSITIVE
    assert sign(kit.plus(kit.x, ctx.num(-4)), facts) == UNKNOWN
    below = LinearFacts.of(ctx, ((literal, False),))
    assert sign(kit.x, below) == UNKNOWN
    assert sign(kit.plus(ctx.neg(kit.x), ctx.num(4)), below) == POSITIVE
    assert sign(kit.plus(ctx.neg(kit.x), ctx.num(15, 4)), below) == NON_NEGATIVE
