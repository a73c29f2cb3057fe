"""Symbolic values of any kind, term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from triton_lift._core import Term
from triton_lift.ops.symbolic.value import Desc, Num, Ptr, SymVal


def exact(value: SymVal) -> SymVal:
    """The number as one whose term is the signed machine value."""
    return replace(value, exact=True) if isinstance(value, Num) else value


def terms_of(value: SymVal) -> tuple[Term, ...]:
    """All terms of the value, in order."""
    match value:
        case Num(term=term):
            return (term,)
        case Ptr(cases=cases):
            return tuple(t for guard, _, offset in cases for t in (guard, offset))
        case Desc(offset=offset, shape=shape, strides=strides):
            return (offset, *shape, *strides)


def fixed_of(value: SymVal) -> tuple[str, ...]:
    """What is no term: the kind of value, its arrays or permutation, and so the number of terms."""
    match value:
        case Num(permutation=permutation):
            return ("number", str(permutation))
        case Ptr(cases=cases):
            return ("pointer", *(array for _, array, _ in cases))
        case Desc(array=array, shape=shape):
            return ("descriptor", array, str(len(shape)))


def with_terms(value: SymVal, change: Callable[[Term], Term]) -> SymVal:
    """The value with every term changed."""
    match value:
        case Num(term=term):
            return replace(value, term=change(term))
        case Ptr(cases=cases):
            return replace(value, cases=tuple((change(g), array, change(offset)) for g, array, offset in cases))
        case Desc(offset=offset, shape=shape, strides=strides):
            return replace(
                value,
                offset=change(offset),
                shape=tuple(change(t) for t in shape),
                strides=tuple(change(t) for t in strides),
            )
