"""Evaluate terms over arrays of points: the concrete meaning of docs/terms.md, the oracle for summaries.

Trees are evaluated so that each leaf and each literal is met only at the points that reach it: what stands on the
other side of a condition is
never read. Integers are exact. Reals are float64 with a running bound on their error, see `numeric_value`; a
condition on reals that
the error could have turned makes the result's error unbounded. Undefined values are a mask of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric_binders import Binders
from triton_lift.term.numeric_bounds import Evaluate
from triton_lift.term.numeric_functions import apply, not_evaluable, predicate
from triton_lift.term.numeric_points import Column, Points, Uniform
from triton_lift.term.numeric_value import (
    OUTSIDE,
    UNDEF,
    Array,
    Bool,
    Mask,
    Num,
    Poison,
    add,
    both,
    constant,
    either,
    error,
    int_array,
    mark,
    merge,
    monomial_power,
    mul,
    real_array,
)
from triton_lift.util.diagnostic import Diagnostic, LiftError

Reached = tuple[Array, Mask | None, Poison | None]
"""Points that reach a node: positions, where a fragile literal led here, and what poison the literals had."""


class Undefined(LiftError):
    """A term was evaluated where it has no value."""


def evaluate(term: Term, env: Mapping[str, Any], arrays: Mapping[str, Array], offsets: Mapping[str, int]) -> Array:
    """The value of a term at broadcastable arrays of its symbols.

    ``env``: symbol -> int, float or array; ``arrays``: array symbol -> its content, one dimension; ``offsets``: where
    element 0 lies in it.
    Gives int64 (or Python integers where that overflows), float64, or bool. Raises `Undefined` where a value is
    poison or a read is outside
    its array, and Unsupported for what cannot be evaluated.
    """
    value, _, poison = evaluate_bounded(term, env, arrays, offsets)
    if poison.any():
        raise Undefined(
            Diagnostic("error", "undefined-value", f"{np.count_nonzero(poison)} of {poison.size} values are undefined")
        )
    return value


def evaluate_bounded(
    term: Term, env: Mapping[str, Any], arrays: Mapping[str, Array], offsets: Mapping[str, int]
) -> tuple[Array, Array, Poison]:
    """(value, bound on its absolute error, poison bits) over the broadcast shape; the bound of a truth value is inf
    where it is fragile, else 0."""
    shapes = [np.shape(v) for v in env.values()]
    shape = np.broadcast_shapes(*shapes)
    n = math.prod(shape)
    columns: dict[Column, Uniform | Array] = {}
    for name, value in env.items():
        if np.ndim(value) == 0:
            columns[("sym", name)] = value.item() if isinstance(value, np.generic) else value
        else:
            columns[("sym", name)] = np.broadcast_to(np.asarray(value), shape).reshape(n)
    result = Evaluator(arrays, offsets).value(term, Points(n, columns))
    poison = np.zeros(n, dtype=np.uint8) if result.poison is None else result.poison
    if isinstance(result, Bool):
        bound = np.zeros(n) if result.fragile is None else np.where(result.fragile, np.inf, 0.0)
    else:
        bound = error(result)
    return result.val.reshape(shape), bound.reshape(shape), poison.reshape(shape)


class Evaluator:
    """Evaluates terms of one context against one memory; results are kept with the points they belong to."""

    def __init__(
        self, arrays: Mapping[str, Array], offsets: Mapping[str, int], *, outside: float | None = None
    ) -> None:
        """``outside``: what memory beyond the arrays holds (cut to an integer for an array of those); without it,
        reading there is poison.
        """
        self.arrays = {name: _content(a) for name, a in arrays.items()}
        self.offsets = offsets
        self.outside = outside
        evaluate: Evaluate = self
        self.binders = Binders(evaluate)

    def num(self, term: Term, points: Points) -> Num:
        """A numeric term at all points."""
        value = self.value(term, points)
        if isinstance(value, Bool):
            raise not_evaluable("a truth value where a number is needed")
        return value

    def bool(self, term: Term, points: Points) -> Bool:
        """A Boolean term at all points."""
        value = self.value(term, points)
        if isinstance(value, Num):
            raise not_evaluable("a number where a truth value is needed")
        return value

    def value(self, term: Term, points: Points) -> Num | Bool:
        """Any term at all points."""
        hit = points.recall(term.id)
        if hit is None:
            hit = self._tree(term, points) if term.kind == "ite" else self._plain(term, points)
            points.memo[term.id] = hit
        return hit

    def _plain(self, term: Term, points: Points) -> Num | Bool:
        n = points.n
        match term.kind:
            case "poly":
                return self._poly(term, points)
            case "inf":
                return Num(np.full(n, math.inf if term.sign > 0 else -math.inf))
            case "undef":
                return Num(np.zeros(n, dtype=np.int64), None, np.full(n, UNDEF, dtype=np.uint8))
            case "bool":
                return Bool(np.full(n, term.truth, dtype=bool))
            case "bundef":
                return Bool(np.zeros(n, dtype=bool), None, np.full(n, UNDEF, dtype=np.uint8))
            case "sym":
                return _column(points.column(("sym", term.name)), f"the symbol '{term.name}'", n)
            case "var":
                column = points.column(points.scope[term.index]) if term.index < len(points.scope) else None
                return _column(column, f"the bound variable {term.index}", n)
            case "app":
                return _whole(apply(term.name, self._args(term, points)), term.is_int)
            case "bapp":
                return predicate(term.name, self._args(term, points))
            case "read":
                return self._read(term, points)
            case "paren":
                return self.num(term.args[0], points)
            case "ge" | "gt" | "eq":
                return _compare(term.kind, self.num(term.args[0], points))
            case "big" | "exists":
                return self.binders.evaluate(term, points)
            case "ite":
                raise AssertionError("trees are evaluated by _tree")

    def _args(self, term: Term, points: Points) -> list[Num]:
        return [self.num(a, points) for a in term.args]

    def _poly(self, term: Term, points: Points) -> Num:
        total: Num | None = None
        for numerator, denominator, factors in term.monomials:
            product: Num | None = (
                None if factors and numerator == denominator else constant(numerator, denominator, points.n)
            )
            for atom, power in factors:
                factor = monomial_power(self.num(atom, points), power)
                product = factor if product is None else mul(product, factor)
            assert product is not None
            total = product if total is None else add(total, product)
        return Num(int_array(0, points.n)) if total is None else total

    def _read(self, term: Term, points: Points) -> Num:
        if term.name not in self.arrays:
            raise not_evaluable(f"nothing is known of the array '{term.name}'")
        if len(term.args) != 1:
            raise not_evaluable("a read with more than one index")
        index = self.num(term.args[0], points)
        content = self.arrays[term.name]
        if index.is_real:
            raise not_evaluable("a read at an index that is not an integer")
        at = index.val.astype(object) if index.val.dtype == object else index.val
        at = at + self.offsets.get(term.name, 0)
        outside = np.asarray((at < 0) | (at >= len(content)), dtype=bool)
        if index.err is not None:
            outside = outside & (index.err == 0)
        safe = np.clip(at, 0, max(len(content) - 1, 0)).astype(np.intp)
        value = content[safe] if len(content) else np.zeros(points.n, dtype=content.dtype)
        err = None if index.err is None or not index.err.any() else np.where(index.err > 0, np.inf, 0.0)
        if self.outside is not None and outside.any():
            beyond = self.outside if content.dtype.kind == "f" else int(np.nan_to_num(self.outside, nan=-1.0))
            return Num(np.where(outside, beyond, value), err, index.poison)
        return Num(value, err, both(index.poison, mark(outside, OUTSIDE)))

    def _tree(self, root: Term, points: Points) -> Num | Bool:
        """Each inner node once, at the union of the points that reach it; parents before children."""
        reach: dict[int, list[Reached]] = {}
        everything = np.arange(points.n)
        reach[root.id] = [(everything, None, None)]
        leaves: list[tuple[Array, Num | Bool]] = []
        for node in _order(root):
            arrived = reach.pop(node.id, None)
            if arrived is None:
                continue
            index, fragile, poison = _gathered(arrived)
            here = points.select(index)
            if node.kind != "ite":
                leaves.append((index, _tainted(self.value(node, here), fragile, poison)))
                continue
            literal, then, other = node.args
            test = self.bool(literal, here)
            fragile, poison = either(fragile, test.fragile), both(poison, test.poison)
            for child, side in ((then, test.val), (other, ~test.val)):
                if side.any():
                    part = (
                        index[side],
                        None if fragile is None else fragile[side],
                        None if poison is None else poison[side],
                    )
                    reach.setdefault(child.id, []).append(part)
        if root.is_bool:
            return _merge_bool([(i, v) for i, v in leaves if isinstance(v, Bool)], points.n)
        return merge([(i, v) for i, v in leaves if isinstance(v, Num)], points.n)


def _content(a: Array) -> Array:
    """Array contents as int64 or float64; unsigned 64-bit values by their signed pattern."""
    if a.dtype.kind == "u" and a.dtype.itemsize == 8:
        return a.view(np.int64)
    return a.astype(np.int64) if a.dtype.kind in "iub" else a.astype(np.float64)


def _column(value: Uniform | Array | None, what: str, n: int) -> Num:
    if value is None:
        raise not_evaluable(f"{what} has no value")
    if isinstance(value, np.ndarray):
        return Num(value.astype(np.int64) if value.dtype.kind in "iub" else value)
    if isinstance(value, int):
        return Num(int_array(int(value), n))
    return Num(np.full(n, float(value)))


def _whole(value: Num, is_int: bool) -> Num:
    """A function declared integer valued (floor of a real) as exact integers."""
    if not is_int or not value.is_real or not np.isfinite(value.val).all():
        return value
    return apply("fptoi", [value])


def _compare(kind: str, p: Num) -> Bool:
    """P >= 0, P > 0, P == 0; fragile where the error reaches across zero."""
    val = np.asarray(p.val >= 0 if kind == "ge" else p.val > 0 if kind == "gt" else p.val == 0, dtype=bool)
    fragile: Mask | None = None
    if p.err is not None:
        with np.errstate(invalid="ignore"):
            fragile = ~(np.abs(real_array(p.val)) > p.err) & (p.err > 0)
    if p.is_real and np.isnan(p.val).any():
        fragile = either(fragile, np.isnan(p.val))
    return Bool(val, fragile if fragile is not None and fragile.any() else None, p.poison)


def _order(root: Term) -> list[Term]:
    """The nodes of the tree part, every parent before its children."""
    done: dict[int, Term] = {}
    stack: list[tuple[Term, bool]] = [(root, False)]
    opened: set[int] = set()
    while stack:
        node, leaving = stack.pop()
        if leaving:
            done[node.id] = node
        elif node.id not in opened:
            opened.add(node.id)
            stack.append((node, True))
            if node.kind == "ite":
                stack.extend((child, False) for child in node.args[1:])
    return list(reversed(done.values()))


def _gathered(parts: list[Reached]) -> Reached:
    if len(parts) == 1:
        return parts[0]
    index = np.concatenate([i for i, _, _ in parts])
    fragile: Mask | None = None
    poison: Poison | None = None
    if any(f is not None for _, f, _ in parts):
        fragile = np.concatenate([np.zeros(len(i), dtype=bool) if f is None else f for i, f, _ in parts])
    if any(p is not None for _, _, p in parts):
        poison = np.concatenate([np.zeros(len(i), dtype=np.uint8) if p is None else p for i, _, p in parts])
    return index, fragile, poison


def _tainted(value: Num | Bool, fragile: Mask | None, poison: Poison | None) -> Num | Bool:
    poison = both(value.poison, poison)
    if isinstance(value, Bool):
        return Bool(value.val, either(value.fragile, fragile), poison)
    err = value.err
    if fragile is not None and fragile.any():
        err = np.where(fragile, np.inf, error(value))
    return Num(value.val, err, poison)


def _merge_bool(parts: list[tuple[Array, Bool]], n: int) -> Bool:
    val = np.zeros(n, dtype=bool)
    fragile = np.zeros(n, dtype=bool)
    poison = np.zeros(n, dtype=np.uint8)
    for index, part in parts:
        val[index] = part.val
        if part.fragile is not None:
            fragile[index] = part.fragile
        if part.poison is not None:
            poison[index] = part.poison
    return Bool(val, fragile if fragile.any() else None, poison if poison.any() else None)
