"""tt.dot: products and sums in the accumulator's precision, k ascending.

The order of the sum and the inner precision are the hardware's choice; ``inputPrecision`` tf32 is a permission that
is not used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import FloatType, IntType, Op
from triton_lift.ops.concrete.registry import Run, element, float_name, int_width, row, unsupported
from triton_lift.ops.concrete.value import Poison, Slot, Val, both
from triton_lift.ops.integers import signed, wrap
from triton_lift.ops.softfloat import convert

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]

INPUT_PRECISIONS = ("tf32", "tf32x3", "ieee", "bf16x3", "bf16x6")


def _sum_ascending(a: Array, b: Array, c: Array) -> Array:
    """c + sum over k of a[..., m, k] * b[..., k, n], each product and each sum rounded."""
    acc = c
    for k in range(a.shape[-1]):
        acc = acc + a[..., :, k, None] * b[..., None, k, :]
    return acc


def _poison(a: Val, b: Val, c: Val) -> Poison | None:
    """A result lane is poison when its row of a, its column of b or its own accumulator is."""
    found = c.poison
    if a.poison is not None:
        rows = np.broadcast_to(a.poison, np.broadcast_shapes(a.poison.shape, a.data.shape))
        found = both(found, np.bitwise_or.reduce(rows, axis=-1)[..., :, None])
    if b.poison is not None:
        columns = np.broadcast_to(b.poison, np.broadcast_shapes(b.poison.shape, b.data.shape))
        found = both(found, np.bitwise_or.reduce(columns, axis=-2)[..., None, :])
    return found


@row("tt.dot")
def dot(op: Op, real: bool) -> Run:
    """d = a @ b + c; f16, bf16 and 8-bit inputs accumulate in f32, integers exactly modulo the result's width."""
    match element(op.results[0].type):
        case FloatType():
            name = float_name(op, op.results[0].type)
            wide = np.float64 if real or name == "f64" else np.float32

            def floats(a: Array, b: Array, c: Array) -> Array:
                x, y, z = a.astype(wide), b.astype(wide), c.astype(wide)
                if real:
                    return np.matmul(x, y) + z
                return convert(_sum_ascending(x, y, z), name)

            compute = floats
        case IntType(width=w):
            wa, wb = int_width(op, op.operands[0].type), int_width(op, op.operands[1].type)

            def ints(a: Array, b: Array, c: Array) -> Array:
                x, y = signed(a, wa).astype(np.int64), signed(b, wb).astype(np.int64)
                return wrap(np.matmul(x, y) + signed(c, w).astype(np.int64), w)

            compute = ints
        case other:
            unsupported(op, f"dot of {other}")

    def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
        a, b, c = args
        data = compute(a.data, b.data, c.data)
        poison = _poison(a, b, c)
        return (
            Val(
                data, None if poison is None else np.broadcast_to(poison, np.broadcast_shapes(poison.shape, data.shape))
            ),
        )

    return run
