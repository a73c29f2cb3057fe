"""The shape of a record: what a lifted kernel is written down as, in sidecar files, in metadata and by ``scan``.

`SCHEMA_VERSION` counts up when a reader of the old form would misread the new one; ``triton-lift schema`` prints
`json_schema`. Source: docs/spec.md, "The value claim" and "Verdicts".
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from triton_lift.util.version import SCHEMA_VERSION

VerdictName = Literal["proved", "refuted", "unknown", "unsupported", "vacuous"]
GradeName = Literal["closed", "recurrence", "opaque", "refused"]
GivenName = Literal["no_wrap", "injective", "no_cross_read", "alias", "terminates"]
AccessName = Literal["none", "read", "write", "readwrite", "atomic"]
Severity = Literal["error", "warning", "remark", "note"]
ConditionKind = Literal["condition", "assume", "assert", "defined"]
StatementKindName = Literal["assign", "add", "max", "min", "and", "or", "xor", "exchange"]


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts of a record: named fields only, nothing else allowed."""


class DiagnosticRow(_Row, frozen=True):
    """One message about one place; see ``triton_lift.util.diagnostic``."""

    severity: Severity
    code: str
    message: str
    where: str
    op: str | None = None


class ArgumentRow(_Row, frozen=True):
    """One argument of the kernel; ``symbol`` is its name inside terms, ``access`` what is done to its memory."""

    position: int
    name: str
    symbol: str
    type: str
    divisibility: int | None
    access: AccessName | None


class RequirementRow(_Row, frozen=True):
    """A condition on arguments, tensor contents included, under which the claim holds.

    ``text`` is in the formula grammar; it is null
    where the condition cannot be written over arguments alone, and then the claim is not proved.
    """

    text: str | None
    kind: ConditionKind
    reason: str
    where: str


class DisjointRow(_Row, frozen=True):
    """Arrays that must not overlap.

    ``in_place``: being the very same array is allowed too, where the conditions ``in_place_requires`` hold (null: one
    that cannot be written over arguments alone).
    """

    written: str
    other: str
    in_place: bool
    in_place_requires: tuple[str | None, ...] = ()


class StatementRow(_Row, frozen=True):
    """``array[address] (op)= value`` for all ``indices`` in ``domain``; ``defined``: where the value has a meaning."""

    formula: str | None
    array: str
    kind: StatementKindName
    indices: tuple[str, ...]
    domain: str
    address: str
    value: str
    defined: tuple[str, ...]
    where: str


class VerdictsRow(_Row, frozen=True):
    """One verdict per property; null where it was not measured. ``value`` rests on ``Record.given``."""

    value: VerdictName | None = None
    bounds: VerdictName | None = None
    coverage: VerdictName | None = None
    races: VerdictName | None = None
    wrap: VerdictName | None = None
    deterministic: VerdictName | None = None


class Record(_Row, frozen=True):
    """Everything that is known about one kernel.

    ``verdict`` is the value verdict as text, "proved given ..." while ``given`` is not empty. ``names`` maps symbols to
    display names, ``views`` arrays to the strides (in elements) that their formulas are written with. ``seconds`` is
    wall time, measured by ``scan`` only; everything else is the same for the same input.
    """

    schema_version: int
    tool: str
    solvers: dict[str, str]
    file: str
    kernel: str
    ir_digest: str | None
    ops: int
    loops: int
    verdict: str
    grade: GradeName
    verdicts: VerdictsRow
    given: tuple[GivenName, ...]
    formulas: tuple[str, ...]
    requires: tuple[RequirementRow, ...]
    disjoint: tuple[DisjointRow, ...]
    hypotheses: tuple[str, ...]
    statements: tuple[StatementRow, ...]
    arguments: tuple[ArgumentRow, ...]
    names: dict[str, str]
    views: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    opaque: tuple[str, ...]
    diagnostics: tuple[DiagnosticRow, ...]
    seconds: float | None = None


def json_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of `Record`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"triton-lift record, schema version {SCHEMA_VERSION}",
        **msgspec.json.schema(Record),
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema))
    for part in plain["$defs"].values():
        part["description"] = " ".join(part["description"].split())
    return plain


def to_json(record: Record) -> bytes:
    """One line of JSON, fields in the order of the schema, dictionaries sorted."""
    return msgspec.json.encode(record, order="sorted")


def to_values(record: Record) -> dict[str, object]:
    """The record as JSON values (dictionaries, lists, strings, numbers, None)."""
    values: dict[str, object] = msgspec.json.decode(to_json(record), type=dict[str, object])
    return values


def from_json(data: bytes | str) -> Record:
    """Read a record back; raises ``msgspec.ValidationError`` for anything else."""
    return msgspec.json.decode(data, type=Record)
