"""Integer bit functions, exact at their width: operands are any integers, of which the low w bits count; results are
signed unless named _u."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from triton_lift.term.numeric_value import Array, Mask, shrink

BitResult = tuple[Array, Mask | None]


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


def _shift(width: int, b: Array) -> BitResult:
    """The shift amount, 0 where it is out of range, and where that is: shifting by the width or more is poison (MLIR
    arith.shli)."""
    amount = unsigned(width, b)
    over = np.asarray(amount >= width, dtype=bool)
    return np.where(over, 0, amount), (over if over.any() else None)


def _roomy(width: int, a: Array) -> Array:
    """Numbers of a width as int64 where twice the width fits, else as Python integers."""
    return a.astype(np.int64) if width <= 32 else a.astype(object)


def _shl(width: int, a: Array, b: Array) -> BitResult:
    amount, over = _shift(width, b)
    return signed(width, _roomy(width, signed(width, a)) << _roomy(width, amount)), over


def _shr_u(width: int, a: Array, b: Array) -> BitResult:
    amount, over = _shift(width, b)
    return signed(width, _roomy(width, unsigned(width, a)) >> _roomy(width, amount)), over


def _shr_s(width: int, a: Array, b: Array) -> BitResult:
    amount, over = _shift(width, b)
    return signed(width, _roomy(width, signed(width, a)) >> _roomy(width, amount)), over


def _mulhi(width: int, a: Array, b: Array, view: Callable[[int, Array], Array]) -> Array:
    if width <= 32 and view is unsigned:
        product = unsigned(width, a).astype(np.uint64) * unsigned(width, b).astype(np.uint64)
        return signed(width, (product >> np.uint64(width)).astype(np.int64))
    return signed(width, (_roomy(width, view(width, a)) * _roomy(width, view(width, b))) >> width)


def _leading(width: int, v: int) -> int:
    return width - int(v).bit_length()


def _trailing(width: int, v: int) -> int:
    v = int(v)
    return width if v == 0 else (v & -v).bit_length() - 1


def _count(f: Callable[[int, int], int], width: int, a: Array) -> Array:
    return np.array([f(width, v) for v in unsigned(width, a).flat], dtype=np.int64).reshape(a.shape)


def _and(width: int, a: Array, b: Array) -> BitResult:
    return signed(width, a) & signed(width, b), None


def _or(width: int, a: Array, b: Array) -> BitResult:
    return signed(width, a) | signed(width, b), None


def _xor(width: int, a: Array, b: Array) -> BitResult:
    return signed(width, a) ^ signed(width, b), None


def _umulhi(width: int, a: Array, b: Array) -> BitResult:
    return _mulhi(width, a, b, unsigned), None


def _smulhi(width: int, a: Array, b: Array) -> BitResult:
    return _mulhi(width, a, b, signed), None


def _clz(width: int, a: Array) -> BitResult:
    return _count(_leading, width, a), None


def _ctz(width: int, a: Array) -> BitResult:
    return _count(_trailing, width, a), None


def _popcount(width: int, a: Array) -> BitResult:
    return _count(lambda _, v: int(v).bit_count(), width, a), None


def _wrap_s(width: int, a: Array) -> BitResult:
    return signed(width, a), None


def _wrap_u(width: int, a: Array) -> BitResult:
    return unsigned(width, a), None


BIT_FUNCTIONS: dict[str, Callable[..., BitResult]] = {
    "and": _and,
    "or": _or,
    "xor": _xor,
    "shl": _shl,
    "shr_u": _shr_u,
    "shr_s": _shr_s,
    "umulhi": _umulhi,
    "smulhi": _smulhi,
    "clz": _clz,
    "ctz": _ctz,
    "popcount": _popcount,
    "wrap_s": _wrap_s,
    "wrap_u": _wrap_u,
}
"""By name without width: (width, operands) -> (values, where they are poison)."""
