"""A cursor over the text of one module: tokens, escapes, limits and located errors.

Source: MLIR language reference ("Notation", "Identifiers and keywords", "Common syntax"). Positions index the text, so
line and column are computed only when an error is raised. Everything that bounds time and memory is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from triton_lift.ir.model import Attr, FunctionType, Loc, Type
from triton_lift.util.diagnostic import Diagnostic, ParseError

MAX_TEXT = 64 << 20
"""Bytes of one text."""
MAX_NESTING = 64
"""Depth of attributes, types and locations inside one another, aliases expanded."""
MAX_REGION_NESTING = 128
"""Depth of regions inside one another."""
MAX_BLOCKS = 256
"""Blocks of one region."""
MAX_DIGITS = 640
"""Digits of one number; enough for 2048-bit integers, and never refused by the interpreter's own limit."""
MAX_INT_BITS = 2048
"""Width of integers that have values."""
MAX_OBJECTS = 2 << 20
"""Operations, values, attributes, locations and dense elements of one module together."""
MAX_ELEMENTS = 1 << 40
"""Elements of one tensor type."""
MAX_ALIAS_TEXT = 1 << 18
"""Characters of one alias after expansion of the aliases inside it."""

WS = r"[ \t\r\n]*+"
SUFFIX = r"(?:[0-9]++|[A-Za-z_$.\-][A-Za-z0-9_$.\-]*+)"
TOKEN = re.compile(
    WS + r"(?:(?P<word>[A-Za-z_][A-Za-z0-9_$.]*+)"
    r'|(?P<string>"(?:[^"\\\n\v\f]|\\(?:["\\nt]|[0-9a-fA-F]{2}))*+")'
    r"|(?P<float>[0-9]++\.[0-9]*+(?:[eE][+-]?[0-9]++)?)"
    r"|(?P<hex>0x[0-9a-fA-F]++)"
    r"|(?P<int>[0-9]++)"
    rf"|(?P<value>%{SUFFIX}(?:\#[0-9]++)?)"
    rf"|(?P<block>\^{SUFFIX})"
    rf"|(?P<hash>\#{SUFFIX})"
    rf"|(?P<bang>!{SUFFIX})"
    r'|(?P<symbol>@(?:[A-Za-z_][A-Za-z0-9_$.]*+|"(?:[^"\\\n\v\f]|\\(?:["\\nt]|[0-9a-fA-F]{2}))*+"))'
    r"|(?P<punct>->|::|[()\[\]{}<>,=:\-+*?|/])"
    r"|(?P<end>\Z))"
)
_SPACE = re.compile(WS)
_ESCAPE = re.compile(rb'\\(["\\nt]|[0-9a-fA-F]{2})')
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|//[^\n]*+')
_ALIAS = re.compile(r"^[ \t]*+([#!](?:[0-9]++|[A-Za-z_$\-][A-Za-z0-9_$\-]*+))[ \t]*+=", re.MULTILINE)
# A name with a dot, or followed by '<', belongs to a dialect and is no alias.
_ALIAS_USE = re.compile(rf'"(?:[^"\\\n]|\\.)*+"?|([#!]{SUFFIX})(?!<)')

_BRACKETS = {"<": ">", "(": ")", "[": "]", "{": "}"}
_FLAT = 8  # with at most this many brackets their number is a good enough bound of the nesting

T = TypeVar("T")


@dataclass(slots=True)
class Alias:
    """A definition ``#name = ...`` or ``!name = ...``: where its body starts, and what is known once it was read."""

    start: int
    end: int = -1
    active: bool = False
    height: int = 0
    expanded: str = ""


