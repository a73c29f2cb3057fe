"""Integer bit functions, exact at their width: operands are any integers, of which the low w bits count; results are signed unless named _u."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triton_lift.term.numeric_value import Array, Mask, shrink


def signed(width: int, a: Array) -> Array:
    """The value of the low bits as a signed number, int64."""
    if a.dtype != object and width <= 64:
        gap = np.int64(64 - width)
        return (a.astype(np.int64) << gap) >> gap
    half, full = 1 << (width - 1), 1 << width
    return shrink((a.astype(object) + half) % full - half)


def unsigned(width: int, a: Array) -> Array:
    """The value of the low bits as an unsigned number; Python integers where int64 does not hold it."""
    if width < 64:
        return signed(64, a) & np.int64((1 << width) - 1)
    return shrink(a.astype(object) % (1 << width))


def _shift(width: int, b: Array) -> tuple[Array, Mask | None]:
    """The shift amount, 0 where it is out of range, and where that is: shifting by the width or more is poison (MLIR arith.shli)."""
    amount = unsigned(width, b)
    over = np.asarray(amount >= width, dtype=bool)
    return np.where(over, 0, amount), (over if over.any() else None)


def _shl(width: int, a: Array, b: Array) -> tuple[Array, Mask | None]:
    amount, over = _shift(width, b)
    return signed(width, a.astype(object) << amount.astype(object)), over


def _shr_u(width: int, a: Array, b: Array) -> tuple[Array, Mask | None]:
    amount, over = _shift(width, b)
    return signed(width, unsigned(width, a).astype(object) >> amount.astype(object)), over


def _shr_s(width: int, a: Array, b: Array) -> tuple[Array, Mask | None]:
    amount, over = _shift(width, b)
    return shrink(signed(width, a).astype(object) >> amount.astype(object)), over


def _mulhi(width: int, a: Array, b: Array, view: Callable[[int, Array], Array]) -> Array:
    return signed(width, (view(width, a).astype(object) * view(width, b).astype(object)) >> width)


def _leading(width: int, v: int) -> int:
    return width - int(v).bit_length()


def _trailing(width: int, v: int) -> int:
    v = int(v)
    return width if v == 0 else (v & -v).bit_length() - 1


def _count(f: Callable[[int, int], int], width: int, a: Array) -> Array:
    return np.array([f(width, v) for v in unsigned(width, a).flat], dtype=np.int64).reshape(a.shape)


BIT_FUNCTIONS: dict[str, Callable[..., tuple[Array, Mask | None]]] = {
    "and": lambda w, a, b: (signed(w, a) & signed(w, b), None),
    "or": lambda w, a, b: (signed(w, a) | signed(w, b), None),
    "xor": lambda w, a, b: (signed(w, a) ^ signed(w, b), None),
    "shl": _shl,
    "shr_u": _shr_u,
    "shr_s": _shr_s,
    "umulhi": lambda w, a, b: (_mulhi(w, a, b, unsigned), None),
    "smulhi": lambda w, a, b: (_mulhi(w, a, b, signed), None),
    "clz": lambda w, a: (_count(_leading, w, a), None),
    "ctz": lambda w, a: (_count(_trailing, w, a), None),
    "popcount": lambda w, a: (_count(lambda _, v: int(v).bit_count(), w, a), None),
    "wrap_s": lambda w, a: (signed(w, a), None),
    "wrap_u": lambda w, a: (unsigned(w, a), None),
}
