"""The frozen IR model: what MLIR's generic form says, nothing added and nothing lost.

Source: MLIR Language Reference, "Operations", "Types", "Attributes", "Locations".
Values are numbered by definition order and compared by identity of that number within one module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# ---------------------------------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True)
class IntType:
    """``iN``, ``siN``, ``uiN`` (``signedness`` is '', 's' or 'u'); width in bits."""

    width: int
    signedness: str = ""


@dataclass(frozen=True, slots=True)
class IndexType:
    """``index``."""


@dataclass(frozen=True, slots=True)
class FloatType:
    """A float type by its MLIR spelling: f16, bf16, f32, f64, f8E4M3FN, f8E5M2, ..., tf32."""

    name: str


@dataclass(frozen=True, slots=True)
class PointerType:
    """``!tt.ptr<pointee, address_space>``; MLIR prints address space 1 as absent."""

    pointee: Type
    address_space: int = 1


@dataclass(frozen=True, slots=True)
class TensorType:
    """``tensor<2x4xT>`` or, with ``encoding`` as text, ``tensor<2x4xT, #enc>``; static shapes only."""

    shape: tuple[int, ...]
    element: Type
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class FunctionType:
    """``(inputs) -> (results)``."""

    inputs: tuple[Type, ...]
    results: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class OpaqueType:
    """Any other type, kept as its exact text (``!tt.tensordesc<...>``, ``!ttg.async.token``, ...)."""

    text: str


@dataclass(frozen=True, slots=True)
class TensorDescType:
    """``!tt.tensordesc<16x16xT>`` (also spelled ``!tt.tensordesc<tensor<16x16xT>>``)."""

    block: TensorType
    text: str


Type = IntType | IndexType | FloatType | PointerType | TensorType | FunctionType | TensorDescType | OpaqueType

# ----------------------------------------------------------------------------------------- attributes


@dataclass(frozen=True, slots=True)
class UnitAttr:
    """``unit``."""


@dataclass(frozen=True, slots=True)
class IntAttr:
    """An integer attribute; ``value`` is signed two's complement for signless types (``true`` of i1 is 1)."""

    value: int
    type: Type


@dataclass(frozen=True, slots=True)
class FloatAttr:
    """A float attribute, exact: ``bits`` is the IEEE pattern in the width of ``type``."""

    bits: int
    type: FloatType


@dataclass(frozen=True, slots=True)
class StringAttr:
    """A string attribute, unescaped to bytes (MLIR strings are byte strings)."""

    value: bytes


@dataclass(frozen=True, slots=True)
class TypeAttr:
    """A type used as an attribute."""

    type: Type


@dataclass(frozen=True, slots=True)
class SymbolAttr:
    """``@root::@leaf``."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrayAttr:
    """``[a, b]``."""

    items: tuple[Attr, ...]


@dataclass(frozen=True, slots=True)
class DictAttr:
    """``{k = v}``; items in printed order."""

    items: tuple[tuple[str, Attr], ...]

    def get(self, key: str) -> Attr | None:
        """The value at ``key``, or None."""
        return next((v for k, v in self.items if k == key), None)


@dataclass(frozen=True, slots=True)
class DenseArrayAttr:
    """``array<i32: 1, 2>``; float elements as IEEE bits, integers signed, i1 as 0/1."""

    element: Type
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DenseElementsAttr:
    """``dense<...> : tensor<...>``, row-major; ``values`` has one entry when it is a splat.

    Integers are signed two's complement values (i1: 0/1), floats IEEE bits in the width of the element type.
    """

    type: TensorType
    values: tuple[int, ...]

    @property
    def is_splat(self) -> bool:
        """Whether one value stands for every element."""
        return len(self.values) == 1


@dataclass(frozen=True, slots=True)
class OpaqueAttr:
    """A dialect attribute (``#tt.cache_policy<...>``, ``#arith.fastmath<none>``), kept as its exact text."""

    text: str


Attr = (
    UnitAttr
    | IntAttr
    | FloatAttr
    | StringAttr
    | TypeAttr
    | SymbolAttr
    | ArrayAttr
    | DictAttr
    | DenseArrayAttr
    | DenseElementsAttr
    | OpaqueAttr
)

# ------------------------------------------------------------------------------------------ locations


@dataclass(frozen=True, slots=True)
class FileLoc:
    """``loc("file":line:col)``; line and column as printed (1-based lines, 0 when unknown).

    ``end`` is line and column of the end where a range was printed (``loc("file":1:2 to 3:4)``).
    """

    file: str
    line: int
    col: int
    end: tuple[int, int] | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}"


@dataclass(frozen=True, slots=True)
class NameLoc:
    """``loc("name"(child))``."""

    name: str
    child: Loc

    def __str__(self) -> str:
        return str(self.child)


@dataclass(frozen=True, slots=True)
class CallSiteLoc:
    """``loc(callsite(callee at caller))``."""

    callee: Loc
    caller: Loc

    def __str__(self) -> str:
        return str(self.callee)


@dataclass(frozen=True, slots=True)
class FusedLoc:
    """``loc(fused[...])``."""

    children: tuple[Loc, ...]
    metadata: str | None = None

    def __str__(self) -> str:
        return str(self.children[0]) if self.children else "-"


@dataclass(frozen=True, slots=True)
class UnknownLoc:
    """``loc(unknown)``, also where the text carries no location."""

    def __str__(self) -> str:
        return "-"


Loc = FileLoc | NameLoc | CallSiteLoc | FusedLoc | UnknownLoc

# --------------------------------------------------------------------------------------- the IR itself


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """An SSA value: ``number`` is unique in its module and grows in definition order.

    ``label`` is its spelling in the text without ``%`` (``arg0``, ``12``, ``9#1``).
    """

    number: int
    type: Type
    label: str
    loc: Loc = field(default_factory=UnknownLoc)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"%{self.label}"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A basic block with its arguments; ``label`` is its spelling without ``^``."""

    label: str
    args: tuple[Value, ...]
    ops: tuple[Op, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A list of blocks; the first is the entry."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Op:
    """One operation in generic form.

    ``properties`` is what stands in ``<{...}>``, ``attributes`` what stands in ``{...}``; ``attrs`` is both.
    ``line`` is the 1-based line of the op in the text that was read.
    ``successors`` are block labels of the same region.
    """

    name: str
    operands: tuple[Value, ...]
    results: tuple[Value, ...]
    properties: Mapping[str, Attr]
    attributes: Mapping[str, Attr]
    regions: tuple[Region, ...]
    successors: tuple[str, ...]
    loc: Loc
    line: int

    @property
    def attrs(self) -> dict[str, Attr]:
        """Properties and discardable attributes together."""
        return {**self.attributes, **self.properties}

    def walk(self) -> Iterator[Op]:
        """This op and every op below it, in program order."""
        stack: list[Op] = [self]
        while stack:
            op = stack.pop()
            yield op
            inner = [o for r in op.regions for b in r.blocks for o in b.ops]
            stack.extend(reversed(inner))


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """The top-level ``builtin.module`` and the text it was read from."""

    op: Op
    text: str

    def functions(self) -> tuple[Op, ...]:
        """The ``tt.func`` ops in program order."""
        return tuple(o for r in self.op.regions for b in r.blocks for o in b.ops if o.name == "tt.func")
