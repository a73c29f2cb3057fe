"""What is written onto the IR: attributes of the kernel's ``tt.func`` and of its arguments, taken from the record.

A missing attribute means "not known": any later pass may drop it. Source: docs/spec.md, "On the IR".
"""

from __future__ import annotations

import msgspec

from triton_lift.emit.schema import Record, VerdictsRow

SUMMARY = "lift.summary"
FORMULA = "lift.formula"
VERDICT = "lift.verdict"
ACCESS = "lift.access"

UNIT_ATTRIBUTES = {
    "bounds": "lift.bounds_safe",
    "coverage": "lift.full_coverage",
    "races": "lift.race_free",
    "wrap": "lift.no_wrap",
    "deterministic": "lift.deterministic",
}
"""Unit attribute by property; written where the property's verdict is ``proved``."""


def function_attributes(record: Record) -> dict[str, str]:
    """String attributes by name; empty for a kernel without a proved value claim."""
    if record.verdicts.value != "proved":
        return {}
    return {VERDICT: record.verdict, FORMULA: "\n".join(record.formulas), SUMMARY: summary_text(record)}


def unit_attributes(record: Record) -> tuple[str, ...]:
    """Names of unit attributes: the properties that are proved."""
    proved: VerdictsRow = record.verdicts
    return tuple(name for field, name in UNIT_ATTRIBUTES.items() if getattr(proved, field) == "proved")


def argument_attributes(record: Record) -> dict[int, dict[str, str]]:
    """String attributes by argument position: what the kernel does to the memory behind a pointer."""
    return {a.position: {ACCESS: a.access} for a in record.arguments if a.access is not None}


def summary_text(record: Record) -> str:
    """The compact JSON of ``lift.summary``: the claim with all that it rests on, without what other attributes say."""
    verdicts = msgspec.to_builtins(record.verdicts)
    # The claim's verdict is given with what it rests on: a reader of this field alone must not take it for more.
    verdicts["value"] = record.verdict
    summary: dict[str, object] = {
        "schema_version": record.schema_version,
        "tool": record.tool,
        "kernel": record.kernel,
        "ir_digest": record.ir_digest,
        "grade": record.grade,
        "verdicts": verdicts,
        "given": list(record.given),
        "formulas": list(record.formulas),
        "requires": list(dict.fromkeys(r.text for r in record.requires)),
        "defined": [list(s.defined) for s in record.statements],
        "disjoint": [[d.written, d.other, d.in_place, list(d.in_place_requires)] for d in record.disjoint],
        "hypotheses": list(record.hypotheses),
    }
    return msgspec.json.encode(summary).decode()
