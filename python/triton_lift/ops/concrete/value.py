"""Concrete SSA values: arrays with a leading axis for programs, and a poison mask beside them.

``data`` has shape (P or 1,) + shape of the type; a leading 1 says "the same in every program". Floats are carried in
their own format (machine mode) or f64 (real mode), integers as ``ops.integers`` says, pointers as int64 addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import TensorType

Array = NDArray[Any]
Poison = NDArray[np.uint8]

# Poison bits say where a lane lost its meaning. The first two are values that exist but are not specified, so that
# `and` with a defined zero gives a defined zero; the others are undefined behaviour or MLIR poison.
MASKED = 1
UNINITIALISED = 2
OUT_OF_BOUNDS = 4
DIVISION = 8
SHIFT = 16
CONVERSION = 32
EXPLICIT = 64
OTHER = 128
UNSPECIFIED = MASKED | UNINITIALISED

POISON_NAMES = {
    MASKED: "a masked-off load lane without `other`",
    UNINITIALISED: "an uninitialised cell",
    OUT_OF_BOUNDS: "an out-of-bounds load",
    DIVISION: "an undefined integer division",
    SHIFT: "a shift by at least the width",
    CONVERSION: "an out-of-range float to integer conversion",
    EXPLICIT: "ub.poison",
    OTHER: "an operation undefined for its operands",
}


class Val(NamedTuple):
    """A concrete value; ``poison`` is None (all defined) or bits per lane, broadcastable to ``data``."""

    data: Array
    poison: Poison | None = None


class Desc(NamedTuple):
    """A concrete tensor descriptor: base address, extents (elements) and strides (elements), one scalar Val each."""

    base: Val
    shape: tuple[Val, ...]
    strides: tuple[Val, ...]
    block: TensorType
    nan_padding: bool = False


Slot = Val | Desc


def join(values: Sequence[Val]) -> Poison | None:
    """The poison of an elementwise result: the union over the operands."""
    found: Poison | None = None
    for value in values:
        if value.poison is not None:
            found = value.poison if found is None else found | value.poison
    return found


def both(a: Poison | None, b: Poison | None) -> Poison | None:
    """The union of two masks."""
    if a is None:
        return b
    return a if b is None else a | b


def mark(where: Array, bit: int) -> Poison | None:
    """A mask with ``bit`` at the true lanes, or None when there are none."""
    return where.astype(np.uint8) * np.uint8(bit) if np.any(where) else None


def describe(bits: int) -> str:
    """The reasons in a poison mask, in words."""
    return ", ".join(text for bit, text in POISON_NAMES.items() if bits & bit)
