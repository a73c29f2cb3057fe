"""Formula text to terms and statements: the inverse of ``formula_print``, and the reader of claims that people write.
Grammar: docs/grammar.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from triton_lift._core import BudgetError, Context, Term
from triton_lift.term import formula_syntax as syntax
from triton_lift.term.formula_build import Builder
from triton_lift.term.formula_grammar import Parser
from triton_lift.term.formula_names import check_names
from triton_lift.term.formula_signature import Signature
from triton_lift.term.formula_tokens import Source
from triton_lift.term.formula_views import View
from triton_lift.term.symbols import Names, Statement, StatementKind, Symbols
from triton_lift.util.diagnostic import BudgetExceeded, Diagnostic

_T = TypeVar("_T")
_KINDS: dict[str, StatementKind] = {
    "assign": "assign",
    "add": "add",
    "max": "max",
    "min": "min",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "exchange": "exchange",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as written. Without a ``for`` clause it speaks of whatever domain is proved: ``has_domain`` is false
    and the domain ``true``.

    ``indices`` are the names of the index symbols ``i0, i1, ...`` of the statement, in order.
    """

    statement: Statement
    indices: tuple[str, ...]
    has_domain: bool


def parse_term(
    ctx: Context,
    text: str,
    names: Names,
    signature: Signature,
    views: Mapping[str, View] | None = None,
    *,
    total: bool = False,
    origin: str = "<formula>",
) -> Term:
    """The term that ``print_term`` wrote. ``ParseError`` with line and column for anything else, ``BudgetExceeded``
    if the core's budget ends.

    ``total``: an empty max or min is an infinity, instead of being taken as non-empty. Cancellations while reading
    may be added to the context's ledger of dropped atoms.
    """
    source = Source(text, origin)
    builder = _builder(ctx, source, names, signature, views or {}, total)

    def read() -> Term:
        parser = Parser.of(source)
        node = parser.expression()
        parser.end()
        return builder.term(node)

    return _guarded(source, read)


def parse_statement(
    ctx: Context, text: str, names: Names, signature: Signature, *, origin: str = "<formula>"
) -> Statement:
    """The statement that ``print_statement`` wrote; errors as for ``parse_term``. ``signature`` declares the index
    symbols too.
    """
    source = Source(text, origin)
    builder = _builder(ctx, source, names, signature, {}, False)

    def read() -> Statement:
        parsed = Parser.of(source).statement()
        _clauses(builder, parsed.clauses)
        generators = parsed.clauses.generators or ()
        indices: list[Term] = []
        for generator in generators:
            symbol = builder.symbol(generator.name, generator.raw)
            if symbol is None:
                source.fail(generator.at, f"unknown index {generator.name[:40]!r}")
            if symbol in indices:
                source.fail(generator.at, f"{generator.name!r} is listed twice")
            indices.append(symbol)
        return _statement(builder, parsed, generators, indices)

    return _guarded(source, read)


def parse_claim(
    ctx: Context,
    text: str,
    names: Names,
    signature: Signature,
    views: Mapping[str, View] | None = None,
    *,
    origin: str = "<claim>",
) -> Claim:
    """A claim ``out[i, j] = value for i < n, j < m``, with or without the words ``// CLAIM:`` before it.

    New names on the left-hand side, then in the ``for`` clause, are the indices, in this order. Arrays with several
    indices take their strides from the ``where`` clause, else from ``views`` (by array symbol, as proved). An empty
    max is -inf.
    """
    source = Source(_without_prefix(text), origin)
    builder = _builder(ctx, source, names, signature, views or {}, True)

    def read() -> Claim:
        parsed = Parser.of(source).statement()
        generators = parsed.clauses.generators
        listed: dict[str, Term] = {}

        def introduce(name: str) -> None:
            if name not in listed and builder.symbol(name, False) is None and name not in builder.shared:
                listed[name] = builder.indices[name] = Symbols(ctx).index(len(listed))

        _clauses(builder, parsed.clauses)
        for node in parsed.target.index:
            if isinstance(node, syntax.Name) and not node.raw:
                introduce(node.name)
        for generator in generators or ():
            if not generator.raw:
                introduce(generator.name)
        bound: list[Term] = []
        for generator in generators or ():
            symbol = None if generator.raw else listed.get(generator.name)
            if symbol is None:
                source.fail(generator.at, f"{generator.name[:40]!r} is not an index of the claim")
            if symbol in bound:
                source.fail(generator.at, f"{generator.name!r} is listed twice")
            bound.append(symbol)
        statement = _statement(builder, parsed, generators or (), bound, tuple(listed.values()))
        return Claim(statement, tuple(listed), generators is not None or parsed.clauses.condition is not None)

    return _guarded(source, read)


def _without_prefix(text: str) -> str:
    """Blank out a leading ``// CLAIM:``, so that columns stay right."""
    for prefix in ("// CLAIM:", "CLAIM:"):
        start = len(text) - len(text.lstrip())
        if text.startswith(prefix, start):
            return " " * (start + len(prefix)) + text[start + len(prefix) :]
    return text


def _builder(
    ctx: Context, source: Source, names: Names, signature: Signature, views: Mapping[str, View], total: bool
) -> Builder:
    check_names(names)
    return Builder(ctx=ctx, source=source, names=names, signature=signature, views=views, total=total)


def _clauses(builder: Builder, clauses: syntax.Clauses) -> None:
    """Take in the ``where`` and ``with`` clauses."""
    for at, name, value in clauses.shared:
        if name in builder.shared or builder.symbol(name, False) is not None:
            builder.fail(at, f"{name!r} is already defined")
        builder.shared[name] = value
    for entry in clauses.strides:
        array = builder.array(entry.at, entry.array, entry.raw)
        if array in builder.strides:
            builder.fail(entry.at, f"the strides of {entry.array!r} are given twice")
        builder.strides[array] = tuple(builder.integer(stride) for stride in entry.strides)


def _statement(
    builder: Builder,
    parsed: syntax.StatementSyntax,
    generators: tuple[syntax.Generator, ...],
    variables: list[Term],
    indices: tuple[Term, ...] | None = None,
) -> Statement:
    target = parsed.target
    if target.attributes is not None:
        builder.fail(target.at, "the array that is written takes no type")
    array = builder.array(target.at, target.array, target.raw)
    return Statement(
        array=array,
        kind=_KINDS[parsed.kind],
        indices=tuple(variables) if indices is None else indices,
        domain=builder.domain(generators, variables, parsed.clauses.condition),
        address=builder.address(target, array),
        value=builder.term(parsed.value),
    )


def _guarded(source: Source, read: Callable[[], _T]) -> _T:
    """Run a reader; what Python or the core run out of becomes a diagnostic."""
    try:
        return read()
    except RecursionError:
        source.fail(0, "the formula nests too deep")
    except ValueError as error:
        source.fail(0, str(error))
    except BudgetError as error:
        raise BudgetExceeded(Diagnostic("error", "formula-too-large", str(error), source.origin)) from error
