"""Whether every use in a region of several blocks is dominated by its definition.

Source: MLIR language reference, "Control flow and SSACFG regions". A block that cannot be reached constrains nothing.
"""

from __future__ import annotations

from triton_lift.ir.model import Block, Op, Region, Value


def undominated_use(region: Region) -> tuple[Op, Value] | None:
    """An op of the region, nested ones included, that uses a value whose block does not dominate its own; else None.

    Order within a block and of nested regions is the reader's business. Time is at most cubic in the number of blocks.
    """
    blocks = region.blocks
    dominators = _dominators(blocks)
    home: dict[Value, int] = {}
    for i, block in enumerate(blocks):
        home.update((value, i) for value in block.args)
        home.update((value, i) for op in block.ops for value in op.results)
    for i, block in enumerate(blocks):
        for op in block.ops:
            for inner in op.walk():
                for value in inner.operands:
                    at = home.get(value)
                    if at is not None and not dominators[i] >> at & 1:
                        return inner, value
    return None


def _dominators(blocks: tuple[Block, ...]) -> list[int]:
    """For each block the set of its dominators as a bit mask; all blocks for one that cannot be reached."""
    index = {block.label: i for i, block in enumerate(blocks)}
    sources: list[list[int]] = [[] for _ in blocks]
    for i, block in enumerate(blocks):
        for label in dict.fromkeys(block.ops[-1].successors) if block.ops else ():
            sources[index[label]].append(i)
    everything = (1 << len(blocks)) - 1
    sets = [1] + [everything] * (len(blocks) - 1)
    changed = True
    while changed:
        changed = False
        for i in range(1, len(blocks)):
            mask = everything
            for source in sources[i]:
                mask &= sets[source]
            mask |= 1 << i
            if mask != sets[i]:
                sets[i], changed = mask, True
    return sets
