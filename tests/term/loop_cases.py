"""Loops with their closed forms: value after k iterations, and what one iteration makes of a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triton_lift._core import Context, Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

Closed = Callable[[Term], Term]
Step = Callable[[Term, Term], Term]


def unset(*_: Term) -> Term:
    raise NotImplementedError


@dataclass
class Loop:
    """Symbols for the cases, and the case itself once it is set: `closed(k)`, `step(value, k)`."""

    c: Context = field(default_factory=Context)
    closed: Closed = unset
    step: Step = unset

    def __post_init__(self) -> None:
        c = self.c
        self.k = c.sym("k", lo=0)
        self.i, self.j, self.r, self.d, self.t = (c.sym(name) for name in ("i", "j", "r", "d", "t"))
        self.n, self.m, self.row, self.col = (c.sym(name) for name in ("n", "m", "row", "col"))
        self.some = c.sym("some", lo=1)
        self.real = c.sym("real", is_int=False)
        self.zero = c.num(0)

    def x(self, *index: Term) -> Term:
        return self.c.read("x", index, is_int=False)

    def y(self, *index: Term) -> Term:
        return self.c.read("y", index, is_int=False)

    def z(self, *index: Term) -> Term:
        return self.c.read("z", index, is_int=True)

    def over(self, kind: BigKind, v: Term, lo: Term | int, hi: Term | int, body: Term) -> Term:
        low, high = (self.c.num(b) if isinstance(b, int) else b for b in (lo, hi))
        return self.c.big(kind, v, low, high, body)

    def tile(self, j: Term, r: Term, width: Term | int = 64) -> Term:
        """The element that lane r of iteration j handles."""
        c = self.c
        return c.add(c.mul(c.num(width) if isinstance(width, int) else width, j), r)

    def is_(self, closed: Closed, step: Step) -> Loop:
        self.closed, self.step = closed, step
        return self


Case = Callable[[Loop], Loop]
CASES: dict[str, Case] = {}
UNDER_FACTS: set[str] = set()


def case(f: Case) -> Case:
    CASES[f.__name__] = f
    return f


def under_facts(f: Case) -> Case:
    """Equal only where linear facts tell which conditions cannot hold together."""
    UNDER_FACTS.add(f.__name__)
    return case(f)


def accumulated(s: Loop, kind: BigKind, g: Callable[[Term], Term]) -> Loop:
    """a' = a (+) g(k)."""
    c = s.c
    combine: dict[str, Step] = {"sum": c.add, "prod": c.mul}
    op = combine.get(kind, lambda a, b: c.app(kind, [a, b], is_int=kind.startswith("b")))
    return s.is_(lambda k: s.over(kind, s.j, 0, k, g(s.j)), lambda a, k: op(a, g(k)))


@case
def plain_sum(s: Loop) -> Loop:
    return accumulated(s, "sum", s.x)


@case
def sum_of_monomials(s: Loop) -> Loop:
    c = s.c
    return accumulated(s, "sum", lambda j: c.add(c.mul(s.x(j), s.real), c.mul(j, c.add(s.y(j), c.num(1)))))


@case
def sum_with_a_mask(s: Loop) -> Loop:
    c = s.c
    return accumulated(s, "sum", lambda j: c.ite(c.lt(c.mul(c.num(64), j), s.n), s.x(j), s.zero))


@case
def sum_with_a_free_condition(s: Loop) -> Loop:
    return accumulated(s, "sum", lambda j: s.c.ite(s.c.lt(s.m, s.n), s.x(j), s.y(j)))


@case
def sum_with_a_real_condition(s: Loop) -> Loop:
    return accumulated(s, "sum", lambda j: s.c.ite(s.c.gt(s.y(j), s.zero), s.x(j), s.y(j)))


@case
def count(s: Loop) -> Loop:
    return accumulated(s, "sum", lambda j: s.c.ite(s.c.lt(j, s.n), s.c.num(1), s.zero))


