"""Attributes that ``opt`` shows after single passes, so that each can be tested alone; ``annotate`` drops them."""

from __future__ import annotations

from triton_lift._core import Term
from triton_lift.emit.attributes import UNIT_ATTRIBUTES
from triton_lift.interp.denotation import Argument, Denotation, Write
from triton_lift.ir.model import ArrayAttr, Attr, StringAttr, UnitAttr
from triton_lift.pipeline.access import access_of
from triton_lift.pipeline.formulas import signature_of
from triton_lift.pipeline.naming import names_of, with_counters
from triton_lift.pipeline.state import LiftState
from triton_lift.prove.verdict import Proved
from triton_lift.term.formula_print import print_term
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import BudgetExceeded


def show_effects(state: LiftState, denotation: Denotation) -> None:
    """``lift.effects``: one text per write, over program ids and lanes; ``lift.access`` per argument."""
    names = with_counters(denotation, names_of(denotation, ()))
    texts = [StringAttr(_effect(denotation, write, names).encode()) for write in denotation.writes]
    found = state.attributes.setdefault(state.func, {})
    found["lift.effects"] = ArrayAttr(tuple(texts))
    if denotation.no_wrap:
        bounded = [f"{_text(denotation, n.term, names)} fits i{n.width}" for n in denotation.no_wrap]
        found["lift.no_wrap_obligations"] = ArrayAttr(tuple(StringAttr(text.encode()) for text in bounded))
    for argument in denotation.arguments:
        access = access_of(denotation, argument)
        if access is not None:
            _on_argument(state, argument, access)


def show_invariants(state: LiftState, denotation: Denotation) -> None:
    """``lift.loops``: one text per carried value of a loop, its value when k iterations are done."""
    names = with_counters(denotation, names_of(denotation, ()))
    texts: list[Attr] = []
    for invariant in denotation.invariants:
        counter = invariant.counter
        closed, trip = (_text(denotation, t, names) for t in (invariant.closed, counter.trip))
        text = f"{invariant.carried.label} = {closed}  for {names.by_symbol[counter.symbol.name]} <= {trip}"
        texts.append(StringAttr(text.encode()))
    state.attributes.setdefault(state.func, {})["lift.loops"] = ArrayAttr(tuple(texts))


def _on_argument(state: LiftState, argument: Argument, access: str) -> None:
    state.arguments.setdefault(argument.position, {})["lift.access"] = StringAttr(access.encode())


def _effect(denotation: Denotation, write: Write, names: Names) -> str:
    operator = {"assign": "=", "add": "+="}.get(write.kind, f"{write.kind}=")
    array = names.by_symbol.get(write.array, write.array)
    address, value = _text(denotation, write.offset, names), _text(denotation, write.value, names)
    return f"{array}[{address}] {operator} {value}  if {_text(denotation, write.guard, names)}"


def _text(denotation: Denotation, term: Term, names: Names) -> str:
    try:
        return print_term(term, names, {}, ctx=denotation.ctx, signature=signature_of(denotation))
    except BudgetExceeded:
        return "..."


def show_verdict(state: LiftState) -> None:
    """``lift.verdict`` and ``lift.grade``."""
    found = state.attributes.setdefault(state.func, {})
    found["lift.verdict"] = StringAttr(str(state.verdict).encode())
    found["lift.grade"] = StringAttr(state.grade.encode())


def show_properties(state: LiftState) -> None:
    """Unit attributes of proved properties."""
    found = state.attributes.setdefault(state.func, {})
    for name, verdict in state.properties.items():
        if isinstance(verdict, Proved):
            found[UNIT_ATTRIBUTES[name]] = UnitAttr()
