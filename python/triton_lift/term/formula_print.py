"""Terms and statements as readable text that is read back to the very same term (``formula_parse``). Grammar:
docs/grammar.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from triton_lift._core import Context, Term
from triton_lift.term.formula_cases import AND, NOT, OR, Piece
from triton_lift.term.formula_domain import Variable
from triton_lift.term.formula_names import array_text, check_names, symbol_text
from triton_lift.term.formula_poly import ONE, Poly, poly_of
from triton_lift.term.formula_signature import Signature, bare, children, reachable
from triton_lift.term.formula_views import View
from triton_lift.term.formula_writer import Writer
from triton_lift.term.symbols import Names, Statement

MAX_CHARS = 100_000
"""Longest text that is written unless asked otherwise."""
SHARED_SIZE = 16
"""Atoms other than big operators are shared from this number of nodes on."""


def print_term(
    term: Term,
    names: Names,
    views: Mapping[str, View] | None = None,
    *,
    ctx: Context | None = None,
    signature: Signature | None = None,
    max_chars: int = MAX_CHARS,
) -> str:
    """The text of a numeric or Boolean term without loose bound variables.

    Views have no place in the text of a term: the reader must be given them. With ``ctx``, reads and calls whose
    attributes are not those of ``signature`` (by default: of the array's first read) or of the function are
    annotated; without it they are not, and the text is exact only for terms that follow them. Raises
    ``BudgetExceeded`` beyond ``max_chars``, ``UsageError`` for bad names.
    """
    writer = _writer(names, views, ctx, signature or _signature(ctx, (term,)), frozenset(), max_chars)
    return _guarded(writer, lambda: writer.term(term).text)


def print_statement(
    statement: Statement,
    names: Names,
    views: Mapping[str, View] | None = None,
    *,
    share: bool = True,
    ctx: Context | None = None,
    signature: Signature | None = None,
    max_chars: int = MAX_CHARS,
) -> str:
    """One line, ``out[i] = value for i < n where ... with ...``, that ``parse_statement`` reads back exactly.

    ``share`` names big operators (and other large atoms) that occur more than once in a trailing ``with`` clause. For
    the rest see ``print_term``.
    """
    terms = (statement.address, statement.value, statement.domain)
    shareable = _shareable(terms) if share else frozenset[Term]()
    writer = _writer(names, views, ctx, signature or _signature(ctx, terms), shareable, max_chars)
    return _guarded(writer, lambda: _statement(writer, statement, views or {}))


def _signature(ctx: Context | None, terms: Sequence[Term]) -> Signature | None:
    return None if ctx is None else Signature.of(ctx, terms)


def _writer(
    names: Names,
    views: Mapping[str, View] | None,
    ctx: Context | None,
    signature: Signature | None,
    shareable: frozenset[Term],
    max_chars: int,
) -> Writer:
    check_names(names)
    strides: dict[str, list[Poly]] = {}
    for array, view in (views or {}).items():
        polys = [poly_of(stride) for stride in view.strides]
        if polys and polys != [{ONE: 1}] and all(poly is not None for poly in polys):
            strides[array] = [poly for poly in polys if poly is not None]
    return Writer(names=names, max_chars=max_chars, strides=strides, ctx=ctx, signature=signature, shareable=shareable)


def _guarded(writer: Writer, write: Callable[[], str]) -> str:
    try:
        text = write()
    except RecursionError:
        writer.fail("the formula nests too deep")
    return writer.piece(text, NOT).text


def _shareable(terms: Sequence[Term]) -> frozenset[Term]:
    """Parts that occur in several places: big operators, others above a size. The writer shares only closed ones.

    A reciprocal is written as a fraction bar, so what counts is how often what it inverts occurs.
    """
    parents: dict[Term, int] = {}
    inverted: dict[Term, int] = {}
    for term in reachable(terms):
        for child in children(term):
            parents[child] = parents.get(child, 0) + 1
    for term, number in parents.items():
        if term.kind == "app" and term.name == "recip":
            below = bare(term.args[0])
            inverted[below] = inverted.get(below, 0) + number
    found = {term for term, number in inverted.items() if number > 1 and term.kind == "poly"}
    found.update(term for term, number in parents.items() if number + max(0, inverted.get(term, 0) - 1) > 1)
    return frozenset(
        term
        for term in found
        if term.kind == "big" or (term.kind in ("app", "paren", "poly") and term.size >= SHARED_SIZE)
    )


def _statement(writer: Writer, statement: Statement, views: Mapping[str, View]) -> str:
    operator = {"assign": "=", "add": "+="}.get(statement.kind, f"{statement.kind}=")
    target = writer.access(statement.array, (statement.address,), ())
    text = f"{target} {operator} {writer.term(statement.value).text}"
    text += _domain(writer, statement)
    if writer.viewed:
        entries: list[str] = []
        for array in sorted(writer.viewed):
            strides = ", ".join(writer.term(stride).text for stride in views[array].strides)
            entries.append(f"{array_text(array, writer.names)}: strides ({strides})")
        text += f"  where {', '.join(entries)}"
    if writer.definitions:
        text += f"  with {', '.join(f'{name} = {value}' for name, value in writer.definitions)}"
    return text


def _domain(writer: Writer, statement: Statement) -> str:
    variables = [_index(writer, term) for term in statement.indices]
    condition = writer.boolean(statement.domain)
    if condition is None:
        generators, rest = [v.name for v in variables], [writer.term(statement.domain)]
    else:
        forced, residual = writer.split(condition)
        generators, rest = writer.generators(variables, forced, ())
        if residual is not True:
            rest.append(writer.condition(residual, ()))
    text = f"  for {', '.join(generators)}" if generators else ""
    if rest:
        text += f"{'' if generators else ' '} if {_conjunction(rest)}"
    return text


def _conjunction(pieces: list[Piece]) -> str:
    return (
        pieces[0].at(OR)
        if len(pieces) == 1
        else " and ".join(piece.at(NOT if position else AND) for position, piece in enumerate(pieces))
    )


def _index(writer: Writer, term: Term) -> Variable:
    symbol = bare(term)
    non_negative = True  # so are all index symbols (Symbols.index)
    if writer.ctx is not None:
        low = writer.ctx.interval(term)[0]
        non_negative = low is not None and low >= 0
    return Variable(lambda atom: atom == symbol, symbol_text(symbol.name, writer.names), non_negative)
