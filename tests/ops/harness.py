"""Builds one-op kernels in MLIR's generic form and runs them in the evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from triton_lift.ir.reader import read_module
from triton_lift.ops.evaluator import Arg, Buffer, Result, evaluate

DTYPES: dict[str, Any] = {
    "i1": np.bool_,
    "i8": np.int8,
    "i16": np.int16,
    "i32": np.int32,
    "i64": np.int64,
    "f16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "f32": np.float32,
    "f64": np.float64,
    "f8E4M3FN": ml_dtypes.float8_e4m3fn,
    "f8E5M2": ml_dtypes.float8_e5m2,
    "f8E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "f8E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "f8E4M3B11FNUZ": ml_dtypes.float8_e4m3b11fnuz,
}


def module(arguments: Sequence[str], body: str) -> str:
    """A kernel ``k`` with arguments %a0, %a1, ... of these types."""
    header = ", ".join(f"%a{i}: {t}" for i, t in enumerate(arguments))
    types = ", ".join(arguments)
    return (
        '"builtin.module"() ({\n'
        f'  "tt.func"() <{{function_type = ({types}) -> (), sym_name = "k", sym_visibility = "public"}}> ({{\n'
        f"  ^bb0({header}):\n{body}\n"
        '    "tt.return"() : () -> ()\n'
        "  }) {noinline = false} : () -> ()\n"
        "}) : () -> ()\n"
    )


def launch(
    arguments: Sequence[str], body: str, args: Sequence[Arg], grid: int | tuple[int, int, int] = 1, **how: Any
) -> Result:
    """Run the kernel of ``module`` on ``args``."""
    func = read_module(module(arguments, body)).functions()[0]
    return evaluate(func, args, (grid, 1, 1) if isinstance(grid, int) else grid, **how)


def access(pointer: str, name: str, kind: str, shape: Sequence[int]) -> str:
    """Text that makes ``%name`` the tensor of addresses pointer + row-major lane number."""
    size = int(np.prod(shape, dtype=np.int64))
    dims = "x".join(map(str, shape))
    lines = [
        f'%{name}r = "tt.make_range"() <{{end = {size} : i32, start = 0 : i32}}> : () -> tensor<{size}xi32>',
        f'%{name}i = "tt.reshape"(%{name}r) : (tensor<{size}xi32>) -> tensor<{dims}xi32>',
        f'%{name}s = "tt.splat"({pointer}) : (!tt.ptr<{kind}>) -> tensor<{dims}x!tt.ptr<{kind}>>',
        f'%{name} = "tt.addptr"(%{name}s, %{name}i) : (tensor<{dims}x!tt.ptr<{kind}>>, tensor<{dims}xi32>)'
        f" -> tensor<{dims}x!tt.ptr<{kind}>>",
    ]
    return "\n".join("    " + line for line in lines)


def load(pointer: str, name: str, kind: str, shape: Sequence[int]) -> str:
    """Text that loads ``%name`` from consecutive cells."""
    dims = "x".join(map(str, shape))
    return (
        access(pointer, f"{name}p", kind, shape)
        + f'\n    %{name} = "tt.load"(%{name}p) <{{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}}>'
        f" : (tensor<{dims}x!tt.ptr<{kind}>>) -> tensor<{dims}x{kind}>"
    )


def store(pointer: str, value: str, kind: str, shape: Sequence[int]) -> str:
    """Text that stores ``value`` to consecutive cells."""
    dims = "x".join(map(str, shape))
    name = f"st{pointer.strip('%')}"
    return (
        access(pointer, name, kind, shape)
        + f'\n    "tt.store"(%{name}, {value}) : (tensor<{dims}x!tt.ptr<{kind}>>, tensor<{dims}x{kind}>) -> ()'
    )


@dataclass(frozen=True)
class Applied:
    """Results of one op: arrays, and per array the lanes that are poison."""

    values: list[Any]
    poison: list[Any]
    result: Result


def apply(
    op: str,
    operands: Sequence[tuple[str, Any]],
    results: Sequence[str],
    *,
    props: str = "",
    regions: str = "",
    shapes: Sequence[tuple[int, ...]] | None = None,
    result_shapes: Sequence[tuple[int, ...]] | None = None,
    **how: Any,
) -> Applied:
    """Run ``op`` on tensors: operands are (element type, array); results are element types.

    ``props`` stands between ``<{`` and ``}>``. Shapes are the arrays' unless given; results default to the first's.
    """
    arrays = [np.asarray(a, dtype=DTYPES[t]) for t, a in operands]
    dims = list(shapes) if shapes is not None else [a.shape for a in arrays]
    outs = list(result_shapes) if result_shapes is not None else [dims[0]] * len(results)
    kinds = [t for t, _ in operands]
    arguments = [f"!tt.ptr<{t}>" for t in (*kinds, *results)]

    def tensor(shape: tuple[int, ...], kind: str) -> str:
        return f"tensor<{'x'.join(map(str, shape))}x{kind}>" if shape else kind

    lines = [load(f"%a{i}", f"x{i}", t, s) for i, (t, s) in enumerate(zip(kinds, dims, strict=True))]
    inputs = ", ".join(f"%x{i}" for i in range(len(kinds)))
    types = ", ".join(tensor(s, t) for s, t in zip(dims, kinds, strict=True))
    given = ", ".join(tensor(s, t) for s, t in zip(outs, results, strict=True))
    name = "%y" if len(results) == 1 else f"%y:{len(results)}"
    lines.append(
        f'    {name} = "{op}"({inputs}) {f"<{{{props}}}>" if props else ""} {regions} : ({types}) -> ({given})'
    )
    for k, (kind, shape) in enumerate(zip(results, outs, strict=True)):
        value = "%y" if len(results) == 1 else f"%y#{k}"
        if shape:
            lines.append(store(f"%a{len(kinds) + k}", value, kind, shape))
        else:
            lines.append(f'    "tt.store"(%a{len(kinds) + k}, {value}) : (!tt.ptr<{kind}>, {kind}) -> ()')
    buffers = [Buffer(a.reshape(-1)) for a in arrays]
    sizes = [int(np.prod(s, dtype=np.int64)) for s in outs]
    targets = [Buffer(np.zeros(n, dtype=DTYPES[t])) for n, t in zip(sizes, results, strict=True)]
    result = launch(arguments, "\n".join(lines), [*buffers, *targets], **how)
    first = len(kinds)
    values = [result.of(first + k).reshape(outs[k]) for k in range(len(results))]
    poison: list[Any] = []
    for k, shape in enumerate(outs):
        number = result.argument_buffer[first + k]
        mask = result.undefined[number] if number is not None else None
        poison.append(np.zeros(shape, bool) if mask is None else (mask != 0).reshape(shape))
    return Applied(values, poison, result)


def same(got: Any, want: Any) -> bool:
    """Bit equality, except that any NaN equals any NaN."""
    got, want = np.asarray(got), np.asarray(want)
    if got.dtype != want.dtype or got.shape != want.shape:
        return False
    if got.dtype.kind in "iub":
        return bool((got == want).all())
    nan = np.isnan(got.astype(np.float64)) & np.isnan(want.astype(np.float64))
    bits = np.dtype(f"u{got.dtype.itemsize}")
    return bool((nan | (np.ascontiguousarray(got).view(bits) == np.ascontiguousarray(want).view(bits))).all())


def kinds_of(result: Result) -> list[str]:
    """The kinds of the events, sorted."""
    return sorted({e.kind for e in result.events})
