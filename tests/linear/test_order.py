"""Lemmas (A1) to (A5) on extrema: what they decide holds at random points, and near misses stay undecided."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from triton_lift._core import Context, Term
from triton_lift.linear.equal import equal_under
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.order import Orders
from triton_lift.linear.reals import RealFacts
from triton_lift.term.numeric import evaluate_bounded

BLOCK = 3


class Terms:
    """x over blocks of three below n, up to block k: extrema, and places where they are attained."""

    def __init__(self) -> None:
        self.ctx = ctx = Context()
        self.k, self.n, self.zero = ctx.sym("k", lo=0), ctx.sym("n", lo=0, hi=1 << 20), ctx.num(0)
        self.j, self.r = ctx.sym("j", lo=0), ctx.sym("r", lo=0, hi=BLOCK - 1)
        self.bound = ctx.sym("b", is_int=False)

    def index(self, j: Term) -> Term:
        return self.ctx.add(self.ctx.mul(self.ctx.num(BLOCK), j), self.r)

    def lanes(self, kind: str, j: Term, body: Term, dom: Term) -> Term:
        """The extremum of ``body`` over the lanes of block j that satisfy ``dom``."""
        ctx = self.ctx
        tree = ctx.ite(ctx.and_(ctx.lt(self.index(j), self.n), dom), body, ctx.inf(-1 if kind == "max" else 1))
        return ctx.big("max" if kind == "max" else "min", self.r, self.zero, ctx.num(BLOCK), tree)

    def element(self, j: Term) -> Term:
        return self.ctx.read("a0", [self.index(j)], is_int=False)

    def block(self, kind: str, j: Term) -> Term:
        return self.lanes(kind, j, self.element(j), self.ctx.truth(True))

    def before(self, kind: str, k: Term) -> Term:
        """The extremum over the blocks before k."""
        name = "max" if kind == "max" else "min"
        return self.ctx.big(name, self.j, self.zero, k, self.block(kind, self.j))

    def place(self, j: Term, best: Term) -> Term:
        """The least index of block j that attains ``best``."""
        return self.lanes("min", j, self.index(j), self.ctx.eq(self.element(j), best))

    def pool(self) -> list[Term]:
        ctx, k = self.ctx, self.k
        following = ctx.add(k, ctx.num(1))
        out: list[Term] = []
        for kind in ("max", "min"):
            old, new = self.before(kind, k), self.block(kind, k)
            both = ctx.app(kind, [old, new])
            better = ctx.gt(new, old) if kind == "max" else ctx.lt(new, old)
            out += [old, new, both, ctx.ite(better, new, old), ctx.unfold(self.before(kind, following), k)]
            out += [self.place(k, best) for best in (old, new, both, self.bound)]
            out += [ctx.ite(better, self.place(k, new), self.n), ctx.app(kind, [both, self.bound])]
        return out

    def conditions(self) -> list[Term]:
        ctx, k = self.ctx, self.k
        return [
            ctx.ge(k, ctx.num(1)),
            ctx.lt(ctx.mul(ctx.num(BLOCK), k), self.n),
            *(ctx.gt(self.block(kind, k), self.before(kind, k)) for kind in ("max", "min")),
            *(ctx.gt(self.bound, self.before(kind, k)) for kind in ("max", "min")),
            *(ctx.lt(self.bound, self.block(kind, k)) for kind in ("max", "min")),
        ]


def literals(ctx: Context, condition: Term) -> list[tuple[Term, bool]]:
    """The literals of a conjunction."""
    good = [path for path, leaf in ctx.paths(condition) if leaf.kind == "bool" and leaf.truth]
    return list(good[0]) if len(good) == 1 else []


def points(count: int, seed: int) -> list[tuple[dict[str, float], np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    rng = random.Random(seed)
    return [
        (
            {"k": rng.randrange(4), "n": rng.randrange(13), "b": float(rng.randrange(-2, 4))},
            np.array([float(rng.randrange(-2, 3)) for _ in range(16)]),
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_shown_equal_is_equal(seed: int) -> None:
    rng = random.Random(seed)
    terms = Terms()
    ctx, pool, conditions = terms.ctx, terms.pool(), terms.conditions()
    launches = points(40, seed)
    shown = 0
    for _ in range(12):
        a, b = rng.sample(pool, 2)
        chosen = rng.sample(conditions, rng.randrange(1, 5))
        facts = [literal for c in chosen for literal in literals(ctx, c if rng.random() < 0.7 else ctx.not_(c))]
        if not equal_under(ctx, a, b, LinearFacts.of(ctx, facts)):
            continue
        shown += 1
        for env, array in launches:
            if all(_truth(literal, env, array) == truth for literal, truth in facts):
                assert _value(a, env, array) == _value(b, env, array), (seed, str(a), str(b), facts)
    assert shown or seed


def _truth(term: Term, env: dict[str, float], array: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool | None:
    value, _, poison = evaluate_bounded(term, env, {"a0": array}, {})
    return None if poison.item() else bool(value.item())


def _value(term: Term, env: dict[str, float], array: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    value, _, poison = evaluate_bounded(term, env, {"a0": array}, {})
    return None if poison.item() else float(value.item())


def test_a_better_block_moves_the_extremum_and_its_place() -> None:
    t = Terms()
    ctx, k = t.ctx, t.k
    old, new = t.before("max", k), t.block("max", k)
    both, better = ctx.app("max", [old, new]), ctx.gt(new, old)
    facts = LinearFacts.of(ctx, literals(ctx, ctx.and_(ctx.lt(ctx.mul(ctx.num(BLOCK), k), t.n), ctx.ge(k, ctx.num(1)))))
    assert equal_under(ctx, both, ctx.ite(better, new, old), facts)
    assert not equal_under(ctx, both, ctx.ite(better, old, new), facts)


def test_an_extremum_beyond_another_one_is_attained_nowhere_else() -> None:
    t = Terms()
    ctx, k = t.ctx, t.k
    (old,) = [leaf for leaf in ctx.leaves(t.before("max", k)) if leaf.kind == "poly"]
    cond = ctx.exists(t.r, t.zero, ctx.num(BLOCK), ctx.eq(ctx.read("a0", [t.r], is_int=False), t.bound))
    (seen,) = ctx.literals(cond)
    lanes = ctx.big("max", t.r, t.zero, ctx.num(BLOCK), ctx.read("a0", [t.r], is_int=False))
    above, below = (ctx.literals(ctx.gt(*pair))[0] for pair in ((t.bound, lanes), (lanes, t.bound)))
    assert Orders(ctx, LinearFacts.of(ctx, [(above, True)])).decide(seen) is False
    assert Orders(ctx, LinearFacts.of(ctx, [(below, True)])).decide(seen) is None
    assert Orders(ctx, LinearFacts.of(ctx, [(above, False), (below, False)])).decide(seen) is True
    (other,) = ctx.literals(ctx.gt(t.bound, old))
    assert Orders(ctx, LinearFacts.of(ctx, [(other, True)])).decide(seen) is None


def test_sums_over_no_points_vanish() -> None:
    ctx = Context()
    k, s = ctx.sym("k", lo=0), ctx.sym("s")
    j = ctx.sym("j", lo=0)
    inside = ctx.lt(ctx.mul(ctx.num(3), j), s)

    def over(body: Term, kept: Term) -> Term:
        return ctx.big("sum", j, ctx.num(0), k, ctx.ite(kept, body, ctx.num(0)))

    x = ctx.read("a0", [j], is_int=False)
    count = over(ctx.num(1), inside)
    (none,) = ctx.literals(ctx.ge(count, ctx.num(1)))
    facts = LinearFacts.of(ctx, [(none, not ctx.assign(ctx.ge(count, ctx.num(1)), {none: True}).truth)])
    assert Orders(ctx, facts).simplified(over(x, inside)) == ctx.num(0)
    other = over(x, ctx.lt(ctx.mul(ctx.num(2), j), s))
    assert Orders(ctx, facts).simplified(other) == other


@pytest.mark.parametrize("seed", range(20))
def test_sums_of_comparisons(seed: int) -> None:
    rng = random.Random(seed)
    ctx = Context()
    symbols = [ctx.sym(name, is_int=False) for name in "xyz"]

    def linear() -> tuple[Term, list[int]]:
        numbers = [rng.randrange(-2, 3) for _ in range(4)]
        out = ctx.num(numbers[3])
        for number, symbol in zip(numbers, symbols, strict=False):
            out = ctx.add(out, ctx.mul(ctx.num(number), symbol))
        return out, numbers

    stated: list[tuple[Term, bool]] = []
    for _ in range(4):
        p, _ = linear()
        tree = ctx.gt(p, ctx.num(0))
        stated += [(literal, rng.random() < 0.5) for literal in ctx.literals(tree)]
    facts = RealFacts(ctx, stated)
    goals = [linear() for _ in range(30)]
    values = [-1.5, -1.0, 0.0, 0.5, 1.0, 2.0]
    grid = [dict(zip("xyz", point, strict=True)) for point in itertools.product(values, repeat=3)]
    nothing = np.zeros(1)
    models = [env for env in grid if all(_truth(literal, env, nothing) == truth for literal, truth in stated)]
    if facts.contradictory():
        assert not models
    for goal, numbers in goals:
        for strict in (True, False):
            if facts.implies(goal, strict=strict):
                for env in models:
                    total = numbers[3] + sum(n * env[s] for n, s in zip(numbers, "xyz", strict=False))
                    assert total > 0 or (total == 0 and not strict)
