"""What the pipeline hands to the hook and to the command line: attributes for the IR and one full record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from triton_lift.util.diagnostic import Diagnostic


def _no_text() -> dict[str, str]:
    return {}


def _no_args() -> dict[int, dict[str, str]]:
    return {}


def _no_record() -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class LiftResult:
    """The outcome of lifting one module.

    ``func_attrs`` are string attributes of the kernel's ``tt.func`` by name (``lift.summary``, ``lift.formula``),
    ``func_unit_attrs`` the names of its unit attributes, ``arg_attrs`` string attributes by argument number. ``record``
    is the full record, JSON values only; ``diagnostics`` say what was refused, and where.
    """

    func_attrs: Mapping[str, str] = field(default_factory=_no_text)
    func_unit_attrs: tuple[str, ...] = ()
    arg_attrs: Mapping[int, Mapping[str, str]] = field(default_factory=_no_args)
    record: Mapping[str, object] = field(default_factory=_no_record)
    diagnostics: tuple[Diagnostic, ...] = ()
