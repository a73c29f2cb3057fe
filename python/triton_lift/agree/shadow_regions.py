"""Which values flow into block arguments and region results: what the evaluator's observer is not told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
        self._leading: dict[int, list[tuple[Block, Op]]] = {}
        self._entered: set[int] = set()
        self._running: dict[int, int] = {}
        self._trips: dict[int, int] = {}
        self._last_block: dict[int, Block] = {}
        self._visit(func, [])

    def _visit(self, owner: Op, leading: list[tuple[Block, Op]]) -> None:
        """``leading``: blocks that have just been entered when the first op below `owner` is observed."""
        for region in owner.regions:
            for block in region.blocks:
                chain = [*leading, (block, owner)]
                for op in block.ops[:-1]:
                    self._leading[id(op)] = chain
                    if owner.name in _COMBINING or id(owner) in self._inner:
                        self._inner.add(id(op))
                    self._visit(op, chain)
                    chain = []
                self._decide(block.ops[-1])
        if owner.name == "scf.if":
            self.deciding.add(owner.operands[0].number)
        elif owner.name == "scf.for":
            self.deciding.update(v.number for v in owner.operands[:3])

    def _decide(self, end: Op) -> None:
        if end.name in ("scf.condition", "cf.cond_br"):
            self.deciding.add(end.operands[0].number)

    def is_inner(self, op: Op) -> bool:
        """Below a combiner: its op is handled as a whole."""
        return id(op) in self._inner

    def bindings(self, op: Op, values: Mapping[int, Array]) -> Iterator[list[tuple[Value, Value | Array]]]:
        """For each block that `op` is the first of: its arguments, and the values or exact data that they take.

        A block's arguments must have been bound before the next block's are asked for.
        """
        for block, owner in self._leading.get(id(op), ()):
            if id(block) not in self._entered:
                self._entered.add(id(block))
                yield self._entry(block, owner, values)
            if block.ops[0] is op:
                self._entered.discard(id(block))  # the next time it is a new entry
        if op.name in ("scf.for", "scf.while"):
            self._trips[id(op)] = self._running.pop(id(op), 0)

    def _entry(self, block: Block, owner: Op, values: Mapping[int, Array]) -> list[tuple[Value, Value | Array]]:
        match owner.name:
            case "scf.for":
                trip = self._running.get(id(owner), 0)
                self._running[id(owner)] = trip + 1
                low, step = (values[owner.operands[i].number] for i in (0, 2))
                sources = block.ops[-1].operands if trip else owner.operands[3:]
                return [(block.args[0], low + step * trip), *zip(block.args[1:], sources, strict=True)]
            case "scf.while":
                before, after = (region.blocks[0] for region in owner.regions)
                passed = before.ops[-1].operands[1:]
                if block is after:
                    return list(zip(after.args, passed, strict=True))
                trip = self._running.get(id(owner), 0)
                self._running[id(owner)] = trip + 1
                # an after-region that only yields is never seen to be entered
                handed = dict(zip((v.number for v in after.args), passed, strict=True))
                again = [handed.get(v.number, v) for v in after.ops[-1].operands]
                return list(zip(before.args, again if trip else owner.operands, strict=True))
            case "tt.func" if block is not owner.regions[0].blocks[0]:
                found = self._branch(owner, block)
                self._last_block[id(owner)] = block
                return found
            case "tt.func":
                self._last_block[id(owner)] = block
                return []
            case _:
                return []

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
                body = op.regions[0].blocks[0]
                if len(body.ops) == 1:
                    return None  # nothing tells whether it ran
                return list(body.ops[-1].operands if self._trips.get(id(op)) else op.operands[3:])
            case "scf.while":
                before = op.regions[0].blocks[0]
                return list(before.ops[-1].operands[1:]) if len(before.ops) > 1 else None
            case _:
                return None
