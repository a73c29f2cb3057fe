"""Texts of tiny kernels, in MLIR's generic form: load operands or take them as scalars, one op, store the results."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.ops.harness import load, module, store

Shape = tuple[int, ...]


def tensor(shape: Shape, kind: str) -> str:
    """``tensor<4x8xf32>``, or the kind itself for shape ()."""
    return f"tensor<{'x'.join(map(str, shape))}x{kind}>" if shape else kind


def call(name: str, op: str, operands: Sequence[str], types: Sequence[str], result: str, props: str = "", regions: str = "") -> str:
    """One line of an op with one result."""
    given = f" <{{{props}}}>" if props else ""
    inputs = ", ".join(operands)
    return f'    %{name} = "{op}"({inputs}){given} {regions} : ({", ".join(types)}) -> {result}'


def constant(name: str, value: str, kind: str, shape: Shape = ()) -> str:
    """A constant, splat for a shape."""
    attr = f"dense<{value}> : {tensor(shape, kind)}" if shape else f"{value} : {kind}"
    return f'    %{name} = "arith.constant"() <{{value = {attr}}}> : () -> {tensor(shape, kind)}'


def on_data(
    op: str,
    kinds: Sequence[str],
    result: str,
    lanes: int,
    props: str = "",
    *,
    constants: dict[int, str] | None = None,
    regions: str = "",
) -> str:
    """Operands are read from arrays %a0.. at the lane (or are splat `constants` by position), the result goes to the last array.

    Constant operands have no array.
    """
    fixed = constants or {}
    lines: list[str] = []
    arrays: list[str] = []
    operands: list[str] = []
    for i, kind in enumerate(kinds):
        if i in fixed:
            lines.append(constant(f"k{i}", fixed[i], kind, (lanes,)))
            operands.append(f"%k{i}")
        else:
            lines.append(load(f"%a{len(arrays)}", f"x{i}", kind, (lanes,)))
            arrays.append(kind)
            operands.append(f"%x{i}")
    types = [tensor((lanes,), k) for k in kinds]
    lines.append(call("y", op, operands, types, tensor((lanes,), result), props, regions))
    lines.append(store(f"%a{len(arrays)}", "%y", result, (lanes,)))
    return module([f"!tt.ptr<{k}>" for k in (*arrays, result)], "\n".join(lines))


def on_scalars(op: str, kinds: Sequence[str], result: str, props: str = "") -> str:
    """Operands are scalar arguments %a1.., the result goes to %a0."""
    operands = [f"%a{i + 1}" for i in range(len(kinds))]
    lines = [call("y", op, operands, kinds, result, props)]
    lines.append(f'    "tt.store"(%a0, %y) : (!tt.ptr<{result}>, {result}) -> ()')
    return module([f"!tt.ptr<{result}>", *kinds], "\n".join(lines))


def on_lanes(op: str, kind: str, result: str, lanes: int, start: int, other: str, props: str = "", *, swapped: bool = False) -> str:
    """First operand: start + lane as `kind`; second: the constant `other`; result to %a0."""
    shape = (lanes,)
    i32, own = tensor(shape, "i32"), tensor(shape, kind)
    lines = [
        f'    %r = "tt.make_range"() <{{end = {lanes} : i32, start = 0 : i32}}> : () -> {i32}',
        constant("s", str(start), "i32", shape),
        call("t", "arith.addi", ["%r", "%s"], [i32, i32], i32),
    ]
    first = "%t"
    if kind != "i32":
        cast = "arith.extsi" if int(kind[1:]) > 32 else "arith.trunci"
        lines.append(call("u", cast, ["%t"], [i32], own))
        first = "%u"
    lines.append(constant("k", other, kind, shape))
    operands = ["%k", first] if swapped else [first, "%k"]
    lines.append(call("y", op, operands, [own, own], tensor(shape, result), props))
    lines.append(store("%a0", "%y", result, shape))
    return module([f"!tt.ptr<{result}>"], "\n".join(lines))


def power_of_two(n: int) -> int:
    """The least power of two that is at least n."""
    return 1 << max(0, math.ceil(math.log2(max(n, 1))))


def general(
    op: str,
    operands: Sequence[tuple[str, Shape]],
    results: Sequence[tuple[str, Shape]],
    props: str = "",
    regions: str = "",
) -> str:
    """Operands of any shapes are loaded from consecutive cells of arrays, results stored to further arrays row by row.

    A scalar operand (shape ()) is the first cell of its array.
    """
    lines: list[str] = []
    for i, (kind, shape) in enumerate(operands):
        if shape:
            lines.append(load(f"%a{i}", f"x{i}", kind, shape))
        else:
            lines.append(
                f'    %x{i} = "tt.load"(%a{i}) <{{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}}>'
                f" : (!tt.ptr<{kind}>) -> {kind}"
            )
    inputs = ", ".join(f"%x{i}" for i in range(len(operands)))
    types = ", ".join(tensor(s, k) for k, s in operands)
    given = ", ".join(tensor(s, k) for k, s in results)
    name = "%y" if len(results) == 1 else f"%y:{len(results)}"
    attributes = f" <{{{props}}}>" if props else ""
    lines.append(f'    {name} = "{op}"({inputs}){attributes} {regions} : ({types}) -> ({given})')
    for k, (kind, shape) in enumerate(results):
        value = "%y" if len(results) == 1 else f"%y#{k}"
        target = f"%a{len(operands) + k}"
        if shape:
            lines.append(store(target, value, kind, shape))
        else:
            lines.append(f'    "tt.store"({target}, {value}) : (!tt.ptr<{kind}>, {kind}) -> ()')
    return module([f"!tt.ptr<{k}>" for k, _ in (*operands, *results)], "\n".join(lines))
