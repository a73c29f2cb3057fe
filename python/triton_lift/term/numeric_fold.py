"""Folding values by owner with one of the big operators, with the error of every order of combination."""

from __future__ import annotations

import numpy as np

from triton_lift.term.numeric_functions import not_evaluable
from triton_lift.term.numeric_value import UNIT, Array, Num, error, magnitude, to_real


class Fold:
    """Accumulates values by owner with one of the operators."""

    def __init__(self, kind: str, n: int) -> None:
        self._kind = kind
        self._n = n
        self._parts: list[Num] = []
        self._owners: list[Array] = []

    def add(self, owner: Array, value: Num) -> None:
        """Fold one chunk into one value per owner."""
        if not len(owner):
            return
        starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        counts = np.diff(np.concatenate([starts, [len(owner)]]))
        self._owners.append(owner[starts])
        self._parts.append(segments(self._kind, value, starts, counts))

    def result(self) -> Num:
        """One value per owner; an empty domain gives the operator's neutral element (-inf for max)."""
        if not self._parts:
            return Num(np.full(self._n, _NEUTRAL[self._kind]))
        owner = np.concatenate(self._owners)
        if len(self._parts) > 1:
            parts = self._parts if not any(p.is_real for p in self._parts) else [to_real(p) for p in self._parts]
            joined = Num(
                np.concatenate([p.val for p in parts]),
                np.concatenate([error(p) for p in parts]) if any(p.err is not None for p in parts) else None,
                np.concatenate([np.zeros(len(p.val), np.uint8) if p.poison is None else p.poison for p in parts]),
            )
            order = np.argsort(owner, kind="stable")
            self._owners, self._parts = [], []
            self.add(owner[order], joined.take(order))
            return self.result()
        part = self._parts[0]
        if len(owner) == self._n:
            return part
        missing = np.setdiff1d(np.arange(self._n), owner)
        neutral = _NEUTRAL[self._kind]
        kind = part.val.dtype if isinstance(neutral, int) or part.is_real else np.dtype(object)
        val = np.zeros(self._n, dtype=kind)
        val[owner] = part.val
        val[missing] = neutral
        err = poison = None
        if part.err is not None:
            err = np.zeros(self._n)
            err[owner] = part.err
        if part.poison is not None:
            poison = np.zeros(self._n, dtype=np.uint8)
            poison[owner] = part.poison
        return Num(val, err, poison)


_NEUTRAL: dict[str, int | float] = {"sum": 0, "prod": 1, "max": -np.inf, "min": np.inf, "band": -1, "bor": 0, "bxor": 0}


def segments(kind: str, value: Num, starts: Array, counts: Array) -> Num:
    """Fold runs of values that begin at ``starts``. The error of a sum holds for every order: m*u*sum |x|."""
    val = value.val
    poison = None if value.poison is None else np.bitwise_or.reduceat(value.poison, starts)
    longest = int(counts.max(initial=1))
    err = None if value.err is None else np.add.reduceat(value.err, starts)
    with np.errstate(all="ignore"):
        match kind:
            case "sum":
                if not value.is_real:
                    if val.dtype != object and magnitude(val) * longest > 2**62:
                        val = val.astype(object)
                    return Num(np.add.reduceat(val, starts), err, poison)
                total = np.add.reduceat(val, starts)
                moved = np.add.reduceat(np.abs(val), starts) * ((counts - 1) * UNIT * 1.01)
                return Num(total, moved if err is None else err + moved, poison)
            case "prod":
                if not value.is_real:
                    if val.dtype != object and magnitude(val) ** min(longest, 64) > 2**62:
                        val = val.astype(object)
                    exact = np.multiply.reduceat(val, starts)
                    return Num(exact, None if err is None else np.where(err > 0, np.inf, 0.0), poison)
                total = np.multiply.reduceat(val, starts)
                grown = np.multiply.reduceat((np.abs(val) + error(value)) * (1 + 2 * UNIT), starts)
                return Num(total, grown - np.abs(total) * (1 - 4 * UNIT) + 2.0**-1074, poison)
            case "max" | "min":
                pick = np.maximum if kind == "max" else np.minimum
                worst = None if value.err is None else np.maximum.reduceat(value.err, starts)
                return Num(pick.reduceat(val, starts), worst, poison)
            case "band" | "bor" | "bxor":
                fold = {"band": np.bitwise_and, "bor": np.bitwise_or, "bxor": np.bitwise_xor}[kind]
                return Num(fold.reduceat(val, starts), None if err is None else np.where(err > 0, np.inf, 0.0), poison)
            case _:
                raise not_evaluable(f"the operator '{kind}'")
