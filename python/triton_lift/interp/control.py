"""Branches: merging values and running acyclic control-flow graphs under path conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from triton_lift._core import Term
from triton_lift.ir.model import Block, DenseArrayAttr, Op, Region, Type, Value
from triton_lift.ops.symbolic.row import Semantics, nums
from triton_lift.ops.symbolic.value import Num, Ptr, SymVal


def merge(op: Op, cond: Term, a: SymVal, b: SymVal, type_: Type, sem: Semantics) -> SymVal:
    """``a`` where ``cond`` holds, else ``b``; pointers keep one case per origin."""
    ctx = sem.ctx
    match a, b:
        case Num(), Num():
            if a.permutation != b.permutation:
                raise sem.refuse(op, "reordered-lanes", "a tensor of unspecified element order meets another tensor")
            return Num(type_, ctx.ite(cond, a.term, b.term), a.exact and b.exact, a.permutation)
        case Ptr(), Ptr():
            if len(a.cases) == len(b.cases) == 1 and a.cases[0][1] == b.cases[0][1]:
                return Ptr(type_, ((ctx.truth(True), a.cases[0][1], ctx.ite(cond, a.cases[0][2], b.cases[0][2])),))
            left = tuple((ctx.and_(cond, g), array, offset) for g, array, offset in a.cases)
            right = tuple((ctx.and_(ctx.not_(cond), g), array, offset) for g, array, offset in b.cases)
            return Ptr(type_, left + right)
        case _:
            raise sem.refuse(op, "merge", "values of different kinds meet")


@dataclass
class Cfg:
    """An acyclic control-flow graph: every block runs once, under the disjunction of its incoming path conditions."""

    region: Region
    sem: Semantics
    env: dict[Value, SymVal]
    incoming: dict[str, list[tuple[Term, tuple[SymVal, ...]]]] = field(
        default_factory=dict[str, list[tuple[Term, tuple[SymVal, ...]]]]
    )

    def run(self, ops: Callable[[Block], Op | None]) -> None:
        """Run all reachable blocks in topological order; a cycle is refused."""
        ctx = self.sem.ctx
        base = self.sem.guard
        for block in self._topological():
            if block is self.region.blocks[0]:
                reach = ctx.truth(True)
            else:
                edges = self.incoming.get(block.label, [])
                reach = ctx.truth(False)
                for cond, _ in edges:
                    reach = ctx.or_(reach, cond)
                self._bind(block, edges)
            if reach.kind == "bool" and not reach.truth:
                continue
            self.sem.guard = ctx.and_(base, reach)
            end = ops(block)
            if end is not None:
                self._leave(end, reach)
        self.sem.guard = base

    def _bind(self, block: Block, edges: list[tuple[Term, tuple[SymVal, ...]]]) -> None:
        for i, arg in enumerate(block.args):
            value = edges[-1][1][i]
            for cond, values in reversed(edges[:-1]):
                value = merge(block.ops[0], cond, values[i], value, arg.type, self.sem)
            self.env[arg] = value

    def _leave(self, end: Op, reach: Term) -> None:
        ctx = self.sem.ctx
        values = tuple(self.env[v] for v in end.operands)
        match end.name:
            case "cf.br":
                self.incoming.setdefault(end.successors[0], []).append((reach, values))
            case "cf.cond_br":
                (cond,) = nums(end, values[:1], self.sem)
                sizes = end.attrs["operandSegmentSizes"]
                assert isinstance(sizes, DenseArrayAttr)
                first = 1 + sizes.values[1]
                then, other = end.successors
                self.incoming.setdefault(then, []).append((ctx.and_(reach, cond.term), values[1:first]))
                self.incoming.setdefault(other, []).append((ctx.and_(reach, ctx.not_(cond.term)), values[first:]))
            case _:
                pass

    def _topological(self) -> list[Block]:
        """Blocks in reverse postorder."""
        by_label = {b.label: b for b in self.region.blocks}
        order: list[Block] = []
        state: dict[str, int] = {}
        entry = self.region.blocks[0]
        stack: list[tuple[Block, int]] = [(entry, 0)]
        state[entry.label] = 1
        while stack:
            block, next_edge = stack.pop()
            successors = block.ops[-1].successors if block.ops else ()
            if next_edge < len(successors):
                stack.append((block, next_edge + 1))
                target = by_label[successors[next_edge]]
                if state.get(target.label) == 1:
                    raise self.sem.refuse(block.ops[-1], "unstructured-loop", "a cycle of branches")
                if target.label not in state:
                    state[target.label] = 1
                    stack.append((target, 0))
            else:
                state[block.label] = 2
                order.append(block)
        order.reverse()
        return order
