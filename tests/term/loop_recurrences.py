"""Loops whose step rescales or depends on other state: online softmax, attention, recurrences, nested operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.term.loop_cases import CASES, Loop, accumulated, case, under_facts
from triton_lift._core import Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

__all__ = ["CASES"]


def online(s: Loop, block: Callable[[Term, Callable[[Term], Term], BigKind], Term]) -> Loop:
    """l' = l*exp(m - m') + sum exp(x - m') with m the running maximum; ``block(k, f, kind)`` reduces f of x."""
    c = s.c

    def same(v: Term) -> Term:
        return v

    def best(k: Term) -> Term:
        return s.over("max", s.j, 0, k, block(s.j, same, "max"))

    def guarded(m: Term, v: Term) -> Term:
        return c.ite(c.gt(m, c.inf(-1)), v, s.zero)

    def closed(k: Term) -> Term:
        total = s.over("sum", s.j, 0, k, block(s.j, lambda v: c.app("exp", [v]), "sum"))
        return guarded(best(k), c.mul(c.app("exp", [c.neg(best(k))]), total))

    def step(a: Term, k: Term) -> Term:
        m = best(k)
        after = c.app("max", [m, block(k, same, "max")])
        added = block(k, lambda v: c.app("exp", [c.sub(v, after)]), "sum")
        return guarded(after, c.add(c.mul(c.app("exp", [c.sub(m, after)]), a), added))

    return s.is_(closed, step)


@under_facts
def online_softmax(s: Loop) -> Loop:
    return online(s, lambda k, f, kind: f(s.x(k)))


@under_facts
def online_softmax_with_a_mask(s: Loop) -> Loop:
    c = s.c
    return online(s, lambda k, f, kind: f(c.ite(c.lt(k, s.n), s.x(k), c.inf(-1))))


def scores(s: Loop, beyond: Term, causal: bool) -> Loop:
    """Attention over blocks of 64 keys: the score of an element outside the mask is ``beyond``."""
    c = s.c

    def block(j: Term, f: Callable[[Term], Term], kind: BigKind) -> Term:
        e = s.tile(j, s.r)
        inside = c.and_(c.lt(e, s.n), c.le(e, s.row)) if causal else c.lt(e, s.n)
        score = s.over("sum", s.d, 0, 16, c.mul(c.read("Q", [s.row, s.d], is_int=False), s.x(e, s.d)))
        value = f(c.ite(inside, c.mul(s.real, score), beyond))
        if kind == "sum":
            value = c.mul(value, c.ite(c.lt(e, s.n), c.read("V", [e, s.col], is_int=False), s.zero))
        return s.over(kind, s.r, 0, 64, value)

    return online(s, block)


@under_facts
def attention(s: Loop) -> Loop:
    return scores(s, s.c.inf(-1), causal=False)


@under_facts
def causal_attention(s: Loop) -> Loop:
    return scores(s, s.c.inf(-1), causal=True)


@under_facts
def attention_with_a_sentinel(s: Loop) -> Loop:
    return scores(s, s.c.num(-1_000_000), causal=False)


@under_facts
def causal_attention_with_a_sentinel(s: Loop) -> Loop:
    return scores(s, s.c.num(-1_000_000), causal=True)


def recurrence(s: Loop, factor: Callable[[Term], Term], term: Callable[[Term], Term]) -> Loop:
    """a' = factor(k)*a + term(k) from an initial value."""
    c = s.c

    def closed(k: Term) -> Term:
        since = s.over("prod", s.i, c.add(s.j, c.num(1)), k, factor(s.i))
        whole = s.over("prod", s.i, 0, k, factor(s.i))
        return c.add(c.mul(s.real, whole), s.over("sum", s.j, 0, k, c.mul(term(s.j), since)))

    return s.is_(closed, lambda a, k: c.add(c.mul(a, factor(k)), term(k)))


@case
def decay(s: Loop) -> Loop:
    return recurrence(s, s.y, s.x)


@case
def decay_with_a_mask(s: Loop) -> Loop:
    c = s.c
    return recurrence(
        s,
        lambda i: c.ite(c.lt(i, s.n), s.y(i), c.num(1)),
        lambda j: c.ite(c.lt(j, s.n), s.x(j), s.zero),
    )


@case
def decay_in_exponents(s: Loop) -> Loop:
    c = s.c

    def closed(k: Term) -> Term:
        since = s.over("sum", s.i, c.add(s.j, c.num(1)), k, s.y(s.i))
        return s.over("sum", s.j, 0, k, c.mul(s.x(s.j), c.app("exp", [c.neg(since)])))

    return s.is_(closed, lambda a, k: c.add(c.mul(a, c.app("exp", [c.neg(s.y(k))])), s.x(k)))


@case
def decay_by_prefix_sums(s: Loop) -> Loop:
    c = s.c

    def until(k: Term) -> Term:
        return s.over("sum", s.i, 0, k, s.y(s.i))

    def closed(k: Term) -> Term:
        body = c.mul(c.app("exp", [c.neg(until(c.add(s.j, c.num(1))))]), s.x(s.j))
        return c.mul(c.app("exp", [until(k)]), c.add(s.real, s.over("sum", s.j, 0, k, body)))

    return s.is_(closed, lambda a, k: c.add(c.mul(a, c.app("exp", [s.y(k)])), s.x(k)))


@case
def sum_of_prefix_sums(s: Loop) -> Loop:
    return accumulated(s, "sum", lambda j: s.over("sum", s.i, 0, j, s.x(s.i, j)))


@case
def sum_of_inclusive_prefix_sums(s: Loop) -> Loop:
    c = s.c

    def inner(j: Term) -> Term:
        return s.over("sum", s.i, 0, c.add(j, c.num(1)), s.x(s.i, j))

    return s.is_(
        lambda k: s.over("sum", s.j, 0, k, inner(s.j)),
        lambda a, k: c.unfold(c.add(a, inner(k)), s.k),
    )


@case
def sum_of_maxima(s: Loop) -> Loop:
    return accumulated(s, "sum", lambda j: s.over("max", s.i, 0, s.some, s.x(s.i, j)))


@case
def maximum_of_sums(s: Loop) -> Loop:
    return accumulated(s, "max", lambda j: s.over("sum", s.i, 0, s.n, s.x(s.i, j)))


@case
def maximum_of_prefix_sums(s: Loop) -> Loop:
    return accumulated(s, "max", lambda j: s.over("sum", s.i, 0, j, s.x(s.i)))


@case
def sum_with_two_upper_bounds(s: Loop) -> Loop:
    c = s.c
    return s.is_(
        lambda k: s.over("sum", s.j, 0, c.app("min", [k, s.n]), s.x(s.j)),
        lambda a, k: c.add(a, c.ite(c.lt(k, s.n), s.x(k), s.zero)),
    )


@under_facts
def maximum_with_two_upper_bounds(s: Loop) -> Loop:
    c = s.c
    return s.is_(
        lambda k: s.over("max", s.j, 0, c.app("min", [k, s.n]), s.x(s.j)),
        lambda a, k: c.app("max", [a, c.ite(c.lt(k, s.n), s.x(k), c.inf(-1))]),
    )


@under_facts
def maximum_with_a_lower_bound(s: Loop) -> Loop:
    c = s.c
    return s.is_(
        lambda k: s.over("max", s.j, s.n, k, s.x(s.j)),
        lambda a, k: c.app("max", [a, c.ite(c.ge(k, s.n), s.x(k), c.inf(-1))]),
    )
