"""Expressions and terms of loops over tiles, and what their tests ask of them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.term.oracle import Env, Expr, evaluate, value
from triton_lift._core import Context, Term

if TYPE_CHECKING:
    from triton_lift._core import BigKind

COMMON = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
SYM: dict[str, Expr] = {name: ("sym", name) for name in ("i", "j", "k", "n", "m", "p", "x")}


def num(v: int) -> Expr:
    return ("num", Fraction(v))


def total(*terms: Expr) -> Expr:
    out = terms[0]
    for t in terms[1:]:
        out = ("add", out, t)
    return out


def times(c: int, e: Expr) -> Expr:
    return ("mul", num(c), e)


def agree(t: Term, e: Expr, env: Env) -> None:
    wanted, got = evaluate(e, env), value(t, env)
    assert got == wanted, f"{e}\nat {dict(env)}\nterm {t}\nvalue {got}, wanted {wanted}"


def walk(t: Term) -> list[Term]:
    out: list[Term] = []
    seen: set[tuple[int, str]] = set()  # a polynomial that is one atom has the id of the atom
    stack = [t]
    while stack:
        x = stack.pop()
        if (x.id, x.kind) in seen:
            continue
        seen.add((x.id, x.kind))
        out.append(x)
        stack.extend(x.args)
        if x.kind in ("big", "exists"):
            stack.extend(lit for lit, _ in x.domain)
        if x.kind == "poly":
            stack.extend(atom for _, _, factors in x.monomials for atom, _ in factors)
    return out


def quotients(t: Term) -> list[Term]:
    return [x for x in walk(t) if x.kind == "app" and x.name == "floordiv"]


def arity(t: Term) -> int:
    """The largest number of variables that an operator below binds."""
    return max((x.nvars for x in walk(t) if x.kind in ("big", "exists")), default=0)


def conj(lits: list[Expr]) -> Expr:
    out = lits[0]
    for lit in lits[1:]:
        out = ("and", out, lit)
    return out


def read(c: Context, array: str, *index: Term) -> Term:
    return c.read(array, index, is_int=False)


def tiled(c: Context, kind: BigKind, size: int, body: Callable[[Term], Term], n: Term, names: str = "jr") -> Term:
    """An operator over 0 <= i < n as a loop over tiles of the given size writes it, the tail masked."""
    j, r = (c.sym(name) for name in names)
    i = c.add(c.mul(c.num(size), j), r)
    inner = c.big(kind, r, c.num(0), c.num(size), body(i), dom=c.lt(i, n))
    return c.big(kind, j, c.num(0), c.floordiv(c.add(n, c.num(size - 1)), c.num(size)), inner)


LINEAR = st.tuples(*(st.integers(-3, 3) for _ in range(3)), st.integers(-6, 6)).map(
    lambda c: total(times(c[0], SYM["n"]), times(c[1], SYM["m"]), times(c[2], SYM["p"]), num(c[3]))
)
