"""What the passes of one kernel share: each pass reads what earlier ones left and adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from triton_lift._core import Context
from triton_lift.emit.schema import ConditionKind, Record
from triton_lift.interp.denotation import Denotation
from triton_lift.ir.model import Attr, Module, Op
from triton_lift.prove.summary import Summary
from triton_lift.prove.verdict import Grade, Proved, Unsupported, Verdict
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import Diagnostic

Property = Literal["bounds", "coverage", "races", "wrap", "deterministic"]


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts of one statement in the formula grammar."""

    formula: str | None
    indices: tuple[str, ...]
    domain: str
    address: str
    value: str
    defined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A requirement as printed; ``text`` is None where it cannot be written over arguments alone."""

    text: str | None
    kind: ConditionKind
    reason: str
    where: str


@dataclass
class LiftState:
    """One kernel on its way through the passes.

    ``verdict`` and ``grade`` are those of the value claim so far; ``properties`` holds the verdicts of the other
    claims, absent where nothing was measured. ``working`` asks passes to leave attributes for ``opt`` to print.
    """

    filename: str
    budget: int
    module: Module
    func: Op
    working: bool = False
    ctx: Context | None = None
    denotation: Denotation | None = None
    summary: Summary | None = None
    verdict: Verdict | None = None
    grade: Grade = "refused"
    properties: dict[Property, Verdict] = field(default_factory=dict[Property, Verdict])
    names: Names | None = None
    views: Mapping[str, View] = field(default_factory=dict[str, View])
    view_texts: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    lines: tuple[Lines, ...] = ()
    in_place_texts: dict[tuple[str, str], tuple[str | None, ...]] = field(
        default_factory=dict[tuple[str, str], tuple[str | None, ...]]
    )
    """Conditions on being the very same array, by (written, other) array symbols; None where one has no text."""
    conditions: tuple[Condition, ...] = ()
    record: Record | None = None
    ran: list[str] = field(default_factory=list[str])
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    attributes: dict[Op, dict[str, Attr]] = field(default_factory=dict[Op, dict[str, Attr]])
    arguments: dict[int, dict[str, Attr]] = field(default_factory=dict[int, dict[str, Attr]])

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic unless the very same one is there."""
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)

    def refuse(self, diagnostic: Diagnostic) -> None:
        """Report a refusal; the first one is the value verdict, in place of any claim."""
        self.report(diagnostic)
        if self.verdict is None or self.proved:
            self.verdict, self.grade = Unsupported(diagnostic.message, diagnostic.where), "refused"
            self.properties.clear()

    @property
    def proved(self) -> bool:
        """Whether the value claim is proved as things stand."""
        return isinstance(self.verdict, Proved)
