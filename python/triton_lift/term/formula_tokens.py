"""Tokens of the formula text, with their places; every bad character is a located ``ParseError``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn

from triton_lift.term.formula_number import parse_number
from triton_lift.util.diagnostic import Diagnostic, ParseError

TokenKind = Literal["number", "name", "raw", "op", "end"]

MAX_TEXT = 1_000_000
"""Longest text that is read, in characters."""
MAX_TOKENS = 200_000

KEYWORDS = frozenset(
    ("if", "else", "and", "or", "not", "for", "in", "where", "with", "true", "false", "inf", "undef", "bundef", "paren")
)
"""Words that are never names; a symbol so named is written by its position, in backquotes."""

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?[fd]?(?![A-Za-z0-9_]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|`(?P<raw>[^`\r\n]+)`"
    r"|(?P<op>\*\*|//|\.\.|<=|>=|==|!=|\+=|[-+*/%@()\[\]{},:=<>])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``at`` is its offset in the text, ``number`` its exact value where it is one."""

    kind: TokenKind
    text: str
    at: int
    number: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The text that is read, for messages."""

    text: str
    origin: str = "<formula>"

    def error(self, at: int, message: str) -> ParseError:
        """A ``ParseError`` at an offset, as ``origin:line:col`` (both from 1)."""
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return ParseError(Diagnostic("error", "bad-formula", message, f"{self.origin}:{line}:{column}"))

    def fail(self, at: int, message: str) -> NoReturn:
        """Raise the error."""
        raise self.error(at, message)


def tokenize(source: Source) -> list[Token]:
    """All tokens, closed by one of kind ``end``; ``ParseError`` for a bad character or a text that is too long."""
    text = source.text
    if len(text) > MAX_TEXT:
        source.fail(0, f"the formula has {len(text)} characters; at most {MAX_TEXT} are read")
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            source.fail(at, f"unexpected character {text[at]!r}")
        match match.lastgroup:
            case "number":
                try:
                    number = parse_number(match.group())
                except ValueError as error:
                    source.fail(at, str(error))
                tokens.append(Token("number", match.group(), at, number))
            case "name":
                tokens.append(Token("name", match.group(), at))
            case "raw":
                tokens.append(Token("raw", match.group("raw"), at))
            case "op":
                tokens.append(Token("op", match.group(), at))
            case _:
                pass
        if len(tokens) > MAX_TOKENS:
            source.fail(at, f"the formula has more than {MAX_TOKENS} tokens")
        at = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens
