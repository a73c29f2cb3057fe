"""Enumerate the points of a statement's domain: all non-negative integer values of its index symbols that satisfy a
Boolean tree.

Bounds of one index are the hull of the bounds along the tree's paths to ``true``; the tree itself then filters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triton_lift._core import Term
from triton_lift.term.numeric import Evaluator
from triton_lift.term.numeric_functions import not_evaluable
from triton_lift.term.numeric_points import Points
from triton_lift.term.numeric_value import Array

POINT_LIMIT = 1 << 24
"""Largest number of points enumerated for one domain; more is refused."""


def domain_points(evaluator: Evaluator, domain: Term, indices: Sequence[Term], points: Points) -> Points:
    """The points at which `domain` holds, with a column for each index symbol. `points` gives the other symbols (one
    point, usually).

    Raises Unsupported where an index has no finite bound, or the domain is undefined or hangs on a rounding error
    somewhere.
    """
    todo = [t.name for t in indices]
    here = points
    while todo:
        name, low, high = _next_index(evaluator, domain, todo, here)
        todo.remove(name)
        counts = np.maximum(high - low + 1, 0)
        if int(counts.sum()) > POINT_LIMIT:
            raise not_evaluable(f"a domain of more than {POINT_LIMIT} points")
        owner = np.repeat(np.arange(here.n), counts)
        first = np.cumsum(counts) - counts
        values = low[owner] + (np.arange(len(owner)) - first[owner])
        here = here.extend(owner, ("sym", name), values)
    holds = evaluator.bool(domain, here)
    if holds.poison is not None and holds.poison.any():
        raise not_evaluable("the domain is undefined at some points")
    if holds.fragile is not None and holds.fragile.any():
        raise not_evaluable("the domain hangs on a rounding error")
    return here.detach(np.flatnonzero(holds.val))


def _next_index(evaluator: Evaluator, domain: Term, todo: list[str], points: Points) -> tuple[str, Array, Array]:
    for name in todo:
        others = frozenset(("sym", o) for o in todo if o != name)
        low, high = _hull(evaluator, domain, name, others, points)
        if bool((high < np.inf).all()):  # -inf: no value here
            top = np.abs(high[np.isfinite(high)]).max(initial=0.0)
            if top > 2.0**52:
                raise not_evaluable(f"the index {name} is bounded by {top} only")
            empty = low > high
            return name, np.where(empty, 0, low).astype(np.int64), np.where(empty, -1, high).astype(np.int64)
    raise not_evaluable(f"the indices {', '.join(todo)} have no finite bound")


def _hull(
    evaluator: Evaluator, domain: Term, name: str, others: frozenset[tuple[str, str]], points: Points
) -> tuple[Array, Array]:
    """Bounds of one index that hold wherever the tree is true; children before parents, each node once."""
    done: dict[int, tuple[Array, Array]] = {}
    stack = [domain]
    bounds = evaluator.binders.bounds
    while stack:
        node = stack[-1]
        if node.id in done:
            stack.pop()
            continue
        if node.kind != "ite":
            stack.pop()
            done[node.id] = _leaf(evaluator, node, name, others, points)
            continue
        literal, then, other = node.args
        missing = [c for c in (then, other) if c.id not in done]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        sides: list[tuple[Array, Array]] = []
        for child, polarity in ((then, True), (other, False)):
            low, high = (a.copy() for a in done[child.id])
            bounds.tighten(literal, polarity, ("sym", name), points, low, high, others)
            high[low > high] = -np.inf
            low[low > high] = np.inf
            sides.append((low, high))
        done[node.id] = np.minimum(sides[0][0], sides[1][0]), np.maximum(sides[0][1], sides[1][1])
    return done[domain.id]


def _leaf(
    evaluator: Evaluator, node: Term, name: str, others: frozenset[tuple[str, str]], points: Points
) -> tuple[Array, Array]:
    """A truth value, or a lone literal that stands for itself."""
    n = points.n
    if node.kind == "bool" and not node.truth:
        return np.full(n, np.inf), np.full(n, -np.inf)
    low, high = np.zeros(n), np.full(n, np.inf)
    if node.kind in ("ge", "eq"):
        evaluator.binders.bounds.tighten(node, True, ("sym", name), points, low, high, others)
    return low, high
