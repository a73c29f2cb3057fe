"""Reading number literals into values of their types.

Source: MLIR language reference, "IntegerAttr", "FloatAttr"; the ranges are those MLIR's own reader accepts.
"""

from __future__ import annotations

from triton_lift.ir.floats import FORMATS, decimal_bits
from triton_lift.ir.lexer import MAX_DIGITS, MAX_INT_BITS, Cursor
from triton_lift.ir.model import FloatType, IndexType, IntType, Type

INDEX_BITS = 64


def read_literal(cursor: Cursor) -> tuple[str, str, bool, int]:
    """Read ``-``? number, or true or false: kind ('int', 'hex', 'float', 'word'), spelling, negated, position."""
    negative = cursor.accept("-")
    pos = cursor.skip_space()
    kind, spelling = cursor.peek()
    if kind not in ("int", "hex", "float") and (negative or spelling not in ("true", "false") or kind != "word"):
        raise cursor.expected("a number")
    cursor.take()
    return kind, spelling, negative, pos


def literal_value(cursor: Cursor, literal: tuple[str, str, bool, int], of: Type) -> int:
    """The value of a literal in type ``of``: an integer (signed where signless, i1 as 0/1), or IEEE bits of a float."""
    kind, spelling, negative, pos = literal
    match of:
        case IntType(width, signedness):
            if kind == "word":
                if of != IntType(1):
                    raise cursor.error(f"'{spelling}' is a value of i1 only", pos)
                return int(spelling == "true")
            return integer_value(cursor, _magnitude(cursor, literal), negative, width, signedness, pos)
        case IndexType() if kind != "word":
            return integer_value(cursor, _magnitude(cursor, literal), negative, INDEX_BITS, "s", pos)
        case FloatType(name) if kind != "word":
            if kind == "float":
                return _decimal_float(cursor, literal, name)
            return _hexadecimal_float(cursor, literal, name)
        case _:
            raise cursor.error(f"'{spelling[:40]}' is no value of this type", pos)


def integer_value(cursor: Cursor, magnitude: int, negative: bool, width: int, signedness: str, pos: int) -> int:
    """The value of ``-``? ``magnitude`` in ``width`` bits, refused where it does not fit.

    A signless type takes -2^(w-1) .. 2^w - 1 and reads the upper half as negative. Minus zero does not fit, as in MLIR.
    """
    if width > MAX_INT_BITS:
        raise cursor.error(f"integer values wider than {MAX_INT_BITS} bits", pos)
    half = 1 << (width - 1) if width else 0
    if negative:
        if not 0 < magnitude <= half or signedness == "u":
            raise cursor.error("integer constant out of range", pos)
        return signed(-magnitude, width, signedness)
    if magnitude >> width or (signedness == "s" and magnitude >= half):
        raise cursor.error("integer constant out of range", pos)
    return signed(magnitude, width, signedness)


def signed(bits: int, width: int, signedness: str) -> int:
    """``bits`` modulo 2^width as the model holds it: signed two's complement, but i1 and unsigned types from 0."""
    bits &= (1 << width) - 1
    if signedness == "u" or (width == 1 and signedness == "") or width == 0:
        return bits
    return bits - (1 << width) if bits >> (width - 1) else bits


def _magnitude(cursor: Cursor, literal: tuple[str, str, bool, int]) -> int:
    kind, spelling, _, pos = literal
    if len(spelling) > MAX_DIGITS:
        raise cursor.error(f"number of more than {MAX_DIGITS} digits", pos)
    if kind == "float":
        raise cursor.error("floating point value for an integer type", pos)
    return int(spelling, 16) if kind == "hex" else int(spelling)


def _decimal_float(cursor: Cursor, literal: tuple[str, str, bool, int], name: str) -> int:
    _, spelling, negative, pos = literal
    try:
        return decimal_bits(spelling, negative, name)
    except ValueError as error:
        raise cursor.error(str(error), pos) from None


def _hexadecimal_float(cursor: Cursor, literal: tuple[str, str, bool, int], name: str) -> int:
    kind, _, negative, pos = literal
    if kind == "int":
        raise cursor.error("decimal integer for a float type; a float literal has a dot", pos)
    if negative:
        raise cursor.error("hexadecimal float literal with a minus sign", pos)
    bits = _magnitude(cursor, literal)
    if bits >> FORMATS[name].width:
        raise cursor.error(f"hexadecimal float constant out of range for {name}", pos)
    return bits
