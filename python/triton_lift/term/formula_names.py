"""Names in a formula text: display names of symbols, names of bound variables by height, reserved words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from triton_lift._core import Term
from triton_lift.term.formula_signature import bare, children
from triton_lift.term.formula_tokens import KEYWORDS
from triton_lift.term.symbols import Names
from triton_lift.util.diagnostic import Diagnostic, UsageError

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PROGRAM = re.compile(r"(pid|np)([0-9]+)")
_LANE = re.compile(r"l([0-9]+):([0-9]+)")
_BOUND = ("k", "j", "m", "n", "p", "q", "r", "t", "u", "v", "w")

CALLED = {"program_id": "pid", "num_programs": "np"}
"""Symbols written as calls, ``num_programs(0)``, unless they have a display name."""


def check_names(names: Names) -> None:
    """``UsageError`` unless all display names are distinct identifiers."""
    seen: dict[str, str] = {}
    for symbol, name in names.by_symbol.items():
        if not _IDENTIFIER.fullmatch(name):
            raise _bad(f"the display name {name!r} of {symbol} is not an identifier")
        if name in seen:
            raise _bad(f"{symbol} and {seen[name]} have the same display name {name!r}")
        seen[name] = symbol


def _bad(message: str) -> UsageError:
    return UsageError(Diagnostic("error", "bad-names", message))


def symbol_text(symbol: str, names: Names) -> str:
    """A symbol as it is written; by its position in backquotes where it has no name that can stand in a text."""
    name = names.by_symbol.get(symbol)
    if name is not None and name not in KEYWORDS:
        return name
    if name is None:
        if match := _PROGRAM.fullmatch(symbol):
            return f"{'program_id' if match.group(1) == 'pid' else 'num_programs'}({match.group(2)})"
        if match := _LANE.fullmatch(symbol):
            return f"lane({match.group(1)}, {match.group(2)})"
    return quoted(symbol)


def array_text(symbol: str, names: Names) -> str:
    """An array as it is written."""
    name = names.by_symbol.get(symbol)
    return name if name is not None and name not in KEYWORDS else quoted(symbol)


def function_text(name: str) -> str:
    """A function as it is written; in backquotes if it is not an identifier or reads as something else."""
    taken = name in KEYWORDS or name in CALLED or name == "lane"
    return name if _IDENTIFIER.fullmatch(name) and not taken else quoted(name)


def quoted(name: str) -> str:
    """A name in backquotes; ``UsageError`` for one that cannot be."""
    if not name or any(c in "`\r\n" for c in name):
        raise _bad(f"the symbol {name!r} cannot be written in a formula")
    return f"`{name}`"


def fresh(stems: tuple[str, ...], taken: set[str]) -> Iterator[str]:
    """Stems in order, then numbered ones, without those taken."""
    for stem in stems:
        if stem not in taken:
            yield stem
    number = 1
    while True:
        for stem in stems:
            if (name := f"{stem}_{number}") not in taken:
                yield name
        number += 1


@dataclass(slots=True)
class Binders:
    """Names of bound variables, by height: a big operator without others inside binds ``k``, one around it ``j``.

    So a closed term has one text wherever it stands. Heights and loose variables are found without recursion.
    """

    names: Names
    _pool: list[str] = field(default_factory=list[str])
    _facts: dict[Term, tuple[int, int]] = field(default_factory=dict[Term, tuple[int, int]])

    def bound(self, term: Term) -> tuple[str, ...]:
        """Names of the variables that a big operator or ``exists`` binds."""
        height = self.facts(term)[0]
        if len(self._pool) < height:
            supply = fresh(_BOUND, set(self.names.by_symbol.values()) | KEYWORDS)
            self._pool = [next(supply) for _ in range(height)]
        return tuple(self._pool[height - term.nvars : height])

    def facts(self, term: Term) -> tuple[int, int]:
        """(bound variables on the longest chain of binders within, loose bound variables: 1 + their largest index)."""
        stack = [bare(term)]
        while stack:
            top = stack[-1]
            if top in self._facts:
                stack.pop()
                continue
            parts = children(top)
            missing = [part for part in parts if part not in self._facts]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            height = max((self._facts[part][0] for part in parts), default=0)
            loose = max((self._facts[part][1] for part in parts), default=0)
            if top.kind == "var":
                loose = top.index + 1
            elif top.kind in ("big", "exists"):
                height, loose = height + top.nvars, max(0, loose - top.nvars)
            self._facts[top] = (height, loose)
        return self._facts[term]
