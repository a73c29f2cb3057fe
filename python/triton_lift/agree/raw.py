"""Statements straight from a denotation's writes, program ids and lanes as indices: the interpretation tested apart
from the merge into tensor indices."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.interp.denotation import Denotation, Write
from triton_lift.term.symbols import Statement


def statements_of_writes(denotation: Denotation) -> tuple[Statement, ...]:
    """One statement per write: for all programs of the grid and all lanes."""
    return tuple(_statement(denotation, write) for write in denotation.writes)


def _statement(denotation: Denotation, write: Write) -> Statement:
    ctx, symbols = denotation.ctx, denotation.symbols
    mapping: dict[Term, Term] = {}
    indices: list[Term] = []
    domain = ctx.truth(True)
    used = {t.name: t for part in (write.offset, write.guard, write.value) for t in ctx.free_syms(part)}
    used |= {t.name: t for lane in write.lanes for t in ctx.free_syms(lane)}
    for name in sorted(used):
        if name.startswith("pid"):
            size = symbols.num_programs(int(name[3:]))
        elif name.startswith("l") and ":" in name:
            size = ctx.num(int(name.split(":")[1]))
        else:
            continue
        index = symbols.index(len(indices))
        indices.append(index)
        mapping[used[name]] = index
        domain = ctx.and_(domain, ctx.lt(index, size))
    domain = ctx.and_(domain, ctx.subst(write.guard, mapping))
    address, value = ctx.subst(write.offset, mapping), ctx.subst(write.value, mapping)
    return Statement(write.array, write.kind, tuple(indices), domain, address, value)
