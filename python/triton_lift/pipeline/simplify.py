"""The pass that writes what was proved as formulas, and believes none of them before it has read it back."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.emit.schema import ConditionKind
from triton_lift.ir.model import StringAttr
from triton_lift.pipeline.conditions import is_true, over_arguments
from triton_lift.pipeline.formulas import signature_of, statement_text, term_text
from triton_lift.pipeline.naming import names_of
from triton_lift.pipeline.state import Condition, LiftState, Lines
from triton_lift.prove.summary import Summary
from triton_lift.prove.verdict import Unknown
from triton_lift.term.formula_signature import Signature
from triton_lift.term.formula_views import View, choose_views
from triton_lift.term.symbols import Names, Statement
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic, ParseError


def simplify_state(state: LiftState) -> None:
    """Choose names and views and print statements and conditions; what does not read back is not proved."""
    summary = state.summary
    if summary is None:
        return
    state.names = names_of(summary.denotation, summary.statements)
    state.views = choose_views(summary.denotation.ctx, summary.statements)
    strides = signature_of(summary.denotation)
    for array, view in state.views.items():
        state.view_texts[array] = tuple(_inexact(summary, s, state.names, strides) for s in view.strides)
    state.conditions = _conditions(state, summary, state.names)
    state.lines = tuple(
        _lines(state, summary, state.names, statement, defined, write.where)
        for statement, defined, write in zip(summary.statements, summary.defined, summary.writes, strict=True)
    )
    if state.working and state.proved:
        text = "\n".join(line.formula or "" for line in state.lines)
        state.attributes.setdefault(state.func, {})["lift.formula"] = StringAttr(text.encode())


def _fail(state: LiftState, code: str, reason: str, where: str) -> None:
    """The claim fails with its text: what cannot be written down truly is not claimed."""
    state.report(Diagnostic("error", code, reason, where))
    if state.proved:
        state.verdict, state.grade = Unknown(reason, where), "refused"
        state.properties.pop("deterministic", None)


def _lines(
    state: LiftState, summary: Summary, names: Names, statement: Statement, defined: tuple[Term, ...], where: str
) -> Lines:
    ctx = summary.denotation.ctx
    signature = signature_of(summary.denotation, indices=len(statement.indices))
    formula: str | None = None
    try:
        formula = statement_text(ctx, statement, names, state.views, signature)
        if formula is None:
            # A view is only a way of writing; without one the text is plainer.
            formula = statement_text(ctx, statement, names, dict[str, View](), signature)
        if formula is None:
            _fail(state, "formula-mismatch", "the printed formula does not read back as what was proved", where)
    except (ParseError, BudgetExceeded) as error:
        _fail(state, error.diagnostic.code, f"the formula cannot be printed: {error.diagnostic.message}", where)

    def text(term: Term) -> str:
        return _inexact(summary, term, names, signature)

    return Lines(
        formula=formula,
        indices=tuple(names.by_symbol[i.name] for i in statement.indices),
        domain=text(statement.domain),
        address=text(statement.address),
        value=text(statement.value),
        defined=tuple(text(d) for d in defined),
    )


def _inexact(summary: Summary, term: Term, names: Names, signature: Signature) -> str:
    """A term's text for the record; the formula, which is read back, is what counts."""
    try:
        return term_text(summary.denotation.ctx, term, names, signature, exact=False) or "..."
    except BudgetExceeded:
        return "..."


def _conditions(state: LiftState, summary: Summary, names: Names) -> tuple[Condition, ...]:
    """All that the claim requires of the arguments, each read back from its text."""
    denotation = summary.denotation
    ctx, signature = denotation.ctx, signature_of(denotation)
    found: dict[Condition, None] = {}
    asked: list[tuple[Term, Term | None, ConditionKind, str, str]] = []
    for r in summary.requires:
        asked.append((r.cond, None, "condition", r.reason, r.where))
    for a in summary.assumptions:
        kind = "assert" if a.kind == "assert" else "assume"
        asked.append((a.cond, a.guard, kind, f"the program's own {kind}", a.where))
    for cond, guard, kind, reason, where in asked:
        term = over_arguments(denotation, cond, guard)
        if term is not None and is_true(term):
            continue
        text: str | None = None
        if term is not None:
            try:
                text = term_text(ctx, term, names, signature)
            except (ParseError, BudgetExceeded):
                text = None
        if text is None:
            _fail(state, "requirement-text", f"a requirement cannot be written down: {reason}", where)
        found[Condition(text, kind, reason, where)] = None
    return tuple(found)
