"""Launches and memory as the agreement harness sees them: typed buffers, scalars, a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, IntType, Op, PointerType, TensorDescType, Type
from triton_lift.term.numeric_floats import FLOAT_DTYPES
from triton_lift.term.numeric_functions import not_evaluable

Array = NDArray[Any]
Grid = tuple[int, int, int]


def storage_dtype(kind: Type) -> np.dtype[Any]:
    """The numpy type of one cell of a buffer: floats in their format, i1 as int8, pointers as int64."""
    match kind:
        case FloatType(name=name) if name in FLOAT_DTYPES:
            return np.dtype(FLOAT_DTYPES[name])
        case IntType(width=width) if width in (1, 8, 16, 32, 64):
            return np.dtype(f"i{max(1, width // 8)}")
        case PointerType():
            return np.dtype(np.int64)
        case other:
            raise not_evaluable(f"no buffer of {other}")


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """Memory behind a pointer argument: cells in the storage type of ``kind``; the pointer is to cell ``offset``."""

    kind: Type
    cells: Array
    offset: int = 0

    def reals(self) -> Array:
        """The cells as int64 or float64."""
        return self.cells.astype(np.float64 if isinstance(self.kind, FloatType) else np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Descriptor:
    """A tensor-descriptor argument; the shape and stride arguments that follow it in the signature are scalars of
    their own."""

    buffer: Buffer
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    block: TensorDescType
    nan_padding: bool = False


Argument = Buffer | Descriptor | int | float


@dataclass(frozen=True, slots=True, eq=False)
class Launch:
    """One launch of a kernel: its grid and an argument per function argument. ``seed`` and ``label`` reproduce it."""

    grid: Grid
    args: tuple[Argument, ...]
    seed: int
    label: str

    def buffers(self) -> dict[int, Buffer]:
        """Buffers by argument position."""
        found: dict[int, Buffer] = {}
        for position, a in enumerate(self.args):
            if isinstance(a, Buffer):
                found[position] = a
            elif isinstance(a, Descriptor):
                found[position] = a.buffer
        return found

    def scalars(self) -> dict[str, int | float]:
        """Values of the scalar symbols ``s<i>`` and of the numbers of programs ``np<axis>``."""
        env: dict[str, int | float] = {
            f"s{i}": a for i, a in enumerate(self.args) if not isinstance(a, Buffer | Descriptor)
        }
        return env | {f"np{axis}": n for axis, n in enumerate(self.grid)}

    def describe(self) -> str:
        """Grid and scalars on one line."""
        scalars = " ".join(f"{k}={v}" for k, v in self.scalars().items())
        sizes = " ".join(f"a{i}[{len(b.cells)}]" for i, b in self.buffers().items())
        return f"{self.label} seed={self.seed} {scalars} {sizes}"


@dataclass(slots=True)
class Contents:
    """What a buffer should hold after a launch.

    ``val``: int64 or float64 per cell; ``err``: bound on the error of ``val``; ``touched``: some statement wrote it;
    ``undefined``: why the statement
    has no value there (bits of `numeric_value.UNDEF`, `PARTIAL`, `OUTSIDE`); ``any_of``: (cell, value) pairs of which
    any one may remain.
    """

    val: Array
    err: Array
    touched: Array
    undefined: Array
    any_of: list[tuple[Array, Array]] = field(default_factory=list[tuple[Array, Array]])


def initial(buffers: Mapping[int, Buffer]) -> dict[str, Contents]:
    """Every array as it is before the launch, by symbol."""
    found: dict[str, Contents] = {}
    for position, buffer in buffers.items():
        val = buffer.reals()
        n = len(val)
        found[f"a{position}"] = Contents(val, np.zeros(n), np.zeros(n, dtype=bool), np.zeros(n, np.uint8))
    return found


def function_arguments(func: Op) -> tuple[Type, ...]:
    """Types of the arguments of a ``tt.func``."""
    return tuple(v.type for v in func.regions[0].blocks[0].args)
