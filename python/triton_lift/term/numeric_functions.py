"""Concrete meanings of the named functions and predicates of docs/functions.md, each with the error that inexact
arguments cause.

A monotone function is bounded by its values at the ends of the argument's interval; a Lipschitz function by its
constant. Where a function
jumps inside the interval the error is the jump, or unbounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from triton_lift.term.numeric_bits import BIT_FUNCTIONS
from triton_lift.term.numeric_floats import FLOAT_DTYPES, bits, from_bits, round_to, rounded_sum
from triton_lift.term.numeric_reals import (
    ABSOLUTE,
    BINARY,
    EXACT,
    LIPSCHITZ,
    MONOTONE,
    OPAQUE_ERROR,
    ULPS,
    interval_error,
)
from triton_lift.term.numeric_value import (
    PARTIAL,
    UNIT,
    Array,
    Bool,
    Mask,
    Num,
    Poison,
    add,
    both,
    either,
    error,
    magnitude,
    mark,
    mul,
    shrink,
    to_real,
)
from triton_lift.util.diagnostic import Diagnostic, Unsupported


def not_evaluable(message: str) -> Unsupported:
    """The error for a term that has no concrete value here."""
    return Unsupported(Diagnostic("error", "not-evaluable", message))


def apply(name: str, args: list[Num]) -> Num:
    """The named function at n points.

    Raises Unsupported for a name without a concrete meaning. A value that is not finite where the arguments are is
    poison (`log(-1)`, `recip(0)`).
    """
    poison: Poison | None = None
    for a in args:
        poison = both(poison, a.poison)
    with np.errstate(all="ignore"):
        result = _apply(name, args)
    return Num(result.val, result.err, both(result.poison, poison))


def _apply(name: str, args: list[Num]) -> Num:
    if name in ("max", "min"):
        return _extremum(name, args)
    if name == "abs":
        (a,) = args
        return Num(np.abs(a.val) if a.is_real else _magnitudes(a.val), a.err)
    if name == "recip":
        return recip(to_real(args[0]))
    if name == "rsqrt":
        return recip(_unary("sqrt", MONOTONE["sqrt"], to_real(args[0])))
    if name == "floordiv":
        return floordiv(*args)
    if name == "tdiv":
        return truncated_quotient(*args)
    if name == "nan":
        return Num(np.full(args[0].val.shape if args else (1,), np.nan))
    if name == "fptoi":
        return _truncate(args[0])
    if name in MONOTONE:
        return _unary(name, MONOTONE[name], to_real(args[0]))
    if name in LIPSCHITZ:
        f, slope = LIPSCHITZ[name]
        a = to_real(args[0])
        return Num(f(a.val), error(a) * slope + ABSOLUTE[name] * 2)
    if name in OPAQUE_ERROR:
        return _local(OPAQUE_ERROR[name], [to_real(args[0])])
    if name == "erfcinv":
        inner = add(Num(np.ones(args[0].val.shape)), mul(Num(np.full(args[0].val.shape, -1.0)), to_real(args[0])))
        return _unary("erfinv", MONOTONE["erfinv"], inner)
    if name in BINARY:
        return _binary(name, [to_real(a) for a in args])
    if match := re.fullmatch(r"(and|or|xor|shl|umulhi|smulhi|clz|ctz|popcount)_i(\d+)|(wrap|shr)_([su])(\d+)", name):
        base = match[1] or f"{match[3]}_{match[4]}"
        return _integer(BIT_FUNCTIONS[base], args, int(match[2] or match[5]))
    head, _, dtype = name.rpartition("_")
    if dtype in FLOAT_DTYPES:
        match head:
            case "bits":
                return bits(dtype, args[0])
            case "from_bits":
                return from_bits(dtype, args[0])
            case "round":
                return round_to(dtype, args[0])
            case "fadd":
                return rounded_sum(dtype, args[0], args[1])
            case "fsub":
                return rounded_sum(dtype, args[0], Num(-to_real(args[1]).val, args[1].err))
            case _:
                pass
    raise not_evaluable(f"the function '{name}' has no concrete meaning")


def _root_domain(a: Num) -> Num:
    """An argument that is negative only within its error stands for one that is not: the square root is met where it
    is defined."""
    inside = (a.val < 0) & (a.val + error(a) >= 0)
    return Num(np.where(inside, 0.0, a.val), np.where(inside, error(a) + np.abs(a.val), error(a)))


def _root_ends(x: Array) -> Array:
    return np.sqrt(np.maximum(x, 0.0))


def _unary(name: str, f: Callable[[Array], Array], a: Num) -> Num:
    if name == "sqrt":
        a = _root_domain(a)
    val = f(a.val)
    err = interval_error(_root_ends if name == "sqrt" else f, a, val) + ABSOLUTE.get(name, 0.0)
    if name not in EXACT:
        err = (
            err
            + ULPS * UNIT * np.abs(np.where(np.isfinite(val), val, 0.0))
            + np.where(val == f(np.zeros(1)), 0.0, 2.0**-1074)
        )
    return _finish(a.val, val, err)


def _finish(arg: Array, val: Array, err: Array) -> Num:
    """Poison where a finite argument is outside the domain (NaN); unbounded error where the value overflowed."""
    outside = np.isnan(val) & ~np.isnan(arg)
    pole = np.isinf(val) & np.isfinite(arg)
    err = np.where(np.isnan(err) | pole, np.inf, err)
    err = np.where(np.isinf(arg) & ~outside, 0.0, err)
    return Num(val, err, mark(outside, PARTIAL))


def recip(a: Num) -> Num:
    """1/x; poison at an exact zero, unbounded where the interval of x holds zero."""
    e = error(a)
    val = 1.0 / a.val
    low = np.abs(a.val) - e
    err = np.where(low > 0, e / np.where(low > 0, low, 1.0) * np.abs(val), np.inf) + UNIT * np.abs(val) + 2.0**-1074
    err = np.where(np.isinf(a.val), 0.0, err)
    zero = (a.val == 0) & (e == 0)
    return Num(np.where(zero, 0.0, val), np.where(zero, 0.0, err), mark(zero, PARTIAL))


def floordiv(a: Num, b: Num) -> Num:
    """Floor division of exact integers; poison at zero; an uncertain operand makes the quotient unknown."""
    zero = np.asarray(b.val == 0, dtype=bool)
    overflow = a.val.dtype != object and magnitude(a.val) > 2**62
    top = a.val.astype(object) if overflow else a.val
    val = top // np.where(zero, 1, b.val)
    uncertain = (error(a) > 0) | (error(b) > 0)
    err = np.where(uncertain, np.inf, 0.0) if uncertain.any() else None
    return Num(val, err, mark(zero, PARTIAL))


def truncated_quotient(a: Num, b: Num) -> Num:
    """Integer division toward zero; poison at zero."""
    sign = np.where((a.val < 0) != (b.val < 0), -1, 1)
    size = floordiv(Num(_magnitudes(a.val), a.err), Num(_magnitudes(b.val), b.err))
    return Num(shrink(size.val * sign), size.err, size.poison)


def _magnitudes(a: Array) -> Array:
    """Absolute values of integers; as Python integers where the least int64, whose magnitude is no int64, may be."""
    return np.abs(a) if a.dtype == np.int64 and magnitude(a) < 2**63 else shrink(np.abs(a.astype(object)))


def _extremum(name: str, args: list[Num]) -> Num:
    pick = np.maximum if name == "max" else np.minimum
    if any(a.is_real for a in args):
        args = [to_real(a) for a in args]
    val = args[0].val
    for a in args[1:]:
        val = pick(val, a.val)
    inexact = any(a.err is not None for a in args)
    err = np.max([error(a) for a in args], axis=0) if inexact else None
    return Num(val, err)


def _truncate(a: Num) -> Num:
    if not a.is_real:
        return a
    whole = np.trunc(a.val)
    low, high = np.trunc(a.val - error(a)), np.trunc(a.val + error(a))
    err = np.where(error(a) == 0, 0.0, np.maximum(np.abs(high - whole), np.abs(low - whole)))
    bad = ~np.isfinite(whole)
    whole = np.where(bad, 0.0, whole)
    if np.abs(whole).max(initial=0.0) < 2.0**63:
        val: Array = whole.astype(np.int64)
    else:
        val = np.array([int(v) for v in whole.flat], dtype=object)
    return Num(val, err if err.any() else None, mark(bad, PARTIAL))


def _local(f: Callable[..., Array], args: list[Num]) -> Num:
    """A smooth function, argument intervals at most 2^-20 relative wide: four times the change over the interval,
    which covers the curvature.

    Anything wider, and any interval over which the change is not small beside the value and 1, is unbounded.
    """
    val = f(*[a.val for a in args])
    err = ULPS * UNIT * np.abs(val) + 2.0**-1000
    for i, a in enumerate(args):
        e = error(a)
        for side in (e, -e):
            moved = [b.val if j != i else b.val + side for j, b in enumerate(args)]
            change = np.abs(f(*moved) - val)
            known = (e <= 2.0**-20 * np.maximum(np.abs(a.val), 2.0**-20)) & (
                change <= 2.0**-10 * np.maximum(np.abs(val), 1.0)
            )
            err = err + np.where(e == 0, 0.0, np.where(known, 4.0 * change + 4.0 * e, np.inf))
    return _finish(args[0].val, val, err)


def _binary(name: str, args: list[Num]) -> Num:
    a, b = args
    f = BINARY[name]
    val = f(a.val, b.val)
    match name:
        case "fdim":
            return Num(val, error(a) + error(b) + UNIT * np.abs(val))
        case "copysign":
            sure = (np.abs(b.val) > error(b)) | (error(b) == 0)
            return Num(val, np.where(sure, error(a), error(a) + 2 * np.abs(val)))
        case "hypot":
            return Num(val, error(a) + error(b) + ULPS * UNIT * val)
        case "fmod":
            q = np.trunc(a.val / b.val)
            corners = [np.trunc((a.val + s * error(a)) / (b.val + t * error(b))) for s in (-1, 1) for t in (-1, 1)]
            exact = (error(a) == 0) & (error(b) == 0)
            steady = np.all([c == q for c in corners], axis=0) & (np.abs(b.val) > error(b))
            moved = error(a) + np.abs(q) * error(b)
            return _finish(a.val, val, np.where(exact, 0.0, np.where(steady, moved + UNIT * np.abs(val), np.inf)))
        case "nextafter":
            exact = (error(a) == 0) & (error(b) == 0)
            return Num(val, np.where(exact, 0.0, np.inf))
        case "pow":
            whole = (error(b) == 0) & (b.val == np.trunc(b.val)) & (np.abs(a.val) > error(a))
            inside = (a.val > error(a)) | whole
            ends = [f(a.val + s * error(a), b.val + t * error(b)) for s in (-1, 1) for t in (-1, 1)]
            spread = np.max([np.abs(x - val) for x in ends], axis=0)
            exact = (error(a) == 0) & (error(b) == 0)
            err = np.where(exact, 0.0, np.where(inside, spread, np.inf)) + ULPS * UNIT * np.abs(val) + 2.0**-1074
            return _finish(a.val, val, err)
        case _:
            return _local(f, args)


def _integer(f: Callable[..., tuple[Array, Mask | None]], args: list[Num], width: int) -> Num:
    uncertain: Mask | None = None
    for a in args:
        if a.is_real:
            raise not_evaluable("a bit function of a real")
        if a.err is not None:
            uncertain = either(uncertain, a.err > 0)
    val, poison = f(width, *[a.val for a in args])
    err = None if uncertain is None or not uncertain.any() else np.where(uncertain, np.inf, 0.0)
    return Num(val, err, None if poison is None else mark(poison, PARTIAL))


def predicate(name: str, args: list[Num]) -> Bool:
    """A named predicate on IEEE values; a value known only within an error is fragile where its sign matters."""
    (a,) = (to_real(x) for x in args)
    poison = a.poison
    unknown = np.isinf(error(a))
    fragile = unknown if unknown.any() else None
    match name:
        case "isnan":
            return Bool(np.isnan(a.val), fragile, poison)
        case "isinf":
            return Bool(np.isinf(a.val), fragile, poison)
        case "isposinf":
            return Bool(np.isposinf(a.val), fragile, poison)
        case "isneginf":
            return Bool(np.isneginf(a.val), fragile, poison)
        case "isfinite":
            return Bool(np.isfinite(a.val), fragile, poison)
        case "signbit":
            near = (error(a) > 0) & (np.abs(a.val) <= error(a))
            return Bool(np.signbit(a.val), near if near.any() else None, poison)
        case _:
            raise not_evaluable(f"the predicate '{name}' has no concrete meaning")
