"""Reading a module in MLIR's generic form: operations, regions, blocks, values.

Source: MLIR language reference, "Operations", "Blocks", "Regions". Regions are kept on an explicit stack, so their
nesting costs no recursion. A value is visible from its definition to the end of its region, nested regions included,
but not inside an op that is isolated from above; a use before the definition in the text is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from triton_lift.ir.attributes import read_attribute, read_dictionary
from triton_lift.ir.dominance import undominated_use
from triton_lift.ir.lexer import MAX_BLOCKS, MAX_REGION_NESTING, SUFFIX, WS, Cursor
from triton_lift.ir.locations import preset_location, read_location
from triton_lift.ir.model import Attr, FunctionType, Loc, Module, Op, Region, UnknownLoc, Value
from triton_lift.ir.scope import RESULT, USE, PartialRegion, Scope
from triton_lift.ir.types import FLAT_FUNCTION_TYPE, read_function_type, read_type
from triton_lift.util.diagnostic import Diagnostic, ParseError

ISOLATED = frozenset({"builtin.module", "func.func", "gpu.func", "gpu.module", "llvm.func", "tt.func"})
"""Ops whose regions do not see the values around them."""

_FLAT = r'\{(?:[^{}"\n]++|"[^{}"\\\n]*+")*+\}'
# What every op begins with, and (groups 4 to 6, else None) all the rest of one that has no successors and regions, in
# the printer's spacing: properties, function type, location alias. Each of the three is looked up by its text.
_OP = re.compile(
    rf"{WS}(?:({RESULT}(?:{WS},{WS}{RESULT})*+){WS}={WS})?"
    rf'"([A-Za-z_][A-Za-z0-9_$.]*+)"{WS}\({WS}((?:{USE}(?:{WS},{WS}{USE})*+)?){WS}\)'
    rf"(?:(?: <({_FLAT})>)? : ({FLAT_FUNCTION_TYPE})(?: loc\((#loc[0-9]*+)\))?(?=\n))?+"
)
_LABELS = re.compile(rf"\^({SUFFIX})")
_SUCCESSORS = re.compile(rf"{WS}\[{WS}(\^{SUFFIX}(?:{WS},{WS}\^{SUFFIX})*+){WS}\]")
_FLAT_DICT = re.compile(rf"{WS}({_FLAT})")
_LOC_WORD = re.compile(WS + r"loc\b")
_OPEN_REGION = re.compile(rf"{WS}\({WS}\{{")


@dataclass(slots=True)
class _PartialOp:
    """An op whose regions are being read."""

    name: str
    results: str | None
    operands: tuple[Value, ...]
    successors: tuple[str, ...]
    properties: dict[str, Attr]
    start: int
    line: int
    outer: dict[str, Value]
    regions: list[Region] = field(default_factory=list[Region])


_NO_ATTRIBUTES: dict[str, Attr] = {}
_UNKNOWN = UnknownLoc()
_DONE = _PartialOp("", None, (), (), _NO_ATTRIBUTES, 0, 0, {})


def read_module(text: str | bytes, filename: str = "<input>") -> Module:
    """Read the one ``builtin.module`` in ``text`` (generic form, UTF-8), with or without locations.

    ``filename`` names the text in diagnostics. Raises ``ParseError``, located, on anything that is not such text or
    exceeds the limits in ``lexer``; raises nothing else.
    """
    cursor = Cursor(text, filename, _resolve)
    try:
        return _Reader(cursor).module()
    except RecursionError:
        # Nesting is bounded, but the caller may have left us little of the stack.
        raise cursor.error("nesting too deep for the stack that is left") from None
    except MemoryError:
        raise ParseError(cursor.error("out of memory", 0).diagnostic) from None


def _resolve(cursor: Cursor, name: str, pos: int) -> object:
    """Read the definition of an alias by what its body is."""
    if name.startswith("!"):
        return cursor.alias(name, pos, read_type, cursor.alias_types)
    alias = cursor.aliases.get(name)
    if alias is not None and _LOC_WORD.match(cursor.text, alias.start):
        return cursor.alias(name, pos, read_location, cursor.alias_locations)
    return cursor.alias(name, pos, read_attribute, cursor.alias_attributes)


class _Reader:
    """State of one reading: the cursor, the values in scope, the stack of open regions and their ops."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.scope = Scope(cursor)
        self.line = 1
        self.line_pos = 0
        self.stack: list[tuple[_PartialOp, PartialRegion]] = []

    def module(self) -> Module:
        """Read the whole text."""
        cursor = self.cursor
        for name, alias in cursor.aliases.items():
            if not preset_location(cursor, name, alias):
                _resolve(cursor, name, alias.start)
        region = PartialRegion()
        pending = set(cursor.aliases)
        while True:
            kind, spelling = cursor.peek()
            if kind == "end":
                break
            if spelling in pending:
                pending.discard(spelling)
                cursor.pos = cursor.aliases[spelling].end
            elif region.ops:
                raise cursor.expected("an alias definition or the end of the text")
            else:
                self._ops(region)
        if pending:
            name = min(pending, key=lambda name: cursor.aliases[name].start)
            raise cursor.error(f"definition of alias '{name}' inside an operation", cursor.aliases[name].start)
        if len(region.ops) != 1 or region.ops[0].name != "builtin.module":
            raise cursor.error("expected one operation 'builtin.module' in generic form at top level", 0)
        return Module(region.ops[0], cursor.source)

    def _ops(self, top: PartialRegion) -> None:
        """Read one top-level op with everything inside it: the loop over all ops, blocks and regions."""
        cursor = self.cursor
        text = cursor.text
        region = top
        while True:
            opened = self._op(region)
            if opened is _DONE:
                if self.stack:
                    continue
                return
            if opened is not None:
                self._open(opened)
                region = self.stack[-1][1]
                continue
            pos = cursor.skip_space()
            char = text[pos : pos + 1]
            if char in ('"', "%"):
                raise cursor.error("expected '%results = \"dialect.op\"(%operands)' in generic form", pos)
            if not self.stack:
                raise cursor.expected("an operation in generic form")
            if char == "^":
                self._block(region)
            elif char != "}":
                raise cursor.expected("an operation in generic form, '^' or '}'")
            else:
                cursor.pos += 1
                owner = self._close(region)
                if cursor.accept(","):
                    cursor.expect("{")
                    self._open(owner)
                    region = self.stack[-1][1]
                    continue
                cursor.expect(")")
                region = self.stack[-1][1] if self.stack else top
                self.scope.names = owner.outer
                region.ops.append(self._finish(region, owner))
                if not self.stack:
                    return

    # ------------------------------------------------------------------------------------------------ operations

    def _op(self, region: PartialRegion) -> _PartialOp | None:
        """Read an op, if one is next, and add it to ``region`` (``_DONE``); one with regions is returned first."""
        cursor = self.cursor
        text = cursor.text
        head = _OP.match(text, cursor.pos)
        if head is None:
            return None
        results, name, names, flat, function, alias = head.groups()
        start = head.start(1) if results else head.start(2) - 1
        self.line += text.count("\n", self.line_pos, start)
        self.line_pos = start
        operands = self.scope.operands(names, head.start(3)) if names else ()
        if function is not None:
            of = cursor.function_types.get(function)
            properties = cursor.dictionaries.get(flat) if flat else _NO_ATTRIBUTES
            loc = cursor.alias_locations.get(alias) if alias else _UNKNOWN
            if of is not None and properties is not None and loc is not None:
                if tuple([value.type for value in operands]) != of.inputs:
                    raise self._operand_mismatch(name, operands, of, head.start(5))
                cursor.pos = head.end()
                made = self.scope.results(region, name, results, of.results, loc, start)
                region.ops.append(Op(name, operands, made, properties, _NO_ATTRIBUTES, (), (), loc, self.line))
                return _DONE
            cursor.pos = head.start(4) - 1 if flat else head.start(5) - 3
        else:
            cursor.pos = head.end()
        successors: tuple[str, ...] = ()
        if text.startswith("[", cursor.skip_space()):
            match = _SUCCESSORS.match(text, cursor.pos)
            if match is None:
                raise cursor.error("malformed successor list", cursor.pos)
            successors = tuple(_LABELS.findall(match[1]))
            cursor.count(len(successors))
            region.targets.extend((label, cursor.pos) for label in successors)
            cursor.pos = match.end()
            cursor.skip_space()
        properties = _NO_ATTRIBUTES
        if text.startswith("<", cursor.pos):
            cursor.pos += 1
            properties = self._dictionary()
            cursor.expect(">")
        op = _PartialOp(name, results, operands, successors, properties, start, self.line, self.scope.names)
        opening = _OPEN_REGION.match(text, cursor.pos)
        if opening is not None:
            cursor.pos = opening.end()
            return op
        region.ops.append(self._finish(region, op))
        return _DONE

    def _dictionary(self) -> dict[str, Attr]:
        cursor = self.cursor
        match = _FLAT_DICT.match(cursor.text, cursor.pos)
        if match is None:
            return read_dictionary(cursor)
        # A flat dictionary depends on nothing but its text, so it is read once; nobody changes what the model shares.
        key = match[1]
        known = cursor.dictionaries.get(key)
        if known is None:
            known = read_dictionary(cursor)
            if cursor.pos == match.end():
                cursor.dictionaries[key] = known
        else:
            cursor.pos = match.end()
        return known

    def _finish(self, region: PartialRegion, op: _PartialOp) -> Op:
        """Read what follows the regions, and define the results."""
        cursor = self.cursor
        text = cursor.text
        attributes = _NO_ATTRIBUTES
        if text.startswith("{", cursor.skip_space()):
            attributes = self._dictionary()
            both = attributes.keys() & op.properties.keys()
            if both:
                raise cursor.error(f"attribute '{min(both)[:80]}' is also a property")
        cursor.expect(":")
        pos = cursor.skip_space()
        of = read_function_type(cursor)
        if tuple([value.type for value in op.operands]) != of.inputs:
            raise self._operand_mismatch(op.name, op.operands, of, pos)
        loc = self._trailing_location()
        results = self.scope.results(region, op.name, op.results, of.results, loc, op.start)
        return Op(
            op.name, op.operands, results, op.properties, attributes, tuple(op.regions), op.successors, loc, op.line
        )

    def _trailing_location(self) -> Loc:
        cursor = self.cursor
        if cursor.text.startswith("loc", cursor.skip_space()):
            return read_location(cursor)
        return _UNKNOWN

    def _operand_mismatch(self, name: str, operands: tuple[Value, ...], of: FunctionType, pos: int) -> ParseError:
        if len(operands) != len(of.inputs):
            return self.cursor.error(f"{len(operands)} operands but {len(of.inputs)} operand types", pos)
        number = next(i for i, (value, t) in enumerate(zip(operands, of.inputs, strict=True)) if value.type != t)
        return self.cursor.error(f"operand {number} of '{name}' has another type where it is defined", pos)

    # -------------------------------------------------------------------------------------- regions and blocks

    def _open(self, op: _PartialOp) -> None:
        if len(self.stack) >= MAX_REGION_NESTING:
            raise self.cursor.error(f"regions nested deeper than {MAX_REGION_NESTING}")
        if op.name in ISOLATED:
            self.scope.names = {}
        self.stack.append((op, PartialRegion()))

    def _close(self, region: PartialRegion) -> _PartialOp:
        op, _ = self.stack.pop()
        made = region.finished(self.cursor)
        self.scope.end(region)
        if len(made.blocks) > 1:
            self._check_flow(made)
        op.regions.append(made)
        return op

    def _check_flow(self, region: Region) -> None:
        for block in region.blocks:
            for op in block.ops[:-1]:
                if op.successors:
                    raise self._at(op, f"'{op.name}' branches but does not end its block")
        found = undominated_use(region)
        if found is not None:
            raise self._at(found[0], f"use of '%{found[1].label[:80]}', which is not defined on every path to here")

    def _at(self, op: Op, message: str) -> ParseError:
        return ParseError(Diagnostic("error", "parse-error", message, f"{self.cursor.filename}:{op.line}:1", op.name))

    def _block(self, region: PartialRegion) -> None:
        """Read ``^label(%arg: type loc(...), ...):`` and begin that block."""
        cursor = self.cursor
        region.end_block()
        cursor.count()
        pos = cursor.pos
        kind, spelling = cursor.take()
        if kind != "block":
            cursor.pos = pos
            raise cursor.expected("a block label")
        region.label = spelling[1:]
        if len(region.blocks) >= MAX_BLOCKS:
            raise cursor.error(f"region of more than {MAX_BLOCKS} blocks", pos)
        if any(block.label == region.label for block in region.blocks):
            raise cursor.error(f"redefinition of block '{spelling[:80]}'", pos)
        args: list[Value] = []
        if cursor.accept("(") and not cursor.accept(")"):
            args.append(self._argument(region))
            while cursor.accept(","):
                args.append(self._argument(region))
            cursor.expect(")")
        cursor.expect(":")
        region.args = tuple(args)

    def _argument(self, region: PartialRegion) -> Value:
        cursor = self.cursor
        pos = cursor.skip_space()
        kind, spelling = cursor.peek()
        if kind != "value" or "#" in spelling:
            raise cursor.expected("a block argument")
        cursor.take()
        cursor.expect(":")
        type_ = read_type(cursor)
        cursor.count()
        return self.scope.define(region, spelling[1:], type_, self._trailing_location(), pos)
