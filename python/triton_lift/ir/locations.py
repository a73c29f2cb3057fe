"""Reading locations.

Source: MLIR language reference, "Location attributes" (builtin dialect).
"""

from __future__ import annotations

import re

from triton_lift.ir.lexer import WS, Alias, Cursor
from triton_lift.ir.model import CallSiteLoc, FileLoc, FusedLoc, Loc, NameLoc, UnknownLoc

_PLAIN = re.compile(WS + r'loc\((?:(#loc[0-9]*+)|"([^"\\\n\v\f]*+)":([0-9]{1,9}):([0-9]{1,9}))\)')
_PLAIN_BODY = re.compile(r' loc\("([^"\\\n\v\f]*+)":([0-9]{1,9}):([0-9]{1,9})\)(?=\n)')
_MAX_LINE = (1 << 32) - 1


def read_location(cursor: Cursor) -> Loc:
    """Read ``loc(...)``."""
    match = _PLAIN.match(cursor.text, cursor.pos)
    if match is not None:
        if match[1] is None:
            cursor.pos = match.end()
            cursor.count()
            return FileLoc(match[2], int(match[3]), int(match[4]))
        loc = cursor.alias(match[1], match.start(1), read_location, cursor.alias_locations)
        cursor.pos = match.end()
        return loc
    pos = cursor.skip_space()
    if cursor.take() != ("word", "loc"):
        cursor.pos = pos
        raise cursor.expected("'loc'")
    cursor.expect("(")
    loc = _location(cursor)
    cursor.expect(")")
    return loc


def preset_location(cursor: Cursor, name: str, alias: Alias) -> bool:
    """Read the definition of ``alias`` if it is a plain ``loc("file":line:col)``, as nearly all are; whether it is."""
    match = _PLAIN_BODY.match(cursor.text, alias.start)
    if match is None:
        return False
    cursor.count()
    file, line, col = match.groups()
    alias.end, alias.height, alias.expanded = match.end(), 1, match[0][1:]
    cursor.alias_locations[name] = FileLoc(file, int(line), int(col))
    return True


def _location(cursor: Cursor) -> Loc:
    """Read what stands inside the parentheses; an alias stands for its ``loc(...)``."""
    cursor.enter()
    cursor.count()
    pos = cursor.skip_space()
    kind, spelling = cursor.peek()
    loc: Loc
    match kind, spelling:
        case "hash", _:
            cursor.take()
            if "." in spelling or cursor.text.startswith("<", cursor.pos):
                raise cursor.error("dialect location of a form that is not read", pos)
            loc = cursor.alias(spelling, pos, read_location, cursor.alias_locations)
        case "string", _:
            loc = _named(cursor)
        case "word", "unknown":
            cursor.take()
            loc = UnknownLoc()
        case "word", "callsite":
            cursor.take()
            cursor.expect("(")
            callee = _location(cursor)
            if cursor.take() != ("word", "at"):
                raise cursor.error("expected 'at' in a callsite location", pos)
            loc = CallSiteLoc(callee, _location(cursor))
            cursor.expect(")")
        case "word", "fused":
            cursor.take()
            loc = _fused(cursor)
        case _:
            raise cursor.expected("a location")
    cursor.depth -= 1
    return loc


def _named(cursor: Cursor) -> FileLoc | NameLoc:
    """Read ``"file":line:col``, optionally with the end of a range, or ``"name"`` with an optional child."""
    name = cursor.utf8("location")
    if cursor.accept(":"):
        line = cursor.decimal("a line", _MAX_LINE)
        cursor.expect(":")
        col = cursor.decimal("a column", _MAX_LINE)
        if cursor.peek() != ("word", "to"):
            return FileLoc(name, line, col)
        cursor.take()
        if cursor.accept(":"):
            end_line = line
        else:
            end_line = cursor.decimal("a line", _MAX_LINE)
            cursor.expect(":")
        return FileLoc(name, line, col, (end_line, cursor.decimal("a column", _MAX_LINE)))
    if not cursor.accept("("):
        return NameLoc(name, UnknownLoc())
    child = _location(cursor)
    cursor.expect(")")
    return NameLoc(name, child)


def _fused(cursor: Cursor) -> FusedLoc:
    metadata: str | None = None
    pos = cursor.skip_space()
    if cursor.text.startswith("<", pos):
        metadata = cursor.opaque(pos)[1:-1]
    cursor.expect("[")
    children: list[Loc] = []
    if not cursor.accept("]"):
        children.append(_location(cursor))
        while cursor.accept(","):
            children.append(_location(cursor))
        cursor.expect("]")
    return FusedLoc(tuple(children), metadata)
