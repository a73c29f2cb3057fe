"""The values in scope while a module is read: definitions, uses, and where names end.

Source: MLIR language reference, "Value scoping". A name is visible to the end of its region, in nested regions too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from triton_lift.ir.lexer import SUFFIX, WS, Cursor
from triton_lift.ir.model import Block, Loc, Op, Region, Type, Value

USE = rf"%{SUFFIX}(?:\#[0-9]++)?"
"""Pattern of a use of a value."""
RESULT = rf"%{SUFFIX}(?:{WS}:{WS}[0-9]++)?"
"""Pattern of one name, with its number of results, before the ``=`` of an op."""
_RESULTS = re.compile(rf"%({SUFFIX})(?:{WS}:{WS}([0-9]++))?")
_USES = re.compile(r"%([^ \t\r\n,]++)")


@dataclass(slots=True)
class PartialRegion:
    """A region that is being read; ``defined`` are the names that end with it, ``targets`` the branches seen so far."""

    blocks: list[Block] = field(default_factory=list[Block])
    defined: list[str] = field(default_factory=list[str])
    targets: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    label: str | None = None
    args: tuple[Value, ...] = ()
    ops: list[Op] = field(default_factory=list[Op])

    def end_block(self) -> None:
        """End the block that is being read, if one is."""
        if self.label is None and not self.ops:
            return
        # The entry block may have no label in the text; the space keeps it out of reach of every branch.
        self.blocks.append(Block(self.label or " entry", self.args, tuple(self.ops)))
        self.label, self.args, self.ops = None, (), []

    def finished(self, cursor: Cursor) -> Region:
        """The region, its last block ended and its branches checked against its labels."""
        self.end_block()
        labels = {block.label for block in self.blocks}
        for label, pos in self.targets:
            if label not in labels or label == self.blocks[0].label:
                kind = "the entry block" if label in labels else "an undefined block"
                raise cursor.error(f"branch to {kind} '^{label[:80]}'", pos)
        return Region(tuple(self.blocks))


class Scope:
    """Names to values; ``names`` is replaced by an empty dictionary inside an op that is isolated from above."""

    __slots__ = ("cursor", "names", "numbers")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.names: dict[str, Value] = {}
        self.numbers = 0

    def operands(self, text: str, pos: int) -> tuple[Value, ...]:
        """The values that ``text``, a list of uses at ``pos``, names."""
        names = self.names
        try:
            return tuple([names[name] for name in _USES.findall(text)])
        except KeyError:
            return tuple([self._use(match[1], pos + match.start()) for match in _USES.finditer(text)])

    def _use(self, name: str, pos: int) -> Value:
        """A use by any of its spellings: ``%a`` and ``%a#0`` are the first result of ``%a``, ``%a#01`` is ``%a#1``."""
        base, hash_, number = name.partition("#")
        if hash_ and len(number) < 10:
            name = f"{base}#{int(number)}" if int(number) or f"{base}#0" in self.names else base
        value = self.names.get(name)
        if value is None:
            raise self.cursor.error(f"use of undefined value '%{name[:80]}' (undefined here, or defined later)", pos)
        return value

    def results(
        self, region: PartialRegion, op: str, names: str | None, types: tuple[Type, ...], loc: Loc, pos: int
    ) -> tuple[Value, ...]:
        """Define the results of an op that starts at ``pos`` under ``names`` (``%a, %b:2``), or nameless ones."""
        self.cursor.count(1 + len(types))
        if names is None:
            return tuple([self._value(t, "", loc) for t in types])
        if len(types) == 1 and ":" not in names and "," not in names:
            return (self.define(region, names[1:], types[0], loc, pos),)
        results: list[Value] = []
        for name, digits in _RESULTS.findall(names):
            number = 1 if not digits else int(digits) if len(digits) < 10 else 0
            if number == 0 or len(results) + number > len(types):
                break
            for i, t in enumerate(types[len(results) : len(results) + number]):
                label = name if number == 1 else f"{name}#{i}"
                results.append(self.define(region, label, t, loc, pos))
            if number > 1:
                self._name(region, name, results[-number], pos)
        else:
            if len(results) == len(types):
                return tuple(results)
        raise self.cursor.error(f"names of results do not match the {len(types)} results of '{op}'", pos)

    def define(self, region: PartialRegion, label: str, type_: Type, loc: Loc, pos: int) -> Value:
        """A new value under a name that is not yet in scope."""
        value = self._value(type_, label, loc)
        self._name(region, label, value, pos)
        return value

    def end(self, region: PartialRegion) -> None:
        """Forget the names that end with ``region``."""
        for name in region.defined:
            del self.names[name]

    def _value(self, type_: Type, label: str, loc: Loc) -> Value:
        self.numbers += 1
        return Value(self.numbers - 1, type_, label, loc)

    def _name(self, region: PartialRegion, name: str, value: Value, pos: int) -> None:
        if name in self.names:
            raise self.cursor.error(f"redefinition of value '%{name[:80]}'", pos)
        self.names[name] = value
        region.defined.append(name)
