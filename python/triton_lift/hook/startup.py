"""What the .pth file imports when TRITON_LIFT is set: wait for Triton, cost next to nothing until it comes.

Neither the settings nor anything else of ours is read here: a Python process that never imports Triton stays as it is.
"""

from __future__ import annotations

from types import ModuleType

from triton_lift.hook.finder import when_imported


def _activate(triton: ModuleType) -> None:
    from triton_lift.hook.plugin import activate_from_environment

    activate_from_environment(triton)


when_imported("triton", _activate)
