"""Structural equality of modules: the same program, whatever its values, blocks and locations are called."""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift.ir.model import ArrayAttr, Attr, Block, DictAttr, Module, Op, Value


def structurally_equal(a: Module, b: Module, *, locations: bool = False) -> bool:
    """Whether two modules are the same up to names of values and blocks, and order within dictionaries.

    With ``locations`` the locations must be equal too.
    """
    values: dict[Value, Value] = {}
    stack: list[tuple[Op, Op, Mapping[str, int], Mapping[str, int]]] = [(a.op, b.op, {}, {})]
    while stack:
        x, y, labels_x, labels_y = stack.pop()
        if not _same_op(x, y, values, locations) or len(x.successors) != len(y.successors):
            return False
        pairs = zip(x.successors, y.successors, strict=True)
        if any(labels_x[left] != labels_y[right] for left, right in pairs):
            return False
        pending: list[tuple[Op, Op, Mapping[str, int], Mapping[str, int]]] = []
        for region_x, region_y in zip(x.regions, y.regions, strict=True):
            if len(region_x.blocks) != len(region_y.blocks):
                return False
            inner_x = {block.label: i for i, block in enumerate(region_x.blocks)}
            inner_y = {block.label: i for i, block in enumerate(region_y.blocks)}
            for block_x, block_y in zip(region_x.blocks, region_y.blocks, strict=True):
                if not _same_block(block_x, block_y, values, locations):
                    return False
                pending.extend((p, q, inner_x, inner_y) for p, q in zip(block_x.ops, block_y.ops, strict=True))
        # Program order: a value is paired where it is defined, before it is used.
        stack.extend(reversed(pending))
    return True


def _same_op(x: Op, y: Op, values: dict[Value, Value], locations: bool) -> bool:
    return (
        x.name == y.name
        and len(x.regions) == len(y.regions)
        and len(x.operands) == len(y.operands)
        and all(values.get(p) is q for p, q in zip(x.operands, y.operands, strict=True))
        and _same_values(x.results, y.results, values, locations)
        and _normal_items(x.properties) == _normal_items(y.properties)
        and _normal_items(x.attributes) == _normal_items(y.attributes)
        and (not locations or x.loc == y.loc)
    )


def _same_block(x: Block, y: Block, values: dict[Value, Value], locations: bool) -> bool:
    return len(x.ops) == len(y.ops) and _same_values(x.args, y.args, values, locations)


def _same_values(xs: tuple[Value, ...], ys: tuple[Value, ...], values: dict[Value, Value], locations: bool) -> bool:
    if [v.type for v in xs] != [v.type for v in ys] or (locations and [v.loc for v in xs] != [v.loc for v in ys]):
        return False
    values.update(zip(xs, ys, strict=True))
    return True


def _normal_items(items: Mapping[str, Attr]) -> dict[str, Attr]:
    return {name: _normal(attr) for name, attr in items.items()}


def _normal(attr: Attr) -> Attr:
    match attr:
        case DictAttr(items):
            return DictAttr(tuple(sorted((name, _normal(inner)) for name, inner in items)))
        case ArrayAttr(items):
            return ArrayAttr(tuple(_normal(inner) for inner in items))
        case _:
            return attr
