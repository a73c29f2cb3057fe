"""The module of a state with the attributes that its passes left, printed in generic form."""

from __future__ import annotations

from dataclasses import replace

from triton_lift.ir.model import ArrayAttr, Attr, Block, DictAttr, Module, Op, Region
from triton_lift.ir.printer import print_module
from triton_lift.pipeline.state import LiftState

ARGUMENTS = "arg_attrs"


def annotated_text(state: LiftState) -> str:
    """Generic form without locations; equal to the module that was read but for attributes ``lift.*``."""
    extra = {op: attrs for op, attrs in state.attributes.items() if attrs and op is not state.func}
    return print_module(_with_function(state.module, state.func, _annotated(state)), extra)


def _annotated(state: LiftState) -> Op:
    func = state.func
    attributes = {**func.attributes, **state.attributes.get(func, {})}
    if not state.arguments:
        return replace(func, attributes=attributes)
    merged = _arguments(state)
    if ARGUMENTS in func.attributes:
        return replace(func, attributes={**attributes, ARGUMENTS: merged})
    return replace(func, attributes=attributes, properties={**func.properties, ARGUMENTS: merged})


def _arguments(state: LiftState) -> ArrayAttr:
    """The function's ``arg_attrs`` with ours merged in."""
    attrs = state.func.attrs.get(ARGUMENTS)
    present = attrs.items if isinstance(attrs, ArrayAttr) else ()
    merged: list[Attr] = []
    for position in range(len(state.func.regions[0].blocks[0].args)):
        own = present[position] if position < len(present) else None
        items = dict(own.items) if isinstance(own, DictAttr) else dict[str, Attr]()
        items.update(state.arguments.get(position, {}))
        merged.append(DictAttr(tuple(sorted(items.items()))))
    return ArrayAttr(tuple(merged))


def _with_function(module: Module, old: Op, new: Op) -> Module:
    """The module with its function replaced."""
    regions = tuple(
        Region(tuple(Block(b.label, b.args, tuple(new if op is old else op for op in b.ops)) for b in region.blocks))
        for region in module.op.regions
    )
    return Module(replace(module.op, regions=regions), module.text)
