"""Integers of any width on numpy: a carrier per width, two's complement, wrap-around.

A value of width 1 is carried as bool, 8/16/32/64 as the signed type of that width, other widths below 64 as int64,
wider ones as Python integers; carried values are always canonical (signed, in range). ``index`` is 64 bits wide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_NATIVE: dict[int, tuple[np.dtype[Any], np.dtype[Any]]] = {
    w: (np.dtype(f"i{w // 8}"), np.dtype(f"u{w // 8}")) for w in (8, 16, 32, 64)
}


def carrier(width: int) -> np.dtype[Any]:
    """The numpy type that carries an integer of ``width`` bits."""
    if width == 1:
        return np.dtype(np.bool_)
    if width in _NATIVE:
        return _NATIVE[width][0]
    return np.dtype(np.int64) if width < 64 else np.dtype(object)


def signed(x: Array, width: int) -> Array:
    """The signed reading, as an integer array (a true i1 is -1)."""
    return np.negative(x.astype(np.int8)) if width == 1 else x


def unsigned(x: Array, width: int) -> Array:
    """The unsigned reading, as an integer array."""
    if width == 1:
        return x.astype(np.uint8)
    if width in _NATIVE:
        return np.asarray(x).view(_NATIVE[width][1])
    return np.asarray(x & ((1 << width) - 1), dtype=carrier(width))


def wrap(x: Array, width: int) -> Array:
    """Reduce any integer array modulo 2**width into its carrier."""
    if width in _NATIVE:
        if x.dtype == object:
            half = 1 << (width - 1)
            x = ((x + half) & ((1 << width) - 1)) - half
        return x.astype(_NATIVE[width][0], copy=False)
    if width == 1:
        return (x & 1).astype(np.bool_)
    half = 1 << (width - 1)
    base = x.astype(carrier(width), copy=False)
    return np.asarray(((base + half) & ((1 << width) - 1)) - half, dtype=carrier(width))


def exact(x: Array) -> Array:
    """The same integers as Python ints, for arithmetic that may exceed 64 bits."""
    return x.astype(object)


def least(width: int) -> int:
    """The least signed value."""
    return -(1 << (width - 1))
