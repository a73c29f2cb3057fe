"""From generic-form text to a lifted result: the passes in their order."""

from __future__ import annotations

from triton_lift.pipeline.result import LiftResult
from triton_lift.util.settings import Settings

__all__ = ["LiftResult", "lift_text"]


def lift_text(generic_text: str, *, settings: Settings | None = None, filename: str = "<input>") -> LiftResult:
    """See `triton_lift.pipeline.lift.lift_text`.

    The passes, and with them the native core, are imported when the first kernel is lifted: a defect there is then
    contained like any other failure of ours.
    """
    from triton_lift.pipeline import lift

    return lift.lift_text(generic_text, settings=settings, filename=filename)
