"""The symbolic interpreter: runs a ``tt.func`` on symbolic arguments and gives its denotation.

Control flow: ``scf.if`` merges by selection under a guard; acyclic ``cf`` branches (early return) run block by
block under their path conditions. Loops are left to the loop solver. Source: docs/spec.md, "Control".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from triton_lift._core import Context
from triton_lift.interp import access
from triton_lift.interp.control import Cfg, merge
from triton_lift.interp.denotation import Argument, Denotation
from triton_lift.interp.loop import Loops
from triton_lift.interp.memory import Memory
from triton_lift.interp.regions import reduce_op, scan_op
from triton_lift.interp.transition import Solver
from triton_lift.interp.while_loop import run_while
from triton_lift.ir.model import (
    ArrayAttr,
    Block,
    DictAttr,
    IntAttr,
    Module,
    Op,
    PointerType,
    StringAttr,
    TensorDescType,
    Value,
)
from triton_lift.ir.names import op_where, value_name
from triton_lift.ops.symbolic import arith_float, arith_int, math, tt
from triton_lift.ops.symbolic.row import SYMBOLIC_ROWS, Assumption, Semantics, nums
from triton_lift.ops.symbolic.value import Desc, Num, Ptr, SymVal, int_width, is_float, lanes, shape_of
from triton_lift.term.symbols import Symbols

_ROW_MODULES = (arith_int, arith_float, math, tt)  # imported for their registrations

MemoryRow = Callable[[Op, tuple[SymVal, ...], Semantics, Memory], tuple[SymVal, ...]]

MEMORY_ROWS: dict[str, MemoryRow] = {
    "tt.load": access.load,
    "tt.store": access.store,
    "tt.atomic_rmw": access.atomic_rmw,
    "tt.atomic_cas": access.atomic_cas,
    "tt.make_tensor_descriptor": access.make_tensor_descriptor,
    "tt.descriptor_load": access.descriptor_load,
    "tt.descriptor_store": access.descriptor_store,
}

IGNORED = frozenset(
    {"tt.print", "ttg.barrier", "gpu.barrier", "ttg.local_barrier", "tt.debug_barrier", "nvgpu.griddepcontrol"}
)
"""Ops without effect on a single program's values: barriers order what program order orders already."""

TERMINATORS = frozenset(
    {"tt.return", "scf.yield", "scf.condition", "tt.reduce.return", "tt.scan.return", "cf.br", "cf.cond_br"}
)
"""Ops that end a block."""


