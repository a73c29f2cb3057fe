"""Points at which terms are evaluated: values of the free symbols and of the bound variables, column by column, with
subsets and projections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from triton_lift.term.numeric_value import Array, Bool, Num

Column = tuple[str, str | int]
"""("sym", name), or ("var", number) for a bound variable in scope."""

Uniform = int | float


def _memo() -> dict[int, Num | Bool]:
    return {}


def _cache() -> dict[Column, Array]:
    return {}


@dataclass(slots=True)
class Points:
    """n points. A column is one number for all points, or an array of n.

    ``scope`` gives the column of each de Bruijn index; ``parent`` with ``index`` makes this a selection of another
    set of points
    (same columns and scope), whose columns and results are looked up there and gathered when asked for.
    """

    n: int
    columns: Mapping[Column, Uniform | Array]
    scope: tuple[Column, ...] = ()
    parent: Points | None = None
    index: Array | None = None
    memo: dict[int, Num | Bool] = field(default_factory=_memo)
    gathered: dict[Column, Array] = field(default_factory=_cache)

    def column(self, key: Column) -> Uniform | Array | None:
        """Value or values of a symbol or variable, None where it is unknown."""
        value = self.columns.get(key)
        if self.parent is None or not isinstance(value, np.ndarray):
            return value
        if key not in self.gathered:
            source = self.parent.column(key)
            assert isinstance(source, np.ndarray) and self.index is not None
            self.gathered[key] = source[self.index]
        return self.gathered[key]

    def varies(self, key: Column) -> bool:
        """Whether the column holds an array."""
        return isinstance(self.columns.get(key), np.ndarray)

    def recall(self, term_id: int) -> Num | Bool | None:
        """A result computed before, here or for the points that these were selected from."""
        hit = self.memo.get(term_id)
        if hit is None and self.parent is not None and self.index is not None:
            above = self.parent.recall(term_id)
            if above is not None:
                hit = self.memo[term_id] = above.take(self.index)
        return hit

    def select(self, index: Array) -> Points:
        """The points at the given positions."""
        if len(index) == self.n and bool((index == np.arange(self.n)).all()):
            return self
        return Points(len(index), self.columns, self.scope, self, index)

    def enter(self, nvars: int) -> Points:
        """The same points inside a binder; its variables are in scope and have no values yet."""
        fresh = tuple[Column, ...](("var", len(self.scope) + j) for j in range(nvars))
        return Points(self.n, {k: self._whole(k) for k in self.columns}, fresh + self.scope)

    def extend(self, index: Array, key: Column, values: Array) -> Points:
        """Points repeated at the given positions with values of one more bound variable."""
        columns = {k: self._gather(k, index) for k in self.columns}
        columns[key] = values
        return Points(len(index), columns, self.scope)

    def repeat(self, times: int, columns: Mapping[Column, Array]) -> Points:
        """Each point so many times in a row, with the given columns beside its own."""
        index = np.repeat(np.arange(self.n), times)
        own = {k: self._gather(k, index) for k in self.columns}
        return Points(self.n * times, {**own, **columns}, self.scope)

    def detach(self, index: Array) -> Points:
        """Points of their own at the given positions, cut loose from these."""
        return Points(len(index), {k: self._gather(k, index) for k in self.columns}, self.scope)

    def _whole(self, key: Column) -> Uniform | Array:
        value = self.column(key)
        assert value is not None
        return value

    def _gather(self, key: Column, index: Array) -> Uniform | Array:
        value = self._whole(key)
        return value[index] if isinstance(value, np.ndarray) else value

    def project(self, keys: list[Column]) -> tuple[Points, Array | None]:
        """The distinct points as far as the given columns tell them apart, and for each point here which of those it
        is (None: the same points)."""
        varying = [k for k in keys if self.varies(k)]
        uniform: dict[Column, Uniform | Array] = {
            k: v for k, v in self.columns.items() if not isinstance(v, np.ndarray)
        }
        if not varying:
            return Points(1, uniform, self.scope), np.zeros(self.n, dtype=np.intp)
        code = self._codes(varying)
        if code is None:
            return self, None
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        if len(first) > 0.8 * self.n:
            return self, None
        for key in varying:
            uniform[key] = self._gather(key, first)
        return Points(len(first), uniform, self.scope), inverse.reshape(-1)

    def _codes(self, keys: list[Column]) -> Array | None:
        """One integer per point, equal iff the columns are."""
        if self.n < 2:
            return None
        code = np.zeros(self.n, dtype=np.int64)
        span = 1
        for key in keys:
            column = self.column(key)
            assert isinstance(column, np.ndarray)
            if column.dtype.kind != "i":
                return None
            low, high = int(column.min()), int(column.max())
            span *= high - low + 1
            if span >= 2**62:
                return None
            code = code * (high - low + 1) + (column - low)
        return code
