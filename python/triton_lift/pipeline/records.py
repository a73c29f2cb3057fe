"""The last pass: the record of a kernel, and from it the attributes that are written onto the IR."""

from __future__ import annotations

from typing import cast

from triton_lift.emit.attributes import argument_attributes, function_attributes, unit_attributes
from triton_lift.emit.schema import (
    ArgumentRow,
    DiagnosticRow,
    DisjointRow,
    Record,
    RequirementRow,
    Severity,
    StatementRow,
    VerdictName,
    VerdictsRow,
)
from triton_lift.emit.versions import solver_versions
from triton_lift.interp.denotation import Denotation, is_real
from triton_lift.interp.engine import function_name
from triton_lift.ir.digest import ir_digest
from triton_lift.ir.model import StringAttr, UnitAttr
from triton_lift.ir.text import type_text
from triton_lift.ops.symbolic.value import is_float
from triton_lift.pipeline.access import access_of
from triton_lift.pipeline.state import LiftState, Property
from triton_lift.prove.verdict import Proved, Unknown, Verdict, verdict_name
from triton_lift.util.diagnostic import Diagnostic
from triton_lift.util.version import SCHEMA_VERSION, VERSION

_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "remark": "remark", "note": "note"}
LOOPS = ("scf.for", "scf.while")
REALS = "floats are real numbers: rounding is not part of the claim"
FINITE = "all float inputs, scalars and tensor contents, are finite"


def annotate_state(state: LiftState) -> None:
    """Build the record; replace working attributes by those that stay on the IR."""
    record = state.record = record_of(state)
    state.attributes.clear()
    state.arguments.clear()
    mine = state.attributes.setdefault(state.func, {})
    mine.update({name: StringAttr(text.encode()) for name, text in function_attributes(record).items()})
    mine.update({name: UnitAttr() for name in unit_attributes(record)})
    for position, attrs in argument_attributes(record).items():
        state.arguments[position] = {name: StringAttr(text.encode()) for name, text in attrs.items()}


def record_of(state: LiftState) -> Record:
    """The record as things stand after the passes that ran."""
    verdict: Verdict = state.verdict or Unknown("the claim was not looked at: the pass `prove` did not run")
    if isinstance(verdict, Proved) and not state.lines:
        verdict = Unknown("nothing is written down: the pass `simplify` did not run")
    proved = isinstance(verdict, Proved)
    summary, denotation = state.summary, state.denotation
    return Record(
        schema_version=SCHEMA_VERSION,
        tool=f"triton-lift {VERSION}",
        solvers=dict(solver_versions()),
        file=state.filename,
        kernel=function_name(state.func),
        ir_digest=ir_digest(state.module),
        ops=sum(1 for _ in state.func.walk()) - 1,
        loops=sum(1 for op in state.func.walk() if op.name in LOOPS),
        verdict=str(verdict),
        grade=state.grade if proved else "refused",
        verdicts=_verdicts(state, verdict),
        given=verdict.given if isinstance(verdict, Proved) else (),
        formulas=tuple(line.formula for line in state.lines if line.formula is not None) if proved else (),
        requires=tuple(
            RequirementRow(text=c.text, kind=c.kind, reason=c.reason, where=c.where) for c in state.conditions
        ),
        disjoint=_disjoint(state),
        hypotheses=_hypotheses(state, denotation) if denotation is not None else (),
        statements=_statements(state),
        arguments=_arguments(state),
        names=dict(state.names.by_symbol) if state.names is not None else {},
        views={_display(state, array): texts for array, texts in state.view_texts.items()},
        notes=summary.notes if summary is not None else (),
        opaque=denotation.opaque if denotation is not None else (),
        diagnostics=tuple(diagnostic_row(d) for d in state.diagnostics),
    )


def diagnostic_row(d: Diagnostic) -> DiagnosticRow:
    """A diagnostic as part of a record."""
    severity = _SEVERITIES.get(d.severity, "error")
    return DiagnosticRow(severity=severity, code=d.code, message=d.message, where=d.where, op=d.op)


def refusal_record(
    file: str, kernel: str, diagnostics: tuple[Diagnostic, ...], *, verdict: VerdictName, seconds: float | None = None
) -> Record:
    """The record of a kernel that did not get as far as the passes."""
    reason = diagnostics[0].message if diagnostics else "no reason given"
    return Record(
        schema_version=SCHEMA_VERSION,
        tool=f"triton-lift {VERSION}",
        solvers=dict(solver_versions()),
        file=file,
        kernel=kernel,
        ir_digest=None,
        ops=0,
        loops=0,
        verdict=f"{verdict}: {reason}",
        grade="refused",
        verdicts=VerdictsRow(value=verdict),
        given=(),
        formulas=(),
        requires=(),
        disjoint=(),
        hypotheses=(),
        statements=(),
        arguments=(),
        names={},
        views={},
        notes=(),
        opaque=(),
        diagnostics=tuple(diagnostic_row(d) for d in diagnostics),
        seconds=seconds,
    )


def _verdicts(state: LiftState, value: Verdict) -> VerdictsRow:
    def measured(name: Property) -> VerdictName | None:
        return _name(state.properties[name]) if name in state.properties else None

    return VerdictsRow(
        value=_name(value),
        bounds=measured("bounds"),
        coverage=measured("coverage"),
        races=measured("races"),
        wrap=measured("wrap"),
        deterministic=measured("deterministic"),
    )


def _name(verdict: Verdict) -> VerdictName:
    return cast(VerdictName, verdict_name(verdict))


def _display(state: LiftState, symbol: str) -> str:
    return state.names.by_symbol.get(symbol, symbol) if state.names is not None else symbol


def _disjoint(state: LiftState) -> tuple[DisjointRow, ...]:
    if state.summary is None:
        return ()
    return tuple(
        DisjointRow(
            written=_display(state, d.written),
            other=_display(state, d.other),
            in_place=d.in_place,
            in_place_requires=state.in_place_texts.get((d.written, d.other), ()),
        )
        for d in state.summary.disjoint
    )


def _hypotheses(state: LiftState, denotation: Denotation) -> tuple[str, ...]:
    """A kernel of integer arguments may still compute with floats: integers that are converted, bits that are cast."""
    floats = any(is_real(a.element) for a in denotation.arguments) or any(
        is_float(v.type) for op in state.func.walk() for v in op.results
    )
    general = (REALS, FINITE) if floats else ()
    return (*general, *denotation.hypotheses)


def _statements(state: LiftState) -> tuple[StatementRow, ...]:
    if state.summary is None or not state.lines:
        return ()
    return tuple(
        StatementRow(
            formula=line.formula,
            array=_display(state, statement.array),
            kind=statement.kind,
            indices=line.indices,
            domain=line.domain,
            address=line.address,
            value=line.value,
            defined=line.defined,
            where=write.where,
        )
        for statement, line, write in zip(state.summary.statements, state.lines, state.summary.writes, strict=True)
    )


def _arguments(state: LiftState) -> tuple[ArgumentRow, ...]:
    denotation = state.denotation
    if denotation is None:
        return ()
    return tuple(
        ArgumentRow(
            position=a.position,
            name=_display(state, a.symbol) if state.names is not None else a.name,
            symbol=a.symbol,
            type=type_text(a.type),
            divisibility=a.divisibility,
            access=access_of(denotation, a),
        )
        for a in denotation.arguments
    )
