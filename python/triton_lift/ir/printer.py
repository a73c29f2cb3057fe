"""Printing a module in MLIR's generic form, so that it reads back to an equal one.

Source: MLIR language reference, "Operations". Nesting of regions costs no recursion, as in the reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift.ir.equal import structurally_equal
from triton_lift.ir.model import Attr, Block, Loc, Module, Op, Region, UnknownLoc, Value
from triton_lift.ir.text import dictionary_text, function_type_text, location_text, type_text

__all__ = ["print_module", "structurally_equal"]


def print_module(
    module: Module,
    extra: Mapping[Op, Mapping[str, Attr]] | None = None,
    *,
    locations: bool = False,
    canonical: bool = False,
) -> str:
    """The module in generic form.

    ``extra`` adds discardable attributes to ops (one of the same name is replaced). ``locations`` prints locations, as
    aliases defined at the end. ``canonical`` renumbers values and blocks in program order and sorts dictionaries, so
    that texts which differ only in such choices print alike.
    """
    return _Printer(extra or {}, locations, canonical).text(module.op)


class _Printer:
    def __init__(self, extra: Mapping[Op, Mapping[str, Attr]], locations: bool, canonical: bool) -> None:
        self.extra = extra
        self.locations: dict[Loc, int] | None = {} if locations else None
        self.canonical = canonical
        self.names: dict[Value, str] = {}

    def text(self, top: Op) -> str:
        out: list[str] = []
        labels: Mapping[str, str] = {}
        stack: list[str | tuple[Op, str, Mapping[str, str]]] = [(top, "", labels)]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                out.append(item)
            else:
                stack.extend(reversed(self._op(*item)))
        for loc, number in (self.locations or {}).items():
            out.append(f"#loc{number} = loc({location_text(loc)})\n")
        return "".join(out)

    def _op(self, op: Op, indent: str, labels: Mapping[str, str]) -> list[str | tuple[Op, str, Mapping[str, str]]]:
        """The pieces of an op: finished text, and the ops inside it that are still to be printed."""
        operands = ", ".join([f"%{self.names[value]}" for value in op.operands])
        head = f'{indent}{self._results(op)}"{op.name}"({operands})'
        if op.successors:
            head += f"[{', '.join('^' + labels[label] for label in op.successors)}]"
        if op.properties:
            head += f" <{dictionary_text(op.properties, self.canonical)}>"
        parts: list[str | tuple[Op, str, Mapping[str, str]]] = [head]
        for number, region in enumerate(op.regions):
            parts.append(" ({\n" if number == 0 else ", {\n")
            inner = self._labels(region)
            for block in region.blocks:
                parts.append(self._block(block, block is region.blocks[0], indent, inner))
                parts.extend((child, indent + "  ", inner) for child in block.ops)
            parts.append(indent + "}")
        tail = ")" if op.regions else ""
        attributes = {**op.attributes, **self.extra.get(op, {})}
        if attributes:
            tail += " " + dictionary_text(attributes, self.canonical)
        types = function_type_text([v.type for v in op.operands], tuple([v.type for v in op.results]))
        parts.append(f"{tail} : {types}{self._location(op.loc)}\n")
        return parts

    def _results(self, op: Op) -> str:
        """``%a, %b:2 = ``, or nothing where the results have no names."""
        if self.canonical:
            return ", ".join([f"%{self._named(value)}" for value in op.results]) + (" = " if op.results else "")
        groups: list[str] = []
        for value in op.results:
            self.names[value] = value.label
            base, _, number = value.label.partition("#")
            if number in ("", "0"):
                same = sum(1 for other in op.results if other.label.partition("#")[0] == base)
                groups.append(f"%{base}:{same}" if number else f"%{base}")
        return ", ".join(groups) + " = " if groups and op.results[0].label else ""

    def _named(self, value: Value) -> str:
        """The name of a value at its definition."""
        name = self.names[value] = str(len(self.names)) if self.canonical else value.label
        return name

    def _labels(self, region: Region) -> Mapping[str, str]:
        """How the labels of a region are printed; an entry block that has none in the text gets an unused one."""
        if self.canonical:
            return {block.label: f"bb{i}" for i, block in enumerate(region.blocks)}
        taken = {block.label for block in region.blocks}
        spare = next(f"bb{i}" for i in range(len(taken) + 1) if f"bb{i}" not in taken)
        return {block.label: spare if block.label.startswith(" ") else block.label for block in region.blocks}

    def _block(self, block: Block, entry: bool, indent: str, labels: Mapping[str, str]) -> str:
        plain = self.canonical or block.label.startswith(" ")
        if entry and plain and block.ops and not block.args:
            return ""
        args = ", ".join([f"%{self._named(arg)}: {type_text(arg.type)}{self._location(arg.loc)}" for arg in block.args])
        return f"{indent}^{labels[block.label]}{f'({args})' if args else ''}:\n"

    def _location(self, loc: Loc) -> str:
        if self.locations is None or isinstance(loc, UnknownLoc):
            return ""
        return f" loc(#loc{self.locations.setdefault(loc, len(self.locations))})"
