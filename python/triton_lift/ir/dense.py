"""Reading ``dense<...>`` elements and ``array<...>`` attributes.

Source: MLIR language reference, "DenseElementsAttr" and "DenseArrayAttr". Lists that hold one value throughout become
a splat, as in MLIR.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise

from triton_lift.ir.floats import FORMATS
from triton_lift.ir.lexer import WS, Cursor
from triton_lift.ir.model import (
    DenseArrayAttr,
    DenseElementsAttr,
    FloatType,
    IndexType,
    IntType,
    OpaqueAttr,
    TensorType,
    Type,
)
from triton_lift.ir.numbers import INDEX_BITS, literal_value, read_literal, signed
from triton_lift.ir.types import read_type

_Literal = tuple[str, str, bool, int]
# A flat run of plain numbers, by far the most of a long list; anything else is read token by token.
_ELEMENT = re.compile(
    WS + r"(?:(-)" + WS + r")?(?:([0-9]++\.[0-9]*+(?:[eE][+-]?[0-9]++)?)|(0x[0-9a-fA-F]++)|([0-9]++)|(true|false)\b)"
)
_KINDS = ("", "", "float", "hex", "int", "word")


def read_dense(cursor: Cursor, start: int) -> DenseElementsAttr | OpaqueAttr:
    """Read what follows ``dense``, which stands at ``start``.

    The body must be read before the type that gives it its meaning, so literals wait with their positions. Dense
    vectors (no tensors) are kept as text.
    """
    cursor.expect("<")
    pos = cursor.skip_space()
    kind, _ = cursor.peek()
    raw: bytes | None = None
    literals: list[_Literal] = []
    shape: tuple[int, ...] | None = None
    if kind == "string":
        raw = _hex_bytes(cursor)
    elif not cursor.text.startswith(">", pos):
        shape = _literals(cursor, literals)
    cursor.expect(">")
    cursor.expect(":")
    of_pos = cursor.skip_space()
    of = read_type(cursor)
    if not isinstance(of, TensorType):
        if cursor.text.startswith("vector", of_pos):
            return OpaqueAttr(cursor.bounded_expansion(start))
        raise cursor.error("dense elements of a type other than a static tensor", of_pos)
    if raw is not None:
        return DenseElementsAttr(of, _from_bytes(cursor, raw, of, pos))
    count = math.prod(of.shape)
    if shape is None and count != 0:
        raise cursor.error("no elements for a tensor that has some", pos)
    splat = shape == () or (shape == (0,) and count == 0)
    if shape is not None and shape != of.shape and not splat:
        raise cursor.error(f"elements of shape {list(shape)} for a tensor of shape {list(of.shape)}", pos)
    cache: dict[tuple[str, bool], int] = {}
    values: list[int] = []
    for literal in literals:
        key = literal[1:3]
        value = cache.get(key)
        if value is None:
            value = cache[key] = literal_value(cursor, literal, of.element)
        values.append(value)
    return DenseElementsAttr(of, _splatted(values))


def read_dense_array(cursor: Cursor) -> DenseArrayAttr:
    """Read what follows ``array``: ``<i32: 1, 2>`` or ``<i32>``."""
    cursor.expect("<")
    pos = cursor.skip_space()
    element = read_type(cursor)
    match element:
        case IntType(width) if width == 1 or (width > 0 and width % 8 == 0):
            pass
        case FloatType(name) if FORMATS[name].width % 8 == 0:
            pass
        case _:
            raise cursor.error("element type of an array must be i1, or an integer or float of whole bytes", pos)
    values: list[int] = []
    if cursor.accept(":"):
        values.append(_array_element(cursor, element))
        while cursor.accept(","):
            values.append(_array_element(cursor, element))
    cursor.expect(">")
    cursor.count(len(values))
    return DenseArrayAttr(element, tuple(values))


def _array_element(cursor: Cursor, element: Type) -> int:
    literal = read_literal(cursor)
    if element == IntType(1) and literal[0] != "word":
        raise cursor.error("expected 'true' or 'false' in an array of i1", literal[3])
    return literal_value(cursor, literal, element)


def _literals(cursor: Cursor, out: list[_Literal]) -> tuple[int, ...]:
    """Read one number or nested lists of numbers into ``out``; the shape, () for a single number."""
    sizes: list[int | None] = []  # the size of a list at each depth, once one was closed
    counts: list[int] = []  # the items so far of each open list
    match = _ELEMENT.match
    text = cursor.text
    while True:
        if cursor.accept("["):
            if counts and counts[-1] and len(sizes) == len(counts):
                raise cursor.error("list among numbers")
            counts.append(0)
            if len(counts) > len(sizes):
                cursor.count()
                sizes.append(None)
                if len(sizes) > 64 or out:
                    raise cursor.error("elements nested unevenly or too deeply")
            if not cursor.accept("]"):
                continue
        else:
            found = match(text, cursor.pos)
            if found is None:
                raise cursor.expected("a number or a list")
            if len(counts) != len(sizes):
                raise cursor.error("elements nested unevenly")
            group = found.lastindex or 0
            out.append((_KINDS[group], found[group], found[1] is not None, found.start(group)))
            cursor.pos = found.end()
            if not counts:
                return ()
            counts[-1] += 1
            cursor.count()
            if cursor.accept(","):
                continue
            cursor.expect("]")
        # A list has just been closed: its size must be that of its neighbours.
        while True:
            size = counts.pop()
            if sizes[len(counts)] not in (None, size):
                raise cursor.error("lists of different sizes")
            sizes[len(counts)] = size
            if not counts:
                return tuple(size or 0 for size in sizes)
            counts[-1] += 1
            if cursor.accept(","):
                break
            cursor.expect("]")


def _splatted(values: list[int]) -> tuple[int, ...]:
    if len(values) > 1 and all(a == b for a, b in pairwise(values)):
        return (values[0],)
    return tuple(values)


def _hex_bytes(cursor: Cursor) -> bytes:
    pos = cursor.skip_space()
    body = cursor.string()
    try:
        if body[:2] != b"0x":
            raise ValueError
        return bytes.fromhex(body[2:].decode("ascii"))
    except ValueError:
        raise cursor.error("expected a string of whole bytes in hexadecimal, '0x...'", pos) from None


def _from_bytes(cursor: Cursor, raw: bytes, of: TensorType, pos: int) -> tuple[int, ...]:
    """Elements from their storage: little-endian, each in whole bytes; one element alone is a splat."""
    count = math.prod(of.shape)
    match of.element:
        case IntType(width):
            pass
        case IndexType():
            width = INDEX_BITS
        case FloatType(name):
            width = FORMATS[name].width
        case _:
            raise cursor.error("hexadecimal elements of a type without a storage format", pos)
    size = (width + 7) // 8
    if width == 1 and len(raw) * 8 >= count > len(raw):
        return _from_packed_bits(cursor, raw, count, pos)
    if size == 0 or len(raw) not in (size, size * count):
        raise cursor.error(f"{len(raw)} bytes of elements for {count} elements of {size} bytes", pos)
    cursor.count(len(raw) // size)
    pieces = (int.from_bytes(raw[i : i + size], "little") for i in range(0, len(raw), size))
    if isinstance(of.element, FloatType):
        return _splatted([piece & ((1 << width) - 1) for piece in pieces])
    signedness = of.element.signedness if isinstance(of.element, IntType) else "s"
    return _splatted([signed(piece, width, signedness) for piece in pieces])


def _from_packed_bits(cursor: Cursor, raw: bytes, count: int, pos: int) -> tuple[int, ...]:
    """i1 elements as older MLIR has them, eight to a byte; newer takes a byte each. What reads both ways is refused."""
    if len(raw) == 1 and raw not in (b"\x00", b"\xff"):
        raise cursor.error("one byte of i1 elements means different things to different versions of MLIR", pos)
    if len(raw) == 1:
        return (raw[0] & 1,)
    if len(raw) != (count + 7) // 8:
        raise cursor.error(f"{len(raw)} bytes of elements for {count} elements of i1", pos)
    cursor.count(count)
    return _splatted([raw[i // 8] >> (i % 8) & 1 for i in range(count)])
