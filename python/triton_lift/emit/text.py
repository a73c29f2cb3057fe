"""A record as text for people."""

from __future__ import annotations

import msgspec

from triton_lift.emit.schema import DisjointRow, Record, StatementRow


def record_text(record: Record) -> str:
    """Several lines: the verdict with what it rests on, the formulas, conditions, access, properties, diagnostics."""
    digest = f"  {record.ir_digest[:12]}" if record.ir_digest else ""
    lines = [f"kernel {record.kernel}  {record.ops} ops{digest}", f"  {record.verdict}  ({record.grade})"]
    lines += _section("formulas", _formulas(record))
    requires = [f"{r.text or '(not over arguments alone)'}  ({r.reason})" for r in record.requires]
    lines += _section("requires", list(dict.fromkeys(requires)))
    lines += _section("disjoint", [_disjoint(d) for d in record.disjoint])
    lines += _section("defined where", list(dict.fromkeys(text for s in record.statements for text in s.defined)))
    lines += _section("hypotheses", list(record.hypotheses))
    access = [f"{a.name} {a.access}" for a in record.arguments if a.access is not None]
    lines += _section("access", [", ".join(access)] if access else [])
    verdicts: dict[str, str | None] = msgspec.to_builtins(record.verdicts)
    properties = [f"{k} {v or 'not measured'}" for k, v in verdicts.items() if k != "value"]
    lines += _section("properties", [", ".join(properties)])
    lines += _section("notes", [*record.notes, *record.opaque])
    for d in record.diagnostics:
        at = f" ({d.op})" if d.op else ""
        lines.append(f"{d.where}: {d.severity}: {d.message} [{d.code}]{at}")
    return "\n".join(lines) + "\n"


def _formulas(record: Record) -> list[str]:
    """Proved formulas; a statement that is not proved is not shown as if it were."""
    return list(record.formulas) if record.formulas else [_unproved(s) for s in record.statements]


def _unproved(statement: StatementRow) -> str:
    return f"not proved: {statement.formula or f'{statement.array}[{statement.address}] = ...'}"


def _section(title: str, entries: list[str]) -> list[str]:
    return [f"  {title}:", *(f"    {entry}" for entry in entries)] if entries else []


def _disjoint(d: DisjointRow) -> str:
    where = "".join(f", where {text}" for text in d.in_place_requires)
    same = f", or are the very same array{where}" if d.in_place and None not in d.in_place_requires else ""
    return f"{d.written} and {d.other} do not overlap{same}"
