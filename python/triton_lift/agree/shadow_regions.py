"""Which values flow into block arguments and region results: what the evaluator's observer is not told."""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift.agree.memory import Array
from triton_lift.ir.model import Block, Op, Value
from triton_lift.ops.concrete.registry import ints_attr

_COMBINING = frozenset({"tt.reduce", "tt.scan", "tt.map_elementwise"})


class Regions:
    """Follows control flow by the ops that are observed.

    ``deciding``: numbers of the values on which control flow hangs. ``ambiguous``: a block was entered and it is not
    known from where.
    """

    def __init__(self, func: Op) -> None:
        self.deciding: set[int] = set()
        self.ambiguous = False
        self._inner: set[int] = set()
        self._first: dict[int, tuple[Block, Op]] = {}
        self._running: dict[int, int] = {}
        self._last_block: dict[int, Block] = {}
        self._visit(func)

    def _visit(self, parent: Op) -> None:
        stack = [parent]
        while stack:
            owner = stack.pop()
            for region in owner.regions:
                for block in region.blocks:
                    if len(block.ops) > 1:
                        self._first[id(block.ops[0])] = (block, owner)
                    for op in block.ops:
                        if owner.name in _COMBINING or id(owner) in self._inner:
                            self._inner.add(id(op))
                        stack.append(op)
            if owner.name == "scf.if":
                self.deciding.add(owner.operands[0].number)
            elif owner.name == "scf.for":
                self.deciding.update(v.number for v in owner.operands[:3])
            elif owner.name in ("scf.condition", "cf.cond_br"):
                self.deciding.add(owner.operands[0].number)

    def is_inner(self, op: Op) -> bool:
        """Below a combiner: its op is handled as a whole."""
        return id(op) in self._inner

    def bindings(self, op: Op, values: Mapping[int, Array]) -> list[tuple[Value, Value | Array]]:
        """(block argument, value or exact data that it takes) when `op` is the first of a block with arguments."""
        found: list[tuple[Value, Value | Array]] = []
        first = self._first.get(id(op))
        if first is not None:
            block, owner = first
            if owner.name == "scf.for":
                trip = self._running.get(id(owner), 0)
                self._running[id(owner)] = trip + 1
                low, step = (values[owner.operands[i].number] for i in (0, 2))
                sources = block.ops[-1].operands if trip else owner.operands[3:]
                found = [(block.args[0], low + step * trip), *zip(block.args[1:], sources, strict=True)]
            elif owner.name == "scf.while":
                self.ambiguous = True
            elif owner.name == "tt.func" and block is not owner.regions[0].blocks[0]:
                found = self._branch(owner, block)
            if owner.name == "tt.func":
                self._last_block[id(owner)] = block
        if op.name == "scf.for":
            self._running.pop(id(op), None)
        return found

    def _branch(self, owner: Op, block: Block) -> list[tuple[Value, Value | Array]]:
        if not block.args:
            return []
        blocks = owner.regions[0].blocks
        predecessors = [b for b in blocks if block.label in b.ops[-1].successors]
        if len(predecessors) > 1:
            last = self._last_block.get(id(owner))
            predecessors = [b for b in predecessors if b is last]
        if len(predecessors) != 1:
            self.ambiguous = True
            return []
        end = predecessors[0].ops[-1]
        if end.name == "cf.br":
            return list(zip(block.args, end.operands, strict=True))
        sizes = ints_attr(end, "operandSegmentSizes") or (1, 0, 0)
        then, other = end.successors
        if then == other:
            self.ambiguous = True
            return []
        start = 1 if then == block.label else 1 + sizes[1]
        return list(zip(block.args, end.operands[start : start + len(block.args)], strict=True))

    def results(self, op: Op, values: Mapping[int, Array]) -> list[Value] | None:
        """The values that a region op's results are, None where that is not known."""
        match op.name:
            case "scf.if":
                condition = values.get(op.operands[0].number)
                if condition is None:
                    return None
                region = (
                    op.regions[0] if bool(condition.reshape(-1)[0]) else op.regions[1] if len(op.regions) > 1 else None
                )
                if region is None or not region.blocks:
                    return []
                return list(region.blocks[0].ops[-1].operands)
            case "scf.for":
                # No trip leaves the initial values; then the body's values were never seen.
                body = op.regions[0].blocks[0]
                ends = list(body.ops[-1].operands)
                return None if any(v.number not in values for v in ends) else ends
            case _:
                return None
