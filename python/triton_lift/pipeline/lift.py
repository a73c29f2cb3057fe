"""Lifting one module: what the hook calls while Triton compiles, and ``lift`` and ``scan`` call for a file."""

from __future__ import annotations

from triton_lift.emit.attributes import argument_attributes, function_attributes, unit_attributes
from triton_lift.emit.schema import Record, to_values
from triton_lift.pipeline.manager import PassManager
from triton_lift.pipeline.records import refusal_record
from triton_lift.pipeline.result import LiftResult
from triton_lift.pipeline.source import open_kernel
from triton_lift.pipeline.state import LiftState
from triton_lift.util.diagnostic import Diagnostic, LiftError, Unsupported
from triton_lift.util.settings import DEFAULT_BUDGET, Settings


def lift_text(generic_text: str, *, settings: Settings | None = None, filename: str = "<input>") -> LiftResult:
    """Lift one module given in MLIR's generic form; what cannot be lifted is a located diagnostic.

    ``filename`` names the text where it has no locations of its own. Deterministic: the same text and settings give the
    same result. ``settings`` says how many steps may be spent.
    """
    state, record = lift_state(generic_text, settings=settings, filename=filename)
    return LiftResult(
        func_attrs=function_attributes(record),
        func_unit_attrs=unit_attributes(record),
        arg_attrs=argument_attributes(record),
        record=to_values(record),
        diagnostics=tuple(state.diagnostics) if state is not None else _diagnostics(record),
    )


def lift_state(
    generic_text: str, *, settings: Settings | None = None, filename: str = "<input>"
) -> tuple[LiftState | None, Record]:
    """The state after all passes, None if the text was refused before the first, and the record."""
    budget = settings.budget if settings is not None else DEFAULT_BUDGET
    try:
        state = open_kernel(generic_text, filename, budget)
    except LiftError as error:
        verdict = "unsupported" if isinstance(error, Unsupported) else "unknown"
        return None, refusal_record(filename, "?", (error.diagnostic,), verdict=verdict)
    PassManager.of().run(state)
    if state.record is None:
        return state, refusal_record(filename, "?", tuple(state.diagnostics), verdict="unknown")
    return state, state.record


def _diagnostics(record: Record) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(d.severity, d.code, d.message, d.where, d.op) for d in record.diagnostics)
