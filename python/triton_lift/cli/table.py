"""Tables of a scan: kernels by verdict and grade, and the reasons why kernels are not proved."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from triton_lift.emit.schema import Record

REASONS = 25


def counts_table(records: list[Record]) -> str:
    """Kernels by verdict and grade, those without loops apart."""
    table = Table("verdict", "grade", "kernels", "without loops", title="value claims", title_justify="left")
    counts: Counter[tuple[str, str]] = Counter()
    straight: Counter[tuple[str, str]] = Counter()
    for record in records:
        key = (record.verdicts.value or "not measured", record.grade)
        counts[key] += 1
        straight[key] += record.loops == 0
    for key in sorted(counts):
        table.add_row(*key, str(counts[key]), str(straight[key]))
    table.add_section()
    table.add_row("all", "", str(len(records)), str(sum(r.loops == 0 for r in records)))
    return _drawn(table)


def summary_tables(records: list[Record]) -> Iterable[str]:
    """What the proved claims rest on; the first reason of each kernel that is not proved, most frequent first."""
    given = Counter(", ".join(r.given) or "nothing" for r in records if r.verdicts.value == "proved")
    if given:
        table = Table("given", "kernels", title="proved claims rest on", title_justify="left")
        for text, count in sorted(given.items(), key=lambda entry: (-entry[1], entry[0])):
            table.add_row(text, str(count))
        yield _drawn(table)
    reasons = Counter(reason(r) for r in records if r.verdicts.value != "proved")
    if reasons:
        table = Table("reason", "code", "kernels", title="not proved", title_justify="left")
        ranked = sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
        for (text, code), count in ranked[:REASONS]:
            table.add_row(text, code, str(count))
        if len(ranked) > REASONS:
            table.add_row(f"and {len(ranked) - REASONS} more", "", str(sum(c for _, c in ranked[REASONS:])))
        yield _drawn(table)


def reason(record: Record) -> tuple[str, str]:
    """(message, code) of the first error or warning of a kernel that is not proved."""
    first = next((d for d in record.diagnostics if d.severity in ("error", "warning")), None)
    return (first.message[:100], first.code) if first is not None else (record.verdict[:100], "-")


def _drawn(table: Table) -> str:
    text = io.StringIO()
    Console(file=text, width=130, color_system=None).print(table)
    return text.getvalue()
