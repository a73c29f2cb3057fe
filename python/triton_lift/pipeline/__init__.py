"""From generic-form text to a lifted result: the passes in their order."""

from __future__ import annotations

from triton_lift.pipeline.result import LiftResult
from triton_lift.util.diagnostic import Diagnostic
from triton_lift.util.settings import Settings

__all__ = ["LiftResult", "lift_text"]


def lift_text(generic_text: str, *, settings: Settings) -> LiftResult:
    """Lift one module given in MLIR's generic form; what cannot be lifted is a located diagnostic."""
    message = f"no pass ran over {len(generic_text)} bytes of IR within {settings.budget} steps"
    return LiftResult(diagnostics=(Diagnostic("remark", "not-lifted", message),))