@case
def sum_over_lanes(s: Loop) -> Loop:
    c = s.c

    def block(j: Term) -> Term:
        e = s.tile(j, s.r)
        return s.over("sum", s.r, 0, 64, c.ite(c.lt(e, s.n), s.x(e), s.zero))

    return accumulated(s, "sum", block)


@case
def sum_over_symbolic_lanes(s: Loop) -> Loop:
    c = s.c

    def block(j: Term) -> Term:
        e = s.tile(j, s.r, s.some)
        return s.over("sum", s.r, 0, s.some, c.ite(c.lt(e, s.n), s.x(e), s.zero))

    return accumulated(s, "sum", block)


@case
def dot(s: Loop) -> Loop:
    c = s.c

    def block(j: Term) -> Term:
        e = s.tile(j, s.r, 32)
        inside = c.lt(e, s.n)
        a, b = (c.ite(inside, v, s.zero) for v in (c.read("A", [s.row, e], is_int=False), s.x(e)))
        return s.over("sum", s.r, 0, 32, c.mul(a, b))

    return accumulated(s, "sum", block)


@case
def product(s: Loop) -> Loop:
    return accumulated(s, "prod", lambda j: s.c.ite(s.c.lt(j, s.n), s.x(j), s.c.num(1)))


@case
def bits_and(s: Loop) -> Loop:
    return accumulated(s, "band", lambda j: s.c.ite(s.c.lt(j, s.n), s.z(j), s.c.num(-1)))


@case
def bits_or(s: Loop) -> Loop:
    return accumulated(s, "bor", lambda j: s.c.ite(s.c.lt(j, s.n), s.z(j), s.zero))


@case
def bits_xor(s: Loop) -> Loop:
    return accumulated(s, "bxor", lambda j: s.c.ite(s.c.lt(j, s.n), s.z(j), s.zero))


@case
def maximum(s: Loop) -> Loop:
    return accumulated(s, "max", s.x)


@case
def minimum_with_a_real_condition(s: Loop) -> Loop:
    return accumulated(s, "min", lambda j: s.c.ite(s.c.gt(s.y(j), s.zero), s.x(j), s.c.inf(1)))


@under_facts
def maximum_with_a_mask(s: Loop) -> Loop:
    return accumulated(s, "max", lambda j: s.c.ite(s.c.lt(s.tile(j, s.zero), s.n), s.x(j), s.c.inf(-1)))


def best_of_block(s: Loop, width: Term | int, n: Term) -> Callable[[Term], Term]:
    def block(j: Term) -> Term:
        e = s.tile(j, s.r, width)
        return s.over("max", s.r, 0, width, s.c.ite(s.c.lt(e, n), s.x(e), s.c.inf(-1)))

    return block


@under_facts
def maximum_over_lanes(s: Loop) -> Loop:
    return accumulated(s, "max", best_of_block(s, 64, s.n))


@case
def maximum_over_lanes_not_empty(s: Loop) -> Loop:
    return accumulated(s, "max", best_of_block(s, 64, s.some))


@case
def maximum_over_symbolic_lanes(s: Loop) -> Loop:
    return accumulated(s, "max", best_of_block(s, s.some, s.n))


@case
def maximum_from_a_start(s: Loop) -> Loop:
    c = s.c
    return s.is_(
        lambda k: c.app("max", [s.real, s.over("max", s.j, 0, k, s.x(s.j))]),
        lambda a, k: c.app("max", [a, s.x(k)]),
    )


@case
def any_(s: Loop) -> Loop:
    c = s.c
    return s.is_(
        lambda k: c.ite(c.exists(s.j, s.zero, k, c.gt(s.x(s.j), s.zero)), c.num(1), s.zero),
        lambda a, k: c.ite(c.or_(c.gt(a, s.zero), c.gt(s.x(k), s.zero)), c.num(1), s.zero),
    )


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
