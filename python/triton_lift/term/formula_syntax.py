"""Syntax tree of a formula text: what was written, before it has a meaning. Grammar: docs/grammar.md."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from triton_lift.term.formula_signature import Attributes


@dataclass(frozen=True, slots=True)
class Number:
    """An exact constant."""

    at: int
    value: Fraction


@dataclass(frozen=True, slots=True)
class Word:
    """``true false inf undef bundef``."""

    at: int
    word: str


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol, bound variable or shared name; ``raw`` if in backquotes: a symbol by its position."""

    at: int
    name: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A named function or predicate; ``raw`` if its name was in backquotes."""

    at: int
    name: str
    raw: bool
    attributes: Attributes | None
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Generator:
    """``name < hi`` (``lo`` is None), ``name in lo..hi``, or a bare ``name`` that has neither bound."""

    at: int
    name: str
    raw: bool
    lo: Node | None
    hi: Node | None


@dataclass(frozen=True, slots=True)
class Big:
    """``op(body for generators if condition)``."""

    at: int
    op: str
    body: Node
    generators: tuple[Generator, ...]
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Access:
    """``array[index, ...]``, or ``array@[address]`` for a flat address whatever the array's view."""

    at: int
    array: str
    raw: bool
    flat: bool
    attributes: Attributes | None
    index: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negate:
    at: int
    value: Node


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms with their signs, +1 or -1."""

    at: int
    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Factors from left to right, each with the operator before it: ``* / // %`` (the first has ``*``)."""

    at: int
    factors: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Power:
    at: int
    base: Node
    exponent: int


@dataclass(frozen=True, slots=True)
class Compare:
    """``a < b <= c``: operands and the operators between them."""

    at: int
    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """``and`` or ``or`` of two or more."""

    at: int
    op: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    at: int
    value: Node


@dataclass(frozen=True, slots=True)
class If:
    """``v1 if c1 else v2 if c2 else other``: arms are (value, condition)."""

    at: int
    arms: tuple[tuple[Node, Node], ...]
    other: Node


@dataclass(frozen=True, slots=True)
class Paren:
    """``paren(tree)``: an opaque numeric tree."""

    at: int
    value: Node


Node = Number | Word | Name | Call | Big | Access | Negate | Sum | Product | Power | Compare | Logic | Not | If | Paren


@dataclass(frozen=True, slots=True)
class Strides:
    """One entry of a ``where`` clause."""

    at: int
    array: str
    raw: bool
    strides: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """The trailing clauses of a formula."""

    generators: tuple[Generator, ...] | None
    condition: Node | None
    strides: tuple[Strides, ...]
    shared: tuple[tuple[int, str, Node], ...]


@dataclass(frozen=True, slots=True)
class StatementSyntax:
    """``target op= value clauses``; ``kind`` as in ``Statement.kind``."""

    target: Access
    kind: str
    value: Node
    clauses: Clauses
