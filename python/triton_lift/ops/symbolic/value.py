"""What an SSA value denotes symbolically: a term over lane variables, one per tensor axis.

Source: docs/spec.md, "Values". A tensor value is a function of its lane variables ``l<axis>:<size>``; a value
without lane variables is the same in every lane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift._core import Context, Term
from triton_lift.ir.model import FloatType, IndexType, IntType, TensorType, Type
from triton_lift.term.symbols import Symbols


@dataclass(frozen=True, slots=True)
class Num:
    """A number or a truth value (``iN`` with N = 1) per lane.

    ``exact``: for integers, whether ``term`` is the signed machine value; otherwise it is congruent to it modulo
    2^width. ``permutation``: 0, or the number of the unknown permutation that the lanes went through
    (``allow_reorder``).
    """

    type: Type
    term: Term
    exact: bool = True
    permutation: int = 0


@dataclass(frozen=True, slots=True)
class Ptr:
    """A pointer per lane: the first case whose guard holds gives the array and the element offset from its base."""

    type: Type
    cases: tuple[tuple[Term, str, Term], ...]


@dataclass(frozen=True, slots=True)
class Desc:
    """A tensor descriptor: base array and offset, sizes and strides (elements), and the padding of reads outside."""

    type: Type
    array: str
    offset: Term
    shape: tuple[Term, ...]
    strides: tuple[Term, ...]


SymVal = Num | Ptr | Desc

LeafMap = Callable[[Term], Term]


def shape_of(type_: Type) -> tuple[int, ...]:
    """Shape of a tensor type, () for a scalar."""
    return type_.shape if isinstance(type_, TensorType) else ()


def element_of(type_: Type) -> Type:
    """Element type of a tensor, or the type itself."""
    return type_.element if isinstance(type_, TensorType) else type_


def int_width(type_: Type) -> int | None:
    """Width of an integer type or integer tensor, else None (index counts as 64 bits: data layout default)."""
    match element_of(type_):
        case IntType(width=w):
            return w
        case IndexType():
            return 64
        case _:
            return None


def is_float(type_: Type) -> bool:
    """Whether the element type is a float."""
    return isinstance(element_of(type_), FloatType)


def lanes(symbols: Symbols, shape: tuple[int, ...]) -> tuple[Term, ...]:
    """The lane variables of a shape, constants 0 for axes of one element."""
    return tuple(symbols.lane(axis, size) for axis, size in enumerate(shape))


def lane_substitution(old: tuple[Term, ...], new: tuple[Term, ...]) -> dict[Term, Term]:
    """Map each variable lane in ``old`` to the term at the same place in ``new``; identical pairs are left out."""
    return {o: n for o, n in zip(old, new, strict=True) if o.constant is None and o != n}


def map_leaves(ctx: Context, term: Term, leaf: LeafMap) -> Term:
    """Apply ``leaf`` to every leaf of a decision tree (numeric to numeric or to Boolean)."""
    memo: dict[Term, Term] = {}

    def go(t: Term) -> Term:
        found = memo.get(t)
        if found is None:
            if t.kind == "ite":
                cond, then, other = t.args
                found = ctx.ite(cond, go(then), go(other))
            else:
                found = leaf(t)
            memo[t] = found
        return found

    return go(term)
