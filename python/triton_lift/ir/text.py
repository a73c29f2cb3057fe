"""Types, attributes and locations as MLIR text that reads back to them.

Source: MLIR language reference, "Builtin types", "Builtin attributes", "Location attributes"; spelled as MLIR prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import assert_never

from triton_lift.ir.floats import float_text
from triton_lift.ir.model import (
    ArrayAttr,
    Attr,
    CallSiteLoc,
    DenseArrayAttr,
    DenseElementsAttr,
    DictAttr,
    FileLoc,
    FloatAttr,
    FloatType,
    FunctionType,
    FusedLoc,
    IndexType,
    IntAttr,
    IntType,
    Loc,
    NameLoc,
    OpaqueAttr,
    OpaqueType,
    PointerType,
    StringAttr,
    SymbolAttr,
    TensorDescType,
    TensorType,
    Type,
    TypeAttr,
    UnitAttr,
    UnknownLoc,
)

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_$.]*")


def type_text(t: Type) -> str:
    """A type as MLIR text."""
    match t:
        case IntType(width, signedness):
            return f"{signedness}i{width}"
        case IndexType():
            return "index"
        case FloatType(name):
            return name
        case PointerType(pointee, space):
            return f"!tt.ptr<{type_text(pointee)}>" if space == 1 else f"!tt.ptr<{type_text(pointee)}, {space}>"
        case TensorType(shape, element, encoding):
            dimensions = "".join(f"{n}x" for n in shape)
            return f"tensor<{dimensions}{type_text(element)}{'' if encoding is None else ', ' + encoding}>"
        case FunctionType():
            return function_type_text(t.inputs, t.results)
        case TensorDescType(_, text) | OpaqueType(text):
            return text
        case _:
            assert_never(t)


def function_type_text(inputs: Iterable[Type], results: tuple[Type, ...]) -> str:
    """``(inputs) -> results``; one result that is no function type stands without parentheses."""
    left = ", ".join(map(type_text, inputs))
    if len(results) == 1 and not isinstance(results[0], FunctionType):
        return f"({left}) -> {type_text(results[0])}"
    return f"({left}) -> ({', '.join(map(type_text, results))})"


def attribute_text(attr: Attr, ordered: bool = False) -> str:
    """An attribute as MLIR text; ``ordered`` sorts the names in dictionaries."""
    match attr:
        case UnitAttr():
            return "unit"
        case IntAttr(value, t):
            return ("true" if value else "false") if t == IntType(1) else f"{value} : {type_text(t)}"
        case FloatAttr(bits, t):
            return f"{float_text(bits, t.name)} : {t.name}"
        case StringAttr(value):
            return quoted(value)
        case TypeAttr(t):
            return type_text(t)
        case SymbolAttr(path):
            return "::".join("@" + _name(part) for part in path)
        case ArrayAttr(items):
            return f"[{', '.join(attribute_text(item, ordered) for item in items)}]"
        case DictAttr(items):
            return dictionary_text(dict(items), ordered)
        case DenseArrayAttr(element, values):
            body = ", ".join(_element(value, element) for value in values)
            return f"array<{type_text(element)}: {body}>" if values else f"array<{type_text(element)}>"
        case DenseElementsAttr(t, values):
            return f"dense<{_dense(values, t)}> : {type_text(t)}"
        case OpaqueAttr(text):
            return text
        case _:
            assert_never(attr)


def dictionary_text(items: Mapping[str, Attr], ordered: bool = False) -> str:
    """``{name = attribute, name}``."""
    pairs = sorted(items.items()) if ordered else items.items()
    return "{" + ", ".join(_entry(name, attr, ordered) for name, attr in pairs) + "}"


def location_text(loc: Loc) -> str:
    """A location without the enclosing ``loc(...)``."""
    match loc:
        case FileLoc(file, line, col, end):
            start = f"{quoted(file.encode())}:{line}:{col}"
            return start if end is None else f"{start} to {end[0]}:{end[1]}"
        case NameLoc(name, UnknownLoc()):
            return quoted(name.encode())
        case NameLoc(name, child):
            return f"{quoted(name.encode())}({location_text(child)})"
        case CallSiteLoc(callee, caller):
            return f"callsite({location_text(callee)} at {location_text(caller)})"
        case FusedLoc(children, metadata):
            head = "fused" if metadata is None else f"fused<{metadata}>"
            return f"{head}[{', '.join(map(location_text, children))}]"
        case UnknownLoc():
            return "unknown"
        case _:
            assert_never(loc)


def quoted(value: bytes) -> str:
    """A string literal: printable ASCII as it is, every other byte as two hexadecimal digits."""
    return '"' + "".join(_ESCAPED[byte] for byte in value) + '"'


_ESCAPED = tuple(
    "\\\\" if byte == 0x5C else chr(byte) if 0x20 <= byte < 0x7F and byte != 0x22 else f"\\{byte:02X}"
    for byte in range(256)
)


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name.encode())


def _entry(name: str, attr: Attr, ordered: bool) -> str:
    return _name(name) if isinstance(attr, UnitAttr) else f"{_name(name)} = {attribute_text(attr, ordered)}"


def _element(value: int, t: Type) -> str:
    if t == IntType(1):
        return "true" if value else "false"
    return float_text(value, t.name) if isinstance(t, FloatType) else str(value)


def _dense(values: tuple[int, ...], t: TensorType) -> str:
    texts = [_element(value, t.element) for value in values]
    if len(texts) <= 1:
        return "".join(texts)
    for size in reversed(t.shape):
        texts = [f"[{', '.join(texts[i : i + size])}]" for i in range(0, len(texts), size)]
    return texts[0]
