"""Readable names of values and source positions of ops, from locations.

Source: Triton's code generator wraps the location of a named Python value in ``loc("name"(...))``.
"""

from __future__ import annotations

from typing import assert_never

from triton_lift.ir.model import CallSiteLoc, FileLoc, FusedLoc, Loc, NameLoc, Op, UnknownLoc, Value


def value_name(value: Value) -> str | None:
    """The Python name of a value or argument, or None where the location has none."""
    return loc_name(value.loc)


def loc_name(loc: Loc) -> str | None:
    """The outermost name in a location; of a call site the callee's, else the caller's; of a fusion the first."""
    stack = [loc]
    while stack:
        item = stack.pop()
        match item:
            case NameLoc(name, _):
                return name
            case CallSiteLoc(callee, caller):
                stack.extend((caller, callee))
            case FusedLoc(children, _):
                stack.extend(reversed(children))
            case FileLoc() | UnknownLoc():
                pass
            case _:
                assert_never(item)
    return None


def file_loc(loc: Loc) -> FileLoc | None:
    """The first file position in a location, the callee's before the caller's."""
    stack = [loc]
    while stack:
        item = stack.pop()
        match item:
            case FileLoc() as found:
                return found
            case NameLoc(_, child):
                stack.append(child)
            case CallSiteLoc(callee, caller):
                stack.extend((caller, callee))
            case FusedLoc(children, _):
                stack.extend(reversed(children))
            case UnknownLoc():
                pass
            case _:
                assert_never(item)
    return None


def op_where(op: Op, filename: str = "<input>") -> str:
    """``file:line:col`` of an op's source, or ``filename:line`` of the IR text where its location says nothing."""
    found = file_loc(op.loc)
    return f"{filename}:{op.line}" if found is None else str(found)
