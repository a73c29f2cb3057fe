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
