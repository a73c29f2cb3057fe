"""A shadow run beside the evaluator: for every value and every cell of memory a bound on its distance from the real
number it stands for.

It observes each op's results, keeps the errors by SSA value, and follows stores and loads through an error map of
memory. Integers are exact; one that
hangs on a comparison of inexact floats is unknown. What has no rule is unknown (unbounded), never exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from triton_lift.agree import shadow_rules as rules
from triton_lift.agree.memory import Array, Buffer, Descriptor, Launch
from triton_lift.agree.shadow_memory import ShadowMemory
from triton_lift.agree.shadow_regions import Regions
from triton_lift.ir.model import FloatType, Op, StringAttr, Value
from triton_lift.ops.concrete.registry import int_attr
from triton_lift.ops.concrete.rows import concrete_rows
from triton_lift.ops.concrete.value import Desc, Slot, Val
from triton_lift.term.numeric_functions import apply
from triton_lift.term.numeric_value import Num, error, to_real


class Shadow:
    """Error bounds of one run; pass `observe` to the evaluator."""

    def __init__(self, func: Op, launch: Launch, *, real: bool) -> None:
        self.real = real
        self.values: dict[int, Array] = {}
        self.errors: dict[int, Array | None] = {}
        self.memory = ShadowMemory(launch)
        self.lost = False
        self.regions = Regions(func)
        self.constants = rules.constants(func)
        for position, (value, arg) in enumerate(zip(func.regions[0].blocks[0].args, launch.args, strict=True)):
            self.errors[value.number] = None
            if not isinstance(arg, Buffer | Descriptor):
                self.values[value.number] = np.array([arg])
            else:
                self.values[value.number] = self.memory.base(position, arg)

    def cell_errors(self, position: int) -> Array:
        """Bounds for the cells of the buffer behind an argument."""
        errors = self.memory.of(position)
        return np.full(errors.shape, np.inf) if self.lost else errors

    def observe(self, op: Op, out: Sequence[Slot]) -> None:
        """Called by the evaluator after each op."""
        if self.lost or self.regions.is_inner(op):
            return
        for bindings in self.regions.bindings(op, self.values):
            if not self._bind(bindings):
                self.lost = True
                return
        if self.regions.ambiguous:
            self.lost = True
            return
        for value, slot in zip(op.results, out, strict=True):
            self.values[value.number] = slot.base.data if isinstance(slot, Desc) else slot.data
        with np.errstate(all="ignore"):
            found = self._errors(op)
        for value, err in zip(op.results, found, strict=True):
            if err is not None and not err.any():
                err = None
            self.errors[value.number] = err
            if err is not None and value.number in self.regions.deciding:
                self.lost = True  # control flow hangs on a rounding error

    def _bind(self, bindings: Sequence[tuple[Value, Value | Array]]) -> bool:
        """Give the arguments of a block their values, all at once: they may be handed on among themselves."""
        found: list[tuple[int, Array, Array | None]] = []
        for target, source in bindings:
            if not isinstance(source, Value):
                found.append((target.number, source, None))
            elif source.number in self.values:
                found.append((target.number, self.values[source.number], self.errors.get(source.number)))
            else:
                return False
        for number, value, err in found:
            self.values[number], self.errors[number] = value, err
        return True

    # ------------------------------------------------------------------------------------------- rules

    def _errors(self, op: Op) -> Sequence[Array | None]:
        name = op.name
        errs = [self.errors.get(v.number) for v in op.operands]
        exact = all(e is None for e in errs)
        if name == "tt.load":
            return [self.memory.load(op, self._data, errs)]
        if name in ("tt.store", "tt.atomic_rmw", "tt.atomic_cas") or name.startswith("tt.descriptor_"):
            return self._access(op, errs)
        if name in ("scf.if", "scf.for", "scf.while", "scf.execute_region"):
            return self._region_results(op)
        if name in ("tt.reduce", "tt.scan"):
            return self._fold(op, errs)
        if name == "tt.dot":
            return [self._dot(op, errs)]
        if name in rules.MOVES:
            return self._moved(op, errs)
        float_result = any(rules.float_name(v.type) for v in op.results)
        if name == "arith.constant" or not op.operands:
            return [None for _ in op.results]
        if name == "arith.select":
            return [self._select(op, errs)]
        if name in rules.EXACT_OPS or name in rules.ROUNDING_OPS:
            return [self._float(op, name)]
        if name == "tt.extern_elementwise":
            return [self._library(op)]
        if exact and not float_result:
            return [None for _ in op.results]
        return [self._other(op, v, errs) for v in op.results]

    def _data(self, value: Value) -> Array:
        return self.values[value.number]

    def _num(self, value: Value, shape: tuple[int, ...]) -> Num:
        """An operand as flat numbers of the result's shape."""
        data = np.broadcast_to(self.values[value.number], shape).reshape(-1)
        err = self.errors.get(value.number)
        spread = None if err is None else np.broadcast_to(err, shape).reshape(-1)
        wide = data.astype(np.float64) if isinstance(rules.element(value.type), FloatType) else data.astype(np.int64)
        return Num(wide, spread)

    def _shape(self, op: Op) -> tuple[int, ...]:
        shapes = [np.shape(self.values[v.number]) for v in (*op.operands, *op.results)]
        return np.broadcast_shapes(*shapes)

    def _float(self, op: Op, name: str) -> Array:
        shape = self._shape(op)
        args = [self._num(v, shape) for v in op.operands]
        if not isinstance(rules.element(op.operands[0].type), FloatType) or name == "math.fpowi":
            args = [to_real(a) for a in args]
        target = rules.float_name(op.results[0].type) or "f32"
        if self._is_rounding(op, name, target):
            # the claim speaks of the rounded sum; real mode does not round
            ideal = apply(("fadd_" if name == "arith.addf" else "fsub_") + target, args)
            got = np.broadcast_to(self._data(op.results[0]), shape).astype(np.float64).reshape(-1)
            return (error(ideal) + np.abs(got - ideal.val)).reshape(shape)
        if name in rules.EXACT_OPS:
            return error(rules.EXACT_OPS[name](args)).reshape(shape)
        return rules.rounded(rules.ROUNDING_OPS[name](args), target, real=self.real).reshape(shape)

    def _is_rounding(self, op: Op, name: str, target: str) -> bool:
        """Whether a sum or difference with a magic constant rounds the other operand to an integer."""
        if name not in ("arith.addf", "arith.subf") or target not in rules.MAGIC:
            return False
        known = [v for v in op.operands if v.number in self.constants]
        return len(known) == 1 and bool(np.isin(np.abs(self._data(known[0])), rules.MAGIC[target]).all())

    def _library(self, op: Op) -> Array | None:
        symbol = op.attrs.get("symbol")
        text = symbol.value.decode() if isinstance(symbol, StringAttr) else ""
        target = rules.float_name(op.results[0].type)
        rule = rules.library_rule(text)
        shape = self._shape(op)
        errs = [self.errors.get(v.number) for v in op.operands]
        if target is None:
            return self._other(op, op.results[0], errs)
        if rule is None:
            return self._other(op, op.results[0], errs)
        args = [to_real(self._num(v, shape)) for v in op.operands]
        return rules.rounded(rule(args), target, real=self.real, steps=2.0).reshape(shape)

    def _select(self, op: Op, errs: Sequence[Array | None]) -> Array | None:
        shape = self._shape(op)
        a, b = self._num(op.operands[1], shape), self._num(op.operands[2], shape)
        test = np.broadcast_to(self._data(op.operands[0]), shape).reshape(-1) != 0
        condition = None if errs[0] is None else np.broadcast_to(errs[0], shape).reshape(-1)
        err = rules.select_error(condition, test, a, b)
        return None if err is None else err.reshape(shape)

    def _other(self, op: Op, result: Value, errs: Sequence[Array | None]) -> Array | None:
        """Comparisons, conversions to integers, bit casts; anything unknown of inexact operands is unbounded."""
        shape = self._shape(op)
        if op.name == "arith.cmpf":
            a, b = (self._num(v, shape) for v in op.operands)
            err = rules.compare_error(a, b)
            return None if err is None else err.reshape(shape)
        if op.name in ("arith.fptosi", "arith.fptoui"):
            return error(apply("fptoi", [self._num(op.operands[0], shape)])).reshape(shape)
        if op.name in ("arith.bitcast", "tt.bitcast"):
            source, target = rules.float_name(op.operands[0].type), rules.float_name(result.type)
            if source is not None and target is None:
                return error(apply(f"bits_{source}", [self._num(op.operands[0], shape)])).reshape(shape)
        unsure = np.zeros(shape, dtype=bool)
        for e in errs:
            if e is not None:
                unsure = unsure | (np.broadcast_to(e, shape) > 0 if e.size and e.ndim == len(shape) else True)
        target = rules.float_name(result.type)
        out = np.where(unsure, np.inf, 0.0)
        if target is not None and op.name not in ("arith.bitcast", "tt.bitcast", "tt.gather"):
            value = Num(np.broadcast_to(self._data(result), shape).astype(np.float64).reshape(-1))
            slack = (
                rules.rounded(value, target, real=False, steps=2.0)
                if not self.real
                else 16 * 2.0**-53 * np.abs(value.val)
            )
            out = out + slack.reshape(shape)
        return out

    def _moved(self, op: Op, errs: Sequence[Array | None]) -> Sequence[Array | None]:
        if all(e is None for e in errs):
            return [None for _ in op.results]
        args = [
            Val(np.broadcast_to(0.0 if e is None else e, self._data(v).shape))
            for v, e in zip(op.operands, errs, strict=True)
        ]
        moved = concrete_rows[op.name].build(op, True)(cast(Any, None), args)
        return [m.data for m in moved if isinstance(m, Val)]

    def _region_results(self, op: Op) -> Sequence[Array | None]:
        sources = self.regions.results(op, self.values)
        if sources is None or any(s.number not in self.values for s in sources):
            if op.results:
                self.lost = True
            return [None for _ in op.results]
        return [self.errors.get(s.number) for s in sources]

    def _fold(self, op: Op, errs: Sequence[Array | None]) -> Sequence[Array | None]:
        body = op.regions[0].blocks[0].ops
        data = self._data(op.operands[0])
        results = [np.shape(self._data(r)) for r in op.results]
        name = rules.float_name(op.operands[0].type)
        single = (
            len(op.operands) == 1
            and len(body) == 2
            and body[0].name in rules.FOLDS
            and set(body[0].operands) == set(op.regions[0].blocks[0].args)
        )
        if single and name is not None:
            axis = int_attr(op, "axis") + 1
            prefix = op.name == "tt.scan"
            flip = prefix and bool(int_attr(op, "reverse", 0))
            wide = data.astype(np.float64)
            e = errs[0]
            if flip:
                wide, e = np.flip(wide, axis), None if e is None else np.flip(e, axis)
            err = rules.fold_error(body[0].name, wide, e, axis, name, real=self.real, prefix=prefix)
            return [np.flip(err, axis) if flip and err is not None else err]
        if all(e is None for e in errs) and rules.is_exact_region(op):
            return [None for _ in op.results]
        return [np.full(shape, np.inf) for shape in results]

    def _dot(self, op: Op, errs: Sequence[Array | None]) -> Array | None:
        name = rules.float_name(op.results[0].type)
        if name is None:
            return None if all(e is None for e in errs) else np.full(self._data(op.results[0]).shape, np.inf)
        a, b, c = (np.abs(self._data(v).astype(np.float64)) for v in op.operands)
        ea, eb, ec = (np.zeros(x.shape) if e is None else e for x, e in zip((a, b, c), errs, strict=True))
        k = a.shape[-1]
        u = 2.0**-53 if self.real else max(rules.unit(name), 2.0**-53) if name != "f16" and name != "bf16" else 2.0**-24
        slack = (k + 2) * u
        moved = np.matmul(ea, b + eb) + np.matmul(a, eb) + ec
        err = moved + 1.01 * slack / (1 - slack) * (np.matmul(a + ea, b + eb) + c + ec)
        out = Num(
            self._data(op.results[0]).astype(np.float64).reshape(-1), np.where(np.isnan(err), np.inf, err).reshape(-1)
        )
        return rules.rounded(out, name, real=self.real).reshape(err.shape)

    def _access(self, op: Op, errs: Sequence[Array | None]) -> Sequence[Array | None]:
        real = self.real
        match op.name:
            case "tt.store":
                self.lost |= self.memory.store(op, self._data, errs)
                return []
            case "tt.atomic_rmw":
                lost, err = self.memory.atomic(op, self._data, errs, real=real)
                self.lost |= lost
                return [err]
            case _ if all(e is None for e in errs) and not self.memory.inexact:
                rounding = op.name == "tt.descriptor_reduce"
                self.lost |= rounding
                return [None for _ in op.results]
            case "tt.descriptor_load":
                worst = self.memory.worst()
                unsure = any(e is not None for e in errs)
                return [np.full(self._data(r).shape, np.inf if unsure else worst) for r in op.results]
            case "tt.descriptor_store" if all(e is None for e in (errs[0], *errs[2:])):
                self.memory.raise_all(self._data(op.operands[0]), 0.0 if errs[1] is None else float(errs[1].max()))
                return []
            case _:
                self.lost = True
                return [None for _ in op.results]
