"""Texts of tiny kernels, in MLIR's generic form: load operands or take them as scalars, one op, store the results."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tests.ops.harness import load, module, store

Shape = tuple[int, ...]


def tensor(shape: Shape, kind: str) -> str:
    """``tensor<4x8xf32>``, or the kind itself for shape ()."""
    return f"tensor<{'x'.join(map(str, shape))}x{kind}>" if shape else kind


def call(
    name: str, op: str, operands: Sequence[str], types: Sequence[str], result: str, props: str = "", regions: str = ""
) -> str:
    """One line of an op with one result."""
    given = f" <{{{props}}}>" if props else ""
    inputs = ", ".join(operands)
    return f'    %{name} = "{op}"({inputs}){given} {regions} : ({", ".join(types)}) -> {result}'


def constant(name: str, value: str, kind: str, shape: Shape = ()) -> str:
    """A constant, splat for a shape."""
    attr = f"dense<{value}> : {tensor(shape, kind)}" if shape else value if kind == "i1" else f"{value} : {kind}"
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
    """Operands are read from arrays %a0.. at the lane, the result goes to the last array.

    Operands in `constants` (by position) are splat constants and have no array.
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


def on_lanes(
    op: str, kind: str, result: str, lanes: int, start: int, other: str, props: str = "", *, swapped: bool = False
) -> str:
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


def pointers(base: str, name: str, kind: str, offsets: str, shape: Shape, index: str = "i32") -> str:
    """``%name`` = base + offsets, lane by lane."""
    p = tensor(shape, f"!tt.ptr<{kind}>")
    return (
        f'    %{name}s = "tt.splat"({base}) : (!tt.ptr<{kind}>) -> {p}\n'
        f'    %{name} = "tt.addptr"(%{name}s, {offsets}) : ({p}, {tensor(shape, index)}) -> {p}'
    )


def load_at(name: str, address: str, kind: str, shape: Shape, mask: str = "", other: str = "") -> str:
    """A load of pointers; the mask and the value for masked-off lanes are optional."""
    given = [v for v in (mask, other) if v]
    types = [
        tensor(shape, f"!tt.ptr<{kind}>"),
        *([tensor(shape, "i1")] if mask else []),
        *([tensor(shape, kind)] if other else []),
    ]
    sizes = f"1, {int(bool(mask))}, {int(bool(other))}"
    return (
        f'    %{name} = "tt.load"({", ".join([address, *given])})'
        f" <{{isVolatile = false, operandSegmentSizes = array<i32: {sizes}>}}>"
        f" : ({', '.join(types)}) -> {tensor(shape, kind)}"
    )


def store_at(address: str, value: str, kind: str, shape: Shape, mask: str = "") -> str:
    """A store to pointers, with an optional mask."""
    types = [tensor(shape, f"!tt.ptr<{kind}>"), tensor(shape, kind), *([tensor(shape, "i1")] if mask else [])]
    return f'    "tt.store"({", ".join([address, value, *([mask] if mask else [])])}) : ({", ".join(types)}) -> ()'


def tile(lanes: int, bound: str = "") -> str:
    """``%i`` = program id * lanes + lane; with a bound also ``%m`` = i < bound."""
    t, b = tensor((lanes,), "i32"), tensor((lanes,), "i1")
    lines = [
        call("pid", "tt.get_program_id", [], [], "i32", "axis = 0 : i32"),
        constant("size", str(lanes), "i32"),
        call("start", "arith.muli", ["%pid", "%size"], ["i32", "i32"], "i32"),
        call("range", "tt.make_range", [], [], t, f"end = {lanes} : i32, start = 0 : i32"),
        call("starts", "tt.splat", ["%start"], ["i32"], t),
        call("i", "arith.addi", ["%starts", "%range"], [t, t], t),
    ]
    if bound:
        lines.append(call("bounds", "tt.splat", [bound], ["i32"], t))
        lines.append(call("m", "arith.cmpi", ["%i", "%bounds"], [t, t], b, "predicate = 2 : i64"))
    return "\n".join(lines)


def lines(*parts: str) -> str:
    """Parts of a body, one after the other."""
    return "\n".join(parts)
