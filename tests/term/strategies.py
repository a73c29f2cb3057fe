"""Random expression tuples, kept small enough to be enumerated."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.term.oracle import Expr

SYMS: Mapping[str, Mapping[str, Any]] = {
    "n": {},
    "m": {"lo": 0, "hi": 5},
    "p": {"lo": 1},
    "x": {"is_int": False},
    "y": {"is_int": False},
    "i": {},
    "j": {"lo": -4, "hi": 4},
}
"""Free symbols n, m, p (integers), x, y (reals); i and j are bound ones, j with a range of its own."""

POINTS = st.fixed_dictionaries(
    {
        "n": st.integers(-3, 4).map(Fraction),
        "m": st.integers(0, 5).map(Fraction),
        "p": st.integers(1, 4).map(Fraction),
        "x": st.one_of(st.integers(-3, 3).map(Fraction), st.fractions(-2, 2, max_denominator=3)),
        "y": st.integers(-3, 3).map(Fraction),
        "i": st.integers(-3, 3).map(Fraction),
        "j": st.integers(-3, 3).map(Fraction),
    }
)


def num(lo: int = -3, hi: int = 3) -> st.SearchStrategy[Expr]:
    return st.integers(lo, hi).map(lambda v: ("num", Fraction(v)))


def integer(depth: int, bound: tuple[str, ...]) -> st.SearchStrategy[Expr]:
    """Finite integer expressions over n, m, p and the bound variables."""
    names = ("n", "m", "p", *bound)
    leaf = st.one_of(num(), st.sampled_from(names).map(lambda s: ("sym", s)))
    if depth == 0:
        return leaf
    sub = integer(depth - 1, bound)
    options: list[st.SearchStrategy[Expr]] = [
        leaf,
        st.tuples(st.sampled_from(["add", "sub", "mul"]), sub, sub),
        st.tuples(st.sampled_from(["add", "sub", "mul"]), sub, sub),
        st.tuples(st.sampled_from(["floordiv", "mod"]), sub, num(-4, 4)),
        st.tuples(st.sampled_from(["floordiv", "mod"]), sub, sub),
        st.tuples(st.just("app"), st.sampled_from(["max", "min"]), st.tuples(sub, sub)),
        st.tuples(st.just("app"), st.just("abs"), st.tuples(sub)),
        st.tuples(st.just("app"), st.just("intf"), st.tuples(sub)),
        st.tuples(st.just("app"), st.sampled_from(["band", "bor", "bxor"]), st.tuples(sub, sub)),
        st.tuples(st.just("read"), st.just("I"), st.tuples(sub)),
        st.tuples(st.just("pow"), sub, st.integers(0, 3)),
        st.tuples(st.just("ite"), boolean(depth - 1, bound, special=False), sub, sub),
    ]
    if len(bound) < 2:
        options.append(big(depth - 1, bound, ["sum", "prod", "band", "bor", "bxor"], integer, special=False))
    return st.one_of(options)


def real(depth: int, bound: tuple[str, ...], special: bool = True) -> st.SearchStrategy[Expr]:
    """Real expressions; with `special` also infinities and undef."""
    leaves: list[st.SearchStrategy[Expr]] = [
        num(),
        st.fractions(-2, 2, max_denominator=3).map(lambda v: ("num", v)),
        st.sampled_from(["x", "y", "x", "y", "n", *bound]).map(lambda s: ("sym", s)),
    ]
    if special:
        leaves.append(st.sampled_from([("inf", 1), ("inf", -1), ("undef",)]))
    leaf = st.one_of(leaves)
    if depth == 0:
        return leaf
    sub = real(depth - 1, bound, special)
    index = integer(min(depth - 1, 1), bound)
    options: list[st.SearchStrategy[Expr]] = [
        leaf,
        st.tuples(st.just("read"), st.just("X"), st.tuples(index)),
        st.tuples(st.sampled_from(["add", "sub", "mul"]), sub, sub),
        st.tuples(st.sampled_from(["add", "sub", "mul"]), sub, sub),
        st.tuples(st.sampled_from(["neg", "recip"]), sub),
        st.tuples(st.just("pow"), sub, st.integers(0, 3)),
        st.tuples(st.just("app"), st.sampled_from(["max", "min"]), st.one_of(st.tuples(sub, sub), st.tuples(sub, sub, sub))),
        st.tuples(
            st.just("app"), st.sampled_from(["exp", "exp", "exp2", "abs", "sqrt", "log", "g"]), st.tuples(sub)
        ),
        st.tuples(st.just("ite"), boolean(depth - 1, bound, special), sub, sub),
        st.tuples(st.just("ite"), boolean(depth - 1, bound, special), sub, sub),
    ]
    if len(bound) < 2:
        kinds = ["sum", "sum", "max", "min", "prod"]
        options.append(big(depth - 1, bound, kinds, lambda d, b: real(d, b, special), special))
        options.append(big(depth - 1, bound, kinds, lambda d, b: real(d, b, special), special))
    return st.one_of(options)


def big(depth: int, bound: tuple[str, ...], kinds: list[str], body: Any, special: bool) -> st.SearchStrategy[Expr]:
    var = "i" if "i" not in bound else "j"
    lo = st.one_of(num(-2, 1), st.sampled_from(["n", *bound]).map(lambda s: ("sym", s)))
    hi = st.one_of(num(-1, 4), st.sampled_from(["n", "m", *bound]).map(lambda s: ("sym", s)))
    inner = (*bound, var)
    dom = st.one_of(st.none(), boolean(min(depth, 1), inner, special))
    return st.tuples(st.just("big"), st.sampled_from(kinds), st.just(var), lo, hi, body(depth, inner), dom)


def boolean(depth: int, bound: tuple[str, ...], special: bool = True) -> st.SearchStrategy[Expr]:
    ints = integer(min(depth, 1), bound)
    reals = real(min(depth, 1), bound, special)
    comparison = st.sampled_from(["ge", "gt", "le", "lt", "eq", "ne"])
    leaf = st.one_of(
        st.tuples(comparison, ints, ints),
        st.tuples(comparison, ints, ints),
        st.tuples(comparison, reals, reals),
        st.tuples(st.just("bapp"), st.sampled_from(["isnan", "isinf", "isfinite", "even"]), st.tuples(reals)),
        *([st.sampled_from([("truth", True), ("truth", False), ("bundef",)])] if special else []),
    )
    if depth == 0:
        return leaf
    sub = boolean(depth - 1, bound, special)
    options = [leaf, leaf, st.tuples(st.sampled_from(["and", "or"]), sub, sub), st.tuples(st.just("not"), sub)]
    if len(bound) < 2:
        var = "i" if "i" not in bound else "j"
        lo = st.one_of(num(-2, 1), st.just(("sym", "n")))
        hi = st.one_of(num(-1, 3), st.just(("sym", "m")))
        inner = boolean(depth - 1, (*bound, var), special)
        options.append(st.tuples(st.just("exists"), st.just(var), lo, hi, inner))
    return st.one_of(options)
