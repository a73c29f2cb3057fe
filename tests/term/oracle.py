"""An independent meaning of terms: expression tuples and normal forms evaluated at a point, exactly.

Shares no code with the core. ``exp`` is read as 2**P and ``exp2`` as 3**P at integer P (any positive function with f(P)*f(Q) = f(P+Q)
satisfies the laws that the core may use); uninterpreted functions and array contents are fixed pseudo-random tables.

Expressions (plain tuples):
  numeric: ("num", q) ("sym", name) ("inf", +-1) ("undef",) ("add"|"sub"|"mul"|"floordiv"|"mod", a, b) ("neg"|"recip", a) ("pow", a, n)
           ("app", name, (a, ...)) ("read", array, (i, ...)) ("ite", c, a, b) ("big", kind, var, lo, hi, body, dom | None)
  Boolean: ("truth", b) ("bundef",) ("ge"|"gt"|"le"|"lt"|"eq"|"ne", a, b) ("and"|"or", c, d) ("not", c) ("bapp", name, (a, ...))
           ("exists", var, lo, hi, c)
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from triton_lift._core import Context, Term

Expr = tuple[Any, ...]
INF = "+inf"
NEG = "-inf"
UNDEF = "undef"
Value = Fraction | str | bool
Env = Mapping[str, Fraction]

INT_ARRAYS = {"I"}
"""Arrays whose contents are integers."""

REACH = 9
"""Bound variables are enumerated over -REACH..REACH; a domain that touches the rim has lost a bound."""


class Discard(Exception):
    """The point lies outside the definition of a partial function, or numbers grow too large to be worth it."""


class LostBound(AssertionError):
    """A domain of the normal form has no finite bounds."""


def table(name: str, args: tuple[Fraction, ...], integer: bool) -> Fraction:
    """Content of an array or value of an uninterpreted function."""
    h = zlib.crc32(repr((name, [(a.numerator, a.denominator) for a in args])).encode())
    return Fraction(h % 7 - 3) if integer else Fraction(h % 7 - 3, 1 + h // 7 % 2)


def exponential(base: int, p: Fraction) -> Fraction:
    if p.denominator != 1 or abs(p) > 60:
        raise Discard
    return Fraction(base) ** int(p)


def apply_function(name: str, args: list[Value]) -> Value:
    """Meaning of a named function; the laws of the core are those of the contract, here restated from mathematics."""
    if UNDEF in args:
        return UNDEF
    match name, args:
        case "max" | "min", _:
            finite = [a for a in args if isinstance(a, Fraction)]
            absorbing, neutral = (INF, NEG) if name == "max" else (NEG, INF)
            if absorbing in args:
                return absorbing
            if not finite:
                return neutral
            return max(finite) if name == "max" else min(finite)
        case "exp" | "exp2", [a]:
            if a == INF:
                return INF
            return Fraction(0) if a == NEG else exponential(2 if name == "exp" else 3, finite_value(a))
        case "recip", [a]:
            return Fraction(0) if a in (INF, NEG) else inverse(finite_value(a))
        case "abs", [a]:
            return INF if a in (INF, NEG) else abs(finite_value(a))
        case "log", ["+inf"]:
            return INF
        case "floordiv", [a, b]:
            return floor_div(a, b)
        case _:
            pass
    if INF in args or NEG in args:
        return UNDEF
    finite = [finite_value(a) for a in args]
    match name, finite:
        case "sqrt", [a]:
            return a if a in (0, 1) else abs(table(name, (a,), False))
        case "band" | "bor" | "bxor", [first, *others]:
            ops: dict[str, Callable[[int, int], int]] = {
                "band": int.__and__,
                "bor": int.__or__,
                "bxor": int.__xor__,
            }
            return Fraction(reduce(ops[name], [int(x) for x in others], int(first)))
        case _:
            return table(name, tuple(finite), name.startswith("int"))


def finite_value(v: Value) -> Fraction:
    assert isinstance(v, Fraction), v
    if abs(v.numerator) > 10**60 or v.denominator > 10**60:
        raise Discard
    return v


def inverse(v: Fraction) -> Fraction:
    if v == 0:
        raise Discard
    return 1 / v


def floor_div(a: Value, b: Value) -> Value:
    if UNDEF in (a, b) or INF in (a, b) or NEG in (a, b):
        return UNDEF
    if b == 0:
        raise Discard
    return Fraction(finite_value(a) // finite_value(b))


def sign(v: Value) -> int:
    if v in (INF, NEG):
        return 1 if v == INF else -1
    f = finite_value(v)
    return (f > 0) - (f < 0)


def add(a: Value, b: Value) -> Value:
    if UNDEF in (a, b) or {a, b} == {INF, NEG}:
        return UNDEF
    for v in (a, b):
        if v in (INF, NEG):
            return v
    return finite_value(a) + finite_value(b)


def mul(a: Value, b: Value) -> Value:
    if UNDEF in (a, b):
        return UNDEF
    if a in (INF, NEG) or b in (INF, NEG):
        s = sign(a) * sign(b)
        return UNDEF if s == 0 else (INF if s > 0 else NEG)
    return finite_value(a) * finite_value(b)


def compare(op: str, a: Value, b: Value) -> Value:
    if UNDEF in (a, b):
        return UNDEF
    rank = {NEG: (-1, Fraction(0)), INF: (1, Fraction(0))}
    x = rank[a] if isinstance(a, str) else (0, finite_value(a))
    y = rank[b] if isinstance(b, str) else (0, finite_value(b))
    return {"ge": x >= y, "gt": x > y, "le": x <= y, "lt": x < y, "eq": x == y, "ne": x != y}[op]


def connect(op: str, a: Value, b: Value) -> Value:
    absorbing = op == "or"
    if absorbing in (a, b):
        return absorbing
    return UNDEF if UNDEF in (a, b) else not absorbing


def predicate(name: str, args: list[Value]) -> Value:
    if UNDEF in args:
        return UNDEF
    if INF in args or NEG in args:
        return {"isnan": False, "isinf": True, "isfinite": False}.get(name, UNDEF)
    return table(name, tuple(finite_value(a) for a in args), True) > 0


def fold(kind: str, values: list[Value]) -> Value:
    """A big operator over the values at the points of its domain; infinities as docs/terms.md says."""
    vanishing = {"max": NEG, "min": INF}.get(kind)
    values = [v for v in values if v != vanishing]
    if any(isinstance(v, str) for v in values):
        return UNDEF
    finite = [finite_value(v) for v in values]
    match kind:
        case "sum":
            return sum(finite, Fraction(0))
        case "prod":
            out: Value = Fraction(1)
            for v in finite:
                out = mul(out, v)
            return out
        case "max" | "min":
            if not finite:
                assert vanishing is not None
                return vanishing
            return max(finite) if kind == "max" else min(finite)
        case _:
            identity = Fraction(-1 if kind == "band" else 0)
            return apply_function(kind, [identity, *finite])


def evaluate(e: Expr, env: Env) -> Value:
    """Value of an expression tuple; branches and points outside a domain are not looked at."""
    match e:
        case ("num", q):
            return Fraction(q)
        case ("sym", name):
            return env[name]
        case ("inf", s):
            return INF if s > 0 else NEG
        case ("undef",) | ("bundef",):
            return UNDEF
        case ("add", a, b):
            return add(evaluate(a, env), evaluate(b, env))
        case ("sub", a, b):
            return add(evaluate(a, env), mul(Fraction(-1), evaluate(b, env)))
        case ("mul", a, b):
            return mul(evaluate(a, env), evaluate(b, env))
        case ("neg", a):
            return mul(Fraction(-1), evaluate(a, env))
        case ("pow", a, n):
            v = evaluate(a, env)
            return UNDEF if v == UNDEF else reduce(mul, [v] * n, Fraction(1))
        case ("recip", a):
            return apply_function("recip", [evaluate(a, env)])
        case ("floordiv", a, b):
            return floor_div(evaluate(a, env), evaluate(b, env))
        case ("mod", a, b):
            x, y = evaluate(a, env), evaluate(b, env)
            return add(x, mul(Fraction(-1), mul(y, floor_div(x, y))))
        case ("app", name, args):
            return apply_function(name, [evaluate(a, env) for a in args])
        case ("read", array, index):
            return table(array, tuple(finite_value(evaluate(i, env)) for i in index), array in INT_ARRAYS)
        case ("ite", c, a, b):
            cond = evaluate(c, env)
            return UNDEF if cond == UNDEF else evaluate(a if cond else b, env)
        case ("big", kind, var, lo, hi, body, dom):
            points = in_domain(var, lo, hi, dom, env)
            return fold(kind, [UNDEF if p is None else evaluate(body, p) for p in points])
        case ("truth", b):
            return bool(b)
        case ("ge" | "gt" | "le" | "lt" | "eq" | "ne" as op, a, b):
            return compare(op, evaluate(a, env), evaluate(b, env))
        case ("and" | "or" as op, a, b):
            return connect(op, evaluate(a, env), evaluate(b, env))
        case ("not", a):
            v = evaluate(a, env)
            return UNDEF if v == UNDEF else not v
        case ("bapp", name, args):
            return predicate(name, [evaluate(a, env) for a in args])
        case ("exists", var, lo, hi, c):
            return reduce(lambda x, y: connect("or", x, y), (evaluate(c, p) for p in span(var, lo, hi, env)), False)
        case _:
            raise AssertionError(e)


def span(var: str, lo: Expr, hi: Expr, env: Env) -> list[dict[str, Fraction]]:
    low, high = finite_value(evaluate(lo, env)), finite_value(evaluate(hi, env))
    return [{**env, var: Fraction(k)} for k in range(int(low), int(high))]


def in_domain(var: str, lo: Expr, hi: Expr, dom: Expr | None, env: Env) -> list[dict[str, Fraction] | None]:
    """Points of the domain; None where it is not defined whether a point belongs to it."""
    out: list[dict[str, Fraction] | None] = []
    for p in span(var, lo, hi, env):
        inside = True if dom is None else evaluate(dom, p)
        if inside:
            out.append(None if inside == UNDEF else p)
    return out


# -- normal forms, read back through the public properties only


def value(t: Term, env: Env, stack: tuple[int, ...] = ()) -> Value:
    """Value of a term of the core. ``stack[i]`` is the value of de Bruijn variable i."""

    def go(x: Term) -> Value:
        return value(x, env, stack)

    match t.kind:
        case "poly":
            total: Value = Fraction(0)
            for num, den, factors in t.monomials:
                product: Value = Fraction(num, den)
                for atom, power in factors:
                    v = go(atom)
                    for _ in range(power):
                        product = mul(product, v)
                total = add(total, product)
            return total
        case "inf":
            return INF if t.sign > 0 else NEG
        case "undef" | "bundef":
            return UNDEF
        case "bool":
            return t.truth
        case "ite":
            lit, then, other = t.args
            return go(then if go(lit) else other)
        case "sym":
            return env[t.name]
        case "var":
            return Fraction(stack[t.index])
        case "app":
            return apply_function(t.name, [go(a) for a in t.args])
        case "read":
            return table(t.name, tuple(finite_value(go(i)) for i in t.args), t.name in INT_ARRAYS)
        case "paren":
            return go(t.args[0])
        case "ge":
            return finite_value(go(t.args[0])) >= 0
        case "gt":
            return finite_value(go(t.args[0])) > 0
        case "eq":
            return go(t.args[0]) == 0
        case "bapp":
            return predicate(t.name, [go(a) for a in t.args])
        case "exists":
            return bool(points_of(t, env, stack))
        case "big":
            values = [value(t.args[0], env, p) for p in points_of(t, env, stack)]
            if not values and t.name in ("max", "min"):
                # The guard of such an atom may stand below a literal that mentions it: any number must do.
                return Fraction(zlib.crc32(t.key.encode()) % 1000 - 500)
            return fold(t.name, values)


def points_of(t: Term, env: Env, stack: tuple[int, ...]) -> list[tuple[int, ...]]:
    out: list[tuple[int, ...]] = []
    literals = sorted(t.domain, key=lambda entry: entry[0].size)  # plain bounds before what is nested in the domain
    for p in itertools.product(range(-REACH, REACH + 1), repeat=t.nvars):
        inner = (*p, *stack)
        if all(value(lit, env, inner) == positive for lit, positive in literals):
            if any(abs(k) == REACH for k in p):
                raise LostBound(str(t))
            out.append(inner)
    return out


# -- building with the core


def build(c: Context, e: Expr, syms: Mapping[str, Mapping[str, Any]]) -> Term:
    """The term of an expression; ``syms`` holds the attributes of its symbols."""

    def go(x: Expr) -> Term:
        return build(c, x, syms)

    match e:
        case ("num", q):
            f = Fraction(q)
            return c.num(f.numerator, f.denominator)
        case ("sym", name):
            return c.sym(name, **syms.get(name, {}))
        case ("inf", s):
            return c.inf(s)
        case ("undef",):
            return c.undef()
        case ("bundef",):
            return c.bundef()
        case ("neg" | "recip" as op, a):
            return getattr(c, op)(go(a))
        case ("pow", a, n):
            return c.power(go(a), n)
        case ("app", name, args):
            return c.app(name, [go(a) for a in args], is_int=name.startswith("int"))
        case ("read", array, index):
            return c.read(array, [go(i) for i in index], is_int=array in INT_ARRAYS)
        case ("ite", a, b, d):
            return c.ite(go(a), go(b), go(d))
        case ("big", kind, var, lo, hi, body, dom):
            sym = c.sym(var, **syms.get(var, {}))
            return c.big(kind, sym, go(lo), go(hi), go(body), dom=None if dom is None else go(dom))
        case ("exists", var, lo, hi, cond):
            return c.exists(c.sym(var, **syms.get(var, {})), go(lo), go(hi), go(cond))
        case ("truth", b):
            return c.truth(b)
        case ("not", a):
            return c.not_(go(a))
        case ("bapp", name, args):
            return c.bapp(name, [go(a) for a in args])
        case ("and" | "or" as op, a, b):
            return getattr(c, op + "_")(go(a), go(b))
        case (op, a, b):
            return getattr(c, op)(go(a), go(b))
        case _:
            raise AssertionError(e)
