"""The trip count of a while loop against counting: random conditions over the iteration k (spec: Loops, W1 to W4)."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from triton_lift._core import Context, Term
from triton_lift.interp.while_trip import NoEnd, Trip, trip_count
from triton_lift.term.numeric import evaluate

Part = Callable[[Context, Term], Term]

MANY = 40
"""Iterations that are counted out; a condition that still holds then counts as one without end."""
OFFSET, SIZE = 200, 600
"""Where element 0 of the arrays lies, and how many elements they have."""


def scalars(ctx: Context) -> tuple[Term, ...]:
    return tuple(ctx.sym(f"s{i}") for i in range(4))


def below(step: int, *, swap: bool = False) -> Part:
    """s0 + step*k < s1, or the same with >= and a negative step."""

    def part(ctx: Context, k: Term) -> Term:
        s = scalars(ctx)
        moving = ctx.add(s[0], ctx.mul(ctx.num(step), k))
        return ctx.ge(moving, s[1]) if swap else ctx.lt(moving, s[1])

    return part


def below_symbolic(ctx: Context, k: Term) -> Term:
    s = scalars(ctx)
    return ctx.lt(ctx.add(s[0], ctx.mul(ctx.sym("np0", lo=1), k)), ctx.add(s[1], ctx.num(3)))


def unequal(step: int) -> Part:
    def part(ctx: Context, k: Term) -> Term:
        s = scalars(ctx)
        return ctx.ne(ctx.add(s[0], ctx.mul(ctx.num(step), k)), s[1])

    return part


def cell(ctx: Context, k: Term, name: str = "a0") -> Term:
    return ctx.read(name, [k], is_int=name == "a0")


def differs(ctx: Context, k: Term) -> Term:
    """a0[k] != s2."""
    return ctx.ne(cell(ctx, k), scalars(ctx)[2])


def differed(ctx: Context, k: Term) -> Term:
    """a0[k - 1] != s2 from the second iteration on: a flag set by the iteration before."""
    return ctx.or_(ctx.lt(k, ctx.num(1)), differs(ctx, ctx.sub(k, ctx.num(1))))


def none_before(ctx: Context, k: Term) -> Term:
    """No j < k with a0[j] == s2: a flag that stays set."""
    j = ctx.sym("q", lo=0)
    return ctx.not_(ctx.exists(j, ctx.num(0), k, ctx.not_(differs(ctx, j))))


def none_in_tiles_before(ctx: Context, k: Term) -> Term:
    """No j < k and lane < 4 with a0[4*j + lane] == s2."""
    j, lane = ctx.sym("q", lo=0), ctx.sym("w", lo=0)
    there = ctx.not_(differs(ctx, ctx.add(ctx.mul(ctx.num(4), j), lane)))
    return ctx.not_(ctx.exists(j, ctx.num(0), k, ctx.exists(lane, ctx.num(0), ctx.num(4), there)))


def positive(ctx: Context, k: Term) -> Term:
    """a1[k] > 0 over the reals."""
    return ctx.gt(cell(ctx, k, "a1"), ctx.num(0))


def either(ctx: Context, k: Term) -> Term:
    """A condition that is no conjunction."""
    return ctx.or_(differs(ctx, k), positive(ctx, k))


def fixed(ctx: Context, k: Term) -> Term:
    del k
    return ctx.ge(scalars(ctx)[3], ctx.num(0))


def growing(ctx: Context, k: Term) -> Term:
    """Holds for good once it holds."""
    return ctx.ge(ctx.add(scalars(ctx)[3], ctx.mul(ctx.num(2), k)), ctx.num(0))


def chosen(ctx: Context, k: Term) -> Term:
    """One condition or another, by a scalar."""
    return ctx.ite(fixed(ctx, k), below(1)(ctx, k), below(2)(ctx, k))


def from_the_second_on(*parts: Part) -> Part:
    """Nothing is asked for k = 0, and for k what the parts say of k - 1."""

    def part(ctx: Context, k: Term) -> Term:
        before = ctx.sub(k, ctx.num(1))
        out = ctx.truth(True)
        for p in parts:
            out = ctx.and_(out, p(ctx, before))
        return ctx.or_(ctx.lt(k, ctx.num(1)), out)

    return part


BOUNDING: tuple[Part, ...] = (
    below(1), below(3), below(-2, swap=True), below(-1, swap=True), below_symbolic, unequal(1), unequal(2), unequal(-1),
    chosen, from_the_second_on(below(1)), from_the_second_on(below(2), differs),
)  # fmt: skip
OTHERS: tuple[Part, ...] = (
    differs, differed, none_before, none_in_tiles_before, positive, either, fixed, growing, unequal(1), below(1),
)  # fmt: skip


def condition(ctx: Context, parts: list[Part]) -> tuple[Term, Term]:
    k = ctx.sym("k0", lo=0)
    out = ctx.truth(True)
    for part in parts:
        out = ctx.and_(out, part(ctx, k))
    return out, k


def known_positive(ctx: Context) -> Callable[[Term], bool]:
    return lambda t: (ctx.interval(t)[0] or 0) >= 1


def environment(rng: random.Random) -> tuple[dict[str, int], dict[str, np.ndarray]]:
    env = {f"s{i}": rng.randint(-4, 9) for i in range(4)} | {"np0": rng.randint(1, 4)}
    integers = np.array([rng.randint(-4, 9) if rng.random() < 0.5 else 50 for _ in range(SIZE)])
    reals = np.array([rng.choice([-1.0, 0.0, 2.0, 3.0]) for _ in range(SIZE)])
    return env, {"a0": integers, "a1": reals}


def check(ctx: Context, cond: Term, k: Term, found: Trip, rng: random.Random) -> bool:
    """Whether there was an end to compare with."""
    env, arrays = environment(rng)
    offsets = dict.fromkeys(arrays, OFFSET)
    over = env | {"k0": np.arange(MANY)}
    holds = np.broadcast_to(evaluate(cond, over, arrays, offsets), (MANY,))
    failing = np.flatnonzero(~holds)
    if not failing.size:
        assert found.assumed or evaluate(found.trip, env, arrays, offsets) >= MANY
        return False
    end = int(failing[0])
    assert int(evaluate(found.trip, env, arrays, offsets)) == end, (env, str(cond))
    running = np.broadcast_to(evaluate(found.running, over, arrays, offsets), (MANY,))
    assert (running == (np.arange(MANY) < end)).all(), (env, str(cond), str(found.running))
    for literal, value in found.known.items():
        there = env | {"k0": end}
        as_term = ctx.ite(literal, ctx.truth(True), ctx.truth(False))
        want, have = (bool(evaluate(t, there, arrays, offsets)) for t in (as_term, value))
        assert want == have, (env, str(literal), str(value))
    return True


@pytest.mark.parametrize("bounding", BOUNDING)
@pytest.mark.parametrize("other", OTHERS)
def test_one_bound_and_one_other(bounding: Part, other: Part) -> None:
    rng = random.Random(f"{BOUNDING.index(bounding)} {OTHERS.index(other)}")
    compared = 0
    for parts in ([bounding], [bounding, other], [other, bounding, rng.choice(OTHERS)]):
        ctx = Context()
        cond, k = condition(ctx, parts)
        try:
            found = trip_count(ctx, cond, k, known_positive(ctx))
        except NoEnd:
            continue
        compared += sum(check(ctx, cond, k, found, rng) for _ in range(12))
    assert compared, "nothing was compared"


@pytest.mark.parametrize("seed", range(30))
def test_random_conjunctions(seed: int) -> None:
    rng = random.Random(seed)
    ctx = Context()
    parts = [rng.choice(BOUNDING[:5]), *rng.choices((*BOUNDING, *OTHERS), k=rng.randint(1, 3))]
    rng.shuffle(parts)
    cond, k = condition(ctx, parts)
    found = trip_count(ctx, cond, k, known_positive(ctx))
    assert not found.assumed
    for _ in range(12):
        check(ctx, cond, k, found, rng)


@pytest.mark.parametrize("parts", [[differs], [positive], [none_before], [fixed], [growing], [unequal(1), unequal(2)]])
def test_no_ranking_function(parts: list[Part]) -> None:
    ctx = Context()
    cond, k = condition(ctx, parts)
    with pytest.raises(NoEnd):
        trip_count(ctx, cond, k, known_positive(ctx))


def test_reals_are_no_ranking_function() -> None:
    ctx = Context()
    k, x = ctx.sym("k0", lo=0), ctx.sym("s0", is_int=False)
    for cond in (ctx.ne(x, k), ctx.gt(x, k)):
        with pytest.raises(NoEnd):
            trip_count(ctx, cond, k, known_positive(ctx))


def test_a_step_of_unknown_sign_is_asked_for() -> None:
    ctx = Context()
    k, (start, end, step, _) = ctx.sym("k0", lo=0), scalars(ctx)
    cond = ctx.lt(ctx.add(start, ctx.mul(step, k)), end)
    asked: list[Term] = []

    def yes(term: Term) -> bool:
        asked.append(term)
        return True

    trip = trip_count(ctx, cond, k, yes).trip
    assert asked == [ctx.add(step, ctx.num(0))]
    for values in ((0, 7, 3), (2, 2, 5), (5, 1, 2), (-3, 4, 1)):
        env = {f"s{i}": value for i, value in enumerate(values)}
        assert int(evaluate(trip, env, {}, {})) == len(range(values[0], values[1], values[2]))


def test_a_condition_that_never_holds() -> None:
    ctx = Context()
    found = trip_count(ctx, ctx.truth(False), ctx.sym("k0", lo=0), known_positive(ctx))
    assert found.trip == ctx.num(0)