class Interpreter:
    """One run over one function; single use."""

    def __init__(self, func: Op, ctx: Context, solver: Solver, filename: str = "<input>") -> None:
        self.func = func
        self.sem = Semantics(Symbols(ctx), lambda op: op_where(op, filename), ctx.truth(True))
        self.env: dict[Value, SymVal] = {}
        self.arguments = _arguments(func)
        self.memory = Memory(self.sem, self.arguments)
        self.names: dict[str, str] = {}
        self.loops = Loops(self.sem, self.memory, self._region, solver, {}, {})

    def run(self) -> Denotation:
        """Interpret the function body."""
        body = self.func.regions[0].blocks
        for argument, value in zip(self.arguments, body[0].args, strict=True):
            self.env[value] = self._argument(argument, value)
        if len(body) == 1:
            self._ops(body[0])
        else:
            Cfg(self.func.regions[0], self.sem, self.env).run(self._ops)
        self.loops.refuse_endless()
        sem = self.sem
        writes, overwritten = self.memory.lasting()
        return Denotation(
            kernel=function_name(self.func),
            arguments=self.arguments,
            symbols=sem.symbols,
            writes=writes,
            overwritten=overwritten,
            reads=tuple(self.memory.reads),
            no_wrap=tuple(sem.no_wrap),
            requirements=tuple(sem.requirements),
            assumptions=tuple(sem.assumptions),
            notes=tuple(sem.notes),
            hypotheses=tuple(sem.hypotheses),
            opaque=tuple(sem.opaque),
            dropped=self.loops.lost(),
            index_names=self.names,
            wraps=sem.wraps,
            invariants=tuple(self.loops.invariants.values()),
            counters=tuple(self.loops.counters.values()),
            ends_assumed=self.loops.ends_assumed,
        )

    def _argument(self, argument: Argument, value: Value) -> SymVal:
        symbols, ctx = self.sem.symbols, self.sem.ctx
        match value.type:
            case PointerType():
                return Ptr(value.type, ((ctx.truth(True), argument.symbol, ctx.num(0)),))
            case TensorDescType() as type_:
                return self._host_descriptor(argument, type_)
            case type_ if is_float(type_):
                return Num(type_, symbols.scalar_float(argument.position))
            case type_:
                width = int_width(type_)
                if width is None:
                    raise self.sem.refuse(
                        self.func, "argument-type", f"argument {argument.name} has a type without meaning here"
                    )
                if width == 1:
                    flag = ctx.sym(argument.symbol, lo=0, hi=1)
                    return Num(type_, ctx.ne(flag, ctx.num(0)))
                return Num(type_, symbols.scalar_int(argument.position, width))

    def _host_descriptor(self, argument: Argument, type_: TensorDescType) -> SymVal:
        """A descriptor made on the host: Triton passes its sizes (i32) and strides (i64) as the arguments behind it.

        Where they do not follow, it is refused at its first use.
        """
        rank, first = len(type_.block.shape), argument.position + 1
        behind = self.arguments[first : first + 2 * rank]
        if [int_width(a.type) for a in behind] != [32] * rank + [64] * rank:
            return Ptr(type_, ())
        values = [self.sem.symbols.scalar_int(a.position, int_width(a.type) or 64) for a in behind]
        self.sem.suppose("a descriptor's sizes and strides are the arguments behind it, and it reads zero outside them")
        zero = self.sem.ctx.num(0)
        return Desc(type_, argument.symbol, zero, tuple(values[:rank]), tuple(values[rank:]))

    # -- blocks and ops

    def _ops(self, block: Block) -> Op | None:
        """Run a block; gives its terminator."""
        for op in block.ops:
            operands = tuple(self.env[v] for v in op.operands)
            if op.name in TERMINATORS:
                if op.name == "tt.return" and operands:
                    raise self.sem.refuse(op, "return-value", "a kernel that returns values")
                return op
            results = self._op(op, operands)
            for value, result in zip(op.results, results, strict=True):
                self.env[value] = result
                self._remember_name(value, result)
        return None

    def _op(self, op: Op, operands: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
        sem = self.sem
        known = SYMBOLIC_ROWS.get(op.name)
        if known is not None and not (op.name == "arith.select" and any(isinstance(v, Ptr) for v in operands)):
            results = known.meaning(op, operands, sem)
            return self._permuted(op, operands, results, elementwise=known.elementwise)
        if op.name in MEMORY_ROWS:
            return MEMORY_ROWS[op.name](op, operands, sem, self.memory)
        if op.name in IGNORED:
            return ()
        match op.name:
            case "arith.select":
                cond, a, b = operands
                (number,) = nums(op, (cond,), sem)
                return (merge(op, number.term, a, b, op.results[0].type, sem),)
            case "tt.reduce":
                found = reduce_op(op, operands, sem, self._region)
                return tuple(replace(v, term=self.loops.merged(v.term)) if isinstance(v, Num) else v for v in found)
            case "tt.scan":
                return scan_op(op, operands, sem, self._region)
            case "scf.if":
                return self._if(op, operands)
            case "tt.assert" | "llvm.intr.assume":
                (cond,) = nums(op, operands[:1], sem)
                sem.assumptions[Assumption(cond.term, sem.guard, op.name.rsplit(".", 1)[-1], sem.where(op))] = None
                return ()
            case "scf.for":
                return self.loops.run_for(op, operands)
            case "scf.while":
                return run_while(self.loops, op, operands)
            case "tt.call":
                raise sem.refuse(op, "call", "a call to another function")
            case _:
                raise sem.refuse(op, "unsupported-op", f"{op.name} has no meaning here")

    def _permuted(
        self, op: Op, operands: tuple[SymVal, ...], results: tuple[SymVal, ...], *, elementwise: bool
    ) -> tuple[SymVal, ...]:
        """Carry an unknown permutation of lanes through elementwise ops; it may not meet a tensor in another order."""
        marks = {v.permutation for v in operands if isinstance(v, Num) and v.permutation}
        if not marks or not elementwise:
            return results
        for value in operands:
            ordered = not isinstance(value, Num) or not value.permutation
            if len(marks) > 1 or (ordered and self._varies(value)):
                raise self.sem.refuse(
                    op, "reordered-lanes", "a tensor of unspecified element order meets another tensor"
                )
        return tuple(replace(r, permutation=min(marks)) if isinstance(r, Num) else r for r in results)

    def _varies(self, value: SymVal) -> bool:
        own = {t for t in lanes(self.sem.symbols, shape_of(value.type)) if t.constant is None}
        if isinstance(value, Num):
            return not own.isdisjoint(self.sem.ctx.free_syms(value.term))
        return bool(own)

    def _region(self, block: Block, args: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
        """Run a combiner region's block on values; gives the terminator's operands."""
        for value, arg in zip(block.args, args, strict=True):
            self.env[value] = arg
        end = self._ops(block)
        return tuple(self.env[v] for v in end.operands) if end is not None else ()

    def _if(self, op: Op, operands: tuple[SymVal, ...]) -> tuple[SymVal, ...]:
        (cond,) = nums(op, operands, self.sem)
        outcomes: list[tuple[SymVal, ...]] = []
        for region, truth in zip(op.regions, (True, False), strict=False):
            branch = cond.term if truth else self.sem.ctx.not_(cond.term)
            with self.sem.under(branch):
                outcomes.append(self._region(region.blocks[0], ()) if region.blocks else ())
        if not op.results:
            return ()
        then, other = outcomes
        return tuple(
            merge(op, cond.term, a, b, r.type, self.sem) for a, b, r in zip(then, other, op.results, strict=True)
        )

    def _remember_name(self, value: Value, result: SymVal) -> None:
        """Source variable names for lanes and program ids, used to name tensor indices."""
        name = value_name(value)
        if name is None or not isinstance(result, Num) or result.term.kind != "poly":
            return
        self.names.setdefault(result.term.key, name)


def function_name(func: Op) -> str:
    """The symbol of a function."""
    name = func.attrs.get("sym_name")
    return name.value.decode("utf-8", "replace") if isinstance(name, StringAttr) else "?"


def _arguments(func: Op) -> tuple[Argument, ...]:
    attrs = func.attrs.get("arg_attrs")
    per_arg = attrs.items if isinstance(attrs, ArrayAttr) else ()
    out: list[Argument] = []
    for position, value in enumerate(func.regions[0].blocks[0].args):
        found = per_arg[position] if position < len(per_arg) else None
        divisible = found.get("tt.divisibility") if isinstance(found, DictAttr) else None
        out.append(
            Argument(
                position,
                value_name(value) or value.label,
                value.type,
                divisible.value if isinstance(divisible, IntAttr) else None,
            )
        )
    return tuple(out)


def interpret(module: Module, ctx: Context, solver: Solver, filename: str = "<input>") -> Denotation:
    """The denotation of the module's only kernel; raises ``Unsupported`` or ``BudgetExceeded`` with a location."""
    functions = module.functions()
    return Interpreter(functions[0], ctx, solver, filename).run()
