"""The pass that writes what was proved as formulas, and believes none of them before it has read it back."""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift._core import Term
from triton_lift.emit.schema import ConditionKind
from triton_lift.ir.model import StringAttr
from triton_lift.ir.names import op_where
from triton_lift.pipeline.conditions import is_true, over_arguments
from triton_lift.pipeline.formulas import signature_of, statement_text, term_text
from triton_lift.pipeline.naming import names_of
from triton_lift.pipeline.state import Condition, LiftState, Lines
from triton_lift.prove.restate import restated
from triton_lift.prove.summary import Summary
from triton_lift.prove.verdict import Unknown
from triton_lift.term.formula_signature import Signature
from triton_lift.term.formula_views import View, choose_views
from triton_lift.term.symbols import Names, Statement
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic, ParseError

_REASONS: dict[str, tuple[ConditionKind, str]] = {
    "assume": ("assume", "the program's own assume"),
    "assert": ("assert", "the program's own assert"),
    "defined": ("defined", "a quotient, logarithm or root that the formula no longer shows"),
}

ELIDED = "..."
"""In the place of a text that is too long."""


def simplify_state(state: LiftState) -> None:
    """Choose names and views and print statements and conditions; what does not read back is not proved."""
    summary = state.summary
    if summary is None:
        return
    state.names = names_of(summary.denotation, summary.statements)
    formulas, state.views = _formulas(state, summary, state.names)
    strides = signature_of(summary.denotation)
    for array, view in state.views.items():
        state.view_texts[array] = tuple(_inexact(state, summary, s, strides) for s in view.strides)
    state.conditions = _conditions(state, summary)
    _in_place(state, summary)
    state.lines = tuple(
        _lines(state, summary, state.names, statement, defined, formula)
        for statement, defined, formula in zip(summary.statements, summary.defined, formulas, strict=True)
    )
    if state.working and state.proved:
        text = "\n".join(line.formula or "" for line in state.lines)
        state.attributes.setdefault(state.func, {})["lift.formula"] = StringAttr(text.encode())


def _formulas(state: LiftState, summary: Summary, names: Names) -> tuple[list[str | None], Mapping[str, View]]:
    """A formula per statement, all with the same views: with those proposed, or with none if some do not read back."""
    ctx = summary.denotation.ctx
    none: dict[str, View] = {}
    views = choose_views(ctx, summary.statements)
    for choice in (views, none) if views else (none,):
        found: list[str | None] = []
        failures: list[tuple[str, str, str]] = []
        for statement, write in zip(summary.statements, summary.writes, strict=True):
            signature = signature_of(summary.denotation, indices=len(statement.indices))
            text: str | None = None
            try:
                text = statement_text(ctx, statement, names, choice, signature)
                if text is None:
                    reason = "the printed formula does not read back as what was proved"
                    failures.append(("formula-mismatch", reason, write.where))
            except (ParseError, BudgetExceeded) as error:
                reason = f"the formula cannot be printed: {error.diagnostic.message}"
                failures.append((error.diagnostic.code, reason, write.where))
            found.append(text)
        if not failures or choice is none:
            for code, reason, where in failures:
                _fail(state, code, reason, where)
            return found, choice
    raise AssertionError("the loop ends with the choice of no views")


def _fail(state: LiftState, code: str, reason: str, where: str) -> None:
    """The claim fails with its text: what cannot be written down truly is not claimed."""
    state.report(Diagnostic("error", code, reason, where))
    if state.proved:
        state.verdict, state.grade = Unknown(reason, where), "refused"
        state.properties.pop("deterministic", None)


def _lines(
    state: LiftState,
    summary: Summary,
    names: Names,
    statement: Statement,
    defined: tuple[Term, ...],
    formula: str | None,
) -> Lines:
    signature = signature_of(summary.denotation, indices=len(statement.indices))

    def text(term: Term) -> str:
        return _inexact(state, summary, term, signature)

    conditions = tuple(text(d) for d in defined)
    if ELIDED in conditions:
        reason = "a condition under which the value is defined cannot be written down"
        _fail(state, "requirement-text", reason, op_where(state.func, state.filename))
    return Lines(
        formula=formula,
        indices=tuple(names.by_symbol[i.name] for i in statement.indices),
        domain=text(statement.domain),
        address=text(statement.address),
        value=text(statement.value),
        defined=conditions,
    )


def _inexact(state: LiftState, summary: Summary, term: Term, signature: Signature) -> str:
    """A term's text for the record; the formula, which is read back, is what counts."""
    assert state.names is not None
    try:
        return term_text(summary.denotation.ctx, term, state.names, state.views, signature, exact=False) or ELIDED
    except BudgetExceeded:
        return ELIDED


def _exact(state: LiftState, summary: Summary, term: Term, signature: Signature) -> str | None:
    """A condition's text if it reads back as the condition."""
    assert state.names is not None
    try:
        return term_text(summary.denotation.ctx, term, state.names, state.views, signature)
    except (ParseError, BudgetExceeded):
        return None


def _in_place(state: LiftState, summary: Summary) -> None:
    """Texts of the conditions under which two arguments may be the very same array."""
    signature = signature_of(summary.denotation)
    for d in summary.disjoint:
        terms = [over_arguments(summary.denotation, c) for c in d.in_place_requires]
        state.in_place_texts[d.written, d.other] = tuple(
            None if t is None else _exact(state, summary, t, signature) for t in terms
        )


def _conditions(state: LiftState, summary: Summary) -> tuple[Condition, ...]:
    """All that the claim requires of the arguments, each read back from its text."""
    denotation = summary.denotation
    signature = signature_of(denotation)
    found: dict[Condition, None] = {}
    asked: list[tuple[Term, Term | None, ConditionKind, str, str]] = []
    for r in restated(denotation.ctx, summary.requires):
        asked.append((r.cond, None, "condition", r.reason, r.where))
    for a in summary.assumptions:
        kind, reason = _REASONS.get(a.kind, ("assume", f"the program's own {a.kind}"))
        asked.append((a.cond, a.guard, kind, reason, a.where))
    for cond, guard, kind, reason, where in asked:
        term = over_arguments(denotation, cond, guard)
        if term is not None and is_true(term):
            continue
        text = None if term is None else _exact(state, summary, term, signature)
        if text is None:
            _fail(state, "requirement-text", f"a requirement cannot be written down: {reason}", where)
        found[Condition(text, kind, reason, where)] = None
    return tuple(found)
