"""Imports every file of concrete rows, so that ``concrete_rows`` is complete."""

from __future__ import annotations

from triton_lift.ops.concrete import (
    arith_convert,
    arith_float,
    arith_int,
    atomic,
    control,
    descriptor,
    dot,
    libdevice,
    math,
    reduction,
    tt_memory,
    tt_scalar,
    tt_shape,
)
from triton_lift.ops.concrete.registry import Row, concrete_rows

ROW_FILES = (
    arith_convert,
    arith_float,
    arith_int,
    atomic,
    control,
    descriptor,
    dot,
    libdevice,
    math,
    reduction,
    tt_memory,
    tt_scalar,
    tt_shape,
)

__all__ = ["ROW_FILES", "Row", "concrete_rows"]
