"""Reading types.

Source: MLIR language reference, "Type system" and "Builtin types"; Triton's ``TritonTypes.td`` for ``!tt.ptr`` and
``!tt.tensordesc``. What the model has no class for is kept as its exact text with aliases expanded.
"""

from __future__ import annotations

import re

from triton_lift.ir.floats import FORMATS
from triton_lift.ir.lexer import MAX_ELEMENTS, WS, Cursor
from triton_lift.ir.model import (
    FloatType,
    FunctionType,
    IndexType,
    IntType,
    OpaqueType,
    PointerType,
    TensorDescType,
    TensorType,
    Type,
)

_SIMPLE = re.compile(
    WS + r'(tensor<(?:[^<>"]++|<[^<>"]*+>)*+>|!tt\.ptr<[^<>"]*+>|[a-z][A-Za-z0-9]*+(?![A-Za-z0-9_$.<]))'
)
FLAT_FUNCTION_TYPE = r'\([^()"\n]*+\) -> (?:\([^()"\n]*+\)|[^()\s",]++)'
"""Pattern of a function type without function types in it and in the printer's spacing; whitespace must follow."""
_FUNCTION = re.compile(rf"{WS}({FLAT_FUNCTION_TYPE})(?=\s)")
_INT = re.compile(r"([su]?)i([0-9]++)")
_DIMENSION = re.compile(WS + r"(\?|[0-9]++)" + WS + "x")
_OPAQUE_BUILTINS = frozenset({"complex", "memref", "none", "tuple", "vector"})
_MAX_WIDTH = 16777215
_MAX_DIM = (1 << 63) - 1
TYPE_WORDS = re.compile(r"[su]?i[0-9]+|index|tensor|complex|memref|none|tuple|vector|" + "|".join(FORMATS))


def read_type(cursor: Cursor) -> Type:
    """Read one type."""
    match = _SIMPLE.match(cursor.text, cursor.pos)
    if match is None:
        return _read_type(cursor)
    # A type that ends where its slice ends depends on nothing but the slice, so it is read once per module.
    key = match[1]
    known = cursor.types.get(key)
    if known is None:
        known = _read_type(cursor)
        if cursor.pos == match.end():
            cursor.types[key] = known
    else:
        cursor.pos = match.end()
    return known


def read_function_type(cursor: Cursor) -> FunctionType:
    """Read ``(types) -> types``."""
    match = _FUNCTION.match(cursor.text, cursor.pos)
    if match is None:
        return _read_function_type(cursor)
    key = match[1]
    known = cursor.function_types.get(key)
    if known is None:
        known = _read_function_type(cursor)
        if cursor.pos == match.end():
            cursor.function_types[key] = known
    else:
        cursor.pos = match.end()
    return known


def _read_function_type(cursor: Cursor) -> FunctionType:
    cursor.enter()
    inputs = _type_list(cursor)
    cursor.expect("->")
    kind, spelling = cursor.peek()
    results = _type_list(cursor) if (kind, spelling) == ("punct", "(") else (read_type(cursor),)
    cursor.depth -= 1
    return FunctionType(inputs, results)


def _type_list(cursor: Cursor) -> tuple[Type, ...]:
    cursor.expect("(")
    types: list[Type] = []
    if not cursor.accept(")"):
        types.append(read_type(cursor))
        while cursor.accept(","):
            types.append(read_type(cursor))
        cursor.expect(")")
    cursor.count(len(types))
    return tuple(types)


def _read_type(cursor: Cursor) -> Type:
    pos = cursor.skip_space()
    kind, spelling = cursor.peek()
    match kind:
        case "word":
            cursor.take()
            return _builtin(cursor, spelling, pos)
        case "bang":
            cursor.take()
            return _dialect(cursor, spelling, pos)
        case "punct" if spelling == "(":
            return _read_function_type(cursor)
        case _:
            raise cursor.expected("a type")


