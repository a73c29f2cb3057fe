"""The registry of concrete op rows: one per op name, a second registration is an error; labels as in docs/spec.md.

A row's ``build`` is called once per op and evaluation; it reads attributes and returns the function that is run per
visit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from triton_lift.ir.model import (
    ArrayAttr,
    Attr,
    DenseArrayAttr,
    FloatType,
    IndexType,
    IntAttr,
    IntType,
    Op,
    OpaqueAttr,
    PointerType,
    StringAttr,
    TensorType,
    Type,
    UnitAttr,
    UnknownLoc,
)
from triton_lift.ops import integers, softfloat
from triton_lift.ops.concrete.value import Poison, Slot, Val, both, join
from triton_lift.util.diagnostic import Diagnostic, Unsupported

if TYPE_CHECKING:
    from triton_lift.ops.concrete.machine import Machine

Array = NDArray[Any]
Run = Callable[["Machine", Sequence[Any]], Sequence[Slot]]
Build = Callable[[Op, bool], Run]
Lanes = Callable[..., Any]
Unary = Callable[[Any], Any]
Binary = Callable[[Any, Any], Any]
Ternary = Callable[[Any, Any, Any], Any]
PartialLanes = Callable[..., tuple[Array, Poison | None]]


@dataclass(frozen=True, slots=True)
class Row:
    """The concrete meaning of one op.

    ``label`` is the name in docs/spec.md; ``build(op, real)`` gives the function run per visit; ``terminator`` ops end
    a block and are interpreted by whoever runs the block.
    """

    name: str
    label: str
    build: Build
    terminator: bool = False


concrete_rows: dict[str, Row] = {}


def add_row(name: str, build: Build, *, terminator: bool = False) -> None:
    """Register the row of op ``name``; its label is the name with ``.`` as ``_``."""
    if name in concrete_rows:
        raise ValueError(f"two concrete rows for {name}")
    concrete_rows[name] = Row(name, name.replace(".", "_"), build, terminator)


def row(name: str, *, terminator: bool = False) -> Callable[[Build], Build]:
    """Decorator form of ``add_row``."""

    def register(build: Build) -> Build:
        add_row(name, build, terminator=terminator)
        return build

    return register


def elementwise(name: str) -> Callable[[Callable[[Op, bool], Lanes]], Callable[[Op, bool], Lanes]]:
    """Register a total lane-by-lane op: the factory gives a function on arrays; poison is the operands' union."""

    def register(factory: Callable[[Op, bool], Lanes]) -> Callable[[Op, bool], Lanes]:
        def build(op: Op, real: bool) -> Run:
            lanes = factory(op, real)

            def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
                return (Val(lanes(*[a.data for a in args]), join(args)),)

            return run

        add_row(name, build)
        return factory

    return register


def partial(name: str) -> Callable[[Callable[[Op, bool], PartialLanes]], Callable[[Op, bool], PartialLanes]]:
    """Register a lane-by-lane op that is poison for some operands: the function gives the array and the new poison."""

    def register(factory: Callable[[Op, bool], PartialLanes]) -> Callable[[Op, bool], PartialLanes]:
        def build(op: Op, real: bool) -> Run:
            lanes = factory(op, real)

            def run(_machine: Machine, args: Sequence[Val]) -> Sequence[Slot]:
                data, own = lanes(*[a.data for a in args])
                return (Val(data, both(join(args), own)),)

            return run

        add_row(name, build)
        return factory

    return register


# -------------------------------------------------------------------------------------------- diagnostics


def place(op: Op) -> str:
    """Where ``op`` stands: its source location, else its line in the IR text."""
    return f"<input>:{op.line}" if isinstance(op.loc, UnknownLoc) else str(op.loc)


def unsupported(op: Op, message: str) -> NoReturn:
    """Refuse ``op``, located."""
    raise Unsupported(Diagnostic("error", "eval-unsupported", message, place(op), op.name))


# ------------------------------------------------------------------------------------- types and attributes


def element(kind: Type) -> Type:
    """The element type of a tensor, or the type itself."""
    return kind.element if isinstance(kind, TensorType) else kind


def shape(kind: Type) -> tuple[int, ...]:
    """The shape of a tensor type, () for a scalar."""
    return kind.shape if isinstance(kind, TensorType) else ()


def int_width(op: Op, kind: Type) -> int:
    """The width in bits of an integer, index or (as an address) pointer type."""
    match element(kind):
        case IntType(width=width):
            return width
        case IndexType() | PointerType():
            return 64
        case other:
            unsupported(op, f"expected an integer type, found {other}")


def float_name(op: Op, kind: Type) -> str:
    """The format of a float type, one of ``softfloat.FORMATS``."""
    match element(kind):
        case FloatType(name=name) if name in softfloat.FORMATS:
            return name
        case other:
            unsupported(op, f"expected a known float type, found {other}")


def storage(op: Op, kind: Type, real: bool) -> np.dtype[Any]:
    """The numpy type that carries an element of ``kind``."""
    match element(kind):
        case FloatType():
            return np.dtype(np.float64) if real else softfloat.FORMATS[float_name(op, kind)]
        case IntType() | IndexType() | PointerType():
            return integers.carrier(int_width(op, kind))
        case other:
            unsupported(op, f"no concrete values of type {other}")


def byte_size(op: Op, kind: Type) -> int:
    """Bytes that one element of ``kind`` takes in memory (an i1 takes one)."""
    match element(kind):
        case IntType(width=width) if width in (1, 8, 16, 32, 64):
            return max(1, width // 8)
        case PointerType():
            return 8
        case FloatType():
            return softfloat.FORMATS[float_name(op, kind)].itemsize
        case other:
            unsupported(op, f"no memory layout for {other}")


def int_attr(op: Op, name: str, default: int | None = None) -> int:
    """The integer attribute ``name`` (a bool or enum too)."""
    match op.properties.get(name, op.attributes.get(name)):
        case IntAttr(value=value):
            return value
        case UnitAttr():
            return 1
        case None if default is not None:
            return default
        case other:
            unsupported(op, f"attribute {name} is {_attr_text(other)}, expected an integer")


def str_attr(op: Op, name: str) -> str:
    """The string attribute ``name``."""
    match op.properties.get(name, op.attributes.get(name)):
        case StringAttr(value=value):
            return value.decode("utf-8", "replace")
        case other:
            unsupported(op, f"attribute {name} is {_attr_text(other)}, expected a string")


def ints_attr(op: Op, name: str) -> tuple[int, ...] | None:
    """The dense integer array attribute ``name``, None when absent."""
    match op.properties.get(name, op.attributes.get(name)):
        case DenseArrayAttr(values=values):
            return values
        case ArrayAttr(items=items):
            return tuple(i.value for i in items if isinstance(i, IntAttr))
        case _:
            return None


def _attr_text(attr: Attr | None) -> str:
    if attr is None:
        return "absent"
    return attr.text if isinstance(attr, OpaqueAttr) else type(attr).__name__
