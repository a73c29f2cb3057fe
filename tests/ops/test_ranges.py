"""Bounds of extrema: every value that enumeration finds lies within (docs/terms.md: over nothing, some number)."""

from __future__ import annotations

import itertools
import random

import pytest

from triton_lift._core import Context, Term
from triton_lift.ops.symbolic.ranges import bounds


@pytest.mark.parametrize("kind", ["min", "max"])
@pytest.mark.parametrize(
    ("slope", "shift", "start", "tile"), [(1, 0, 0, 1), (3, -2, 1, 1), (-2, 5, 0, 1), (1, 0, 0, 4)]
)
def test_bounds_hold_and_are_reached(kind: str, slope: int, shift: int, start: int, tile: int) -> None:
    """slope*j + shift over start <= j, tile*j < n where a cell matches, for all 0 <= n <= 9 and all cells."""
    ctx = Context()
    n, j = ctx.sym("n", lo=-3, hi=9), ctx.sym("j", lo=0)
    matches = ctx.eq(ctx.read("a0", [j], is_int=True), ctx.num(5))
    inside = ctx.and_(matches, ctx.lt(ctx.mul(ctx.num(tile), j), n))
    body = ctx.add(ctx.mul(ctx.num(slope), j), ctx.num(shift))
    tree = ctx.big("min" if kind == "min" else "max", j, ctx.num(start), n, body, dom=inside)
    (leaf,) = [t for t in ctx.leaves(tree) if t.kind == "poly"]
    lo, hi = bounds(ctx, leaf)
    assert lo is not None
    assert hi is not None
    points = [slope * i + shift for i in range(start, 9) if tile * i < 9]
    assert (lo, hi) == (min(points), max(points))


def test_random_boxes() -> None:
    rng = random.Random(5)
    for _ in range(60):
        ctx = Context()
        syms = [ctx.sym("u", lo=0), ctx.sym("v", lo=0)]
        n = ctx.sym("n", lo=rng.randint(-2, 1), hi=rng.randint(2, 6))
        a, b, c = (rng.choice([-2, -1, 1, 2, 3]) for _ in range(3))
        body: Term = ctx.add(ctx.mul(ctx.num(a), syms[0]), ctx.mul(ctx.num(b), syms[1]))
        seen = ctx.eq(ctx.read("a0", syms, is_int=True), ctx.num(1))
        inner = ctx.big("max", syms[1], ctx.num(0), ctx.num(abs(c)), body, dom=seen)
        tree = ctx.big("max", syms[0], ctx.num(0), n, inner)
        most = ctx.interval(n)[1]
        assert most is not None
        values = [a * u + b * v for u, v in itertools.product(range(most), range(abs(c)))]
        for leaf in ctx.leaves(tree):
            if leaf.kind == "poly" and leaf.constant is None:
                lo, hi = bounds(ctx, leaf)
                assert lo is None or lo <= min(values)
                assert hi is None or hi >= max(values)


def test_no_bounds_without_a_bounded_domain() -> None:
    ctx = Context()
    n, j = ctx.sym("n"), ctx.sym("j", lo=0)
    value = ctx.read("a0", [j], is_int=True)
    tree = ctx.big("max", j, ctx.num(0), n, value)
    (leaf,) = [t for t in ctx.leaves(tree) if t.kind == "poly"]
    assert bounds(ctx, leaf) == (None, None)
