"""Reading attributes.

Source: MLIR language reference, "Attributes" and "Builtin attributes". What the model has no class for (dialect
attributes, affine maps, typed strings, locations as values) is kept as its exact text with aliases expanded.
"""

from __future__ import annotations

from triton_lift.ir.dense import read_dense, read_dense_array
from triton_lift.ir.lexer import Cursor, unescape
from triton_lift.ir.locations import read_location
from triton_lift.ir.model import (
    ArrayAttr,
    Attr,
    DictAttr,
    FloatAttr,
    FloatType,
    IndexType,
    IntAttr,
    IntType,
    OpaqueAttr,
    StringAttr,
    SymbolAttr,
    Type,
    TypeAttr,
    UnitAttr,
)
from triton_lift.ir.numbers import literal_value, read_literal
from triton_lift.ir.types import TYPE_WORDS, read_type

_OPAQUE_WORDS = frozenset({"affine_map", "affine_set", "dense_resource", "sparse", "strided"})


def read_attribute(cursor: Cursor) -> Attr:
    """Read one attribute."""
    cursor.count()
    pos = cursor.skip_space()
    kind, spelling = cursor.peek()
    match kind:
        case "int" | "hex" | "float":
            return _number(cursor)
        case "word":
            return _word(cursor, spelling, pos)
        case "string":
            cursor.take()
            if not cursor.accept(":"):
                return StringAttr(unescape(spelling))
            read_type(cursor)
            return OpaqueAttr(cursor.bounded_expansion(pos))
        case "symbol":
            return _symbol(cursor)
        case "hash":
            cursor.take()
            if "." in spelling or cursor.text.startswith("<", cursor.pos):
                return _dialect(cursor, pos)
            return cursor.alias(spelling, pos, read_attribute, cursor.alias_attributes)
        case "bang":
            return TypeAttr(read_type(cursor))
        case "punct":
            return _punctuated(cursor, spelling)
        case _:
            raise cursor.expected("an attribute")


def read_dictionary(cursor: Cursor) -> dict[str, Attr]:
    """Read ``{name = attribute, name}`` in printed order; a second value for a name is an error."""
    cursor.enter()
    cursor.expect("{")
    items: dict[str, Attr] = {}
    if not cursor.accept("}"):
        while True:
            pos = cursor.skip_space()
            kind, name = cursor.peek()
            if kind == "string":
                name = cursor.utf8("attribute name")
            elif kind == "word":
                cursor.take()
            else:
                raise cursor.expected("an attribute name")
            if name in items:
                raise cursor.error(f"duplicate attribute '{name[:80]}'", pos)
            items[name] = read_attribute(cursor) if cursor.accept("=") else UnitAttr()
            if not cursor.accept(","):
                break
        cursor.expect("}")
    cursor.depth -= 1
    cursor.count(len(items))
    return items


def _punctuated(cursor: Cursor, spelling: str) -> Attr:
    match spelling:
        case "-":
            return _number(cursor)
        case "{":
            return DictAttr(tuple(read_dictionary(cursor).items()))
        case "(":
            return TypeAttr(read_type(cursor))
        case "[":
            cursor.enter()
            cursor.take()
            items: list[Attr] = []
            if not cursor.accept("]"):
                items.append(read_attribute(cursor))
                while cursor.accept(","):
                    items.append(read_attribute(cursor))
                cursor.expect("]")
            cursor.depth -= 1
            return ArrayAttr(tuple(items))
        case _:
            raise cursor.expected("an attribute")


def _word(cursor: Cursor, word: str, pos: int) -> Attr:
    match word:
        case "true" | "false":
            cursor.take()
            return IntAttr(int(word == "true"), IntType(1))
        case "unit":
            cursor.take()
            return UnitAttr()
        case "array":
            cursor.take()
            return read_dense_array(cursor)
        case "dense":
            cursor.take()
            return read_dense(cursor, pos)
        case "loc":
            read_location(cursor)
            return OpaqueAttr(cursor.bounded_expansion(pos))
        case _ if word in _OPAQUE_WORDS:
            cursor.take()
            cursor.opaque(pos)
            if cursor.accept(":"):
                read_type(cursor)
            return OpaqueAttr(cursor.bounded_expansion(pos))
        case _ if TYPE_WORDS.fullmatch(word):
            return TypeAttr(read_type(cursor))
        case _:
            raise cursor.expected("an attribute")


def _number(cursor: Cursor) -> IntAttr | FloatAttr:
    literal = read_literal(cursor)
    of: Type
    if cursor.accept(":"):
        pos = cursor.skip_space()
        of = read_type(cursor)
    else:
        pos = literal[3]
        of = FloatType("f64") if literal[0] == "float" else IntType(64)
    value = literal_value(cursor, literal, of)
    match of:
        case FloatType():
            return FloatAttr(value, of)
        case IntType() | IndexType():
            return IntAttr(value, of)
        case _:
            raise cursor.error("number of a type that is neither integer, index nor float", pos)


def _symbol(cursor: Cursor) -> SymbolAttr:
    path: list[str] = []
    while True:
        pos = cursor.skip_space()
        kind, spelling = cursor.peek()
        if kind != "symbol":
            raise cursor.expected("a symbol")
        cursor.take()
        try:
            path.append(unescape(spelling[1:]).decode("utf-8") if spelling[1] == '"' else spelling[1:])
        except UnicodeDecodeError:
            raise cursor.error("symbol name is not UTF-8", pos) from None
        if not cursor.accept("::"):
            cursor.count(len(path))
            return SymbolAttr(tuple(path))


def _dialect(cursor: Cursor, start: int) -> OpaqueAttr:
    """Read a dialect attribute; a type may follow (``#dialect.attr<...> : i32``)."""
    cursor.opaque(start)
    if cursor.accept(":"):
        read_type(cursor)
    return OpaqueAttr(cursor.bounded_expansion(start))
