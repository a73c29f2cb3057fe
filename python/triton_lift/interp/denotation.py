"""What one program instance does, as terms: the denotation of a kernel.

Source: docs/spec.md, "Denotation". Terms are over scalar arguments, program ids, numbers of programs, lane
variables and the arrays as they were before the launch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from triton_lift._core import Context, Term
from triton_lift.interp.transition import Counter, Invariant
from triton_lift.ir.model import FloatType, IntType, PointerType, TensorDescType, Type
from triton_lift.ops.symbolic.row import Assumption, NoWrap, Requirement
from triton_lift.term.symbols import StatementKind, Symbols


@dataclass(frozen=True, slots=True)
class Argument:
    """A function argument: its position, display name, type, and symbol (``s3`` or ``a0``)."""

    position: int
    name: str
    type: Type
    divisibility: int | None

    @property
    def symbol(self) -> str:
        """``a<i>`` for pointers and descriptors, ``s<i>`` for scalars."""
        return ("a" if self.is_array else "s") + str(self.position)

    @property
    def is_array(self) -> bool:
        """Whether memory stands behind the argument."""
        return isinstance(self.type, PointerType | TensorDescType)

    @property
    def element(self) -> Type:
        """Element type of the array, or the scalar's type."""
        match self.type:
            case PointerType(pointee=p):
                return p
            case TensorDescType(block=b):
                return b.element
            case other:
                return other


@dataclass(frozen=True, slots=True)
class Access:
    """A read or write of memory: ``array[offset]`` in every lane of ``lanes`` where ``guard`` holds; ``order`` is
    program order.
    """

    array: str
    offset: Term
    guard: Term
    lanes: tuple[Term, ...]
    order: int
    where: str
    counters: tuple[Term, ...]
    """Counters of the loops around it, outermost first; ``guard`` says that they run."""


@dataclass(frozen=True, slots=True)
class Write(Access):
    """A store or atomic: ``value`` is stored, or combined by the monoid ``kind`` with what is there."""

    kind: StatementKind
    value: Term
    element: Type
    ordered: bool
    """False for atomics: order among programs and lanes is unspecified."""


@dataclass(frozen=True, slots=True)
class Read(Access):
    """A load from the initial array, from an earlier store of the same program, or from either, as conditions say."""

    source: Literal["initial", "forwarded", "either"]


@dataclass(frozen=True, slots=True)
class Denotation:
    """Everything that a program instance does, with what the denotation relies on."""

    kernel: str
    arguments: tuple[Argument, ...]
    symbols: Symbols
    writes: tuple[Write, ...]
    reads: tuple[Read, ...]
    no_wrap: tuple[NoWrap, ...]
    requirements: tuple[Requirement, ...]
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...]
    hypotheses: tuple[str, ...]
    opaque: tuple[str, ...]
    dropped: tuple[Term, ...]
    """Partial atoms that a cancellation removed: the claim needs them defined all the same."""
    index_names: dict[str, str]
    """Readable names by lane or program-id symbol, from the source's variable names."""
    wraps: bool = False
    """Whether data was reduced to its width (``wrap_s<w>``) where it was observed."""

    invariants: tuple[Invariant, ...] = ()
    """What was proved of the values that loops carry."""
    counters: tuple[Counter, ...] = ()
    """Of all loops; the number of iterations may depend on program ids and on the counters of loops around."""

    overwritten: tuple[Write, ...] = ()
    """Stores of which a later one of ``writes`` covers every cell."""

    ends_assumed: bool = False
    """Whether it is not shown that every loop ends."""

    @property
    def ctx(self) -> Context:
        """The term context."""
        return self.symbols.ctx

    def argument(self, symbol: str) -> Argument:
        """The argument behind ``a<i>`` or ``s<i>``."""
        return self.arguments[int(symbol[1:])]


def int_range(type_: Type) -> tuple[int | None, int | None]:
    """Signed range of an integer element type (an i1 is stored in a byte), (None, None) for floats."""
    match type_:
        case IntType(width=w):
            w = 8 if w == 1 else w
            return -(1 << (w - 1)), (1 << (w - 1)) - 1
        case _:
            return None, None


def is_real(type_: Type) -> bool:
    """Whether elements of this type are reals."""
    return isinstance(type_, FloatType)
