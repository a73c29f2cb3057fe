"""Statements as formula text that is read back and compared with what was proved.

Source: docs/grammar.md; docs/spec.md, "What is printed".
"""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift._core import Context, Term
from triton_lift.interp.denotation import Denotation, int_range, is_real
from triton_lift.ir.model import IntType
from triton_lift.term.formula_parse import parse_statement, parse_term
from triton_lift.term.formula_print import print_statement, print_term
from triton_lift.term.formula_signature import Attributes, Signature
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Statement


def signature_of(denotation: Denotation, *, indices: int = 0) -> Signature:
    """The kernel's symbols and the element types of its arrays, from the types of its arguments alone."""
    symbols, ctx = denotation.symbols, denotation.ctx
    by_name: dict[str, Term] = {}
    arrays: dict[str, Attributes] = {}
    for argument in denotation.arguments:
        if argument.is_array:
            lo, hi = int_range(argument.element)
            arrays[argument.symbol] = Attributes(not is_real(argument.element), lo, hi)
            continue
        match argument.type:
            case IntType(width=1):
                by_name[argument.symbol] = ctx.sym(argument.symbol, lo=0, hi=1)
            case IntType(width=width):
                by_name[argument.symbol] = symbols.scalar_int(argument.position, width)
            case _:
                by_name[argument.symbol] = symbols.scalar_float(argument.position)
    for axis in range(3):
        by_name[f"np{axis}"] = symbols.num_programs(axis)
        by_name[f"pid{axis}"] = symbols.pid(axis)
    for position in range(indices):
        by_name[f"i{position}"] = symbols.index(position)
    return Signature(by_name, arrays)


def statement_text(
    ctx: Context, statement: Statement, names: Names, views: Mapping[str, View], signature: Signature
) -> str | None:
    """The formula, or None where its text does not read back as the very same statement.

    Raises ``BudgetExceeded`` where the text would be too long, ``ParseError`` where it is not read at all.
    """
    text = print_statement(statement, names, views, ctx=ctx, signature=signature)
    return text if parse_statement(ctx, text, names, signature) == statement else None


def term_text(
    ctx: Context, term: Term, names: Names, views: Mapping[str, View], signature: Signature, *, exact: bool = True
) -> str | None:
    """A term's text; None where it is ``exact`` that is wanted and it does not read back."""
    text = print_term(term, names, views, ctx=ctx, signature=signature)
    if exact and parse_term(ctx, text, names, signature, views) != term:
        return None
    return text