class Cursor:
    """Reading position in ``text``; ``where`` names the text in diagnostics."""

    __slots__ = (
        "alias_attributes",
        "alias_locations",
        "alias_types",
        "aliases",
        "depth",
        "dictionaries",
        "filename",
        "function_types",
        "objects",
        "pos",
        "resolve",
        "source",
        "text",
        "types",
    )

    def __init__(self, text: str | bytes, filename: str, resolve: Callable[[Cursor, str, int], object]) -> None:
        self.filename = filename
        self.resolve = resolve  # reads the definition of an alias whose kind only its body tells
        self.pos = 0
        self.depth = 0
        self.objects = 0
        self.text = self.source = ""
        self.source = self._decoded(text)
        # Comments become spaces, so that no other pattern has to know them and no position moves.
        self.text = self.source
        if "//" in self.source:
            self.text = _COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " " * len(m[0]), self.source)
        self.aliases: dict[str, Alias] = {}
        for match in _ALIAS.finditer(self.text):
            if match.group(1) in self.aliases:
                raise self.error(f"redefinition of alias '{match.group(1)}'", match.start(1))
            self.aliases[match.group(1)] = Alias(match.end())
        # What a piece of text was read as, by the text; and what an alias was read as, by its name.
        self.types: dict[str, Type] = {}
        self.function_types: dict[str, FunctionType] = {}
        self.dictionaries: dict[str, dict[str, Attr]] = {}
        self.alias_types: dict[str, Type] = {}
        self.alias_attributes: dict[str, Attr] = {}
        self.alias_locations: dict[str, Loc] = {}

    def _decoded(self, text: str | bytes) -> str:
        if len(text) > MAX_TEXT:
            raise self.error(f"text of more than {MAX_TEXT} bytes", 0)
        try:
            if isinstance(text, bytes):
                text = text.decode("utf-8")
            elif not text.isascii():
                text.encode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            raise self.error(f"text is not UTF-8 at offset {error.start}: {error.reason}", 0) from None
        return text

    # ------------------------------------------------------------------------------------------ errors and limits

    def where(self, pos: int) -> str:
        """``file:line:col`` of a position, both from 1."""
        line = self.text.count("\n", 0, pos) + 1
        return f"{self.filename}:{line}:{pos - (self.text.rfind(chr(10), 0, pos) + 1) + 1}"

    def error(self, message: str, pos: int | None = None) -> ParseError:
        """A located error at ``pos`` (default: the next token), to be raised by the caller."""
        if pos is None:
            pos = self.skip_space()
        return ParseError(Diagnostic("error", "parse-error", message, self.where(pos)))

    def count(self, number: int = 1) -> None:
        """Account for ``number`` more objects; a module of too many is refused."""
        self.objects += number
        if self.objects > MAX_OBJECTS:
            raise self.error(f"module of more than {MAX_OBJECTS} objects")

    def enter(self) -> None:
        """One level deeper in an attribute, type or location; leave with ``self.depth -= 1``."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(f"nesting deeper than {MAX_NESTING}")

    # -------------------------------------------------------------------------------------------------- tokens

    def skip_space(self) -> int:
        """Move to the next token and return its position."""
        pos = self.pos
        char = self.text[pos : pos + 1]
        if char == " ":
            pos += 1
            char = self.text[pos : pos + 1]
        if char and char in " \t\r\n":
            match = _SPACE.match(self.text, pos)
            pos = match.end() if match else pos
        self.pos = pos
        return pos

    def peek(self) -> tuple[str, str]:
        """Kind and spelling of the next token, which stays; kinds are the group names of ``TOKEN``."""
        match = TOKEN.match(self.text, self.pos)
        if match is None or match.lastgroup is None:
            raise self._bad_token()
        return match.lastgroup, match.group(match.lastgroup)

    def take(self) -> tuple[str, str]:
        """Kind and spelling of the next token, which is consumed."""
        match = TOKEN.match(self.text, self.pos)
        if match is None or match.lastgroup is None:
            raise self._bad_token()
        self.pos = match.end()
        return match.lastgroup, match.group(match.lastgroup)

    def _bad_token(self) -> ParseError:
        char = self.text[self.skip_space()]
        return self.error("malformed string literal" if char == '"' else f"unexpected character {char!r}")

    def accept(self, punct: str) -> bool:
        """Consume the punctuation if it is next."""
        pos = self.skip_space()
        if self.text.startswith(punct, pos):
            self.pos = pos + len(punct)
            return True
        return False

    def expect(self, punct: str) -> None:
        """Consume the punctuation or raise."""
        if not self.accept(punct):
            raise self.expected(f"'{punct}'")

    def expected(self, what: str) -> ParseError:
        """``expected X, found Y`` at the next token."""
        kind, spelling = self.peek()
        return self.error(f"expected {what}, found {'end of text' if kind == 'end' else repr(spelling[:40])}")

    def string(self) -> bytes:
        """Consume a string literal; its bytes."""
        kind, spelling = self.peek()
        if kind != "string":
            raise self.expected("a string")
        self.take()
        return unescape(spelling)

    def utf8(self, what: str) -> str:
        """Consume a string literal that must be UTF-8."""
        pos = self.skip_space()
        try:
            return self.string().decode("utf-8")
        except UnicodeDecodeError:
            raise self.error(f"{what} is not UTF-8", pos) from None

    def decimal(self, what: str, limit: int) -> int:
        """Consume a decimal integer in 0..limit."""
        pos = self.skip_space()
        kind, spelling = self.peek()
        if kind != "int":
            raise self.expected(what)
        self.take()
        if len(spelling) > MAX_DIGITS or int(spelling) > limit:
            raise self.error(f"{what} out of range", pos)
        return int(spelling)

    # ------------------------------------------------------------------------------------------------- aliases

    def alias(self, name: str, pos: int, read: Callable[[Cursor], T], known: dict[str, T]) -> T:
        """What the alias ``name`` (used at ``pos``) stands for: as ``known``, else its body is read by ``read``."""
        alias = self.aliases.get(name)
        if alias is None:
            raise self.error(f"undefined alias '{name}'", pos)
        if name not in known:
            if alias.active:
                raise self.error(f"alias '{name}' refers to itself", pos)
            back, depth, self.pos, self.depth, alias.active = self.pos, self.depth, alias.start, 0, True
            known[name] = read(self)
            self._measure(name, alias, self.pos)
            self.pos, self.depth, alias.active = back, depth, False
        if self.depth + alias.height > MAX_NESTING:
            raise self.error(f"nesting deeper than {MAX_NESTING}", pos)
        return known[name]

    def _measure(self, name: str, alias: Alias, end: int) -> None:
        """Set end, expanded text and height; both are bounded, for aliases of aliases can grow exponentially."""
        alias.end = end
        alias.expanded = body = self.text[alias.start : end].strip()
        alias.height = sum(map(body.count, "([{<"))
        if alias.height > _FLAT:
            alias.height = _height(body)
        inner = self._aliases_in(body)
        if inner:
            if len(body) + sum(len(a.expanded) for a in inner) > MAX_ALIAS_TEXT:
                raise self.error(f"alias '{name}' stands for more than {MAX_ALIAS_TEXT} characters", alias.start)
            alias.expanded = self.expand(body)
            alias.height += max(a.height for a in inner)

    def _aliases_in(self, body: str) -> list[Alias]:
        if "#" not in body and "!" not in body:
            return []
        return [self.aliases[m[1]] for m in _ALIAS_USE.finditer(body) if m[1] in self.aliases]

    def expand(self, body: str) -> str:
        """``body`` with its aliases replaced by what they stand for; strings are left alone."""

        def replaced(match: re.Match[str]) -> str:
            alias = self.aliases.get(match[1]) if match[1] else None
            return alias.expanded if alias else match[0]

        return _ALIAS_USE.sub(replaced, body) if "#" in body or "!" in body else body

    def opaque(self, start: int) -> str:
        """Consume a bracketed body ``<...>`` if one is next; the text since ``start``, aliases expanded.

        Brackets must balance, ``->`` and strings are skipped whole (MLIR, "Dialect attribute values").
        """
        if self.accept("<"):
            closing = [">"]
            while closing:
                pos = self.skip_space()
                kind, spelling = self.take()
                if kind == "end":
                    raise self.error("unbalanced '<' in a dialect body", start)
                if kind in ("hash", "bang") and spelling in self.aliases and not self.text.startswith("<", self.pos):
                    self.resolve(self, spelling, pos)
                elif spelling in _BRACKETS:
                    closing.append(_BRACKETS[spelling])
                    if len(closing) > MAX_NESTING:
                        raise self.error(f"nesting deeper than {MAX_NESTING}", pos)
                elif kind == "punct" and spelling in ">)]}" and spelling != closing.pop():
                    raise self.error(f"unbalanced '{spelling}' in a dialect body", pos)
        return self.bounded_expansion(start)

    def bounded_expansion(self, start: int) -> str:
        """The text from ``start`` to here, aliases expanded; refused where that is too long."""
        body = self.text[start : self.pos].rstrip(" \t\r\n")
        inner = self._aliases_in(body)
        if not inner:
            return body
        self.count(sum(len(a.expanded) for a in inner) // 16)
        return self.expand(body)


def unescape(literal: str) -> bytes:
    """The bytes of a string literal with its quotes."""
    if "\\" not in literal:
        return literal[1:-1].encode("utf-8")
    return _ESCAPE.sub(_unescaped, literal[1:-1].encode("utf-8"))


def _unescaped(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    if escape in (b'"', b"\\"):
        return escape
    if escape in (b"n", b"t"):
        return b"\n" if escape == b"n" else b"\t"
    return bytes([int(escape, 16)])


def _height(body: str) -> int:
    depth = height = 0
    for char in body:
        depth += (char in "<([{") - (char in ">)]}")
        height = max(height, depth)
    return height
