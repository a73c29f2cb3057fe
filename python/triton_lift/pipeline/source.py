"""From generic-form text to the one kernel in it, or to the diagnostic that says why there is none."""

from __future__ import annotations

from triton_lift.ir.model import Module, Op, TensorType
from triton_lift.ir.names import op_where
from triton_lift.ir.reader import read_module
from triton_lift.pipeline.state import LiftState
from triton_lift.util.diagnostic import Diagnostic, Unsupported


def open_kernel(text: str | bytes, filename: str, budget: int, *, working: bool = False) -> LiftState:
    """Read a module and take its only kernel; raises `ParseError`, or `Unsupported` for what is no TTIR kernel."""
    module = read_module(text, filename)
    return LiftState(filename, budget, module, only_kernel(module, filename), working)


def only_kernel(module: Module, filename: str) -> Op:
    """The module's one function with a body; raises `Unsupported`."""
    functions = module.functions()
    if len(functions) > 1:
        message = "a module of several functions: calls (tt.call) have no meaning here yet"
        raise _refusal(functions[1], filename, "several-functions", message)
    func = next(iter(functions), None)
    if func is None:
        raise _refusal(module.op, filename, "no-kernel", "there is no tt.func in this module")
    if not func.regions or not func.regions[0].blocks:
        raise _refusal(func, filename, "declaration", "a function without a body")
    layout = next((op for op in func.walk() if _has_layout(op)), None)
    if layout is not None:
        message = "a tensor with a layout: this is Gluon or TTGIR, and only TTIR is lifted"
        raise _refusal(layout, filename, "unsupported-gluon", message)
    return func


def _has_layout(op: Op) -> bool:
    return any(isinstance(v.type, TensorType) and v.type.encoding is not None for v in op.results)


def _refusal(op: Op, filename: str, code: str, message: str) -> Unsupported:
    return Unsupported(Diagnostic("error", code, message, op_where(op, filename), op.name))