def _builtin(cursor: Cursor, word: str, pos: int) -> Type:
    if word in FORMATS:
        return FloatType(word)
    if word == "index":
        return IndexType()
    if word == "tensor":
        return _tensor(cursor, pos)
    if word in _OPAQUE_BUILTINS:
        cursor.count()
        return OpaqueType(cursor.opaque(pos))
    match = _INT.fullmatch(word)
    if match is None:
        raise cursor.error(f"unknown type '{word[:40]}'", pos)
    if len(match[2]) > 8 or int(match[2]) > _MAX_WIDTH:
        raise cursor.error(f"integer type wider than {_MAX_WIDTH} bits", pos)
    return IntType(int(match[2]), match[1])


def _tensor(cursor: Cursor, start: int) -> Type:
    cursor.enter()
    cursor.expect("<")
    if cursor.accept("*") or not (tensor := _shaped(cursor)):
        # Unranked and dynamic shapes do not occur in kernels: kept as text.
        cursor.pos = start
        cursor.take()
        cursor.depth -= 1
        return OpaqueType(cursor.opaque(start))
    cursor.expect(">")
    cursor.depth -= 1
    return tensor


def _shaped(cursor: Cursor) -> TensorType | None:
    """Read ``2x4xT`` or ``2x4xT, #encoding``; None where a dimension is dynamic."""
    pos = cursor.skip_space()
    shape: list[int] = []
    elements = 1
    while (match := _DIMENSION.match(cursor.text, cursor.pos)) is not None:
        digits = match[1]
        if digits == "?":
            return None
        if len(digits) > 19 or int(digits) > _MAX_DIM:
            raise cursor.error("dimension out of range", match.start(1))
        shape.append(int(digits))
        elements *= shape[-1]
        if elements > MAX_ELEMENTS or len(shape) > _MAX_RANK:
            raise cursor.error(f"tensor of more than {MAX_ELEMENTS} elements or {_MAX_RANK} dimensions", pos)
        cursor.pos = match.end()
    pos = cursor.skip_space()
    element = read_type(cursor)
    if isinstance(element, FunctionType | TensorType):
        raise cursor.error("invalid element type of a tensor", pos)
    return TensorType(tuple(shape), element, _encoding(cursor) if cursor.accept(",") else None)


_MAX_RANK = 64


def _encoding(cursor: Cursor) -> str:
    """Read an encoding attribute as text: balanced up to the ``>`` that ends the type."""
    pos = cursor.skip_space()
    kind, spelling = cursor.take()
    if kind == "hash" and spelling in cursor.aliases:
        cursor.resolve(cursor, spelling, pos)
        return cursor.bounded_expansion(pos)
    if kind == "hash":
        return cursor.opaque(pos)
    if kind in ("string", "int", "word"):
        return cursor.bounded_expansion(pos)
    cursor.pos = pos
    raise cursor.expected("an encoding attribute")


def _dialect(cursor: Cursor, spelling: str, pos: int) -> Type:
    body = cursor.text.startswith("<", cursor.pos)
    if not body and "." not in spelling:
        return cursor.alias(spelling, pos, read_type, cursor.alias_types)
    if spelling == "!tt.ptr" and body:
        return _pointer(cursor)
    if spelling == "!tt.tensordesc" and body:
        return _descriptor(cursor, pos)
    cursor.count()
    return OpaqueType(cursor.opaque(pos))


def _pointer(cursor: Cursor) -> PointerType:
    cursor.enter()
    cursor.expect("<")
    pointee = read_type(cursor)
    space = cursor.decimal("an address space", (1 << 31) - 1) if cursor.accept(",") else 1
    cursor.expect(">")
    cursor.depth -= 1
    return PointerType(pointee, space)


def _descriptor(cursor: Cursor, start: int) -> Type:
    """Read ``!tt.tensordesc<2x4xT>`` (3.8 on) or ``!tt.tensordesc<tensor<2x4xT>>`` (before)."""
    cursor.enter()
    cursor.expect("<")
    pos = cursor.skip_space()
    kind, spelling = cursor.peek()
    block = read_type(cursor) if (kind, spelling) == ("word", "tensor") else _shaped(cursor)
    if not isinstance(block, TensorType) or not cursor.accept(">"):
        raise cursor.error("tensor descriptor of a form that is not read", pos)
    cursor.depth -= 1
    return TensorDescType(block, cursor.bounded_expansion(start))
