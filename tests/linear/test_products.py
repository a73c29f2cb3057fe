"""Comparisons with products (spec: A6): known ones are shown, and whatever is shown holds at all small points."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from triton_lift._core import Context, Term
from triton_lift.linear.facts import LinearFacts
from triton_lift.linear.products import holds_by_factors, without_settled
from triton_lift.term.numeric import evaluate_bounded

NAMES = ("s0", "s1", "s2", "s3")


def literals(ctx: Context, *conditions: Term) -> list[tuple[Term, bool]]:
    found: list[tuple[Term, bool]] = []
    for condition in conditions:
        if condition.kind == "ite":
            found += [part for path, leaf in ctx.paths(condition) if leaf.truth for part in path]
    return found


def test_the_last_row_of_tiles() -> None:
    # row < rows and column < columns: columns*row + column < rows*columns
    ctx = Context()
    rows, columns = ctx.sym("s0"), ctx.sym("s1")
    row, column = ctx.sym("i0", lo=0), ctx.sym("i1", lo=0)
    place = ctx.add(ctx.mul(columns, row), column)
    inside = literals(ctx, ctx.lt(row, rows), ctx.lt(column, columns))
    facts = LinearFacts.of(ctx, inside)
    assert holds_by_factors(facts, ctx.lt(place, ctx.mul(rows, columns)))
    assert not holds_by_factors(facts, ctx.lt(ctx.add(place, ctx.num(1)), ctx.mul(rows, columns)))
    assert not holds_by_factors(LinearFacts.of(ctx, inside[:1]), ctx.lt(place, ctx.mul(rows, columns)))


def test_the_digit_below_the_number_of_programs() -> None:
    ctx = Context()
    programs, pid = ctx.sym("np0", lo=1), ctx.sym("pid0", lo=0)
    quotient = ctx.floordiv(pid, programs)
    inside = LinearFacts.of(ctx, literals(ctx, ctx.lt(pid, programs)))
    assert without_settled(inside, quotient) == ctx.num(0)
    touching = LinearFacts.of(ctx, literals(ctx, ctx.le(pid, programs)))
    assert without_settled(touching, quotient) == quotient


@pytest.mark.parametrize("seed", range(150))
def test_what_is_shown_holds(seed: int) -> None:
    rng = random.Random(seed)
    ctx = Context()
    symbols = [ctx.sym(name) for name in NAMES]

    def product() -> Term:
        one, other = rng.choice(symbols), rng.choice([*symbols, ctx.num(rng.randint(1, 3))])
        return ctx.mul(one, other)

    def comparison() -> Term:
        left = ctx.add(product(), ctx.num(rng.randint(-1, 2)))
        return ctx.ge(left, rng.choice([ctx.num(rng.randint(0, 2)), rng.choice(symbols), product()]))

    known = [ctx.ge(s, ctx.num(rng.randint(0, 1))) for s in symbols if rng.random() < 0.8]
    known += [comparison() for _ in range(2)]
    facts = LinearFacts.of(ctx, literals(ctx, *known))
    shown = [g for g in (comparison() for _ in range(12)) if holds_by_factors(facts, g)]
    points = np.array(list(itertools.product(range(-2, 4), repeat=len(NAMES)))).T
    env = {str(name): column for name, column in zip(NAMES, points, strict=True)}

    def holds(cond: Term) -> NDArray[np.bool_]:
        truth = cond.truth if cond.kind == "bool" else evaluate_bounded(cond, env, {}, {})[0]
        return np.broadcast_to(np.asarray(truth, dtype=bool), points[0].shape)

    given = np.logical_and.reduce([holds(k) for k in known])
    for goal in shown:
        assert not (given & ~holds(goal)).any(), seed
