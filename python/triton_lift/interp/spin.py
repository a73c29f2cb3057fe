"""Loops whose end depends on what other programs do: spin-waits and retries of atomics. They have no meaning here.

The ops that the loop's condition depends on, through the values that it carries, are collected from the IR; one that
reads what another program may write during the loop gives the loop away.
"""

from __future__ import annotations

from triton_lift.ir.model import Block, IntAttr, Op, Value


def waits_for(loop: Op) -> Op | None:
    """The first op of an ``scf.while`` that its condition depends on and that other programs determine; else None."""
    before, after = (region.blocks[0] for region in loop.regions)
    deciding = _deciding(before, after)
    inside = (op for block in (before, after) for top in block.ops for op in top.walk())
    return next((op for op in inside if op in deciding and _shared(op)), None)


def _shared(op: Op) -> bool:
    if op.name in ("tt.atomic_rmw", "tt.atomic_cas"):
        return True
    volatile = op.attrs.get("isVolatile")
    return op.name == "tt.load" and isinstance(volatile, IntAttr) and bool(volatile.value)


def _deciding(before: Block, after: Block) -> set[Op]:
    """The ops of both regions that the condition depends on; of a nested region, all ops."""
    made = {value: op for block in (before, after) for op in block.ops for value in op.results}
    passed, yielded = before.ops[-1].operands[1:], after.ops[-1].operands
    comes_from: dict[Value, Value] = dict(zip(after.args, passed, strict=True))
    comes_from.update(zip(before.args, yielded, strict=True))
    found: set[Op] = set()
    seen: set[Value] = set()
    pending = [before.ops[-1].operands[0]]
    while pending:
        value = pending.pop()
        if value in seen:
            continue
        seen.add(value)
        if value in comes_from:
            pending.append(comes_from[value])
        if value in made and made[value] not in found:
            for op in made[value].walk():
                found.add(op)
                pending.extend(op.operands)
    return found
